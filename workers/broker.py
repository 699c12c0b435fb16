"""Dramatiq's brokers: Redis in production, in memory where no Redis is set."""

from __future__ import annotations

from dramatiq import Broker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import Retries, TimeLimit
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

NAMESPACE = "portal"
HEARTBEAT = 30_000  # milliseconds without one until a worker's messages are given to others
ALWAYS = 1_000_000  # maintenance with every command: else a killed worker's messages wait for a lucky draw
_PATIENCE = 5.0  # seconds for Redis to answer; who waits for it has committed already


def connect(url: str) -> Redis:
    """A client that gives up soon: the relay sends again what could not be sent now."""
    return Redis.from_url(
        url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE, retry=Retry(NoBackoff(), 1)
    )  # fmt: skip


def make_broker(client: Redis | None) -> Broker:
    """A broker over `client`, or one in this process's memory. Retries are counted in the outbox, not here."""
    middleware = [TimeLimit(), Retries(max_retries=0)]
    if client is None:
        return StubBroker(middleware=middleware)
    return RedisBroker(  # type: ignore[no-untyped-call]
        client=client,
        namespace=NAMESPACE,
        maintenance_chance=ALWAYS,
        heartbeat_timeout=HEARTBEAT,
        middleware=middleware,
    )
