"""Leave the page for one of our own routes. Streamlit has no call for it: `st.login` sends this very message."""

from __future__ import annotations

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.scriptrunner import get_script_run_ctx


def go_to(address: str) -> None:
    """Send the browser to `address`, a path of ours."""
    context = get_script_run_ctx()
    if context is None or not address.startswith("/") or address.startswith("//"):
        raise ValueError(address)
    message = ForwardMsg()
    message.auth_redirect.url = address
    context.enqueue(message)
