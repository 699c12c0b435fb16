"""The monthly statements by mail: the rule, who gets the next ones and why others don't, and what went out."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.statements.monthly import MOST_SHOWN, NextMail, NextMonth, list_mailed, preview_month, save_monthly
from portal.domain.access import Right
from portal.domain.monthly import LAST_DAY, LONGEST_TEXT, MonthlyRules, NotMailed
from portal.i18n import translator
from portal.ledger.statement_mails import SentStatement
from portal.render.labels import Labels
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.mail_words import NO_STATEMENTS, STATES
from portal.ui.myself import here
from portal.ui.paged_rows import draw_so_far, draw_some

_WHY_NOT, _CLOSING = Text("Por qué no"), Text("Saldo final")
WHY = {
    **{NotMailed(why): words for why, words in NO_STATEMENTS.items()},
    NotMailed.MAILED: Text("Ya recibió el de ese mes"),
}


def draw_monthly(desk: Desk) -> None:
    """Below the reminders: monthly statements."""
    found = preview_month(state.portal(), desk.actor, desk.issuer_id)
    st.subheader(say(Text("Estados de cuenta mensuales")))
    if desk.actor.scope(Right.SETTINGS).empty:
        st.caption(say(_summary(found.rules)))
    else:
        _draw_rules(desk, found.rules)
    _draw_next(found)
    _draw_sent(desk)


def _draw_rules(desk: Desk, rules: MonthlyRules) -> None:
    with st.form(f"mensuales-{desk.issuer_id}"):
        enabled = st.toggle(
            say(Text("Enviar cada mes el estado de cuenta del mes anterior")), rules.enabled,
            key=f"mes-activos-{desk.issuer_id}",
        )  # fmt: skip
        owing = st.toggle(say(Text("Solo a quienes deben")), rules.owing, key=f"mes-deben-{desk.issuer_id}")
        with st.container(horizontal=True):
            day = st.number_input(
                say(Text("Día del mes")), 1, LAST_DAY, rules.day, key=f"mes-dia-{desk.issuer_id}", width=140
            )
            hour = st.selectbox(
                say(Text("Hora")), list(range(24)), index=rules.hour, format_func=lambda one: f"{one}:00",
                key=f"mes-hora-{desk.issuer_id}", width=120,
            )  # fmt: skip
        text = st.text_area(
            say(Text("Tu mensaje (opcional)")), rules.text, max_chars=LONGEST_TEXT, key=f"mes-texto-{desk.issuer_id}"
        )
        if st.form_submit_button(say(Text("Guardar los mensuales")), type="primary"):
            wanted = MonthlyRules(enabled, int(day), int(hour), owing, text)
            done = Text("Estados de cuenta mensuales guardados.")
            act(done, lambda: save_monthly(state.portal(), desk.actor, desk.issuer_id, wanted, here()))


def _summary(rules: MonthlyRules) -> Text:
    if not rules.enabled:
        return Text("Están apagados: quien decide los ajustes los enciende aquí.")
    return Text("Salen el día {day} de cada mes a las {hour}:00.", day=rules.day, hour=rules.hour)


def _draw_next(found: NextMonth) -> None:
    going = [one for one in found.mails if one.against is None]
    others = [one for one in found.mails if one.against is not None]
    said = Labels(translator(state.language()), state.language(), found.zone)
    told = {"when": said.moment(found.at), "start": said.day(found.start), "end": said.day(found.end)}
    st.caption(say(Text("El {when} saldría el de {start} a {end}. Clientes: {n}.", n=len(going), **told)))
    if found.more:
        st.caption(say(Text("Se muestran los primeros {most} clientes.", most=MOST_SHOWN)))
    if going:
        with st.expander(say(Text("Quiénes lo reciben"))):
            _draw_mails("mensuales-van", going)
    if others:
        with st.expander(say(Text("Por qué no lo reciben los demás ({n})", n=len(others)))):
            _draw_mails("mensuales-no", others)


def _draw_mails(key: str, found: Sequence[NextMail]) -> None:
    draw_some(key, found, _columns, sums=(_CLOSING,))


def _columns(some: Sequence[NextMail]) -> dict[Text, list[object]]:
    columns: dict[Text, list[object]] = {
        Text("Cliente"): [one.customer_name for one in some],
        Text("Correo"): [one.email for one in some],
        _CLOSING: [_sums(one) for one in some],
    }
    if any(one.against for one in some):
        columns[_WHY_NOT] = [say(WHY[one.against]) if one.against else "" for one in some]
    return columns


def _sums(one: NextMail) -> str:
    return ", ".join(show.money(account.closing, account.currency) for account in one.accounts)


def _draw_sent(desk: Desk) -> None:
    with st.expander(say(Text("Estados de cuenta por correo"))):
        draw_so_far(
            "mensuales-enviados",
            lambda limit, at: list_mailed(state.portal(), desk.actor, desk.issuer_id, limit, at),
            _sent_columns, Text("Todavía no ha salido ninguno."),
        )  # fmt: skip


def _sent_columns(found: Sequence[SentStatement]) -> dict[Text, list[object]]:
    columns: dict[Text, list[object]] = {
        Text("Cuándo"): [one.posted_at for one in found],
        Text("Cliente"): [one.customer_name for one in found],
        Text("Correo"): [one.email for one in found],
        Text("Mes"): [one.month or "" for one in found],
        Text("Estado"): [say(STATES[one.state]) for one in found],
    }
    if any(one.left_out for one in found):
        columns[_WHY_NOT] = [say(NO_STATEMENTS[one.left_out]) if one.left_out else "" for one in found]
    return columns
