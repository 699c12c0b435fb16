"""Random sequences of acts and their undoings: the laws hold, and what is undone in turn leaves all as it was."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.documents import Kind
from portal.domain.parties import Party
from portal.errors import NotFound, Refused
from tests.app.book.counter import TODAY, open_counter
from tests.factories import FrozenClock, bring, facts, pays
from tests.ledger.balances import laws
from tests.ledgers import copy_empty_ledger

SUMS = st.sampled_from([1, 50, 100, 250, 900, 1_000, 1_400])
NUMBER, ACT = st.integers(0, 2), st.integers(0, 9)
steps = st.one_of(
    st.tuples(st.just("pay"), SUMS, st.lists(NUMBER, unique=True, max_size=3)),
    st.tuples(st.just("apply"), st.none() | SUMS, st.lists(NUMBER, unique=True, min_size=1, max_size=3)),
    st.tuples(st.just("free"), st.none() | SUMS, NUMBER),
    st.tuples(st.just("write_off"), st.none() | SUMS, st.lists(NUMBER, unique=True, min_size=1, max_size=2)),
    st.tuples(st.just("adjust"), SUMS.flatmap(lambda sum_: st.sampled_from([sum_, -sum_])), NUMBER),
    st.tuples(st.just("release"), st.none(), st.none()),
    st.tuples(st.just("undo"), st.none(), ACT),
)
EXAMPLES = int(os.environ.get("PORTAL_HISTORIES", "200")) // 5
issuers = iter(range(1_000_000))


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, empty_ledger: Path) -> Iterator[Portal]:
    home = tmp_path_factory.mktemp("acts")
    copy_empty_ledger(empty_ledger, home)
    built = build(Settings(home=home), FrozenClock())
    yield built
    built.close()


class Story:
    """One account, what was done to it, and how it stood before each act that still stands."""

    def __init__(self, portal: Portal) -> None:
        turn = next(issuers)
        issuer = Party("CO", "31", str(810_000_000 + turn), "Emisor")
        self.numbers = [f"{turn}-{place}" for place in range(3)]
        waits = f"{turn}-A"
        bring(
            portal,
            *(facts(number, sum_, issuer=issuer) for number, sum_ in zip(self.numbers, (10, 5, 2), strict=True)),
            facts(f"{turn}-C", 4, Kind.CREDIT_NOTE, issuer=issuer),
            facts(waits, 3, Kind.ADVANCE, issuer=issuer, references=pays("NUNCA")),
        )
        self.counter, self.waits = open_counter(portal, self.numbers[0]), waits
        self.done: list[tuple[int, dict[int, int]]] = []

    def balances(self) -> dict[int, int]:
        """Of every item, those without a paper too; what is nothing is left out."""
        query = """SELECT i.id, (CASE i.side WHEN 'debit' THEN 1 ELSE -1 END)
            * COALESCE((SELECT SUM(amount) FROM entries WHERE item_id = i.id), 0)
            - COALESCE((SELECT SUM(amount) FROM allocations WHERE debit_id = i.id OR credit_id = i.id), 0)
            FROM items i WHERE i.customer_id = :c"""
        with self.counter.portal.ledger.read() as conn:
            rows = conn.execute(text(query), {"c": self.counter.whose.customer_id}).all()
        return {row[0]: int(row[1]) for row in rows if row[1]}

    def take(self, verb: str, amount: int | None, about: object) -> None:
        if verb == "undo":
            assert isinstance(about, int)
            if self.done:
                self.undo(about % len(self.done))
            return
        before = self.balances()
        try:
            act = self.act(verb, amount, about)
        except (Refused, NotFound, IndexError):
            assert self.balances() == before
            return
        self.done.append((act, before))

    def act(self, verb: str, amount: int | None, about: object) -> int:
        counter, names = self.counter, self.numbers
        chosen = [names[one] for one in about] if isinstance(about, list) else [names[about or 0]]  # type: ignore[index]
        acts: dict[str, Callable[[], int]] = {
            "pay": lambda: counter.pay(amount or 0, *chosen, on=TODAY),
            "apply": lambda: counter.apply(*chosen, amount=amount),
            "free": lambda: counter.free(chosen[0], amount),
            "write_off": lambda: counter.write_off(*chosen, amount=amount),
            "adjust": lambda: counter.adjust(chosen[0], amount or 0),
            "release": lambda: counter.release(self.waits),
        }
        return acts[verb]()

    def undo(self, place: int) -> None:
        """In turn it leaves everything as it was before; out of turn it may be refused, and then changes nothing."""
        act, before = self.done[place]
        last, now = place == len(self.done) - 1, self.balances()
        try:
            self.counter.undo(act)
        except Refused:
            assert not last and self.balances() == now
            return
        if last:
            assert self.balances() == before
            self.done.pop()
            return
        self.done = []  # what stood before the later acts is no more how it was


@settings(max_examples=EXAMPLES)
@given(history=st.lists(steps, min_size=1, max_size=9))
def test_no_history_breaks_a_law_and_undoing_gives_back_exactly(
    portal: Portal, history: list[tuple[str, int | None, object]]
) -> None:
    story = Story(portal)
    for verb, amount, about in history:
        story.take(verb, amount, about)
    assert laws(portal) == []
    while story.done:
        story.undo(len(story.done) - 1)
    assert laws(portal) == []
