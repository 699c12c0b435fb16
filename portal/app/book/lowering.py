"""What is owed is made less, or what was made less is owed again, without money: castigos and adjustments."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from portal.app.book.desk import Desk, Wish, at_desk, by_debit, rows_made
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.acts import Act, check_value_date, reason_needed
from portal.domain.book import Book, Cause
from portal.domain.settling import rounded_on
from portal.errors import Refused
from portal.ledger.books import load_book
from portal.ledger.payables import Payable
from portal.text import Text


def write_off(
    portal: Portal,
    actor: Actor,
    wish: Wish,
    document_ids: Collection[int],
    reason: str,
    amount: int | None = None,
    on: date | None = None,
) -> int:
    """Give up what is still owed of these documents, or so much of one. Returns the act. Raises Refused, NotFound."""
    why = reason_needed(reason)
    with at_desk(portal, actor, wish) as desk:
        if desk.again is not None:
            return desk.again
        lines = [one for one in desk.lines(document_ids) if one.outstanding]
        if not lines:
            raise Refused(Text("Estos documentos ya no tienen saldo: no hay nada por castigar."))
        if amount is not None and (len(lines) > 1 or not 0 < amount <= lines[0].outstanding):
            raise Refused(Text("Se castiga una parte de un solo documento: mayor que cero y no más que su saldo."))
        parts = {one.item_id: one.outstanding if amount is None else amount for one in lines}
        act_id = _lower(desk, lines, parts, Act.WRITTEN_OFF, Cause.WRITE_OFF, why, on)
        desk.unit.commit()
    return act_id


def adjust(
    portal: Portal, actor: Actor, wish: Wish, document_id: int, amount: int, reason: str, on: date | None = None
) -> int:
    """Change what is owed of a document by `amount`, more or less; it never falls below zero.

    More is only what was made less before: who wants more than a document's total issues a debit note. Returns the act.
    Raises Refused, NotFound.
    """
    why = reason_needed(reason)
    with at_desk(portal, actor, wish) as desk:
        if desk.again is not None:
            return desk.again
        (line,) = desk.lines([document_id])
        if amount == 0 or -amount > line.outstanding:
            raise Refused(Text("Escribe un ajuste que no sea cero ni deje el saldo por debajo de cero."))
        act_id = _lower(desk, [line], {line.item_id: -amount}, Act.ADJUSTED, Cause.ADJUSTMENT, why, on)
        desk.unit.commit()
    return act_id


def _lower(
    desk: Desk,
    lines: Collection[Payable],
    parts: dict[int, int],
    act: Act,
    cause: Cause,
    why: str,
    on: date | None,
) -> int:
    """Each debit by its part (negative: raised), from `on` or today, but not before it can be."""
    day = desk.today if on is None else on
    check_value_date(day, desk.today)
    book = load_book(desk.unit.conn, parts, with_rows=True)
    for line in lines:
        part, item = parts[line.item_id], book.items[line.item_id]
        if part < 0:
            check_total(book, line.item_id, -part, line.total)
        book.enter(line.item_id, -part, cause, max(day, item.earliest), note=why)
    desk.unit.book(book)
    signed = sum(parts.values()) * (1 if act is Act.WRITTEN_OFF else -1)
    return desk.keep(act, signed, rows_made(book, by_debit(lines)), effective_on=day, reason=why)


def check_total(book: Book, debit_id: int, more: int, total: int) -> None:
    """Raises Refused when a document would owe more than its total; what was rounded away may be owed again, too."""
    if book.items[debit_id].entered - rounded_on(book, debit_id) + more > total:
        raise Refused(Text("Un documento no puede deber más que su total: para cobrar más, emite una nota débito."))
