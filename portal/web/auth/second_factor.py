"""`/auth/second-factor`: the second step of a session that owes one; turned on here where it is asked for."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal.app.accounts.factor_check import check_second_factor
from portal.app.accounts.second_factor import begin_totp, confirm_totp
from portal.app.portal import Portal
from portal.app.sessions import awaits_second_factor, find_session
from portal.errors import PortalError
from portal.i18n import translator
from portal.ledger.sessions import Session
from portal.ledger.users import User
from portal.render.qr import qr_svg
from portal.text import Text
from portal.web.auth.asking import again, answers, hidden, tried
from portal.web.auth.entry import SECOND_FACTOR, browser_of, safe_next, where_from
from portal.web.calm import HEADERS, Way, keep_language, language_of
from portal.web.cookies import cookie_hash
from portal.web.forms import Field, Form, form_page

_TITLE = Text("Verificación en dos pasos")
_ASK = Text("Escribe el código de tu aplicación de autenticación, o uno de tus códigos de recuperación.")
_CODE = Field("code", Text("Código"), "text", "one-time-code", longest=40)
_HOW = Text(
    "La empresa para la que trabajas la pide. Escanea este código con tu aplicación de autenticación y escribe los "
    "seis números que muestra."
)
_ASK_FIRST = Text("Escribe los seis números que muestra tu aplicación de autenticación.")
_RECOVERY = Text("Guarda tus códigos de recuperación")
_KEEP = Text("Cada uno sirve una vez, si pierdes el teléfono. No los volveremos a mostrar.")


def second_factor_routes(portal: Portal) -> list[Route]:
    async def form(request: Request) -> Response:
        owing = await run_in_threadpool(_owing, portal, request)
        to = safe_next(request.query_params.get("next", "/"))
        if owing is None:
            return RedirectResponse(keep_language(request, to), 303, headers=HEADERS)
        _, user = owing
        if user.totp_on_at is None:
            return await _set_up(request, portal, user, to)
        return form_page(request, _TITLE, _ASK, _form(to))

    async def check(request: Request) -> Response:
        owing, said = await run_in_threadpool(_owing, portal, request), await answers(request)
        to = safe_next(said.get("next", "/"))
        if owing is None:
            return RedirectResponse(keep_language(request, to), 303, headers=HEADERS)
        session, user = owing
        proof = (said.get("code", ""), browser_of(request, portal.settings), where_from(request))
        if user.totp_on_at is None:
            return await _confirm(request, portal, session, user, to, said)
        done = await tried(check_second_factor, portal, session.token_hash, *proof)
        if isinstance(done, PortalError):
            return again(request, _TITLE, _ASK, _form(to), done)
        return RedirectResponse(keep_language(request, to), 303, headers=HEADERS)

    return [Route(SECOND_FACTOR, form), Route(SECOND_FACTOR, check, methods=["POST"])]


def _owing(portal: Portal, request: Request) -> tuple[Session, User] | None:
    """The session that the cookie names, if it owes the second step: the gate lets it no further than here."""
    claimed = cookie_hash(request, portal.settings)
    session = find_session(portal, claimed) if claimed else None
    if session is None or session.user is None or not awaits_second_factor(portal, session):
        return None
    return session, session.user


def _form(to: str, *more: Way) -> Form:
    ways = (*more, (Text("Entrar con otra cuenta"), "/sign-in"))
    return Form((_CODE, hidden("next", to)), Text("Continuar"), SECOND_FACTOR, ways=ways)


async def _set_up(request: Request, portal: Portal, user: User, to: str) -> Response:
    secret, address = await run_in_threadpool(begin_totp, portal, user.id)
    return form_page(request, _TITLE, _HOW, _form(to), above=_key_html(request, secret, address))


def _key_html(request: Request, secret: str, address: str) -> str:
    """The key as a QR; for who reads this on the phone itself, as a link that opens the app, and in letters."""
    say = translator(language_of(request))
    spaced = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    here = escape(Text("¿La aplicación está en este teléfono? Ábrela aquí").render(say))
    letters = escape(Text("O escribe en ella esta clave:").render(say))
    return f'{qr_svg(address).decode()}<p><a href="{escape(address)}">{here}</a></p><p>{letters}</p><pre>{spaced}</pre>'


async def _confirm(
    request: Request, portal: Portal, session: Session, user: User, to: str, said: dict[str, str]
) -> Response:
    browser = browser_of(request, portal.settings)
    done = await tried(
        confirm_totp, portal, user.id, said.get("code", ""), session.token_hash, browser, where_from(request)
    )
    if isinstance(done, PortalError):
        anew = Text("Mostrar un código QR nuevo"), f"{SECOND_FACTOR}?{urlencode({'next': to})}"
        return again(request, _TITLE, _ASK_FIRST, _form(to, anew), done)
    codes = f"<pre>{escape(chr(10).join(done))}</pre>"
    saved = Form((hidden("next", to),), Text("Ya los guardé"), SECOND_FACTOR)
    return form_page(request, _RECOVERY, _KEEP, saved, above=codes)
