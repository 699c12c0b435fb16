"""The gate before everything: who asks, from which page, for which address. Default is no.

Pure ASGI, because Starlette's BaseHTTPMiddleware lets websockets through unseen. Streamlit learns the session by a
header that only the gate can set; it binds a Streamlit session to it, so that none can be resumed by its id alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.app.portal import Portal
from portal.app.sessions import lets_in
from portal.errors import NotFound
from portal.text import Text
from portal.web.calm import HEADERS, TITLE, sentence_page
from portal.web.cookies import cookie_hash
from portal.web.failures import refuse
from portal.web.origin import same_origin
from portal.web.page_doors import PAGES, UPLOADS, page_answer, upload_answer
from portal.web.sockets import Sockets
from portal.web.strangers import MARK, Strangers, browser_hash, introducing

OURS = b"x-portal-"
SESSION_HEADER = b"x-portal-session"
ADDRESS_HEADER = b"x-portal-address"
STREAM = "/_stcore/stream"
# Everybody may ask for these; what they answer checks its own right (a link's token) or tells nothing (health).
# What is sent there proves itself, by a signature, a token or a sealed address: no cookie is looked at.
MACHINES = ("/webhooks/", "/api/", "/stop/")
PUBLIC_PREFIXES = ("/l/", "/q/", "/auth/", "/pay/return/", "/logos/", "/verificar/", *MACHINES)
PUBLIC = frozenset({"/healthz", "/readyz", "/verificar"})
# What the sign-in page needs of Streamlit; its script shows strangers that page and no other.
SIGN_IN = "/sign-in"
_STATIC = "/static/"
# Streamlit's addresses that the portal never uses: its files ask nobody for a right, the others drive or describe it.
CLOSED = frozenset({"_stcore", "app", "component", "media", "oauth2callback"})
NEEDED = frozenset({STREAM, "/_stcore/health", "/_stcore/host-config"})
# The first words of Streamlit's other addresses. To all the rest it would answer with its app, which then says in
# English that there is no such page.
STREAMLITS = frozenset({"static", "_stcore", "favicon.png"})
SAFE_METHODS = frozenset({"GET", "HEAD"})


class Gate:
    """`sockets` holds the open websockets of the sessions that passed; `routes` are ours, beside Streamlit."""

    def __init__(self, app: ASGIApp, portal: Portal, sockets: Sockets, routes: Iterable[BaseRoute]) -> None:
        self.app = app
        self.portal = portal
        self.sockets = sockets
        self.taken = STREAMLITS | {_first(getattr(route, "path", "")) for route in routes}
        self.strangers = Strangers()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if not name.lower().startswith(OURS)]
        connection = HTTPConnection({**scope, "headers": headers})
        token_hash = await self._session(connection)
        refusal = self._refusal(connection, token_hash) or await self._shut(connection, token_hash)
        if refusal is not None:
            await refuse(refusal, scope, receive, send)
            return
        browser = browser_hash(connection, self.portal.settings)
        known = token_hash or (f"{MARK}{browser}" if browser else "")
        headers.append((SESSION_HEADER, known.encode()))
        if token_hash is None:  # a session outlives a change of network, and its own address stands in its row
            headers.append((ADDRESS_HEADER, client_address(connection).encode()))
        passed = {**scope, "headers": headers}
        if scope["type"] == "http":
            new = token_hash is None and browser is None and _meets_strangers(scope["path"])
            await self.app(passed, receive, introducing(send, self.portal.settings) if new else send)
        elif token_hash:
            await self.sockets.run(self.app, passed, receive, send, token_hash)
        else:
            with self.strangers.holding(client_address(connection)):
                await self.app(passed, receive, send)

    async def _session(self, connection: HTTPConnection) -> str | None:
        claimed = cookie_hash(connection, self.portal.settings)
        if claimed is None or _same_for_all(connection) or connection.scope["path"].startswith(MACHINES):
            return None
        return claimed if await run_in_threadpool(lets_in, self.portal, claimed) else None

    def _refusal(self, connection: HTTPConnection, token_hash: str | None) -> Response | None:
        path, socket = connection.scope["path"], connection.scope["type"] == "websocket"
        if (
            not path.startswith(MACHINES)
            and (socket or connection.scope["method"] not in SAFE_METHODS)
            and not same_origin(connection.headers, self.portal.settings.base_url, socket=socket)
        ):
            return _foreign(connection)
        if token_hash is None and not (self._may_watch(connection) if socket else _public(connection)):
            return _stranger(connection)
        somewhere = path == "/" or path in PAGES or _first(path) in self.taken
        if not somewhere or _closed(path) or (socket and path != STREAM):
            return _nothing_here(connection)
        return _crowded(connection) if socket and self._full(connection, token_hash) else None

    async def _shut(self, connection: HTTPConnection, token_hash: str | None) -> Response | None:
        """What answers instead of a page, or a way to upload, that does not open to who has come in."""
        path = connection.scope["path"]
        if connection.scope["type"] != "http" or token_hash is None:
            return None
        if path.startswith(UPLOADS):
            return await run_in_threadpool(upload_answer, self.portal, connection, token_hash)
        return await run_in_threadpool(page_answer, self.portal, connection, token_hash) if path in PAGES else None

    def _may_watch(self, connection: HTTPConnection) -> bool:
        """Whether a stranger may open the websocket of the sign-in page."""
        return browser_hash(connection, self.portal.settings) is not None and connection.scope["path"] == STREAM

    def _full(self, connection: HTTPConnection, token_hash: str | None) -> bool:
        return self.sockets.full(token_hash) if token_hash else self.strangers.full(client_address(connection))


def client_address(connection: HTTPConnection) -> str:
    """Where a request comes from, as the trusted proxies say."""
    return connection.client.host if connection.client else ""


def _public(connection: HTTPConnection) -> bool:
    path, reads = connection.scope["path"], connection.scope["method"] in SAFE_METHODS
    return path in PUBLIC or path.startswith(PUBLIC_PREFIXES) or (reads and _for_strangers(path))


def _same_for_all(connection: HTTPConnection) -> bool:
    """Streamlit's own files: dozens to a page, and no session makes a difference."""
    reads = connection.scope["type"] == "http" and connection.scope["method"] in SAFE_METHODS
    return reads and connection.scope["path"].startswith(_STATIC)


def _meets_strangers(path: str) -> bool:
    return path in ("/", SIGN_IN) or path.startswith(("/auth/", "/q/"))


def _for_strangers(path: str) -> bool:
    return path in ("/", SIGN_IN, "/_stcore/health", "/_stcore/host-config") or path.startswith(_STATIC)


def _first(path: str) -> str:
    return path.split("/")[1] if path.startswith("/") else ""


def _closed(path: str) -> bool:
    open_ = path in NEEDED or path.startswith(UPLOADS)  # these to whoever may import
    return not path.isprintable() or (_first(path) in CLOSED and not open_)


def _foreign(connection: HTTPConnection) -> Response:
    sentence = Text("Esta petición vino de otra página y no la atendimos. Abre el portal y vuelve a intentarlo.")
    return sentence_page(connection, TITLE, sentence, 403)


def _stranger(connection: HTTPConnection) -> Response:
    """A page of the portal leads to the sign-in page and back; all else is refused."""
    path, socket = connection.scope["path"], connection.scope["type"] == "websocket"
    if not socket and connection.scope["method"] in SAFE_METHODS and path in PAGES:
        query = connection.scope["query_string"].decode("latin-1")
        back = urlencode({"next": f"{path}?{query}" if query else path})
        return RedirectResponse(f"{SIGN_IN}?{back}", 303, headers=HEADERS)
    sentence = Text(
        "Para ver tus documentos, abre tu enlace personal. Está en el correo de quien te factura; "
        "si no lo encuentras, pídele uno nuevo."
    )
    entry = (Text("Entrar con una cuenta"), SIGN_IN)
    return sentence_page(connection, Text("Abre tu enlace personal"), sentence, 401, (entry,))


def _crowded(connection: HTTPConnection) -> Response:
    sentence = Text("Hay demasiadas páginas abiertas desde aquí. Cierra las que no uses y vuelve a cargar esta.")
    return sentence_page(connection, TITLE, sentence, 429)


def _nothing_here(connection: HTTPConnection) -> Response:
    return sentence_page(connection, TITLE, NotFound().text, 404)


def trusted_session(headers: Headers) -> str:
    """The session that the gate let through, for routes behind it."""
    return headers[SESSION_HEADER.decode()]
