"""Pages as a browser asks for them over the websocket: by their address, with a query, with widgets touched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection

from tests.portal_server import Running
from tests.web.streamlit_client import SECONDS, streamlit_socket

_TEXT = re.compile(r'(?:body|label): "([^"]+)"')
EARLY = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN


@dataclass
class Drawn:
    """What one script run sent: every byte, the pages on offer, the one that was drawn, what was not found."""

    raw: bytes = b""
    session_id: str = ""
    offered: set[str] = field(default_factory=set)
    page: str = ""
    not_found: bool = False
    said: list[str] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)  # ids of text boxes and buttons by what stands on them

    def widget(self, key: str) -> str | None:
        """The id of the widget with this key, if it was drawn."""
        found = re.search(rb"\$\$ID-[0-9a-f]+-%s(?![\w-])" % key.encode(), self.raw)
        return found and found[0].decode()

    @property
    def media(self) -> set[bytes]:
        """Addresses under Streamlit's own file route, which asks nobody for a right."""
        return set(re.findall(rb"/media/[0-9a-f]+", self.raw))

    def shows(self, text: str) -> bool:
        return text.encode() in self.raw


@dataclass
class Browser:
    """An open websocket of a visitor."""

    socket: ClientConnection

    def draw(self, page: str = "", query: str = "", choice: tuple[str, str] | None = None) -> Drawn:
        """Ask for the page at this address; `choice`: the id of a widget and the text put into it."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        if choice is not None:
            widget = message.rerun_script.widget_states.widgets.add()
            widget.id, widget.string_value = choice
        self.socket.send(message.SerializeToString())
        return self._read()

    def submit(self, drawn: Drawn, page: str, button: str, **texts: str) -> Drawn:
        """Fill in a form that was drawn and press its button; `texts` by the label's first word."""
        message = BackMsg()
        message.rerun_script.page_name = page
        for label, part in drawn.parts.items():
            if label.split()[0] in texts:
                message.rerun_script.widget_states.widgets.add(id=part, string_value=texts[label.split()[0]])
        message.rerun_script.widget_states.widgets.add(id=drawn.parts[button], trigger_value=True)
        self.socket.send(message.SerializeToString())
        return self._read()

    def _read(self) -> Drawn:
        drawn, hashes, named = Drawn(), {}, ""
        while True:
            data = self.socket.recv(SECONDS)
            assert isinstance(data, bytes)
            drawn.raw += data
            forward = ForwardMsg.FromString(data)
            if forward.WhichOneof("type") == "delta":
                element = forward.delta.new_element
                drawn.said += _TEXT.findall(str(element))
                if (kind := element.WhichOneof("type")) in ("text_input", "button"):
                    drawn.parts[getattr(element, kind).label] = getattr(element, kind).id
            match forward.WhichOneof("type"):
                case "new_session":
                    drawn.session_id = forward.new_session.initialize.session_id
                case "navigation":
                    hashes = {page.page_script_hash: page.url_pathname for page in forward.navigation.app_pages}
                    named = forward.navigation.page_script_hash
                case "page_not_found":
                    drawn.not_found = True
                case "script_finished" if forward.script_finished != EARLY:
                    drawn.offered, drawn.page = set(hashes.values()), hashes.get(named, "")
                    return drawn


@contextmanager
def browser(
    running: Running, token: str, headers: dict[str, str] | None = None, source: str | None = None
) -> Iterator[Browser]:
    """A websocket with this session's cookie; raises InvalidStatus when the gate says no."""
    with streamlit_socket(running, token, headers=headers, source=source) as opened:
        yield Browser(opened.socket)
