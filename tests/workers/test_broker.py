from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker

from workers.broker import connect, make_broker


def test_a_killed_workers_messages_come_back_after_a_missed_heartbeat(redis_url: str) -> None:
    with connect(redis_url) as client:
        broker = make_broker(client)
        assert isinstance(broker, RedisBroker)
        assert (broker.maintenance_chance, broker.heartbeat_timeout) == (1_000_000, 30_000)
        assert broker.namespace == "portal"
        broker.close()


def test_without_redis_the_queue_is_in_memory() -> None:
    assert isinstance(make_broker(None), StubBroker)


def test_an_unreachable_redis_is_given_up_soon(redis_url: str) -> None:
    with connect(redis_url) as client:
        told = client.connection_pool.connection_kwargs
        assert told["socket_timeout"] <= 5 and told["socket_connect_timeout"] <= 5
        assert client.ping()
