"""Saldo a favor at the desk: set against documents, taken back from one, or freed from waiting."""

from __future__ import annotations

from collections.abc import Collection

from portal.app.book.desk import Wish, at_desk, by_debit, rows_made
from portal.app.payments.applying import share_out
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.acts import LONGEST_REASON, Act, reason_needed, words
from portal.domain.book import Allocation, Book, Cause
from portal.domain.checkouts import Favour, Share
from portal.domain.settling import open_again
from portal.errors import NotFound, Refused
from portal.ledger import references
from portal.ledger.acts import ActRow
from portal.ledger.applications import credits_with
from portal.ledger.books import load_book
from portal.ledger.payables import Payable
from portal.text import Text

# What was set against a document by a rule of its own, and is taken back by another act.
_NOT_HERE = {
    Cause.WITHHOLDING: Text("Es una retención: deshazla en Solicitudes."),
    Cause.CASH_SALE: Text("Es el pago de contado de la factura: no se desaplica."),
}


def apply_credit(
    portal: Portal,
    actor: Actor,
    wish: Wish,
    document_ids: Collection[int],
    amount: int | None = None,
    credit_ids: Collection[int] = (),
    note: str = "",
) -> int:
    """Set the account's free credit, or some of it, against documents: the oldest first, on both sides.

    `amount`: at most so much. Returns the act. Raises Refused when there is no credit or nothing owed; NotFound.
    """
    with at_desk(portal, actor, wish) as desk:
        if desk.again is not None:
            return desk.again
        lines = desk.lines(document_ids)
        found = credits_with(desk.unit.conn, desk.whose.customer_id, desk.whose.currency)
        chosen = [one for one in found if not credit_ids or one.item_id in credit_ids]
        shares = share_credit(lines, [Favour(one.item_id, one.free) for one in chosen], amount)
        if not shares:
            raise Refused(Text("No hay saldo a favor libre para estos documentos, o ya no deben nada."))
        book = load_book(desk.unit.conn, {end for one in shares for end in (one.credit_id, one.debit_id)})
        share_out(book, shares)
        desk.unit.book(book)
        applied = sum(one.amount for one in book.allocations)
        rows = rows_made(book, by_debit(lines))
        act_id = desk.keep(Act.APPLIED, applied, rows, reason=words(note, LONGEST_REASON))
        desk.unit.commit()
    return act_id


def share_credit(lines: Collection[Payable], favours: Collection[Favour], amount: int | None) -> list[Share]:
    """Which credit goes to which document, in the order given, up to `amount` in all. Raises Refused."""
    if amount is not None and amount <= 0:
        raise Refused(Text("Escribe cuánto saldo a favor se aplica, mayor que cero."))
    left = {one.item_id: one.outstanding for one in lines}
    room, shares = sum(left.values()) if amount is None else amount, list[Share]()
    for favour in favours:
        free = favour.available
        for debit_id in left:
            part = min(free, left[debit_id], room)
            if part > 0:
                shares.append(Share(favour.item_id, debit_id, part))
                left[debit_id] -= part
                free, room = free - part, room - part
    if amount is not None and room:
        raise Refused(Text("No hay tanto saldo a favor libre, o los documentos deben menos: escribe un valor menor."))
    return shares


def free_application(
    portal: Portal, actor: Actor, wish: Wish, document_id: int, credit_id: int, amount: int, reason: str
) -> int:
    """Take back so much of what a credit pays of a document: it is owed again, the credit is saldo a favor.

    Returns the act. Raises Refused for more than stands, and for what only another act takes back; NotFound.
    """
    why = reason_needed(reason)
    with at_desk(portal, actor, wish) as desk:
        if desk.again is not None:
            return desk.again
        (line,) = desk.lines([document_id])
        book = load_book(desk.unit.conn, {credit_id, line.item_id}, with_rows=True)
        standing = standing_between(book, credit_id, line.item_id)
        if not standing:
            raise NotFound()
        _check_frees(standing, book, amount)
        for one in standing:
            part = min(amount - sum(-back.amount for back in book.allocations), book.left(one))
            if part > 0:
                book.undo(one.id, part, desk.today)
        open_again(book, {line.item_id}, desk.today)
        desk.unit.book(book)
        act_id = desk.keep(Act.FREED, amount, rows_made(book, by_debit([line])), reason=why)
        desk.unit.commit()
    return act_id


def standing_between(book: Book, credit_id: int, debit_id: int) -> list[Allocation]:
    """What stands of a credit against a debit, what was applied last first."""
    mine = [one for one in book.standing(debit_id) if one.credit_id == credit_id]
    return sorted(mine, key=lambda one: one.id, reverse=True)


def _check_frees(standing: list[Allocation], book: Book, amount: int) -> None:
    if why := next((_NOT_HERE[one.cause] for one in standing if one.cause in _NOT_HERE), None):
        raise Refused(why)
    if not 0 < amount <= sum(book.left(one) for one in standing):
        raise Refused(Text("Escribe un valor mayor que cero, hasta lo que está aplicado."))


def release_credit(portal: Portal, actor: Actor, wish: Wish, document_id: int, reason: str) -> int:
    """Wait no longer for the documents that a credit names: what was kept for them is saldo a favor.

    Returns the act. Raises Refused when nothing waits; NotFound.
    """
    why = reason_needed(reason)
    with at_desk(portal, actor, wish) as desk:
        if desk.again is not None:
            return desk.again
        unit, whose = desk.unit, desk.whose
        found = credits_with(unit.conn, whose.customer_id, whose.currency)
        credit = next((one for one in found if one.document_id == document_id), None)
        if credit is None:
            raise NotFound()
        if not credit.waiting:
            raise Refused(Text("Este saldo a favor no espera ningún documento: ya está libre."))
        freed = references.release(unit.conn, document_id, unit.now)
        unit.touch([document_id])
        rows = [ActRow(document_id, 0, reference_id=one) for one in freed]
        act_id = desk.keep(Act.RELEASED, credit.waiting, rows, reason=why)
        unit.commit()
    return act_id
