"""Many people at one page: websocket sessions against a running server, each with a session of its own."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from time import perf_counter
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

_PATIENCE = 120


@dataclass
class Drawn:
    """What all sessions saw: seconds of first and of later runs, bytes per run, and runs that went wrong."""

    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    wrong: int = 0
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Later runs only, over the time in which every session was asking."""
        return len(self.again) / self.seconds


async def drive(base: str, cookies: list[str], page: str, runs: int, think: float) -> Drawn:
    """One session per cookie: a first run, then `runs` more, `think` seconds apart on average (exponential)."""
    drawn, ready = Drawn(), asyncio.Barrier(len(cookies) + 1)
    people = [asyncio.create_task(_person(base, cookie, page, runs, think, drawn, ready)) for cookie in cookies]
    await asyncio.wait_for(ready.wait(), _PATIENCE)
    started = perf_counter()
    await asyncio.gather(*people)
    drawn.seconds = perf_counter() - started
    return drawn


async def _person(
    base: str, cookie: str, page: str, runs: int, think: float, drawn: Drawn, ready: asyncio.Barrier
) -> None:
    address = f"ws://{urlsplit(base).netloc}/_stcore/stream"
    headers = {"Origin": base, "Cookie": cookie}
    async with connect(
        address,
        subprotocols=["streamlit"],  # type: ignore[list-item]
        additional_headers=headers,
        max_size=None,
        ping_interval=None,
        open_timeout=_PATIENCE,
    ) as socket:
        drawn.first.append(await _run(socket, page, drawn))
        await ready.wait()
        for _ in range(runs):
            if think:
                await asyncio.sleep(random.expovariate(1 / think))
            drawn.again.append(await _run(socket, page, drawn))


async def _run(socket: ClientConnection, page: str, drawn: Drawn) -> float:
    """Ask for the page and wait until its script has ended."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    started, size, tables = perf_counter(), 0, 0
    await socket.send(asked.SerializeToString())
    while True:
        data = await asyncio.wait_for(socket.recv(), _PATIENCE)
        assert isinstance(data, bytes)  # noqa: S101  the protocol is binary
        size += len(data)
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "delta":
            shown = message.delta.new_element.WhichOneof("type")
            drawn.wrong += shown == "exception"
            tables += shown == "dataframe"
        elif kind == "script_finished":
            drawn.wrong += not tables
            drawn.sizes.append(size)
            return perf_counter() - started
