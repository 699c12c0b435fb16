"""`python -m portal.web.hooks`: webhooks, files and health without Streamlit, so that no slow page delays a payment."""

from __future__ import annotations

import importlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from portal.app.portal import Portal
from portal.app.production import refuse_trial_data
from portal.app.sessions import living
from portal.bootstrap import build
from portal.config import Settings
from portal.errors import PortalError
from portal.process import calm_collector
from portal.web.access_log import mask_tokens
from portal.web.api_routes import api_routes
from portal.web.calm import POLICY
from portal.web.failures import CalmFailures
from portal.web.file_routes import file_routes
from portal.web.gate import Gate
from portal.web.headers import SecurityHeaders
from portal.web.health import health_routes
from portal.web.mail_webhook import mail_routes
from portal.web.sockets import Sockets
from portal.web.webhook_routes import webhook_routes

_GRACE = 10  # seconds for requests at work when the process ends


def hooks_app(portal: Portal) -> Starlette:
    """The same routes behind the same gate as in the web process, on their own."""
    refuse_trial_data(portal)
    mask_tokens()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        calm_collector()
        with importlib.import_module("workers.inprocess").jobs_of_web(portal):  # what comes in is sent on at once
            yield
        portal.close()

    routes = [
        *health_routes(portal),
        *mail_routes(portal),
        *webhook_routes(portal),
        *api_routes(portal),
        *file_routes(portal),
    ]
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(SecurityHeaders, secure=portal.settings.secure, policy=POLICY),
            Middleware(ProxyHeadersMiddleware, trusted_hosts=[str(net) for net in portal.settings.trusted_proxies]),
            Middleware(CalmFailures),
            Middleware(Gate, portal=portal, sockets=Sockets(partial(living, portal)), routes=routes),
        ],
        lifespan=lifespan,
    )


def main() -> None:
    """Serve until a signal comes."""
    try:
        settings = Settings.load()
        app = hooks_app(build(settings))
    except PortalError as error:
        sys.exit(str(error.text))
    uvicorn.run(
        app,
        host=settings.host,
        port=settings.port,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )


if __name__ == "__main__":
    main()
