"""Our part of the ASGI app: the routes beside Streamlit's, and the layers around both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from portal.app.portal import Portal
from portal.app.production import refuse_trial_data
from portal.app.sessions import living
from portal.process import calm_collector
from portal.web.access_log import mask_tokens
from portal.web.api_routes import api_routes
from portal.web.auth import auth_routes
from portal.web.certificate_routes import certificate_routes
from portal.web.comment_routes import comment_routes
from portal.web.failures import CalmFailures
from portal.web.file_routes import file_routes
from portal.web.gate import Gate
from portal.web.hardening import check_streamlit, hide_install_path
from portal.web.headers import SecurityHeaders
from portal.web.health import health_routes
from portal.web.link_routes import link_routes
from portal.web.logo_routes import logo_routes
from portal.web.mail_webhook import mail_routes
from portal.web.pay_routes import pay_routes
from portal.web.report_routes import report_routes
from portal.web.sandbox_routes import sandbox_routes
from portal.web.session_routes import session_routes
from portal.web.shop_routes import shop_routes
from portal.web.sockets import Sockets
from portal.web.stop_routes import stop_routes
from portal.web.streamlit_policy import streamlit_policy
from portal.web.verify_routes import verify_routes
from portal.web.webhook_routes import webhook_routes


class WebParts:
    """What `st.App` is made of, for one portal. Raises SettingsError when it must not be served like this."""

    def __init__(self, portal: Portal) -> None:
        check_streamlit(portal.settings.is_production)
        refuse_trial_data(portal)
        mask_tokens()
        hide_install_path()
        self.portal = portal
        sockets = Sockets(partial(living, portal))
        self.routes: list[BaseRoute] = [
            *health_routes(portal),
            *link_routes(portal, sockets),
            *session_routes(portal, sockets),
            *auth_routes(portal, sockets),
            *shop_routes(portal, sockets),
            *logo_routes(portal),
            *sandbox_routes(portal),  # these before the addresses that begin alike
            *report_routes(portal),
            *certificate_routes(portal),
            *pay_routes(portal),
            *comment_routes(portal),
            *mail_routes(portal),
            *stop_routes(portal),
            *verify_routes(portal),
            *webhook_routes(portal),
            *file_routes(portal),
            *api_routes(portal),
        ]
        self.middleware = [
            Middleware(SecurityHeaders, secure=portal.settings.secure, policy=streamlit_policy()),
            Middleware(ProxyHeadersMiddleware, trusted_hosts=[str(net) for net in portal.settings.trusted_proxies]),
            Middleware(CalmFailures),
            Middleware(Gate, portal=portal, sockets=sockets, routes=self.routes),
        ]

    @asynccontextmanager
    async def lifespan(self, _app: st.App) -> AsyncIterator[None]:
        """What was loaded at the start is not looked at again by the garbage collector; the views' file is given up."""
        calm_collector()
        try:
            yield
        finally:
            await run_in_threadpool(self.portal.views.close)
