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
    told = Text("{fact}: {old} en el portal, {new} en el archivo")
    return [told.filled(fact=fact, old=old, new=new) for fact, old, new in _compared(known, arrived) if old != new]


def _compared(known: Facts, arrived: Facts) -> Iterator[tuple[Text, object, object]]:
    yield Text("número"), known.folded_number, arrived.folded_number
    yield Text("tipo"), label(known.kind), label(arrived.kind)
    yield Text("emisor"), known.issuer.tax_id, arrived.issuer.tax_id
    yield Text("cliente"), known.customer.tax_id, arrived.customer.tax_id
    yield Text("fecha de emisión"), known.issue_date, arrived.issue_date
    yield Text("moneda"), known.currency, arrived.currency
    yield Text("total"), f"{known.total.normalize():f}", f"{arrived.total.normalize():f}"
    if known.cufe and arrived.cufe:
        yield Text("CUFE"), known.cufe.lower(), arrived.cufe.lower()
    if known.due_date and arrived.due_date:
        yield Text("fecha de vencimiento"), known.due_date, arrived.due_date
    if known.prepaid is not None and arrived.prepaid is not None:
        yield Text("anticipo descontado"), f"{known.prepaid.normalize():f}", f"{arrived.prepaid.normalize():f}"
    if known.lines and arrived.lines:
        yield Text("líneas"), _sorted(known.lines, _line), _sorted(arrived.lines, _line)
    if known.references and arrived.references and known.source == arrived.source:
        yield Text("documentos citados"), _sorted(known.references, _cited), _sorted(arrived.references, _cited)
    if known.voided:  # an annulment that comes later is an event, not another fact
        yield Text("anulado"), _yes_no(known.voided), _yes_no(arrived.voided)


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


def _yes_no(value: bool) -> Text:
    return Text("sí") if value else Text("no")


def label(kind: Kind) -> Text:
    """The word for a kind."""
    return {
        Kind.INVOICE: Text("Factura de venta"),
        Kind.DEBIT_NOTE: Text("Nota débito"),
        Kind.CREDIT_NOTE: Text("Nota crédito"),
        Kind.ADVANCE: Text("Anticipo"),
        Kind.RECEIPT: Text("Recibo de caja"),
    }[kind]
