"""The columns of a file of groups: what names each group, how many documents it has, and its sums."""

from __future__ import annotations

from collections.abc import Sequence

from portal.render.columns import Column, Shape, document_columns
from portal.render.labels import Labels


def group_columns(naming: Sequence[str], labels: Labels) -> tuple[Column, ...]:
    """`naming`: the columns that say which group a row is; the names and headings of a document's where it has them."""
    _ = labels.gettext
    money = Shape.MONEY
    known = {column.name: column for column in document_columns(labels)}
    known["month"] = Column("month", _("Mes de emisión"), 14, Shape.DATE)
    return (
        *(known[name] for name in naming),
        known["currency"],
        Column("documents", _("Documentos"), 12, Shape.WHOLE),
        known["outstanding"],
        Column("overdue", _("Vencido"), 18, money),
        Column("debits", _("Facturado"), 18, money),
        Column("credits", _("Notas y recibos"), 18, money),
        known["available"],
    )
