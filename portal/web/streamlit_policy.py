"""The content security policy of Streamlit's pages."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit

from portal.web.calm import source_hash

_INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def streamlit_policy() -> str:
    """The CSP that Streamlit's front end runs under: no eval, and of inline scripts only the one it ships with."""
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    inline = " ".join(source_hash(code) for code in _INLINE_SCRIPT.findall(page.read_text(encoding="utf-8")))
    return (
        f"default-src 'self'; script-src 'self' {inline}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-src 'self'; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
