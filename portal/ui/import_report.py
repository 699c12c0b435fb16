"""One import: its progress, then what became of every document, and the way to take it all back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from portal.app.importing.register import OpenedRun, import_page, open_import, watch_import
from portal.app.importing.undoing import WITHDRAW, restore_import, withdraw_import
from portal.app.taking_back import LONGEST_REASON, restore_document
from portal.domain import places
from portal.domain.access import Actor
from portal.domain.documents import Kind
from portal.ledger.import_rows import ImportRow
from portal.ledger.import_runs import Run
from portal.render.labels import Labels
from portal.render.place_words import place_words
from portal.text import Text
from portal.ui import guard, show, state
from portal.ui.acting import act, confirmed
from portal.ui.audit_words import maker_name
from portal.ui.choices import switch
from portal.ui.document_list import open_document
from portal.ui.i18n import say
from portal.ui.imports_view import CHANNELS, state_of, title_of
from portal.ui.myself import here
from portal.ui.paging import draw_place, offset_of
from portal.ui.plain import plain
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows

_SIZE, _EVERY = 50, 1.0
_WIDE = 160  # pixels of a sum
_STATES = {
    "active": Text("En el portal"),
    "void": Text("Anulado"),
    "withdrawn": Text("Retirado"),
    "question": Text("En revisión"),
}
_OUTCOMES = {
    "imported": Text("Llegaron"),
    "enriched": Text("Enriquecidos"),
    "duplicates": Text("Ya estaban"),
    "problems": Text("Rechazados"),
    "warnings": Text("Avisos"),
}


def draw_import(actor: Actor, run_id: int) -> None:
    """All of one import."""
    if st.button(say(Text("Volver a Importar")), key="volver", icon=":material/arrow_back:", type="tertiary"):
        state.show_import(None)
        st.rerun()
    found = open_import(state.portal(), actor, run_id)
    run = found.shown.run
    st.title(plain(title_of(run)))
    told = (show.labels().moment(run.created_at), maker_name(found.shown.by, show.labels()), say(CHANNELS[run.channel]))
    st.text(" · ".join((*told, say(state_of(run)))))
    if not run.ended or run.undoing:
        st.fragment(_watch, run_every=_EVERY)(run_id)
        return
    if run.error is not None:
        st.error(say(run.error))
    elif run.dead:
        st.error(say(_DIED))
    _draw_sums(run)
    _draw_rows(actor, run)
    _draw_undo(actor, found)


_DIED = Text(
    "No pudimos terminar esta importación. Ya avisamos a quien opera el portal; trae los archivos otra vez: lo que "
    "alcanzó a llegar no se repite."
)


def _watch(run_id: int) -> None:
    guard.begin_run()  # a fragment runs without the shell
    actor = guard.require_visitor(places.IMPORTS)
    run = watch_import(state.portal(), actor, run_id)
    if run.ended and not run.undoing:
        st.rerun()
    if run.undoing:
        _draw_undoing(run, open_import(state.portal(), actor, run_id).standing.get("withdrawn", 0))
        return
    share = min(run.done / run.expected, 0.99) if run.expected else 0.05
    said = Text("Leyendo: {count} documentos", count=show.labels().number(Decimal(run.done)))
    st.progress(share, text=say(said if run.attempts else Text("En espera de su turno…")))
    st.caption(say(Text("Puedes cerrar esta página: la importación sigue, y su informe queda aquí.")))


def _draw_undoing(run: Run, gone: int) -> None:
    done = gone if run.undoing == WITHDRAW else run.imported - gone
    st.progress(min(done / (run.imported or 1), 1.0), text=say(state_of(run)))


def _draw_sums(run: Run) -> None:
    with st.container(horizontal=True):
        for outcome, name in _OUTCOMES.items():
            if (count := getattr(run, outcome)) or outcome == "imported":
                st.metric(say(name), show.labels().number(Decimal(count)), width=_WIDE)
        if run.balances:
            st.metric(say(Text("Saldos")), show.labels().number(Decimal(run.balances)), width=_WIDE)


def _draw_rows(actor: Actor, run: Run) -> None:
    """The documents of one outcome, or what was refused; what needs a person stands first."""
    there = [outcome for outcome in _OUTCOMES if getattr(run, outcome)]
    if not there:
        st.info(say(Text("Esta importación no trajo documentos.")))
        return
    first = "problems" if run.problems else there[0]
    outcome = switch(Text("Mostrar"), "resultado", there, _outcome_word, first) if len(there) > 1 else first
    table, numbers = st.container(), st.container()
    key = f"pagina-{outcome}"
    with numbers:
        offset = offset_of(key, getattr(run, outcome), _SIZE)
    found = import_page(state.portal(), actor, run.id, outcome, _SIZE, offset)
    with table:
        draw_place(offset, len(found), getattr(run, outcome))
        if outcome in ("problems", "warnings"):
            _draw_reasons(run, outcome, found)
        else:
            _draw_documents(actor, outcome, found)


def _outcome_word(outcome: str, said: Labels) -> str:
    return said.say(_OUTCOMES[outcome])


def _draw_reasons(run: Run, outcome: str, rows: Sequence[ImportRow]) -> None:
    reason, said = Text("Por qué"), show.labels()
    columns = {
        Text("Archivo"): [one.file for one in rows],
        Text("Dónde"): [place_words(one.place, said) for one in rows],
        reason: [say(one.reason) if one.reason else "" for one in rows],
    }
    draw_rows(f"informe-{outcome}", columns, widths={reason: 640}, lead=reason)
    if outcome == "problems":
        address = state.with_language(f"/imports/{run.id}.csv")
        st.link_button(say(Text("Descargar lo rechazado (CSV)")), address, icon=":material/download:")


def _draw_documents(actor: Actor, outcome: str, rows: Sequence[ImportRow]) -> None:
    said = show.labels()
    columns = {
        Text("Tipo"): [show.kind(Kind(one.kind)) if one.kind else "" for one in rows],
        Text("Número"): [one.number or "" for one in rows],
        Text("Cliente"): [one.customer_name or "" for one in rows],
        Text("Fecha"): [show.labels().day(one.issue_date) if one.issue_date else "" for one in rows],
        Text("Total"): [show.money(one.total or 0, one.currency or "COP") for one in rows],
        Text("Estado"): [say(_STATES[one.state]) if one.state else "" for one in rows],
        Text("Archivo"): [
            " · ".join(part for part in (one.file, place_words(one.place, said)) if part) for one in rows
        ],
    }
    gone = [one.state == "withdrawn" for one in rows]
    buttons = [Button(Text("Ver"), [not one for one in gone])]
    buttons += [Button(Text("Restaurar"), gone)] if any(gone) else []
    clicked = draw_rows(f"informe-{outcome}", columns, buttons, lead=Text("Número"), sums=[Text("Total")])
    document_id = rows[clicked[1]].document_id if clicked else None
    if clicked and document_id is not None:
        if clicked[0] == 0:
            open_document(document_id)
        act(Text("Documento restaurado."), lambda: restore_document(state.portal(), actor, document_id, here()))


def _draw_undo(actor: Actor, found: OpenedRun) -> None:
    """*Retirar* all that came in, or bring back what was withdrawn."""
    run = found.shown.run
    here_now = sum(found.standing.get(one, 0) for one in ("active", "question"))
    gone = found.standing.get("withdrawn", 0)
    with st.container(horizontal=True):
        if here_now:
            with (
                st.popover(say(Text("Retirar esta importación…")), icon=":material/undo:"),
                st.form(f"retirar-{run.id}", border=False),
            ):
                st.text(say(_what_follows(here_now)))
                reason = st.text_input(say(Text("Motivo")), key=f"retirar-motivo-{run.id}", max_chars=LONGEST_REASON)
                if st.form_submit_button(say(Text("Retirar")), type="primary"):
                    act(
                        Text("Retirando la importación."),
                        lambda: withdraw_import(state.portal(), actor, run.id, reason, here()),
                    )
        if gone and confirmed(Text("Restaurar lo retirado"), _back(gone), f"restaurar-{run.id}"):
            act(Text("Restaurando la importación."), lambda: restore_import(state.portal(), actor, run.id, here()))


def _what_follows(count: int) -> Text:
    return Text(
        "Se retiran {count} documentos: los clientes ya no los ven, y lo que se les había abonado queda libre. Nada se "
        "borra; se pueden restaurar. Los que tienen un pago en proceso o avisado se quedan.",
        count=count,
    )


def _back(count: int) -> Text:
    return Text("Vuelven {count} documentos, con lo que se les aplica.", count=count)
