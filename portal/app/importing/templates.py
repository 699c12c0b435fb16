"""Empty sheets for whoever begins: the columns that the import knows, and nothing to delete before it is sent."""

from __future__ import annotations

from enum import StrEnum
from io import BytesIO

from portal.app.files import FileAnswer
from portal.importers.sheet_columns import BALANCES, DOCUMENTS
from portal.render.import_file import empty_sheet
from portal.render.labels import Labels
from portal.text import Text

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Template(StrEnum):
    DOCUMENTS = "documents"
    BALANCES = "balances"


_SHEETS = {
    Template.DOCUMENTS: (Text("documentos"), DOCUMENTS),
    Template.BALANCES: (Text("saldos"), BALANCES),
}


def template_file(kind: Template, labels: Labels) -> FileAnswer:
    """The sheet to fill in, its headings in the reader's language."""
    title, columns = _SHEETS[kind]
    out = BytesIO()
    empty_sheet(labels.say(title), columns, out, labels)
    return FileAnswer(f"{labels.say(title)}.xlsx", _XLSX, out.getvalue())
