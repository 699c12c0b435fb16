"""`/pay/sandbox/{checkout}`: the sandbox provider's page. It stands for a company's own page, outside the portal."""

from __future__ import annotations

from html import escape

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal.app.payments.sandboxing import OUTCOMES, Outcome, play, sandbox_checkout
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.errors import NotFound, SignInNeeded
from portal.i18n import translator
from portal.render.labels import Labels
from portal.text import Text
from portal.web.auth.asking import answers
from portal.web.calm import HEADERS, language_of, page
from portal.web.pay_routes import checkout_of
from portal.web.visitor import visitor


def sandbox_routes(portal: Portal) -> list[Route]:
    async def show(request: Request) -> Response:
        actor = await _payer(request)
        checkout = await run_in_threadpool(sandbox_checkout, portal, actor, checkout_of(request))
        language = language_of(request)
        money = Labels(translator(language), language).money(checkout.amount, checkout.currency)
        asked = f"{checkout.currency} {money}"
        sentence = Text("Aquí no se mueve dinero. Te piden {amount}. ¿Qué quieres que pase?", amount=asked)
        return page(request, Text("Pasarela de prueba"), sentence, _buttons(language), 200)

    async def choose(request: Request) -> Response:
        actor, said = await _payer(request), await answers(request)
        if said.get("outcome") not in set(Outcome):
            raise NotFound()
        checkout_id = checkout_of(request)
        await run_in_threadpool(play, portal, actor, checkout_id, Outcome(said["outcome"]))
        return RedirectResponse(f"/pay/return/{checkout_id}", 303, headers=HEADERS)

    async def _payer(request: Request) -> Actor:
        actor = await visitor(request, portal)
        if actor is None:
            raise SignInNeeded()
        return actor

    return [Route("/pay/sandbox/{id:path}", show), Route("/pay/sandbox/{id:path}", choose, methods=["POST"])]


def _buttons(language: str) -> str:
    say = translator(language)
    return "".join(
        f'<form method="post" action=""><input type="hidden" name="outcome" value="{outcome}">'
        f'<p><button type="submit">{escape(text.render(say))}</button></p></form>'
        for outcome, text in OUTCOMES.items()
    )
