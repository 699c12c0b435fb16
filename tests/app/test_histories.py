"""Random histories of imports, annulments, withdrawals and restorations against the laws that `verify` proves."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from portal.app.portal import Portal
from portal.app.voiding import restore, void, withdraw
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.documents import Facts, Kind, Prepayment, Reference, Role, Term
from portal.domain.parties import Party
from tests.factories import FrozenClock, bring, facts
from tests.ledger.balances import laws

HISTORIES = int(os.environ.get("PORTAL_HISTORIES", "200"))
NUMBERS = st.integers(1, 4)
SUMS = st.integers(1, 12).map(lambda hundreds: hundreds * 100)

documents = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(list(Kind)),
        "number": NUMBERS,
        "total": SUMS,
        "day": st.integers(0, 9),
        "cash": st.booleans(),
        "named": st.lists(st.tuples(NUMBERS, st.none() | SUMS), max_size=2, unique_by=lambda pair: pair[0]),
        "prepaid": st.none() | st.tuples(NUMBERS, SUMS),
    }
)
steps = st.one_of(
    st.tuples(st.just("bring"), st.lists(documents, min_size=1, max_size=4)),
    st.tuples(st.sampled_from(["void", "withdraw", "restore"]), st.integers(0, 20)),
)


class Shelf:
    """Portals for many histories: each history works on an issuer of its own, a portal serves forty of them."""

    def __init__(self, root: Path) -> None:
        self.root, self.used = root, 0
        self.portal = self._new(0)

    def _new(self, number: int) -> Portal:
        return build(Settings(home=self.root / str(number)), FrozenClock())

    def take(self) -> Portal:
        self.used += 1
        if self.used % 40 == 0:
            self.renew()
        return self.portal

    def renew(self) -> None:
        self.portal.close()
        shutil.rmtree(self.portal.settings.home)
        self.portal = self._new(self.used)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    books = Shelf(tmp_path_factory.mktemp("histories"))
    yield books
    books.portal.close()


issuers = iter(range(1_000_000))


@settings(max_examples=HISTORIES)
@given(paid=st.booleans(), history=st.lists(steps, min_size=1, max_size=6))
def test_no_history_breaks_a_law(shelf: Shelf, paid: bool, history: list[tuple[str, object]]) -> None:
    book = shelf.take()
    issuer = Party("CO", "31", str(800_000_000 + next(issuers)), "Emisor")
    bring(book, facts("0", 1, issuer=issuer))
    with book.ledger.write("test") as unit:
        policy = {"p": "paid" if paid else "due", "t": issuer.tax_id}
        unit.conn.execute(text("UPDATE issuers SET cash_policy = :p WHERE tax_id = :t"), policy)
        unit.commit()
    for verb, what in history:
        take(book, issuer, verb, what)
    broken = laws(book)
    if broken:
        shelf.renew()
    assert broken == []


def take(book: Portal, issuer: Party, verb: str, what: object) -> None:
    if verb == "bring":
        assert isinstance(what, list)
        bring(book, *[document(issuer, **one) for one in what])
        return
    assert isinstance(what, int)
    wanted = "state = 'withdrawn'" if verb == "restore" else "state IN ('active', 'question') AND cufe IS NULL"
    query = f"SELECT id FROM documents WHERE issuer_id = (SELECT id FROM issuers WHERE tax_id = :t) AND {wanted}"
    with book.ledger.read() as conn:
        ids = sorted(conn.execute(text(query), {"t": issuer.tax_id}).scalars())
    if not ids or (verb == "restore" and _taken(book, ids[what % len(ids)])):
        return
    with book.ledger.write("test") as unit:
        chosen = ids[what % len(ids)]
        if verb == "void":
            void(unit, chosen, date(2026, 3, 5))
        elif verb == "withdraw":
            withdraw(unit, chosen, "prueba")
        else:
            restore(unit, chosen)
        unit.commit()


def _taken(book: Portal, document_id: int) -> bool:
    query = """SELECT 1 FROM documents d JOIN documents o ON o.issuer_id = d.issuer_id AND o.kind = d.kind
               AND o.folded_number = d.folded_number AND o.state <> 'withdrawn' WHERE d.id = :id"""
    with book.ledger.read() as conn:
        return conn.execute(text(query), {"id": document_id}).first() is not None


def document(
    issuer: Party,
    kind: Kind,
    number: int,
    total: int,
    day: int,
    cash: bool,
    named: list[tuple[int, int | None]],
    prepaid: tuple[int, int] | None,
) -> Facts:
    role = Role.CORRECTS if kind in (Kind.CREDIT_NOTE, Kind.DEBIT_NOTE) else Role.PAYS
    made = facts(str(number), total, kind, issuer=issuer, issue_date=date(2026, 3, 1) + timedelta(days=day))
    if kind is Kind.INVOICE:
        made = replace(made, term=Term.CASH if cash else Term.CREDIT)
        if prepaid:
            amount = facts(total=prepaid[1]).total
            reference = Reference(Role.CONSUMES, str(prepaid[0]), Kind.ADVANCE, amount=amount)
            made = replace(made, prepaid=amount, prepayments=(Prepayment(amount),), references=(reference,))
        return made
    references = tuple(
        Reference(role, str(n), amount=None if amount is None else facts(total=amount).total) for n, amount in named
    )
    return replace(made, references=references)
