"""One calculation behind screen, PDF, XLSX, CSV, JSON and mail; and what was issued reads the same whatever arrives.

Random histories (late arrivals, annulments, withdrawals, undoings, refunds, allocations), in between which statements
are issued of random periods; at the end each is compared, in every rendering, with an oracle that knows the postings.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.app.portal import Portal
from portal.app.reading import read_statement
from portal.app.statements.files import CODES, issued_file, read_content
from portal.app.statements.issuing import Wish, issue
from portal.app.statements.mailing import mail_statement
from portal.app.statements.register import read_later
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import operator
from portal.domain.book import Item
from portal.domain.issued import StatementFormat
from portal.ledger.statements import IssuedRow
from portal.ledger.tables import customers, micros
from portal.views import store
from portal.views.build import build as build_here
from tests.app.people import mailed
from tests.app.statements import oracle, told
from tests.app.statements.oracle import account
from tests.ledgers import copy_empty_ledger
from tests.views.build import World
from tests.views.stories import FIRST, STEPS, Step, tell

EXAMPLES = int(os.environ.get("PORTAL_STATEMENTS", "5"))
BOSS = operator("test")
READERS: dict[StatementFormat, Callable[[bytes], told.Told]] = {
    StatementFormat.JSON: told.in_json,
    StatementFormat.CSV: told.in_csv,
    StatementFormat.XLSX: told.in_xlsx,
    StatementFormat.PDF: told.on_paper,
}
turns, asked = count(), count()
CHECKED: Counter[str] = Counter()


@dataclass
class Ask:
    """Which account, from which day on, for how many, known how many hours before (None: now)."""

    place: int
    start: int
    days: int
    hours: int | None


asks = st.builds(Ask, st.integers(0, 99), st.integers(0, 150), st.integers(0, 90), st.none() | st.integers(0, 40))
Chapter = tuple[list[Step], list[Ask]]
chapters = st.lists(st.tuples(STEPS, st.lists(asks, min_size=1, max_size=2)), min_size=1, max_size=3)


class Hand:
    """The portal's clock, which is each story's in turn."""

    at = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@dataclass
class Issued:
    """A statement that was issued, and its files as they were given out then."""

    wish: Wish
    row: IssuedRow
    files: dict[StatementFormat, bytes] = field(default_factory=dict)


class Story(World):
    """A history at issuers of its own, in the portal's ledger; it issues statements on the way."""

    def __init__(self, portal: Portal) -> None:
        super().__init__(portal.settings.database_url)
        self.portal, self.turn, self.issued = portal, next(turns), list[Issued]()

    def issuer(self, name: str) -> int:
        return super().issuer(f"{name}{self.turn}")

    def accounts(self) -> list[tuple[int, int, str]]:
        return sorted({_whose(item) for item in self.items.values()})

    def issue(self, ask: Ask, formats: tuple[StatementFormat, ...]) -> None:
        found = self.accounts()
        if not found:
            return
        self.at += timedelta(minutes=1)
        self.portal.clock.at = self.at  # type: ignore[attr-defined]
        start = FIRST + timedelta(days=ask.start)
        known = None if ask.hours is None else self.at - timedelta(hours=ask.hours)
        wish = Wish(*found[ask.place % len(found)], start, start + timedelta(days=ask.days), known)
        row = issue(self.portal, BOSS, wish)
        files = {one: issued_file(self.portal, row, one, _language(one)).data for one in formats}
        self.issued.append(Issued(wish, row, files))


def _whose(item: Item) -> tuple[int, int, str]:
    return item.issuer_id, item.customer_id, item.currency


def _language(format: StatementFormat) -> str:
    return "es" if format is StatementFormat.PDF else CODES


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, empty_ledger: Path) -> Iterator[Portal]:
    home = tmp_path_factory.mktemp("truth")
    copy_empty_ledger(empty_ledger, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "build_apart", build_here)
        built = build(Settings(home=home), Hand())
        yield built
        built.close()


@pytest.fixture(scope="module", autouse=True)
def counted(figure: Callable[[str], None]) -> Iterator[None]:
    yield
    if EXAMPLES > 5:
        figure(
            f"histories of statements: {next(turns)}, and {CHECKED.total()} statements issued on the way, "
            f"{CHECKED['later']} of them with something recorded after; every rendering is what the postings say"
        )


def test_the_oracle_is_small_and_knows_nothing_of_the_portal() -> None:
    source = Path(oracle.__file__ or "").read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 50 and "from portal" not in source


@settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
@given(history=chapters)
def test_all_say_the_same_and_what_was_issued_stays(portal: Portal, history: list[Chapter]) -> None:
    story = Story(portal)
    for steps, wishes in history:
        tell(story, steps)
        for number, ask in enumerate(wishes):
            every = tuple(StatementFormat) if number == 0 else (StatementFormat.JSON,)
            story.issue(ask, every)
    story.at += timedelta(hours=1)
    portal.clock.at = story.at  # type: ignore[attr-defined]
    for one in story.issued:
        assert_it_reads_as_the_postings_say(portal, one)
        assert_what_came_after_is_the_difference(portal, one)
    for one in story.issued[-1:]:
        assert_screen_and_mail_say_it(portal, one.wish)
    story.close()


def assert_it_reads_as_the_postings_say(portal: Portal, one: Issued) -> None:
    """In each of its files, as they were and as they are; and asked for anew by its K."""
    row, wish = one.row, one.wish
    with portal.ledger.read() as conn:
        known = micros(row.known_at)
        account_then = account(conn, (row.customer_id, row.currency), wish.start, wish.end, known, row.known_seq)
    wanted = told.by_hand(account_then)
    content = read_content(portal, row).statement
    assert told.on_screen(content) == wanted
    for format, data in one.files.items():
        assert issued_file(portal, row, format, _language(format)).data == data
        assert READERS[format](data) == wanted
    anew = read_statement(portal, BOSS, *_asked(wish), known_at=row.known_at)
    assert replace(anew, seq=0) == content


def assert_what_came_after_is_the_difference(portal: Portal, one: Issued) -> None:
    row, wish = one.row, one.wish
    later = read_later(portal, BOSS, row.id)
    with portal.ledger.read() as conn:
        span = ((row.customer_id, row.currency), wish.start, wish.end)
        then, now = account(conn, *span, micros(row.known_at), row.known_seq), account(conn, *span, 2**62)
    assert later.closing_now == now.closing and later.after.change == now.closing - then.closing
    assert sum(entry.amount for entry in later.after.entries) == later.after.change
    assert later.after.count == len(now.ids ^ then.ids)
    CHECKED["later" if later.after.count else "same"] += 1


def assert_screen_and_mail_say_it(portal: Portal, wish: Wish) -> None:
    today = replace(wish, known_at=None)
    with portal.ledger.write("test") as unit:
        mine = customers.c.id == wish.customer_id
        unit.conn.execute(customers.update().where(mine).values(email=f"c{next(asked)}@ejemplo.example"))
        unit.commit()
        hand = account(unit.conn, (wish.customer_id, wish.currency), wish.start, wish.end, 2**62)
    screen = read_statement(portal, BOSS, *_asked(today))
    assert told.on_screen(screen) == told.by_hand(hand)
    mail_statement(portal, BOSS, today)
    debits = sum(amount for _, amount, _ in hand.rows if amount > 0)
    credits = debits - sum(amount for _, amount, _ in hand.rows)
    values = mailed(portal)[-1][2]
    assert told.in_mail(values) == (hand.opening, debits, credits, hand.closing, hand.credit)


def _asked(wish: Wish) -> tuple[int, int, str, date, date]:
    return wish.issuer_id, wish.customer_id, wish.currency, wish.start, wish.end
