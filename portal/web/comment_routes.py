"""`/comment/{document}`: a comment with files. A form of our own, because a phone may lose Streamlit at its camera."""

from __future__ import annotations

import secrets
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from portal.app.portal import Portal
from portal.app.threads.reading import ShownThread, read_thread
from portal.app.threads.writing import Said, write_comment
from portal.domain.access import Actor
from portal.domain.places import DOCUMENT
from portal.domain.threads import LONGEST, MOST_FILES
from portal.errors import NotFound, PortalError, SignInNeeded
from portal.files.uploads import MEDIA
from portal.i18n import translator
from portal.text import Text
from portal.web.auth.entry import where_from
from portal.web.calm import HEADERS, keep_language, language_of, page
from portal.web.pay_routes import checkout_of
from portal.web.uploads import FormRefused, files_in, form_with_file
from portal.web.visitor import visitor

_TITLE = Text("Comentario con archivos")
_TO_ISSUER = Text("Lo lee quien te factura, y su respuesta queda en el mismo documento.")
_TO_CUSTOMER = Text("Lo lee el cliente, en el documento y por correo. Una nota interna la lee solo tu equipo.")
_ACCEPT = ",".join((*MEDIA, "application/xml", "text/xml", ".xml"))


def comment_routes(portal: Portal) -> list[Route]:
    async def show(request: Request) -> Response:
        _, thread = await _asked(portal, request)
        return _form(request, thread, "", secrets.token_urlsafe(12), None, 200)

    async def keep(request: Request) -> Response:
        actor, thread = await _asked(portal, request)
        words, key = "", secrets.token_urlsafe(12)
        try:
            form = await form_with_file(request, MOST_FILES)
            words, key = str(form.get("words") or ""), str(form.get("key") or key)
            files = await files_in(form, "file")
            said = Said(words, key, files, form.get("note") == "1", language_of(request))
            await run_in_threadpool(write_comment, portal, actor, checkout_of(request), said, where_from(request))
        except FormRefused as broken:
            words = str(broken.fields.get("words") or "")
            return _form(request, thread, words, str(broken.fields.get("key") or key), broken.text, broken.status)
        except PortalError as refused:
            if refused.status >= 500 or refused.status in (401, 404):
                raise
            return _form(request, thread, words, key, refused.text, refused.status)
        return RedirectResponse(keep_language(request, _back(request)), 303, headers=HEADERS)

    address = "/comment/{id:path}"
    return [Route(address, show), Route(address, keep, methods=["POST"])]


async def _asked(portal: Portal, request: Request) -> tuple[Actor, ShownThread]:
    actor = await visitor(request, portal)
    if actor is None:
        raise SignInNeeded()
    thread = await run_in_threadpool(read_thread, portal, actor, checkout_of(request))
    if not thread.may_write:
        raise NotFound()
    return actor, thread


def _form(
    request: Request, thread: ShownThread, words: str, key: str, wrong: Text | None, status: int
) -> HTMLResponse:  # fmt: skip
    say = translator(language_of(request))

    def t(text: Text) -> str:
        return escape(text.render(say))

    told = f'<p class="wrong" role="alert">{t(wrong)}</p>' if wrong else ""
    tick = f'<input type="checkbox" name="note" value="1"><span>{t(Text("Nota interna"))}</span>'
    note = f'<label class="tick">{tick}</label>' if thread.staff else ""
    hint = Text("PDF, foto o XML; hasta {most} archivos de 5 MB.", most=MOST_FILES)
    box = f'<textarea name="words" rows="5" maxlength="{LONGEST}">{escape(words)}</textarea>'
    form = (
        f'<form method="post" action="" enctype="multipart/form-data">'
        f'<input type="hidden" name="key" value="{escape(key)}"><label>{t(Text("Comentario"))}{box}</label>'
        f'<label>{t(Text("Archivos"))}<input name="file" type="file" accept="{_ACCEPT}" multiple>'
        f'<small>{t(hint)}</small></label>{note}<button type="submit">{t(Text("Enviar"))}</button></form>'
        f'<nav><a href="{escape(keep_language(request, _back(request)))}">{t(Text("Volver"))}</a></nav>'
    )
    return page(request, _TITLE, _TO_CUSTOMER if thread.staff else _TO_ISSUER, told + form, status)


def _back(request: Request) -> str:
    return f"/{DOCUMENT.address}?id={checkout_of(request)}"
