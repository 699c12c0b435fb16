"""What a process does about jobs: it sends them, and, if it is to work too, runs queues and the relay."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from dramatiq.worker import Worker

from portal.app.jobs import hurry_unclaimed
from portal.app.portal import Portal
from portal.ledger.outbox import queues_of
from workers.actors import LANES, declare_actor
from workers.broker import connect, make_broker
from workers.relay import Relay
from workers.watcher import Watcher

POLL = 250  # milliseconds between two looks of an idle worker into Redis
PREFETCH_PER_THREAD = 1  # a long job must not hold others back that a free worker could do
log = logging.getLogger(__name__)


class Crew:
    """One per process. From its making on, what the portal commits is sent; `start` also works the queues.

    Each queue has a broker and threads of its own, so that a long export never delays a payment.
    """

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        url = portal.settings.redis_url
        self._client = connect(url) if url else None
        self._actors = {queue: declare_actor(make_broker(self._client), queue, portal) for queue in LANES}
        self._workers: list[Worker] = []
        self._relay, self._watcher = Relay(portal), Watcher(portal)
        portal.ledger.sent = self.send

    def send(self, outbox_ids: Sequence[int]) -> None:
        """Put committed jobs into their queues. When Redis is away nothing is lost: the relay sends them later.

        Raises nothing: what asked for them is committed, whatever becomes of the sending.
        """
        try:
            with self.portal.ledger.read() as conn:
                queues = queues_of(conn, outbox_ids)
            for outbox_id, queue in queues.items():
                self._actors[queue].send(outbox_id)
        except Exception:
            log.warning("%s jobs could not be sent now; the relay will", len(outbox_ids), exc_info=True)

    def start(self, queues: Collection[str] = tuple(LANES)) -> None:
        """Work `queues`, and send whatever is overdue in any queue."""
        if self._client is None:
            hurry_unclaimed(self.portal)
        for queue in queues:
            broker, threads = self._actors[queue].broker, LANES[queue].threads
            broker.emit_after("process_boot")
            worker = Worker(broker, worker_threads=threads, worker_timeout=POLL)
            worker.queue_prefetch = threads * PREFETCH_PER_THREAD
            worker.start()
            self._workers.append(worker)
        self._relay.start()
        self._watcher.start()

    @property
    def alive(self) -> bool:
        """Whether every thread that `start` began still runs."""
        threads = [thread for worker in self._workers for thread in (*worker.workers, *worker.consumers.values())]
        return self._relay.is_alive() and self._watcher.is_alive() and all(thread.is_alive() for thread in threads)

    def stop(self, seconds: float) -> None:
        """Take no new jobs, let those at work end for at most `seconds`, give back what was fetched."""
        self._relay.stop()
        self._watcher.stop()
        for worker in self._workers:
            worker.stop(timeout=int(seconds * 1000))
        for actor in self._actors.values():
            actor.broker.close()
        if self._client is not None:
            self._client.close()
