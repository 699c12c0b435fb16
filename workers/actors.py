"""The queues, and the actor of each: the id of an outbox row in, `run_job` called."""

from __future__ import annotations

from dataclasses import dataclass

import dramatiq

from portal.app.jobs import run_job
from portal.app.portal import Portal
from portal.errors import PortalError

_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Lane:
    """How a queue is worked: threads per process, and milliseconds until a job is interrupted."""

    threads: int
    time_limit: int


LANES = {
    "payments": Lane(threads=4, time_limit=2 * _MINUTE),
    "mail": Lane(threads=2, time_limit=2 * _MINUTE),
    "plans": Lane(threads=1, time_limit=60 * _MINUTE),  # who gets mails by itself: not behind exports, nor before codes
    "exports": Lane(threads=1, time_limit=60 * _MINUTE),
    "imports": Lane(threads=2, time_limit=60 * _MINUTE),
}


def declare_actor(broker: dramatiq.Broker, queue: str, portal: Portal) -> dramatiq.Actor[[int], None]:
    """The actor of a queue. It does not retry: the outbox row counts the attempts, and the relay sends it again."""

    @dramatiq.actor(
        broker=broker,
        actor_name=f"run_{queue}_job",
        queue_name=queue,
        max_retries=0,
        time_limit=LANES[queue].time_limit,
        throws=(PortalError,),
    )
    def run(outbox_id: int) -> None:
        run_job(portal, outbox_id)

    return run
