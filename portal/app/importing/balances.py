"""A «saldos» sheet: what the issuer says is outstanding of its documents on a date, made true by adjustments."""

from __future__ import annotations

from collections.abc import Sequence

from portal.app.importing.arrivals import Policy
from portal.app.importing.report import ImportReport
from portal.app.portal import Portal
from portal.domain.book import Book, Cause, Item, Side
from portal.domain.folding import fold_number
from portal.domain.money import plain, to_minor
from portal.errors import Refused
from portal.importers.found import Problem, StatedBalance
from portal.ledger import balances, books
from portal.ledger.balances import Debit
from portal.ledger.ids import new_id
from portal.text import Text


def apply_balances(portal: Portal, policy: Policy, stated: Sequence[StatedBalance], report: ImportReport) -> None:
    """Adjust each document to its stated balance, all rows or none; what is refused goes to the report."""
    with portal.ledger.write(policy.actor.name) as unit:
        only = policy.only.id if policy.only else None
        found = balances.find_debits(unit.conn, {fold_number(row.number) for row in stated}, only)
        books.lock_customers(unit.conn, {debit.customer_id for debits in found.values() for debit in debits})
        item_ids = {debit.item_id for debits in found.values() for debit in debits}
        book = books.load_book(unit.conn, item_ids, with_rows=True)
        details: dict[int, dict[str, object]] = {}
        problems = []
        for row in stated:
            try:
                _adjust(book, _one(row, found.get(fold_number(row.number), [])), row, details)
            except Refused as refused:
                problems.append(Problem(row.file, row.place, refused.text))
        if problems:
            report.problems += problems
            return
        unit.book(book, details)
        unit.commit()
    report.count(stated[0].file, "balances", len(stated))


def _one(row: StatedBalance, debits: list[Debit]) -> Debit:
    fits = [d for d in debits if row.kind in (None, d.kind) and row.customer_tax_id in (None, d.customer_tax_id)]
    fits = [d for d in fits if row.issuer_tax_id in (None, d.issuer_tax_id) and row.currency in (None, d.currency)]
    if not fits:
        raise Refused(Text("No hay una factura {number}: tráela antes que su saldo.", number=row.number))
    if len(fits) > 1:
        raise Refused(
            Text("Hay varias facturas {number}: agrega las columnas emisor, cliente o tipo.", number=row.number)
        )
    return fits[0]


def _adjust(book: Book, debit: Debit, row: StatedBalance, details: dict[int, dict[str, object]]) -> None:
    item = book.items[debit.item_id]
    stated = to_minor(row.outstanding, debit.currency)
    if row.on < item.effective_on:
        raise Refused(Text("La fecha del saldo de {number} es anterior a su emisión.", number=row.number))
    mine = [a for a in book.applied.values() if a.debit_id == item.id and a.effective_on <= row.on]
    then = item.entered - sum(a.amount for a in mine)
    if stated < then:
        if then - stated > item.balance:
            raise Refused(_after(row, then, debit))
        credit = Item(new_id(), item.issuer_id, item.customer_id, item.currency, Side.CREDIT, row.on)
        book.open(credit, then - stated, Cause.STATED_BALANCE, debit.document_id)
        details[credit.id] = {"cause": Cause.STATED_BALANCE}
        book.allocate(credit.id, item.id, then - stated, Cause.STATED_BALANCE, debit.document_id)
    elif stated > then:
        _take_back(book, item, stated - then, row, debit)


def _take_back(book: Book, item: Item, missing: int, row: StatedBalance, debit: Debit) -> None:
    """More is outstanding than the portal knows: earlier stated balances are taken back, nothing else may be."""
    for done in sorted(book.applied.values(), key=lambda a: a.id, reverse=True):
        if missing and done.debit_id == item.id and done.cause is Cause.STATED_BALANCE and done.amount > 0:
            left = done.amount + sum(a.amount for a in book.applied.values() if a.undoes == done.id)
            part = min(left, missing)
            if part:
                book.give_back(done.credit_id, part, Cause.STATED_BALANCE, row.on)
                missing -= part
    if missing:
        raise Refused(_after(row, item.balance, debit))


def _after(row: StatedBalance, known: int, debit: Debit) -> Text:
    return Text(
        "El saldo informado de {number} no cuadra con los abonos del portal (saldo {known}): revisa sus pagos y notas.",
        number=row.number,
        known=f"{plain(known, debit.currency)} {debit.currency}",
    )
