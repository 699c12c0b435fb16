"""`/pay/certificate/{document}`: whoever stated withholdings uploads their certificate. A form of our own.

A phone that goes to its camera for the picture may lose Streamlit's websocket, and with it all that was chosen.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from portal.app.payments.withheld_certificates import Missing, add_certificate, missing_certificates
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.places import DOCUMENT
from portal.errors import PortalError, Refused, SignInNeeded
from portal.files.uploads import MEDIA
from portal.i18n import translator
from portal.render.labels import Labels
from portal.render.words import withholding_name
from portal.text import Text
from portal.web.auth.entry import where_from
from portal.web.calm import HEADERS, keep_language, language_of, page, ways_page
from portal.web.pay_routes import checkout_of
from portal.web.uploads import file_in, form_with_file
from portal.web.visitor import visitor

_TITLE = Text("Certificado de retención")
_ASK = Text("Marca las retenciones que certifica y sube el archivo. Lo verá quien te factura.")
_NONE = Text("No hay retenciones que esperen certificado.")


def certificate_routes(portal: Portal) -> list[Route]:
    async def show(request: Request) -> Response:
        _, missing = await _asked(portal, request)
        here = {one.withholding.id for one in missing if one.withholding.document_id == checkout_of(request)}
        return _form(request, missing, here, None, 200) if missing else _nothing(request, 200)

    async def keep(request: Request) -> Response:
        actor, missing = await _asked(portal, request)
        if not missing:
            return _nothing(request, 422)
        ticked: list[int] = []
        try:
            form = await form_with_file(request)
            ticked = _ticked(form, missing)
            file = await file_in(form, "file")
            if file is None:
                raise Refused(Text("Elige el archivo del certificado: PDF o foto."))
            await run_in_threadpool(
                add_certificate, portal, actor, checkout_of(request), ticked, file, where_from(request)
            )
        except PortalError as refused:
            if refused.status >= 500 or refused.status in (401, 404):
                raise
            return _form(request, missing, ticked, refused.text, refused.status)
        return RedirectResponse(keep_language(request, _back(request)), 303, headers=HEADERS)

    address = "/pay/certificate/{id:path}"
    return [Route(address, show), Route(address, keep, methods=["POST"])]


async def _asked(portal: Portal, request: Request) -> tuple[Actor, list[Missing]]:
    actor = await visitor(request, portal)
    if actor is None:
        raise SignInNeeded()
    return actor, await run_in_threadpool(missing_certificates, portal, actor, checkout_of(request))


def _ticked(form: FormData, missing: Sequence[Missing]) -> list[int]:
    """Of what was offered, what was ticked."""
    told = set(form.getlist("w"))
    return [one.withholding.id for one in missing if str(one.withholding.id) in told]


def _form(
    request: Request, missing: Sequence[Missing], ticked: Collection[int], wrong: Text | None, status: int
) -> HTMLResponse:
    language = language_of(request)
    say = translator(language)
    labels = Labels(say, language)
    told = f'<p class="wrong" role="alert">{escape(wrong.render(say))}</p>' if wrong else ""
    rows = "".join(_row(one, one.withholding.id in ticked, labels) for one in missing)
    legend, name = (escape(text.render(say)) for text in (Text("Retenciones"), Text("Archivo: PDF o foto")))
    hint, send, away = (
        escape(text.render(say)) for text in (Text("Hasta 5 MB."), Text("Subir el certificado"), Text("Volver"))
    )
    form = (
        f'<form method="post" action="" enctype="multipart/form-data">'
        f"<fieldset><legend>{legend}</legend>{rows}</fieldset>"
        f'<label>{name}<input name="file" type="file" accept="{",".join(MEDIA)}"><small>{hint}</small></label>'
        f'<button type="submit">{send}</button></form>'
        f'<nav><a href="{escape(keep_language(request, _back(request)))}">{away}</a></nav>'
    )
    return page(request, _TITLE, _ASK, told + form, status)


def _row(one: Missing, ticked: bool, labels: Labels) -> str:
    told = one.withholding
    about = Text("{number}: {tax} de {amount}").filled(
        number=one.number,
        tax=withholding_name(told.tax, labels),
        amount=f"{told.currency} {labels.money(told.amount, told.currency)}",
    )
    box = f'<input type="checkbox" name="w" value="{told.id}"{" checked" if ticked else ""}>'
    return f'<label class="tick">{box}<span>{escape(labels.say(about))}</span></label>'


def _back(request: Request) -> str:
    return f"/{DOCUMENT.address}?id={checkout_of(request)}"


def _nothing(request: Request, status: int) -> Response:
    answer = ways_page(request, _TITLE, _NONE, [(Text("Volver"), _back(request))])
    answer.status_code = status
    return answer
