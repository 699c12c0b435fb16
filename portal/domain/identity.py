"""Is it the same document? Duplicate, enriched, or a conflict that nobody may overwrite."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import TypeVar

from portal.domain.documents import Facts, Kind, Line, Reference
from portal.domain.folding import fold_number
from portal.text import Text

T = TypeVar("T")


class Match(StrEnum):
    NEW = "new"
    DUPLICATE = "duplicate"
    ENRICHED = "enriched"
    CONFLICT = "conflict"


def differences(known: Facts, arrived: Facts) -> list[Text]:
    """The facts in which two statements of one document contradict each other; empty: the same document.

    Only what both state is compared: a sheet without lines does not contradict the XML that has them.
    Names are spelling, ids are facts.
    """
    return [_told(label, old, new) for label, old, new in _compared(known, arrived) if old != new]


def _told(label: str, old: object, new: object) -> Text:
    return Text("{fact}: {old} en el portal, {new} en el archivo", fact=Text(label), old=str(old), new=str(new))


def _compared(known: Facts, arrived: Facts) -> Iterator[tuple[str, object, object]]:
    yield "número", known.folded_number, arrived.folded_number
    yield "tipo", known.kind.value, arrived.kind.value
    yield "emisor", known.issuer.tax_id, arrived.issuer.tax_id
    yield "cliente", known.customer.tax_id, arrived.customer.tax_id
    yield "fecha de emisión", known.issue_date, arrived.issue_date
    yield "moneda", known.currency, arrived.currency
    yield "total", f"{known.total.normalize():f}", f"{arrived.total.normalize():f}"
    if known.cufe and arrived.cufe:
        yield "CUFE", known.cufe.lower(), arrived.cufe.lower()
    if known.due_date and arrived.due_date:
        yield "fecha de vencimiento", known.due_date, arrived.due_date
    if known.prepaid is not None and arrived.prepaid is not None:
        yield "anticipo descontado", known.prepaid.normalize(), arrived.prepaid.normalize()
    if known.lines and arrived.lines:
        yield "líneas", _sorted(known.lines, _line), _sorted(arrived.lines, _line)
    if known.references and arrived.references and known.source == arrived.source:
        yield "documentos citados", _sorted(known.references, _cited), _sorted(arrived.references, _cited)
    if known.voided:
        yield "anulado", known.voided, arrived.voided  # an annulment that comes later is an event, not another fact


def _sorted(items: tuple[T, ...], key: Callable[[T], str]) -> list[str]:
    return sorted(map(key, items))


def _line(line: Line) -> str:
    return f"{line.description.strip()} × {line.quantity.normalize():f} = {line.amount.normalize():f}"


def _cited(reference: Reference) -> str:
    amount = "" if reference.amount is None else f" {reference.amount.normalize():f}"
    return f"{fold_number(reference.number or '')}{amount}"


def richer(known: Facts, arrived: Facts) -> bool:
    """Whether what arrived states more than what is known: the XML of what came as a sheet."""
    return (arrived.source == "xml" and known.source != "xml") or (not known.cufe and bool(arrived.cufe))


def label(kind: Kind) -> str:
    """The Spanish word for a kind, a catalog id."""
    return {
        Kind.INVOICE: "Factura de venta",
        Kind.DEBIT_NOTE: "Nota débito",
        Kind.CREDIT_NOTE: "Nota crédito",
        Kind.ADVANCE: "Anticipo",
        Kind.RECEIPT: "Recibo de caja",
    }[kind]
