"""Random histories of a small ledger: a list of numbers tells what is done, to what, and how much of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from hypothesis import strategies as st

from portal.domain.book import Cause, Side
from portal.domain.documents import Kind
from portal.errors import LedgerBroken
from tests.views.build import TODAY, Doc, World

Step = tuple[int, int, int, int]
STEPS = st.lists(
    st.tuples(st.integers(0, 23), st.integers(0, 99), st.integers(0, 99), st.integers(1, 100)), min_size=3, max_size=25
)
FIRST = TODAY - timedelta(days=120)


def tell(world: World, steps: Iterable[Step]) -> None:
    """Do what can be done; what a law of the ledger refuses is left out."""
    for step in steps:
        try:
            _do(world, *step)
        except LedgerBroken:
            continue


def _do(world: World, what: int, a: int, b: int, share: int) -> None:
    on = FIRST + timedelta(days=a)
    docs = [doc for doc in world.docs.values() if doc.state == "active"]
    if what < 8 or not docs:
        _issue(world, what, a, b, share, on)
    elif what < 10:
        method = ("47", "10", None)[a % 3]
        cause = Cause.PAYMENT if method else Cause.WITHHOLDING
        world.payment(share * 1000, docs[b % len(docs)], on, method, cause)
    elif what < 14:
        _allocate(world, a, b, share)
    elif what == 14:
        _undo(world, a, share, on)
    elif what == 15:
        world.opening(share * 1000, docs[b % len(docs)], on)
    elif what == 16:
        credits = [item for item in world.items.values() if item.side is Side.CREDIT]
        if credits:
            world.give_back(credits[a % len(credits)].id, share * 100, on)
    elif what == 23:
        world.open(docs[b % len(docs)])
    elif what >= 20:
        _report(world, what, docs[b % len(docs)], share)
    else:
        _end(world, what, docs[b % len(docs)], share, on)


def _issue(world: World, what: int, a: int, b: int, share: int, on: date) -> None:
    kind = list(Kind)[what] if what < len(Kind) else Kind.INVOICE
    world.document(
        kind,
        total=0 if share == 100 else share * 1000,
        issued=on,
        due=on + timedelta(days=b % 60) if b % 3 else None,
        currency="USD" if b % 5 == 0 else "COP",
        issuer="AB"[a % 2],
        customer="12"[b % 2],
        text=("tornillo", "café tostado", "papel 'bond' 100%")[a % 3],
        method=(None, "10", "ZZZ")[b % 3],
        state="question" if what == 7 else "active",
        waits=() if kind.is_debit else ((), (share * 300, 5), (None,))[a % 3],
    )


def _allocate(world: World, a: int, b: int, share: int) -> None:
    pairs = [
        (credit, debit)
        for credit in world.items.values()
        for debit in world.items.values()
        if (credit.side, debit.side) == (Side.CREDIT, Side.DEBIT)
        and (credit.issuer_id, credit.customer_id, credit.currency)
        == (debit.issuer_id, debit.customer_id, debit.currency)
        and min(credit.balance, debit.balance) > 0
    ]
    if pairs:
        credit, debit = pairs[(a * 100 + b) % len(pairs)]
        most = min(credit.balance, debit.balance)
        world.allocate(credit.id, debit.id, most if share > 50 else max(1, most * share // 100))


def _undo(world: World, a: int, share: int, on: date) -> None:
    standing = [done for done in world.applied.values() if done.undoes is None]
    if standing:
        done = standing[a % len(standing)]
        world.undo(done.id, max(1, done.amount * share // 100), on)


def _report(world: World, what: int, doc: Doc, share: int) -> None:
    if what == 22:
        if doc.item_id is not None and doc.kind.is_debit:
            world.claim(doc, share * 500)
    elif what == 20 and doc.item_id is not None and doc.kind.is_debit:
        world.report(doc, share * 1000)
    elif doc.reported:
        world.reject(doc)


def _end(world: World, what: int, doc: Doc, share: int, on: date) -> None:
    if what == 17:
        world.void(doc, on)
    elif what == 18:
        world.withdraw(doc)
    elif share % 2:
        world.release(doc)
    elif doc.item_id is not None and doc.kind.is_debit:
        world.adjust(doc.item_id, -share, max(on, world.items[doc.item_id].earliest))
