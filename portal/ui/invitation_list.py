"""Invitations that nobody has taken up yet."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from portal.app.accounts.invitations import Invitation, open_invitations, revoke_invitation
from portal.domain.access import Actor
from portal.text import Text
from portal.ui import state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.myself import here
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows


def draw_invitations(
    actor: Actor, key: str, wanted: Callable[[Invitation], bool], offered: Callable[[Invitation], str] | None = None
) -> None:
    """Those wanted of the open ones, each with a button that withdraws it; nothing where there is none."""
    found = [one for one in open_invitations(state.portal(), actor) if wanted(one)]
    if not found:
        return
    st.subheader(say(Text("Invitaciones abiertas")))
    columns: dict[Text, list[object]] = {
        Text("Correo"): [one.email for one in found],
        **({Text("Nivel"): [offered(one) for one in found]} if offered else {}),
        Text("Caduca"): [one.expires_at for one in found],
    }
    if click := draw_rows(f"invitaciones-{key}", columns, [Button(Text("Retirar"))]):
        chosen = found[click[1]].id
        act(Text("Invitación retirada."), lambda: revoke_invitation(state.portal(), actor, chosen, here()))
