"""An issuer's accounts with payment providers: how each stands, and what can be done with it."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from portal.app.payments.accounts import (
    SANDBOX,
    ShownAccount,
    list_accounts,
    remove_account,
    show_account,
    switch_account,
)
from portal.app.payments.probing import ask_probe
from portal.domain import places
from portal.text import Text
from portal.ui import guard, show, state
from portal.ui.account_form import draw_credentials
from portal.ui.acting import act, confirmed, refusals
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.plain import plain

_EVERY = 1.0  # seconds between looks for the result of a try
_PATIENCE = timedelta(minutes=2)


def draw_accounts(desk: Desk) -> int:
    """A card for each account; returns how many there are."""
    found = list_accounts(state.portal(), desk.actor, desk.issuer_id)
    for one in found:
        with st.container(border=True):
            _draw_account(desk, one)
    if not found:
        none = Text("Tus clientes todavía no pueden pagar en línea. Agrega tu cuenta con Wompi, Mercado Pago o PayU.")
        st.info(say(none), icon=":material/credit_card:")
    return len(found)


def _draw_account(desk: Desk, one: ShownAccount) -> None:
    row = one.row
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{plain(show.provider(one.title))}**", width="content")
        st.badge(say(Text("Real")) if row.live else say(Text("De prueba")), color="green" if row.live else "orange")
        if not row.enabled:
            st.badge(say(Text("Apagado")), color="gray")
    if row.provider != SANDBOX:
        st.caption(plain(one.short))
    _draw_test(one)
    _draw_notices(one)
    _draw_acts(desk, one)


def _draw_test(one: ShownAccount) -> None:
    row, asked = one.row, state.probe_asked(one.row.id)
    if asked is not None and not _answered(one):
        st.fragment(_watch, run_every=_EVERY)(row.id)
        return
    if row.test_found is None or row.tested_at is None:
        st.text(say(Text("La conexión no se ha probado.")))
        return
    when = show.labels().moment(row.tested_at)
    sentence = plain(f"{say(row.test_found)} ({when})")
    if row.test_passed:
        st.success(sentence, icon=":material/check_circle:")
    else:
        st.error(sentence, icon=":material/error:")


def _answered(one: ShownAccount) -> bool:
    """Whether the try that was asked for has its result, or has been waited for long enough."""
    asked, tested = state.probe_asked(one.row.id), one.row.tested_at
    if asked is None or (tested is not None and tested >= asked):
        state.forget_probe(one.row.id)
        return True
    if state.portal().clock.now() - asked > _PATIENCE:
        state.forget_probe(one.row.id)
        return True
    return False


def _watch(account_id: int) -> None:
    guard.begin_run()  # a fragment runs without the shell
    actor = guard.require_visitor(places.METHODS)
    if _answered(show_account(state.portal(), actor, account_id)):
        st.rerun()
    st.text(say(Text("Probando la conexión…")))


def _draw_notices(one: ShownAccount) -> None:
    """Where the provider sends its notices, and how the last one came in."""
    if one.row.provider == SANDBOX:  # it is the portal itself
        return
    if one.row.noticed_at is None:
        st.text(say(Text("Todavía no ha llegado ningún aviso de {provider}.", provider=show.provider(one.title))))
    else:
        when = show.labels().moment(one.row.noticed_at)
        if one.row.notice_genuine:
            st.text(say(Text("El último aviso llegó bien: {when}.", when=when)))
        else:
            wrong = Text("El último aviso ({when}) no era auténtico: revisa el secreto de los avisos.", when=when)
            st.warning(plain(say(wrong)), icon=":material/warning:")
    whose = plain(show.provider(one.title))
    st.caption(say(Text("Dirección de avisos: cópiala en tu panel de {provider}.", provider=whose)))
    st.code(one.webhook, language=None, wrap_lines=True)


def _draw_acts(desk: Desk, one: ShownAccount) -> None:
    row = one.row
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(say(Text("Probar conexión")), key=f"probar-{row.id}", icon=":material/network_check:"):
            with refusals():
                state.keep_probe(row.id, ask_probe(state.portal(), desk.actor, row.id))
                st.rerun()
        name, done = (
            (Text("Apagar"), Text("Apagado: ya no se ofrece a quien paga."))
            if row.enabled
            else (Text("Encender"), Text("Encendido: ya se ofrece a quien paga."))
        )
        if st.button(say(name), key=f"encender-{row.id}"):
            act(done, lambda: switch_account(state.portal(), desk.actor, row.id, not row.enabled, here()))
        lost = Text("Ya no se ofrece a quien paga. Los pagos que ya empezaron se siguen recibiendo.")
        if confirmed(Text("Quitar"), lost, f"quitar-{row.id}"):
            act(Text("Cuenta quitada."), lambda: remove_account(state.portal(), desk.actor, row.id, here()))
    with st.expander(say(Text("Cambiar las credenciales")), icon=":material/key:"):
        draw_credentials(desk, state.portal().providers[row.provider], row.id)
