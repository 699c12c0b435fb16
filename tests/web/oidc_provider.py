"""A sign-in provider of our own, over HTTP: discovery, authorisation with PKCE, tokens signed by its key."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.services import free_port
from tests.waiting import until


@dataclass
class Provider:
    """`person`: whose claims the next sign-in carries; `lie`: claims that a false provider would change."""

    url: str
    person: dict[str, Any] = field(default_factory=dict)
    lie: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    signing: RSAKey | None = None
    asked: dict[str, dict[str, str]] = field(default_factory=dict)

    async def discovery(self, _request: Request) -> Response:
        ways = {f"{name}_endpoint": f"{self.url}/{name}" for name in ("authorization", "token")}
        return JSONResponse({"issuer": self.url, "jwks_uri": f"{self.url}/jwks", **ways})

    async def jwks(self, _request: Request) -> Response:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorization(self, request: Request) -> Response:
        code = hashlib.sha256(str(time.time_ns()).encode()).hexdigest()
        self.asked[code] = dict(request.query_params)
        query = request.query_params
        return RedirectResponse(f"{query['redirect_uri']}?code={code}&state={query['state']}", 303)

    async def token(self, request: Request) -> Response:
        said = await request.form()
        asked = self.asked.pop(str(said["code"]), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(said.get("code_verifier")).encode()).digest())
        if asked is None or asked["code_challenge"] != challenge.rstrip(b"=").decode():
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {"iss": self.url, "aud": asked["client_id"], "sub": "1", "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"]} | self.person | self.lie
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.signing or self.key)
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": signed})


@contextmanager
def oidc_provider() -> Iterator[Provider]:
    """It runs in a thread, on a free port."""
    port = free_port()
    provider = Provider(f"http://localhost:{port}")
    routes = [
        Route("/.well-known/openid-configuration", provider.discovery),
        Route("/jwks", provider.jwks),
        Route("/authorization", provider.authorization),
        Route("/token", provider.token, methods=["POST"]),
    ]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started, "the provider")
        yield provider
    finally:
        server.should_exit = True
        thread.join()
