"""`/pay/report/{document}`: a payer reports a transfer, with its proof. A form of our own, for a reason.

A phone that goes to its camera for the picture may lose Streamlit's websocket, and with it all that was filled in.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal.app.payments.reporting import Reportable, Said, report_transfer, reportable
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.places import DOCUMENT, DOCUMENTS
from portal.domain.typed_amounts import read_amount
from portal.errors import PortalError, Refused, SignInNeeded
from portal.i18n import translator
from portal.text import Text
from portal.web.auth.entry import where_from
from portal.web.calm import HEADERS, keep_language, language_of, ways_page
from portal.web.pay_routes import checkout_of, id_in
from portal.web.report_form import TITLE, ReportForm
from portal.web.uploads import file_in, form_with_file
from portal.web.visitor import visitor


def report_routes(portal: Portal) -> list[Route]:
    async def show(request: Request) -> Response:
        _, asked = await _asked(portal, request)
        if not asked.lines:
            return _nothing_due(request)
        ticked = [one.document_id for one in asked.lines]
        return ReportForm(request, asked, {}, ticked, secrets.token_urlsafe(12)).page(None, _back(request), 200)

    async def keep(request: Request) -> Response:
        actor, asked = await _asked(portal, request)
        if not asked.lines:
            return _nothing_due(request, 422)
        form = FormData()
        try:
            form = await form_with_file(request)
            said = await _said(request, form, asked)
            await run_in_threadpool(report_transfer, portal, actor, said, where_from(request))
        except PortalError as refused:
            return _again(request, asked, form, refused)
        return RedirectResponse(keep_language(request, _onward(request, said)), 303, headers=HEADERS)

    return [Route("/pay/report/{id:path}", show), Route("/pay/report/{id:path}", keep, methods=["POST"])]


async def _asked(portal: Portal, request: Request) -> tuple[Actor, Reportable]:
    actor = await visitor(request, portal)
    if actor is None:
        raise SignInNeeded()
    basket_id = id_in(told) if (told := request.query_params.get("b")) else None
    return actor, await run_in_threadpool(reportable, portal, actor, checkout_of(request), basket_id)


async def _said(request: Request, form: FormData, asked: Reportable) -> Said:
    """The form as a use case wants it. Raises Refused for what no one can read."""
    texts, currency = _texts(form), asked.lines[0].currency
    ticked = _ticked(form, asked)
    if not ticked:
        raise Refused(Text("Marca los documentos que pagaste."))
    parts = {one: read_amount(told, currency) for one in ticked if (told := texts.get(f"p{one}", "").strip())}
    try:
        on = date.fromisoformat(texts.get("on", ""))
    except ValueError:
        raise Refused(Text("Escribe la fecha del pago.")) from None
    return Said(
        document_ids=ticked,
        key=texts.get("key") or secrets.token_urlsafe(12),
        amount=read_amount(texts.get("amount", ""), currency),
        on=on,
        method=texts.get("method", ""),
        reference=texts.get("reference", ""),
        bank=texts.get("bank", ""),
        comment=texts.get("comment", ""),
        parts=parts,
        proof=await file_in(form, "proof"),
        language=language_of(request),
    )


def _texts(form: FormData) -> Mapping[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _ticked(form: FormData, asked: Reportable) -> list[int]:
    """Of the documents that were offered, those that were ticked."""
    told = set(form.getlist("d"))
    return [one.document_id for one in asked.lines if str(one.document_id) in told]


def _again(request: Request, asked: Reportable, form: FormData, refused: PortalError) -> Response:
    if refused.status >= 500 or refused.status in (401, 404):
        raise refused
    key = _texts(form).get("key") or secrets.token_urlsafe(12)
    shown = ReportForm(request, asked, _texts(form), _ticked(form, asked), key)
    return shown.page(refused.text, _back(request), refused.status)


def _back(request: Request) -> str:
    basket = request.query_params.get("b")
    return f"/pagar?b={id_in(basket)}" if basket else f"/{DOCUMENT.address}?id={checkout_of(request)}"


def _onward(request: Request, said: Said) -> str:
    """To what is in review now: the document, or the list of them."""
    if len(said.document_ids) == 1:
        return f"/{DOCUMENT.address}?id={said.document_ids[0]}"
    word = Text("En revisión").render(translator(language_of(request)))
    return f"/{DOCUMENTS.address}?{urlencode({'estado': word})}"


def _nothing_due(request: Request, status: int = 200) -> Response:
    sentence = Text("Estos documentos ya no tienen saldo: no hay nada por pagar.")
    answer = ways_page(request, TITLE, sentence, [(Text("Volver"), f"/{DOCUMENT.address}?id={checkout_of(request)}")])
    answer.status_code = status
    return answer
