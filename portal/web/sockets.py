"""Open websockets by session: the end of a session ends them too, at once here, within a second from elsewhere."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SWEEP_SECONDS = 1.0
PER_SESSION, IN_ALL = 30, 2_000  # open at once: somebody's tabs; what a process bears
_POLICY_VIOLATION = 1008
log = logging.getLogger(__name__)


class Sockets:
    """`living` answers which of some sessions are alive; it runs in a thread, once a second while sockets are open."""

    def __init__(self, living: Callable[[Collection[str]], Collection[str]]) -> None:
        self.living = living
        self._open: dict[str, set[asyncio.Event]] = {}
        self._sweeper: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return sum(len(events) for events in self._open.values())

    def full(self, token_hash: str) -> bool:
        """Whether one more of this session would be too many."""
        return len(self._open.get(token_hash, ())) >= PER_SESSION or len(self) >= IN_ALL

    def close(self, token_hash: str) -> None:
        """Close every socket of a session. To be called on the event loop."""
        for ended in self._open.get(token_hash, ()):
            ended.set()

    async def run(self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, token_hash: str) -> None:
        """Serve a websocket for as long as its session lives."""
        ended = asyncio.Event()
        self._open.setdefault(token_hash, set()).add(ended)
        if self._sweeper is None:
            self._sweeper = asyncio.create_task(self._sweep())
        try:
            await app(scope, _until(ended, receive, send), _unless(ended, send))
        finally:
            self._open[token_hash].discard(ended)
            if not self._open[token_hash]:
                del self._open[token_hash]

    async def _sweep(self) -> None:
        while self._open:
            await asyncio.sleep(SWEEP_SECONDS)
            held = tuple(self._open)
            try:
                alive = await run_in_threadpool(self.living, held)
            except Exception as error:  # noqa: BLE001  the next request tells more; here once a second would drown it
                log.warning("open sessions could not be checked (%s), trying again", type(error).__name__)
                continue
            for token_hash in set(held).difference(alive):
                self.close(token_hash)
        self._sweeper = None


def _until(ended: asyncio.Event, receive: Receive, send: Send) -> Receive:
    """`receive`, until the session has ended: then the browser is told to go, and the app that it has gone."""

    async def receive_or_end() -> Message:
        arriving = asyncio.ensure_future(receive())
        ending = asyncio.ensure_future(ended.wait())
        try:
            await asyncio.wait({arriving, ending}, return_when=asyncio.FIRST_COMPLETED)
            if not ended.is_set():
                return arriving.result()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": "session ended"})
            return {"type": "websocket.disconnect", "code": _POLICY_VIOLATION}
        finally:
            arriving.cancel()
            ending.cancel()

    return receive_or_end


def _unless(ended: asyncio.Event, send: Send) -> Send:
    """`send`, but nothing more once the session has ended, whatever a script that still runs would show."""

    async def send_or_drop(message: Message) -> None:
        if not ended.is_set():
            await send(message)

    return send_or_drop
