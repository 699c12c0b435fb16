"""Our routes and layers without Streamlit, as they are behind https: what a browser on loopback can't show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from portal.errors import NotFound
from portal.web.app import WebParts

BASE = "https://portal.example"


async def _who(request: Request) -> Response:
    return JSONResponse({"client": request.client and request.client.host, "scheme": request.url.scheme})


async def _cookie(_request: Request) -> Response:
    answer = Response("ok")
    answer.headers.append("set-cookie", "_streamlit_xsrf=1; Path=/")
    return answer


async def _broken(_request: Request) -> Response:
    raise RuntimeError("SELECT secret FROM /var/lib/portal")


async def _missing(_request: Request) -> Response:
    raise NotFound()


PROBES = {"/l/-who": _who, "/l/-cookie": _cookie, "/l/-broken": _broken, "/l/-missing": _missing}


class Browser:
    """Asks the app itself, without a network; keeps cookies."""

    def __init__(self, app: Starlette, address: str, loop: BlockingPortal) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 50_000))
        self._client = httpx.AsyncClient(transport=transport, base_url=BASE)
        self._loop = loop
        self.cookies = self._client.cookies

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self._loop.call(partial(self._client.get, path, **options))

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self._loop.call(partial(self._client.post, path, **options))


@contextmanager
def https_portal(home: Path, address: str = "192.0.2.1", **settings: Any) -> Iterator[tuple[Portal, Browser]]:
    """A portal at BASE and a browser for it; the probes are public addresses that only exist here."""
    portal = build(Settings(home=home, base_url=BASE, **settings))
    parts = WebParts(portal)
    probes = [Route(path, probe, methods=["GET", "POST"]) for path, probe in PROBES.items()]
    app = Starlette(routes=[*probes, *parts.routes], middleware=parts.middleware)
    with start_blocking_portal() as loop:  # a thread of its own: the test's may hold Playwright's loop
        yield portal, Browser(app, address, loop)
    portal.views.close()
    portal.ledger.engine.dispose()
