"""`/verificar`: whoever holds a statement asks whether this portal issued it, and whether it is unchanged.

Nobody signs in here. What is not known gets one plain answer, whatever it was; too many of those from one address wait.
"""

from __future__ import annotations

from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from portal.app.portal import Portal
from portal.app.statements.verifying import Verified, verify_file, verify_print, verify_short
from portal.domain.issued import short_print
from portal.errors import PortalError
from portal.i18n import translator
from portal.render.labels import Labels
from portal.text import Text
from portal.web.api_pace import Pace
from portal.web.calm import HOME, keep_language, language_of, page
from portal.web.forms import Field
from portal.web.gate import client_address
from portal.web.hashed_form import hashed_form

ADDRESS = "/verificar"
_TITLE, _AGAIN, _VERIFY = Text("Verificar un estado de cuenta"), Text("Verificar otro"), Text("Verificar")
_OR = Text("O con lo que dice el papel:")


def verify_routes(portal: Portal) -> list[Route]:
    pace = Pace()

    async def ask(request: Request) -> Response:
        return _form_page(request, None, 200)

    async def by_print(request: Request) -> Response:
        pace.check_guesses(client_address(request))
        found = await run_in_threadpool(verify_print, portal, request.path_params["fingerprint"])
        return _answer(request, found, False)

    async def by_form(request: Request) -> Response:
        pace.check_guesses(client_address(request))
        try:
            form = await hashed_form(request)
        except PortalError as refused:
            pace.count_guess(client_address(request))
            return _form_page(request, refused.text, refused.status)
        if form.sha256 is not None:
            return _answer(request, await run_in_threadpool(verify_file, portal, form.sha256), True)
        number, print_ = form.texts.get("number", ""), form.texts.get("print", "")
        return _answer(request, await run_in_threadpool(verify_short, portal, number, print_), False)

    def _answer(request: Request, found: Verified | None, by_file: bool) -> Response:
        if found is None:
            pace.count_guess(client_address(request))
            return _unknown(request)
        return _known(request, found, by_file)

    return [
        Route(ADDRESS, ask),
        Route(ADDRESS, by_form, methods=["POST"]),
        Route(f"{ADDRESS}/{{fingerprint:path}}", by_print),
    ]


def _known(request: Request, found: Verified, by_file: bool) -> Response:
    language = language_of(request)
    said = Labels(translator(language), language, found.timezone)
    facts = {
        Text("Emisor"): f"{found.issuer} · {found.issuer_tax_id}",
        Text("Número"): found.number,
        Text("Emitido"): said.day(found.issued_on),
        Text("Cliente"): found.customer,
        Text("Periodo"): f"{said.day(found.start)} – {said.day(found.end)}",
        Text("Con lo registrado hasta"): said.moment(found.known_at),
        Text("Saldo final"): f"{found.currency} {said.money(found.closing, found.currency)}",
        Text("Huella"): short_print(found.fingerprint),
    }
    sentence = Text("Este portal emitió este estado de cuenta, y lo guarda sin cambios.")
    if by_file:
        sentence = Text("Este archivo es, byte por byte, el que emitió este portal: nadie lo ha cambiado.")
    return _facts_page(request, Text("Es auténtico"), sentence, facts, _last(found, by_file))


def _last(found: Verified, by_file: bool) -> Text | None:
    if found.bare:
        return Text(
            "Un CSV no dice su número: los datos son del primer estado de cuenta que se emitió con ese contenido."
        )
    if by_file:
        return None
    return Text("Compara estos datos con tu papel: si alguno es distinto, el papel fue cambiado.")


def _facts_page(
    request: Request, title: Text, sentence: Text, facts: dict[Text, str], last: Text | None
) -> Response:  # fmt: skip
    say = translator(language_of(request))
    rows = "".join(f"<p><small>{escape(name.render(say))}</small>{escape(told)}</p>" for name, told in facts.items())
    end = f"<p>{escape(last.render(say))}</p>" if last else ""
    return page(request, title, sentence, rows + end, 200, ways=((_AGAIN, ADDRESS), HOME))


def _unknown(request: Request) -> Response:
    say = translator(language_of(request))
    todo = Text("Revisa que la huella y el número estén completos y bien copiados. Si vienen de un papel, pide a quien"
                " te lo entregó el archivo original, o pregunta al emisor.")  # fmt: skip
    drawn = Text("De las facturas y comprobantes que el portal dibuja no se guarda copia: una factura electrónica se"
                 " verifica con su CUFE en la DIAN.")  # fmt: skip
    more = f"<p>{escape(todo.render(say))}</p><p><small>{escape(drawn.render(say))}</small></p>"
    sentence = Text("Este portal no ha emitido nada así, o lo que tienes fue cambiado después.")
    return page(request, Text("No lo conocemos"), sentence, more, 404, ways=((_AGAIN, ADDRESS), HOME))


_FILE, _KEPT_NOT = Text("El archivo: PDF, XLSX o CSV"), Text("No se guarda: solo se compara.")
_NUMBER = Field("number", Text("Número"), longest=40, hint=Text("Como está impreso: EC-000123."))
_PRINT = Field("print", Text("Huella"), longest=100, hint=Text("Como está impresa: cuatro grupos de letras y números."))


def _form_page(request: Request, wrong: Text | None, status: int) -> Response:
    """Two forms: a file, or what the paper says."""
    say = translator(language_of(request))

    def told(text: Text) -> str:
        return escape(text.render(say))

    begin = f'<form method="post" action="{escape(keep_language(request, ADDRESS))}" enctype="multipart/form-data">'
    button = f'<button type="submit">{told(_VERIFY)}</button></form>'
    alert = f'<p class="wrong" role="alert">{told(wrong)}</p>' if wrong else ""
    chosen = '<input name="file" type="file" accept=".pdf,.xlsx,.csv,.json" required>'
    file = f"<label>{told(_FILE)}{chosen}<small>{told(_KEPT_NOT)}</small></label>"
    typed = _NUMBER.html(say, first=False) + _PRINT.html(say, first=False)
    more = f"{alert}{begin}{file}{button}<nav></nav><p>{told(_OR)}</p>{begin}{typed}{button}"
    sentence = Text("Comprueba si este portal emitió un estado de cuenta y si nadie lo ha cambiado.")
    return page(request, _TITLE, sentence, more, status)
