"""Mail with documents: what waits in quarantine, who may send without being asked about, how the mailbox stands."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.incoming.quarantine import (
    Quarantined,
    accept_letter,
    discard_letter,
    list_quarantine,
    postbox_state,
    read_senders,
    set_senders,
)
from portal.app.incoming.signing import read_signing, set_signing
from portal.domain.access import Actor, By, Right
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act, refusals
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.paging import offset_so_far
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows

_SIZE = 20


def draw_mail(actor: Actor, desk: Desk) -> None:
    """Nothing where no mailbox is set. `actor`: the visitor itself, because operators see what is nobody's too."""
    if state.portal().postbox is None:
        return
    _draw_state(desk)
    who = actor if actor.by is By.OPERATOR else desk.actor
    found, _ = offset_so_far(
        "pagina-cuarentena", _SIZE,
        lambda limit, offset: list_quarantine(state.portal(), who, desk.issuer_id, limit, offset),
    )  # fmt: skip
    if found:
        _draw_quarantine(who, desk, found)
    if desk.actor.scope(Right.SETTINGS).covers(desk.issuer_id, 0):
        _draw_senders(desk)


def _draw_state(desk: Desk) -> None:
    found = postbox_state(state.portal(), desk.actor, desk.issuer_id)
    if found is not None and found.error is not None:
        st.warning(say(found.error), icon=":material/mail_off:")
    elif found is not None and found.looked_at is not None:
        when = show.labels().moment(found.looked_at)
        st.caption(say(Text("Los documentos que llegan por correo entran solos. Última lectura: {when}", when=when)))


def _draw_quarantine(who: Actor, desk: Desk, found: Sequence[Quarantined]) -> None:
    st.subheader(say(Text("Correos por revisar")))
    columns: dict[Text, Sequence[object]] = {
        Text("De"): [one.row.sender or "—" for one in found],
        Text("Asunto"): [one.row.subject for one in found],
        Text("Archivos"): [", ".join(file.name for file in one.files) for one in found],
        Text("Por qué"): [say(one.row.reason) if one.row.reason else "" for one in found],
        Text("Cuándo"): [one.row.read_at for one in found],
    }
    buttons = [Button(Text("Aceptar"), [bool(one.files) for one in found]), Button(Text("Descartar"))]
    if not (click := draw_rows("cuarentena", columns, buttons, {Text("Por qué"): 420}, Text("De"))):
        return
    letter_id = found[click[1]].row.id
    if click[0]:
        act(
            Text("Correo descartado: sigue en el buzón."),
            lambda: discard_letter(state.portal(), who, letter_id, desk.issuer_id, here()),
        )
    with refusals():
        state.show_import(accept_letter(state.portal(), who, letter_id, desk.issuer_id, here()))
        st.rerun()


def _draw_senders(desk: Desk) -> None:
    with st.expander(say(Text("Remitentes permitidos")), icon=":material/contact_mail:"):
        st.caption(
            say(
                Text(
                    "Lo que envían por correo entra solo si tu servidor de correo confirma que es de ellos; lo de los "
                    "demás espera a que lo revises. Una dirección por línea, o @empresa.com para todas las suyas."
                )
            )
        )
        with st.form("remitentes", border=False):
            now = "\n".join(read_senders(state.portal(), desk.actor, desk.issuer_id))
            given = st.text_area(say(Text("Direcciones")), now, key=f"remitentes-{desk.issuer_id}")
            if st.form_submit_button(say(Text("Guardar"))):
                act(
                    Text("Remitentes guardados."),
                    lambda: set_senders(state.portal(), desk.actor, desk.issuer_id, _lines(given), here()),
                )
        _draw_signing(desk)


def _draw_signing(desk: Desk) -> None:
    """What comes in from other senders, by its signatures."""
    if state.portal().authorities is None:
        st.caption(say(_NO_AUTHORITIES))
        return
    now = read_signing(state.portal(), desk.actor, desk.issuer_id)
    st.caption(say(_SIGNING))
    with st.form("firmas", border=False):
        enabled = st.toggle(
            say(Text("Recibir lo que la DIAN validó, lo envíe quien lo envíe")), now.enabled,
            key=f"firmas-{desk.issuer_id}",
        )  # fmt: skip
        given = st.text_area(
            say(Text("NIT de quienes firman por ti")), "\n".join(now.signers), key=f"firman-{desk.issuer_id}"
        )
        if st.form_submit_button(say(Text("Guardar firmas"))):
            act(
                Text("Firmas guardadas."),
                lambda: set_signing(state.portal(), desk.actor, desk.issuer_id, enabled, _lines(given), here()),
            )


_SIGNING = Text(
    "De cualquier otro remitente entra solo el contenedor de una factura o nota que firmaste tú, o quien firma por ti, "
    "y que trae la respuesta firmada de la DIAN. Si tu proveedor tecnológico firma tus facturas, escribe su NIT, uno "
    "por línea. Los PDF y anexos de esos correos no entran: nadie los firma."
)
_NO_AUTHORITIES = Text(
    "Lo que trae la respuesta firmada de la DIAN no entra solo de otros remitentes: quien opera el portal no ha dicho "
    "en qué entidades de certificación confía."
)


def _lines(given: str) -> list[str]:
    return given.replace(",", "\n").split("\n")
