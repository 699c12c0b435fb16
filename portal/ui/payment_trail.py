"""What happened to a payment, in order and in words: events, what the provider said, notices, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import streamlit as st

from portal.app.payments.inspecting import PaymentPage
from portal.domain.checkouts import State
from portal.domain.crediting import Trouble
from portal.domain.payments import Standing
from portal.ledger.notices import NoticeRow
from portal.ledger.payments import TrailLine
from portal.render import payment_words as words
from portal.text import Text
from portal.ui import show
from portal.ui.audit_words import maker_name
from portal.ui.i18n import say
from portal.ui.sums import draw_sums_table

_STATES = {
    State.CREATED: Text("creado"),
    State.READY: Text("listo para pagar"),
    State.REDIRECTED: Text("con el proveedor"),
    State.PENDING: Text("en proceso"),
    State.APPROVED: Text("aprobado"),
    State.DECLINED: Text("rechazado"),
    State.EXPIRED: Text("vencido"),
    State.CANCELLED: Text("cancelado"),
    State.FAILED: Text("no se pudo abrir"),
}
_DECISIONS = {
    "credited": Text("Se decidió abonarlo como saldo a favor. {note}"),
    "left_out": Text("Se decidió no abonarlo. {note}"),
    "acknowledged": Text("Se dio por revisado. {note}"),
}
_VERDICTS = {
    "genuine": Text("Llegó un aviso auténtico: {claimed}"),
    "ignored": Text("Llegó un aviso que no es de dinero"),
    "foreign": Text("Llegó un aviso de otro cobro"),
}
_EVENTS = {
    "created": Text("Se creó el cobro por {amount}"),
    "redirected": Text("El pagador fue al proveedor"),
    "came_back": Text("El pagador volvió del proveedor"),
    "not_opened": Text("El proveedor no abrió el pago: {why}"),
    "cancelled": Text("El pagador empezó de nuevo"),
    "credited": Text("Se abonó {amount} a la cuenta del cliente{odd}"),
    "kept_apart": Text("Se apartó {amount}{odd}"),
    "came_and_went": Text("Llegó {amount} y ya se había devuelto"),
    "credit_gone": Text("Faltó saldo a favor por {missing}"),
    "refund": Text("Se devolvió {moved}{odd}"),
    "chargeback": Text("El banco retiró {moved}{odd}"),
    "reinstated": Text("Se ganó el contracargo: volvió {moved}{odd}"),
}
_WHO = {"provider": Text("El proveedor"), "link": Text("El pagador")}


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the trail."""

    at: datetime
    what: str
    who: str


def draw_trail(page: PaymentPage) -> None:
    """The table, and below it what the provider said word by word."""
    steps = trail_steps(page)
    if not steps:
        return
    st.subheader(say(Text("Qué pasó")))
    draw_sums_table(
        "recorrido",
        {
            Text("Cuándo"): [show.labels().moment(one.at) for one in steps],
            Text("Qué pasó"): [one.what for one in steps],
            Text("Quién"): [one.who for one in steps],
        },
        3,
    )
    answers = [line.detail["said"] for line in page.trail if line.what == "told" and line.detail.get("said")]
    if answers:
        with st.expander(say(Text("Lo que respondió el proveedor")), icon=":material/data_object:"):
            for answer in answers:
                st.json(answer)


def trail_steps(page: PaymentPage) -> list[Step]:
    """Events and notices together, the oldest first."""
    currency = page.checkout.currency if page.checkout else page.payment.currency
    steps = [Step(line.at, say(_event(line, currency)), _who(line.person, page.names)) for line in page.trail]
    steps += [Step(one.received_at, _notice(one), say(_WHO["provider"])) for one in page.notices]
    return sorted(steps, key=lambda one: one.at)


def _event(line: TrailLine, currency: str) -> Text:
    told = line.detail
    if line.what == "state":
        return Text("El cobro pasó a: {state}", state=_STATES[State(told["to"])])
    if line.what == "told":
        return _said(told)
    if line.what == "decided":
        return _DECISIONS[told["how"]].filled(note=told.get("note", ""))
    sentence = _EVENTS.get(line.what, Text("{what}", what=line.what))
    return sentence.filled(
        amount=_money(told.get("amount"), told.get("currency", currency)),
        moved=_money(told.get("moved"), told.get("currency", currency)),
        missing=_money(told.get("missing"), currency),
        why=told.get("why", ""),
        odd=_odd(told.get("trouble")),
    )


def _said(told: Mapping[str, Any]) -> Text:
    """The provider's word on one transaction."""
    standing, sum_ = words.STANDINGS[Standing(told["standing"])], _money(told["amount"], told["currency"])
    said = {"transaction": told["transaction"], "standing": standing, "sum": sum_}
    if told.get("returned"):
        back = _money(told["returned"], told["currency"])
        return Text("El proveedor dice: {transaction}, {standing}, {sum}; devuelto {back}", back=back, **said)
    return Text("El proveedor dice: {transaction}, {standing}, {sum}", **said)


def _money(minor: int | None, currency: str) -> str:
    return "" if minor is None else show.money(minor, currency)


def _odd(trouble: str | None) -> str:
    return f" · {say(words.TROUBLES[Trouble(trouble)])}" if trouble else ""


def _notice(one: NoticeRow) -> str:
    claimed = say(words.STANDINGS[Standing(one.claimed)]) if one.claimed else say(Text("sin más datos"))
    sentence = say(_VERDICTS.get(one.verdict, Text("{verdict}", verdict=one.verdict)).filled(claimed=claimed))
    times = say(Text("{times} veces", times=one.times))
    return f"{sentence} ({times})" if one.times > 1 else sentence


def _who(person: str, names: Mapping[str, str]) -> str:
    """A person's name; else what kind of actor it was."""
    if person in names:
        return names[person]
    kind = person.partition(":")[0]
    return (
        say(_WHO[kind])
        if kind in _WHO
        else say(Text("El portal"))
        if kind == "job"
        else maker_name(person, show.labels())
    )
