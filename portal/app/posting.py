"""Post documents that have just come in: open items, references both ways, cash sales, papers of money."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from portal.domain.application import PAPER_DAYS, Named, Paper, Posted, apply_reference, paper_of
from portal.domain.book import Cause, Item, Side
from portal.domain.documents import Kind, Term
from portal.ledger import books, documents, papers, questions, references
from portal.ledger.ids import new_id
from portal.ledger.papers import Account
from portal.ledger.references import Ref, Standing
from portal.ledger.staging import StagedRow
from portal.ledger.unit import Unit


def post_documents(
    unit: Unit, rows: Sequence[StagedRow], pending: Sequence[tuple[int, int]], paid_on_issue: Collection[int]
) -> list[int]:
    """Post documents that are in the ledger but have no item yet; `pending` are references they make resolvable.

    Returns the documents whose references name somebody else's document (left open, credit reserved).
    Everything happens in `unit`, which the caller commits.
    """
    live = [row for row in rows if not row.voided]
    targets = dict(pending)
    posting = _Posting(unit, live, targets, paid_on_issue)
    posting.open_items()
    posting.apply_references()
    posting.cash_sales()
    posting.plain_receipts()
    posting.save()
    return posting.misnamed


class _Posting:
    """The state of one posting; each step reads and changes the book."""

    def __init__(self, unit: Unit, rows: Sequence[StagedRow], targets: dict[int, int], paid: Collection[int]) -> None:
        self.unit, self.rows, self.targets = unit, rows, targets
        conn = unit.conn
        new = {row.id for row in rows}
        sources = references.of_sources(conn, list(targets)) if targets else {}
        ends = set(sources.values()) | set(targets.values())
        self.standing: dict[int, Standing] = references.standing(conn, sorted(ends))
        self.refs: dict[int, list[Ref]] = references.of_documents(conn, sorted(new | set(sources.values())))
        books.lock_customers(conn, {r.customer_id for r in rows} | {s.customer_id for s in self.standing.values()})
        self.cash = [r for r in rows if r.kind == Kind.INVOICE and r.term == Term.CASH and r.issuer_id in paid]
        self.loose = papers.loose_receipts(conn, {r.customer_id for r in self.cash})
        old_items = {s.item_id for s in self.standing.values() if s.item_id is not None}
        loose_items = {p.item_id for found in self.loose.values() for p in found}
        self.book = books.load_book(conn, old_items | loose_items)
        self.item_of: dict[int, int] = {s.id: s.item_id for s in self.standing.values() if s.item_id is not None}
        self.details: dict[int, dict[str, object]] = {}
        self.made: dict[int, int] = {}
        self.posted = papers.without_paper(conn, {r.customer_id for r in rows if r.kind == Kind.RECEIPT})
        self.plain: list[StagedRow] = []
        self.misnamed: list[int] = []
        used = books.prepaid_used(conn, [s.id for s in self.standing.values() if s.prepaid])
        self.prepaid_left = {s.id: s.prepaid - used.get(s.id, 0) for s in self.standing.values() if s.prepaid}

    def open_items(self) -> None:
        for row in self.rows:
            if row.kind != Kind.RECEIPT:
                self._open(row)
            elif not self.refs.get(row.id):
                self.plain.append(row)
            else:
                self._receipt(row)

    def _open(self, row: StagedRow) -> None:
        kind = Kind(row.kind)
        side = Side.DEBIT if kind.is_debit else Side.CREDIT
        item = Item(new_id(), row.issuer_id, row.customer_id, row.currency, side, row.issue_date)
        self.book.open(item, row.total, Cause(row.kind), row.id)
        self.details[item.id] = {"cause": row.kind, "method": row.method, "reference": row.payment_reference}
        self.item_of[row.id] = self.made[row.id] = item.id

    def _receipt(self, row: StagedRow) -> None:
        own = self.refs.get(row.id, [])
        names = frozenset(t for ref in own if (t := self.targets.get(ref.id, ref.target_id)) is not None)
        paper = self._paper(row, names, bool(own) and not names)
        if paper.item_id is not None:
            self.item_of[row.id] = self.made[row.id] = paper.item_id
            for ref in own:
                self.targets.pop(ref.id, None)
            references.release(self.unit.conn, row.id, self.unit.now)
        elif paper.candidates:
            detail = json.dumps({"items": paper.candidates})
            questions.ask(self.unit, row.issuer_id, row.id, questions.SAME_PAYMENT, detail)
            documents.set_state(self.unit, row.id, "question")
            for ref in own:
                self.targets.pop(ref.id, None)
        else:
            self._open(row)

    def _paper(self, row: StagedRow, names: frozenset[int], unknown: bool) -> Paper:
        account = Account(row.customer_id, row.currency)
        posted = self.posted.get(account, [])
        paper = paper_of(row.total, row.issue_date, row.payment_reference, names, unknown, posted)
        if paper.item_id is not None:
            self.posted[account] = [p for p in posted if p.item_id != paper.item_id]
        return paper

    def apply_references(self) -> None:
        """In the order of the documents' dates, whatever order they came in."""
        stated = {ref.id: ref for refs in self.refs.values() for ref in refs}
        resolved = [(stated[reference_id], target_id) for reference_id, target_id in self.targets.items()]
        for ref, target_id in sorted(resolved, key=lambda pair: self._when(pair[0])):
            if not apply_reference(self.book, self._named(ref, target_id), self.prepaid_left):
                self.misnamed.append(ref.document_id)
                del self.targets[ref.id]
        self.unit.touch(row.id for row in self.rows)
        self.unit.touch(self.targets.values())

    def _when(self, ref: Ref) -> tuple[date, int]:
        return self.standing[ref.document_id].issue_date, ref.id

    def _named(self, ref: Ref, target_id: int) -> Named:
        source = self.standing[ref.document_id]
        waiting = sum(
            other.amount or 0
            for other in self.refs[source.id]
            if other.id != ref.id and other.target_id is None and other.id not in self.targets
        )
        return Named(
            ref.role,
            ref.amount,
            source.id,
            source.kind,
            self.item_of.get(source.id),
            source.issue_date,
            target_id,
            self.item_of.get(target_id),
            waiting,
        )

    def cash_sales(self) -> None:
        for row in self.cash:
            debit = self.book.items[self.made[row.id]]
            if debit.balance and not self._paid_already(row, debit):
                self._book_cash(row, debit)

    def _paid_already(self, row: StagedRow, debit: Item) -> bool:
        """A receipt of the same sum that names nothing and came first is the money of this cash sale."""
        account = Account(row.customer_id, row.currency)
        for plain in [p for p in self.plain if Account(p.customer_id, p.currency) == account]:
            if plain.total == debit.balance and _near(plain.issue_date, row.issue_date):
                self.plain.remove(plain)
                self._open(plain)
                self.loose.setdefault(account, []).append(
                    Posted(self.made[plain.id], plain.total, plain.issue_date, None, frozenset())
                )
        known = self.loose.get(account, [])
        fits = [p for p in known if p.amount == debit.balance and _near(p.on, row.issue_date)]
        if len(fits) != 1:
            return False
        known.remove(fits[0])
        self.book.allocate(fits[0].item_id, debit.id, debit.balance, Cause.CASH_SALE, row.id)
        return True

    def _book_cash(self, row: StagedRow, debit: Item) -> None:
        amount = debit.balance
        credit = Item(new_id(), row.issuer_id, row.customer_id, row.currency, Side.CREDIT, row.issue_date)
        self.book.open(credit, amount, Cause.CASH_SALE, row.id)
        self.details[credit.id] = {"cause": Cause.CASH_SALE, "method": row.method, "reference": row.payment_reference}
        self.book.allocate(credit.id, debit.id, amount, Cause.CASH_SALE, row.id)
        posted = Posted(credit.id, amount, row.issue_date, row.payment_reference, frozenset({row.id}))
        self.posted.setdefault(Account(row.customer_id, row.currency), []).append(posted)

    def plain_receipts(self) -> None:
        for row in self.plain:
            self._receipt(row)

    def save(self) -> None:
        self.unit.book(self.book, self.details)
        self.unit.post(self.made, (item.id for item in self.book.opened))
        references.resolve(self.unit.conn, self.targets)
        self._touch_sources()

    def _touch_sources(self) -> None:
        sources: dict[int, list[int]] = defaultdict(list)
        for refs in self.refs.values():
            for ref in refs:
                if ref.id in self.targets:
                    sources[ref.document_id].append(ref.id)
        self.unit.touch(sources)


def _near(one: date, other: date) -> bool:
    return abs(one - other) <= timedelta(days=PAPER_DAYS)
