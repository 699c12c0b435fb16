"""The desk's way in: files to drop, what to begin with, and the register of imports."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.importing.asking import LARGEST, MOST_FILES, ask_import
from portal.app.importing.register import ShownRun, list_imports
from portal.ledger.import_runs import DONE, WAITING, Run
from portal.text import Text
from portal.ui import state
from portal.ui.acting import refusals
from portal.ui.audit_words import maker_name
from portal.ui.i18n import say
from portal.ui.issuer_choice import Desk
from portal.ui.myself import here
from portal.ui.paging import draw_place, offset_of
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows
from portal.ui.show import labels

_SIZE = 20
_TYPES = ["xml", "zip", "csv", "xlsx", "xlsm", "txt", "tsv"]
_UPLOAD = "subida"
CHANNELS = {
    "page": Text("Esta página"),
    "api": Text("API"),
    "folder": Text("Carpeta"),
    "mail": Text("Correo"),
}


def draw_upload(desk: Desk) -> None:
    """Drop the files, press once; the import then tells how far it is."""
    st.subheader(say(Text("Traer documentos")))
    st.caption(
        say(
            Text(
                "XML de factura electrónica, ZIP como llega por correo, CSV o XLSX. Hasta {mb} MB por archivo, "
                "{files} archivos a la vez. Entra solo lo que emitió {issuer}; lo que ya está no se repite.",
                mb=LARGEST >> 20,
                files=MOST_FILES,
                issuer=desk.name,
            )
        )
    )
    turn = state.turn(_UPLOAD)
    given = st.file_uploader(
        say(Text("Archivos")), _TYPES, accept_multiple_files=True, key=f"{_UPLOAD}-{turn}",
        max_upload_size=LARGEST >> 20, label_visibility="collapsed",
    )  # fmt: skip
    if given and st.button(say(_press(len(given))), key="importar", type="primary", icon=":material/upload:"):
        with refusals():
            files = [(one.name, one.getvalue()) for one in given]
            run_id = ask_import(state.portal(), desk.actor, desk.issuer_id, files, where=here())
            state.next_turn(_UPLOAD)
            state.show_import(run_id)
            st.rerun()


def _press(count: int) -> Text:
    return Text("Importar 1 archivo") if count == 1 else Text("Importar {count} archivos", count=count)


def draw_register(desk: Desk) -> None:
    """What came before, the newest first; who has nothing yet is told how to begin."""
    asked = (state.page_number("pagina") - 1) * _SIZE
    found = list_imports(state.portal(), desk.actor, desk.issuer_id, _SIZE, asked)
    if not found.total:
        _draw_beginning()
        return
    with st.expander(say(Text("Plantillas de hoja de cálculo")), icon=":material/table:"):
        draw_templates()
    st.subheader(say(Text("Importaciones")))
    table, numbers = st.container(), st.container()
    with numbers:
        offset = offset_of("pagina", found.total, _SIZE)
    if offset != asked:
        found = list_imports(state.portal(), desk.actor, desk.issuer_id, _SIZE, offset)
    with table:
        draw_place(offset, len(found.rows), found.total)
        lead = Text("Archivo")
        if click := draw_rows("importaciones", _columns(found.rows), [Button(Text("Ver"))], {lead: 220}, lead):
            state.show_import(found.rows[click[1]].run.id)
            st.rerun()


def _draw_beginning() -> None:
    st.info(
        say(
            Text(
                "Todavía no has traído documentos desde aquí. Suelta arriba el ZIP o el XML de tus facturas "
                "electrónicas, o llena la plantilla con facturas, notas, anticipos y recibos de caja."
            )
        ),
        icon=":material/rocket_launch:",
    )
    draw_templates()


def draw_templates() -> None:
    """Empty sheets with the columns that the import knows."""
    with st.container(horizontal=True):
        for kind, name in (("documents", Text("Plantilla de documentos")), ("balances", Text("Plantilla de saldos"))):
            address = state.with_language(f"/templates/{kind}.xlsx")
            st.link_button(say(name), address, icon=":material/download:")
    st.caption(say(Text("Las columnas en negrilla son obligatorias; cada encabezado explica qué va en ella.")))


def _columns(rows: Sequence[ShownRun]) -> dict[Text, list[object]]:
    said = labels()
    number = [
        (Text("Llegaron"), "imported"), (Text("Enriquecidos"), "enriched"), (Text("Ya estaban"), "duplicates"),
        (Text("Rechazados"), "problems"), (Text("Saldos"), "balances"),
    ]  # fmt: skip
    columns: dict[Text, list[object]] = {
        Text("Archivo"): [title_of(one.run) for one in rows],
        Text("Cuándo"): [one.run.created_at for one in rows],
        Text("Quién"): [maker_name(one.by, said) for one in rows],
        Text("Cómo"): [say(CHANNELS[one.run.channel]) for one in rows],
        Text("Estado"): [say(state_of(one.run)) for one in rows],
    }
    for title, name in number:
        values = [getattr(one.run, name) for one in rows]
        if any(values) or name == "imported":
            columns[title] = list(values)
    return columns


def title_of(run: Run) -> str:
    """What people call it: its file, and how many more."""
    if run.files == 1:
        return run.title
    return say(Text("{file} y {more} más", file=run.title, more=run.files - 1))


def state_of(run: Run) -> Text:
    """How it stands, in two words."""
    if run.undoing:
        return Text("Retirando…") if run.undoing == "withdraw" else Text("Restaurando…")
    if run.state == WAITING:
        if run.dead:
            return Text("Falló")
        return Text("En curso") if run.attempts else Text("En espera")
    return Text("Terminada") if run.state == DONE else Text("Rechazada")
