"""The page of reminders: when they go out, who gets the next ones and why others don't, and what went out."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.reminders.planning import MOST_SHOWN, Preview, preview
from portal.app.reminders.rules import read_rules, save_rules
from portal.app.reminders.sent import list_sent
from portal.domain.access import Right
from portal.domain.reminders import LONGEST_TEXT, Against, Reminder, Rules, read_days
from portal.i18n import translator
from portal.ledger.reminders import Sent
from portal.render.labels import Labels
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.paged_rows import draw_so_far, draw_some

_MOST_NUMBERS = 4
_OWED = Text("Por pagar")
WHY = {
    Against.REVIEW: Text("Todo lo que debe está en revisión"),
    Against.PAYING: Text("Está pagando en este momento"),
    Against.DISPUTED: Text("Reclamó esos documentos"),
    Against.COVERED: Text("Su saldo a favor los cubre"),
    Against.ADDRESS: Text("No tiene un correo al que escribir"),
    Against.BOUNCED: Text("Lo que se le escribió a su correo volvió"),
    Against.STOPPED: Text("Pidió no recibir recordatorios"),
    Against.TODAY: Text("Ya recibió el de ese día"),
}


def draw_rules(desk: Desk) -> None:
    """For who decides about settings: on which days, at what hour, with which words; for others a line."""
    rules = read_rules(state.portal(), desk.actor, desk.issuer_id)
    st.subheader(say(Text("Recordatorios de pago")))
    if desk.actor.scope(Right.SETTINGS).empty:
        st.caption(say(_summary(rules)))
        return
    with st.form(f"recordatorios-{desk.issuer_id}"):
        enabled = st.toggle(say(Text("Enviar recordatorios")), rules.enabled, key=f"rec-activos-{desk.issuer_id}")
        with st.container(horizontal=True):
            days = st.text_input(
                say(Text("Días, contados desde el vencimiento")), ", ".join(map(str, rules.days)),
                key=f"rec-dias-{desk.issuer_id}", width=300,
            )  # fmt: skip
            hour = st.selectbox(
                say(Text("Hora")), list(range(24)), index=rules.hour, format_func=lambda one: f"{one}:00",
                key=f"rec-hora-{desk.issuer_id}", width=120,
            )  # fmt: skip
        st.caption(say(Text("Con un menos, antes de vencer: -3 es tres días antes, 0 el mismo día, 5 cinco después.")))
        text = st.text_area(
            say(Text("Tu mensaje, después de la lista de documentos (opcional)")), rules.text, max_chars=LONGEST_TEXT,
            key=f"rec-texto-{desk.issuer_id}",
        )  # fmt: skip
        if st.form_submit_button(say(Text("Guardar")), type="primary"):
            done = Text("Recordatorios guardados.")
            act(done, lambda: _save(desk, enabled, days, int(hour), text))


def _save(desk: Desk, enabled: bool, days: str, hour: int, text: str) -> None:
    rules = Rules(enabled, hour, read_days(days), text)
    save_rules(state.portal(), desk.actor, desk.issuer_id, rules, here())


def _summary(rules: Rules) -> Text:
    if not rules.enabled:
        return Text("Los recordatorios están apagados: quien decide los ajustes los enciende aquí.")
    days = ", ".join(map(str, rules.days))
    return Text("Salen a las {hour}:00. Días contados desde el vencimiento: {days}.", hour=rules.hour, days=days)


def draw_next(desk: Desk) -> None:
    """The next sending, customer by customer."""
    found = preview(state.portal(), desk.actor, desk.issuer_id)
    st.subheader(say(_headline(found)))
    if not found.rules.enabled:
        st.caption(say(Text("Están apagados: esto es lo que saldría si los enciendes.")))
    if found.more:
        told = Text("De {asked} clientes que deben algo de esas fechas se muestran los primeros {most}.")
        st.caption(say(told.filled(asked=found.asked, most=MOST_SHOWN)))
    if found.going:
        draw_some("recordatorios-van", found.going, _columns, sums=(_OWED,))
    if found.others:
        title = Text("Por qué no lo reciben los demás ({n})", n=len(found.others))
        with st.expander(say(title), expanded=not found.going):
            draw_some("recordatorios-no", found.others, _reasons)


def _headline(found: Preview) -> Text:
    when = Labels(translator(state.language()), state.language(), found.zone).moment(found.at)
    if found.more:
        return Text("Al menos {n} clientes lo reciben el {when}", n=len(found.going), when=when)
    if not found.going:
        return Text("Nadie recibe recordatorio el {when}", when=when)
    if not found.rules.enabled:
        return Text("Lo recibirían el {when}: {n}", n=len(found.going), when=when)
    if len(found.going) == 1:
        return Text("Este cliente lo recibe el {when}", when=when)
    return Text("Estos {n} clientes lo reciben el {when}", n=len(found.going), when=when)


def _columns(some: Sequence[Reminder]) -> dict[Text, list[object]]:
    return {
        Text("Cliente"): [one.customer_name for one in some],
        Text("Correo"): [one.email for one in some],
        Text("Documentos"): [_numbers(one) for one in some],
        _OWED: [_sums(one) for one in some],
    }


def _reasons(some: Sequence[Reminder]) -> dict[Text, list[object]]:
    return {
        Text("Cliente"): [one.customer_name for one in some],
        Text("Por qué no"): [say(WHY[one.against]) if one.against else "" for one in some],
        Text("Correo"): [one.email for one in some],
    }


def _numbers(one: Reminder) -> str:
    shown = ", ".join(each.number for each in one.documents[:_MOST_NUMBERS])
    more = len(one.documents) - _MOST_NUMBERS
    return f"{shown} +{more}" if more > 0 else shown


def _sums(one: Reminder) -> str:
    return ", ".join(show.money(sum_, currency) for currency, sum_ in sorted(one.totals.items()))


def draw_sent(desk: Desk) -> None:
    """What went out, the newest first."""
    st.subheader(say(Text("Enviados")))
    draw_so_far(
        "recordatorios-enviados",
        lambda limit, at: list_sent(state.portal(), desk.actor, desk.issuer_id, limit, at),
        _sent_columns, Text("Todavía no ha salido ninguno."),
    )  # fmt: skip


def _sent_columns(found: Sequence[Sent]) -> dict[Text, list[object]]:
    return {
        Text("Cuándo"): [one.posted_at for one in found],
        Text("Cliente"): [one.customer_name for one in found],
        Text("Correo"): [one.email for one in found],
        Text("Documentos"): [one.documents for one in found],
    }
