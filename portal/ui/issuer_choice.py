"""At which issuer: asked only of somebody who looks after several."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from portal.app.desks import desks
from portal.app.reading import zone_of
from portal.domain.access import Actor, By, Grant, Right
from portal.domain.roles import RIGHTS, Role
from portal.text import Text
from portal.ui.i18n import say
from portal.ui.state import portal, remembered_choice, show_in_zone

_WIDTH = 560


@dataclass(frozen=True, slots=True)
class Desk:
    """An issuer, and the visitor seeing that issuer only."""

    issuer_id: int
    name: str
    actor: Actor


def pick_desk(actor: Actor, right: Right) -> Desk:
    """The one issuer at which the visitor holds `right`, or the one chosen; without any, the script stops here."""
    found = {str(one.issuer_id): one.issuer_name for one in desks(portal(), actor, right)}
    if not found:
        st.info(say(Text("Aquí se atiende a un emisor completo: elige arriba uno que sea tuyo.")))
        st.stop()
    chosen = next(iter(found))
    if len(found) > 1:
        with remembered_choice("emisor", list(found)):
            chosen = st.selectbox(
                say(Text("Emisor")), list(found), format_func=found.__getitem__, key="emisor", width=_WIDTH
            )
    show_in_zone(zone_of(portal(), {int(chosen)}))
    return Desk(int(chosen), found[chosen], at_desk(actor, int(chosen)))


def at_desk(actor: Actor, issuer_id: int) -> Actor:
    """An operator works at a desk with its owner's rights, so that lists are that issuer's."""
    if actor.by is not By.OPERATOR:
        return actor.narrowed(issuer_id)
    return replace(actor, by=By.USER, grants=(Grant(issuer_id, None, RIGHTS[Role.OWNER]),))
