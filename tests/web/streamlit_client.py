"""Streamlit's websocket protocol, spoken as a browser does, so that a test may say what no browser would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.portal_server import Running

SECONDS = 30


@dataclass
class Run:
    """What one script run sent: every byte, the texts among it, the Streamlit session it belongs to."""

    raw: bytes = b""
    session_id: str = ""

    def shows(self, text: str) -> bool:
        return text.encode() in self.raw


@dataclass
class StreamlitSocket:
    """An open websocket."""

    socket: ClientConnection

    def run(self, query: str = "") -> Run:
        """Ask for a script run and read until it is finished; raises ConnectionClosed when the server hangs up."""
        message = BackMsg()
        message.rerun_script.query_string = query
        self.socket.send(message.SerializeToString())
        run = Run()
        while True:
            data = self.socket.recv(SECONDS)
            assert isinstance(data, bytes)
            run.raw += data
            forward = ForwardMsg.FromString(data)
            kind = forward.WhichOneof("type")
            if kind == "new_session":
                run.session_id = forward.new_session.initialize.session_id
            early = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN
            if kind == "script_finished" and forward.script_finished != early:
                return run


@contextmanager
def streamlit_socket(
    running: Running,
    cookie: str | None = None,
    *,
    origin: str | None = "ours",
    resume: str | None = None,
    path: str = "/_stcore/stream",
    headers: dict[str, str] | None = None,
    source: str | None = None,
) -> Iterator[StreamlitSocket]:
    """A websocket to Streamlit; `resume` names a session to go on with, `origin` None leaves the header out.

    `source` is the address of this machine that it comes from (127.0.0.2 and so on).
    """
    protocols = ["streamlit", "filler", *([resume] if resume else [])]
    more = dict(headers or {}) | ({"Cookie": f"portal={cookie}"} if cookie else {})
    with connect(
        running.socket_url.replace("/_stcore/stream", path),
        origin=running.url if origin == "ours" else origin,  # type: ignore[arg-type]
        subprotocols=[Subprotocol(name) for name in protocols],
        additional_headers=more,
        compression=None,
        max_size=None,
        open_timeout=SECONDS,
        proxy=None,
        source_address=(source, 0) if source else None,
    ) as socket:
        yield StreamlitSocket(socket)
