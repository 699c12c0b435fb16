"""The form for an account's credentials: typed or pasted once, never shown again."""

from __future__ import annotations

import streamlit as st

from portal.app.payments.accounts import companies, set_account
from portal.domain.payments import CredentialField
from portal.ports import PaymentProvider
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.plain import plain

_KEPT = Text("Cuenta guardada. Copia su dirección de avisos en tu panel de {provider} y prueba la conexión.")
_CHANGED = Text("Credenciales guardadas: prueba la conexión.")


def draw_new_account(desk: Desk, first: bool) -> None:
    """The «+»: choose a company, give it its keys. `first`: the issuer has none yet, so it is open already."""
    known = {one.name: one for one in companies(state.portal())}
    with st.expander(say(Text("Agregar un método de pago")), icon=":material/add:", expanded=first):
        name = st.segmented_control(
            say(Text("Proveedor")),
            list(known),
            format_func=lambda one: show.provider(known[one].title),
            key="proveedor-nuevo",
        )
        if name is None:
            st.caption(
                say(Text("Elige con quién tienes cuenta: el dinero llega directo a tu cuenta con ese proveedor."))
            )
            return
        draw_credentials(desk, known[name])


def draw_credentials(desk: Desk, company: PaymentProvider, account_id: int | None = None) -> None:
    """The fields of a company, for a new account or in place of an account's present keys."""
    place = f"{company.name}-{account_id or 'nueva'}"
    key = f"{place}-{state.turn(place)}"
    st.caption(say(Text("Cópialas de tu panel de {provider}. Se guardan cifradas y no se vuelven a mostrar.",
                        provider=plain(show.provider(company.title)))))  # fmt: skip
    with st.form(f"credenciales-{key}", border=False):
        told = {field.name: _draw_field(field, f"{key}-{field.name}") for field in company.fields}
        new = account_id is None
        if st.form_submit_button(
            say(Text("Guardar la cuenta") if new else Text("Guardar credenciales")), type="primary"
        ):
            done = _KEPT.filled(provider=show.provider(company.title)) if new else _CHANGED
            act(done, lambda: _keep(desk, company, told, account_id, place))


def _keep(desk: Desk, company: PaymentProvider, told: dict[str, str], account_id: int | None, place: str) -> None:
    set_account(state.portal(), desk.actor, desk.issuer_id, company.name, told, account_id, where=here())
    state.next_turn(place)


def _draw_field(field: CredentialField, key: str) -> str:
    name = say(field.label) if field.required else say(Text("{field} (opcional)", field=say(field.label)))
    if field.choices:
        return st.selectbox(name, list(field.choices), index=None, key=key, placeholder="—") or ""
    if field.secret:
        return st.text_input(name, key=key, type="password", autocomplete="new-password")
    return st.text_input(name, key=key, autocomplete="off")
