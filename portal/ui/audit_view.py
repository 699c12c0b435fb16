"""The audit as a table: the newest first, of all kinds or of some."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.auditing import read_audit
from portal.domain.access import Actor
from portal.ledger.audit import Event
from portal.ledger.audit_pages import NamedEntry
from portal.text import Text
from portal.ui import state
from portal.ui.agents import agent_words
from portal.ui.audit_words import EVENTS, actor_name, detail_words, event_name
from portal.ui.choices import pick_many
from portal.ui.i18n import say
from portal.ui.paging import draw_place, read_page
from portal.ui.row_table import draw_rows
from portal.ui.show import labels

_SIZE = 50
_WIDTHS = {Text("Qué pasó"): 190, Text("Sobre"): 150, Text("Detalle"): 220, Text("Navegador"): 150}


def draw_audit(actor: Actor) -> None:
    """What the visitor may read of it."""
    events = [Event(one) for one in pick_many(Text("Qué pasó"), "evento", list(EVENTS), event_name)]
    table, numbers = st.container(), st.container()
    found, offset = read_page(
        "pagina", _SIZE, numbers, lambda limit, at: read_audit(state.portal(), actor, events, limit, at),
        lambda page: page.total,
    )  # fmt: skip
    with table:
        if not found.rows:
            st.info(say(Text("No hay nada así en el registro. Quita el filtro para ver lo demás.")))
            return
        draw_place(offset, len(found.rows), found.total)
        draw_rows("registro", audit_columns(found.rows), widths=_WIDTHS, lead=Text("Qué pasó"))


def audit_columns(rows: Sequence[NamedEntry]) -> dict[Text, list[object]]:
    """What a list of rows shows."""
    said = labels()
    named: dict[Text, list[object]] = {
        Text("Cuándo"): [row.entry.at for row in rows],
        Text("Qué pasó"): [event_name(row.entry.event, said) for row in rows],
        Text("Quién"): [actor_name(row, said) for row in rows],
        Text("Sobre"): [row.about or "" for row in rows],
        Text("Cliente"): [row.customer_name or "" for row in rows],
        Text("Emisor"): [row.issuer_name or "" for row in rows],
        Text("Detalle"): [detail_words(row.entry.detail, said) for row in rows],
        Text("Desde dónde"): [row.entry.address or "" for row in rows],
        Text("Navegador"): [say(agent_words(row.entry.agent)) if row.entry.agent else "" for row in rows],
    }
    several = len(set(named[Text("Emisor")])) > 1
    return {name: values for name, values in named.items() if several or name != Text("Emisor")}
