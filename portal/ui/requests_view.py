"""The pieces of the requests' page: what waits for a decision, and one request looked at closely."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.access_requests import approve_request, refuse_request, waiting_requests
from portal.app.desks import to_confirm
from portal.app.joining import confirm_grant
from portal.app.people import end_grant
from portal.domain.access import LINK_RIGHTS, Right
from portal.ledger.access_requests import AccessRequest
from portal.ledger.joined import Joined
from portal.text import Text
from portal.ui import state
from portal.ui.acting import act, confirmed
from portal.ui.customer_choice import pick_customer
from portal.ui.document_list import draw_pairs
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.opened import close_row, open_row, opened
from portal.ui.paging import offset_so_far
from portal.ui.people_view import givable, pick_rights
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows

_REQUEST, _JOINED = "solicitud", "por-confirmar"
_SIZE = 20
_APPROVED = Text("Solicitud aprobada: la persona recibe un correo.")


def draw_requests(desk: Desk) -> None:
    """What waits, the oldest first: approved in one click where the facts fit, else looked at."""
    st.subheader(say(Text("Solicitudes de acceso")))
    table, numbers = st.container(), st.container()
    with numbers:
        found, _ = offset_so_far(
            "pagina", _SIZE, lambda limit, at: waiting_requests(state.portal(), desk.actor, limit, at)
        )
    with table:
        chosen = next((one for one in found if one.id == opened(_REQUEST)), None)
        if chosen:
            _draw_request(desk, chosen)
        if not found:
            none = Text("Nadie espera respuesta. Quien escanee el QR de tu tienda y pida acceso aparecerá aquí.")
            st.info(say(none), icon=":material/inbox:")
            return
        buttons = [Button(Text("Aprobar"), [one.fits for one in found], strong=True), Button(Text("Revisar"))]
        if click := draw_rows("solicitudes", _columns(found), buttons):
            _clicked(desk, found[click[1]], at_once=click[0] == 0)


def _clicked(desk: Desk, request: AccessRequest, at_once: bool) -> None:
    if at_once:
        act(_APPROVED, lambda: approve_request(state.portal(), desk.actor, request.id, where=here()))
    else:
        open_row(_REQUEST, request.id)
        st.rerun()


def _columns(found: Sequence[AccessRequest]) -> dict[Text, list[object]]:
    fits, not_ = say(Text("Sí")), say(Text("No"))
    return {
        Text("Persona"): [one.user_name for one in found],
        Text("Coincide"): [fits if one.fits else not_ for one in found],
        Text("Cliente"): [one.customer_name or "" for one in found],
        Text("Identificación"): [one.tax_id for one in found],
        Text("Factura"): [one.number for one in found],
        Text("Total"): [one.total for one in found],
        Text("Correo"): [one.email for one in found],
        Text("Pedida"): [one.made_at for one in found],
    }


def _draw_request(desk: Desk, one: AccessRequest) -> None:
    stated = [
        (Text("Persona"), one.user_name),
        (Text("Correo"), one.email),
        (Text("Identificación"), one.tax_id),
        (Text("Factura"), one.number),
        (Text("Total"), one.total),
        (Text("Cliente"), one.customer_name or "—"),
    ]
    with st.container(border=True):
        with st.container(horizontal=True, gap="medium"):
            draw_pairs([(say(name), value) for name, value in stated])
        customer_id = one.customer_id
        if customer_id is None:
            st.warning(say(Text("Los datos no son los de un documento. Aprueba solo si conoces a la persona.")))
            account = pick_customer(desk.actor, Right.APPROVE, f"cliente-{one.id}", one.tax_id)
            customer_id = account.customer_id if account else None
        offered = givable(desk.actor, desk.issuer_id, customer_id or 0)
        rights = pick_rights(offered, LINK_RIGHTS, f"permisos-{one.id}")
        with st.container(horizontal=True):
            if st.button(say(Text("Aprobar")), key="aprobar", type="primary", disabled=customer_id is None):
                act(
                    _APPROVED,
                    lambda: approve_request(state.portal(), desk.actor, one.id, rights, customer_id, here()),
                    closes=_REQUEST,
                )
            if confirmed(Text("Rechazar"), Text("La persona no verá nada y puede volver a pedirlo."), "rechazar"):
                act(
                    Text("Solicitud rechazada."),
                    lambda: refuse_request(state.portal(), desk.actor, one.id, here()),
                    closes=_REQUEST,
                )
            _draw_cancel(_REQUEST)


def draw_joined(desk: Desk) -> None:
    """Who joined a personal link to their account: confirmed in one click, or ended after a second one."""
    table, numbers = st.container(), st.container()
    with numbers:
        found, _ = offset_so_far(
            "pagina-enlaces", _SIZE, lambda limit, at: to_confirm(state.portal(), desk.actor, limit, at)
        )
    if not found:
        return
    with table:
        st.subheader(say(Text("Llegaron por un enlace")))
        st.caption(say(Text("Sin tu confirmación, su acceso termina cuando termina el enlace.")))
        chosen = next((one for one in found if one.grant_id == opened(_JOINED)), None)
        if chosen:
            _draw_end(desk, chosen)
        columns: dict[Text, list[object]] = {
            Text("Persona"): [one.user_name for one in found],
            Text("Cliente"): [one.customer_name for one in found],
            Text("Correo"): [one.email for one in found],
            Text("Hasta"): [one.until for one in found],
            Text("Desde"): [one.since for one in found],
        }
        buttons = [Button(Text("Confirmar"), strong=True), Button(Text("Quitar"))]
        if click := draw_rows("por-confirmar", columns, buttons):
            grant_id = found[click[1]].grant_id
            if click[0] == 0:
                act(Text("Acceso confirmado."), lambda: confirm_grant(state.portal(), desk.actor, grant_id, here()))
            else:
                open_row(_JOINED, grant_id)
                st.rerun()


def _draw_end(desk: Desk, one: Joined) -> None:
    with st.container(border=True):
        st.text(
            say(Text("¿Quitar el acceso de {person} a {customer}?", person=one.user_name, customer=one.customer_name))
        )
        with st.container(horizontal=True):
            if st.button(say(Text("Quitar acceso")), key="quitar-enlace", type="primary"):
                act(
                    Text("Acceso quitado."),
                    lambda: end_grant(state.portal(), desk.actor, one.grant_id, here()),
                    closes=_JOINED,
                )
            _draw_cancel(_JOINED)


def _draw_cancel(kind: str) -> None:
    if st.button(say(Text("Cancelar")), key=f"cancelar-{kind}", type="tertiary"):
        close_row(kind)
        st.rerun()
