"""Whether each provider and the portal hold the same: yesterday at a glance, its differences, and the days before."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.payments.daily import ComparedDays, read_comparisons
from portal.domain.comparing import Compared, Difference, Result
from portal.ledger.comparisons import Comparison
from portal.render.comparison_words import done_said, finding_said
from portal.text import Text
from portal.ui import show, state
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.plain import plain
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows

_RESULTS = {
    Result.EQUAL: Text("Igual"),
    Result.DIFFERENT: Text("No coincide"),
    Result.INCOMPLETE: Text("No se pudo comparar"),
}


def draw_comparisons(desk: Desk) -> None:
    """Nothing where no day was ever compared."""
    days = read_comparisons(state.portal(), desk.actor, desk.issuer_id)
    if not days.found:
        return
    st.subheader(say(Text("¿Coincide con los proveedores?")))
    yesterday = days.of_yesterday()
    for one in yesterday:
        _draw_day(one, Text("Ayer"))
    if not yesterday:
        st.text(say(Text("Los pagos de ayer todavía no se han comparado.")))
    _draw_before(days)


def _draw_day(one: Comparison, name: Text) -> None:
    found = one.compared
    who = plain(_title(one))
    if found.result is Result.EQUAL:
        sentence = Text("{provider} · {day}: igual. {paid}", provider=who, day=name, paid=_paid(found))
        st.success(say(sentence), icon=":material/check_circle:")
    elif found.result is Result.INCOMPLETE:
        sentence = Text(
            "{provider} · {day}: no se pudo comparar: {why}. Se intenta de nuevo en unas horas.",
            provider=who,
            day=name,
            why=_why(found),
        )
        st.info(say(sentence), icon=":material/help:")
    else:
        sentence = Text(
            "{provider} · {day}: no coincide. Diferencias: {count}. {paid}",
            provider=who,
            day=name,
            count=len(found.differences),
            paid=_paid(found),
        )
        st.warning(say(sentence), icon=":material/warning:")
        _draw_differences(f"diferencias-{one.id}", found.differences)
        if found.trouble is not None:
            st.caption(say(Text("Además, no se pudo comparar todo: {why}.", why=_why(found))))


def _draw_differences(key: str, found: Sequence[Difference]) -> None:
    said = show.labels()
    columns: dict[Text, Sequence[object]] = {
        Text("Qué pasa"): [finding_said(one, said) for one in found],
        Text("Proveedor"): [_sum(one.there, one.currency) for one in found],
        Text("Portal"): [_sum(one.here, one.currency) for one in found],
        Text("Ahora"): [done_said(one, said) for one in found],
        Text("Transacción"): [one.transaction for one in found],
        Text("Referencia"): [one.reference for one in found],
    }
    known = [one.payment_id is not None for one in found]
    clicked = draw_rows(
        key, columns, [Button(Text("Ver"), known)], lead=Text("Qué pasa"), sums=[Text("Proveedor"), Text("Portal")]
    )
    if clicked:
        state.open_payment(found[clicked[1]].payment_id)
        st.rerun()


def _draw_before(days: ComparedDays) -> None:
    """The days before, and differences that a later comparison of yesterday no longer found."""
    rest = days.before()
    if not rest:
        return
    said = show.labels()
    with st.expander(say(Text("Comparaciones anteriores")), icon=":material/history:"):
        columns: dict[Text, Sequence[object]] = {
            Text("Día"): [said.day(one.compared.day) for one in rest],
            Text("Proveedor"): [_title(one) for one in rest],
            Text("Resultado"): [say(_RESULTS[one.compared.result]) for one in rest],
            Text("Pagos"): [one.compared.paid for one in rest],
            Text("Diferencias"): [len(one.compared.differences) for one in rest],
            Text("Comparado"): [one.made_at for one in rest],
        }
        draw_rows("comparaciones", columns, lead=Text("Día"))
        for one in rest:
            if one.compared.differences:
                name = Text("{day} · {provider}", day=said.day(one.compared.day), provider=plain(_title(one)))
                st.markdown(f"**{say(name)}**")
                _draw_differences(f"diferencias-{one.id}", one.compared.differences)


def _title(one: Comparison) -> str:
    company = state.portal().providers.get(one.provider)
    return show.provider(company.title) if company else one.provider


def _paid(found: Compared) -> str:
    """How many payments were compared, what the provider holds of them, and what is not the portal's."""
    sums = " · ".join(show.money(sum_, currency) for currency, sum_ in (found.sums or {}).items())
    told = say(Text("Pagos: {count}", count=found.paid)) + (f" · {sums}" if sums else "")
    if found.elsewhere:
        told += " · " + say(Text("ventas de la misma cuenta en otra parte: {count}", count=found.elsewhere))
    return told


def _why(found: Compared) -> str:
    """Why not all could be compared, as a part of a sentence."""
    return plain(say(found.trouble).rstrip(".")) if found.trouble else ""


def _sum(minor: int | None, currency: str) -> str:
    return "—" if minor is None else show.money(minor, currency)
