"""What a customer's screen asks, of the views, of indexed SQLite and of PostgreSQL side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from random import Random

from benchmarks.measure.reference_sql import Books, Reference
from benchmarks.measure.table import Table, ms, repeated, timed
from portal.app.portal import Portal
from portal.clock import today
from portal.domain.access import Scope
from portal.domain.days import Today
from portal.domain.documents import Kind
from portal.views.filters import DocumentFilter, Settled, SortKey
from portal.views.pages import page
from portal.views.statements import statement
from portal.views.summary import summary

_TIMES = 60
PAGE_ROWS = 50
WORD = "consultoria"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A customer at an issuer."""

    customer_id: int
    issuer_id: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """Whose questions are asked: many ordinary customers, the biggest one, the largest issuer."""

    ordinary: list[Somebody]
    biggest: Somebody
    biggest_documents: int
    issuer_id: int
    issuer_documents: int

    @classmethod
    def of(cls, portal: Portal) -> Crowd:
        with portal.ledger.read() as conn:
            counted = conn.exec_driver_sql(
                "SELECT customer_id, issuer_id, COUNT(*) FROM documents GROUP BY 1, 2 ORDER BY 3 DESC"
            ).all()
        issued = Counter[int]()
        for row in counted:
            issued[row[1]] += row[2]
        people = [Somebody(row[0], row[1]) for row in counted]
        ordinary = Random(1).sample([p for p, row in zip(people, counted, strict=True) if 15 <= row[2] <= 40], _TIMES)
        return cls(ordinary, people[0], counted[0][2], *issued.most_common(1)[0])


def measure_refresh(portal: Portal, documents: int) -> Table:
    """The full load, and a refresh after 1 and after 100 changed documents."""
    table = Table(f"Views over {documents:,} documents", ("what", "p50 / p95 ms"))
    load = timed(portal.views.rebuild)
    table.add("full load, in a child process", f"{load:.1f} s ({documents / load:,.0f} documents/s)")
    portal.views.fresh()
    with portal.ledger.read() as conn:
        ids = [row[0] for row in conn.exec_driver_sql("SELECT id FROM documents ORDER BY id LIMIT 10000")]
    table.add("nothing changed", ms(repeated([portal.views.fresh] * 1_000)))
    for rows in (1, 100):
        table.add(
            f"refresh after {rows} changed", ms([_refresh(portal, Random(n).sample(ids, rows)) for n in range(20)])
        )
    return table


def _refresh(portal: Portal, changed: list[int]) -> float:
    with portal.ledger.write("benchmark") as unit:
        unit.touch(changed)
        unit.commit()
    return timed(portal.views.fresh)


def measure_questions(portal: Portal, references: Sequence[Reference], documents: int) -> Table:
    """Each question for ordinary customers and for the biggest one."""
    crowd = Crowd.of(portal)
    biggest = f"{crowd.biggest_documents:,} documents"
    table = Table(
        f"Questions, {documents:,} documents",
        ("question", "who asks", *(f"{name} p50 / p95 ms" for name in ("views", *(one.name for one in references)))),
    )
    on = today(portal.clock)
    for name, asks, refers in _questions(portal, on):
        for who, people in (
            ("an ordinary customer", crowd.ordinary),
            (f"the biggest, {biggest}", [crowd.biggest] * 20),
        ):
            known = [one for one in people if _answers(asks, one)]
            table.add(name, who, _told(asks, known), *(_told(partial(refers, one), known) for one in references))
    return table


Asked = Callable[[Somebody], object]
Refers = Callable[[Reference, Somebody], object]
FILTER = DocumentFilter(kinds=(Kind.INVOICE,), settlements=(Settled.OPEN, Settled.PART), currencies=("COP",))
SEARCH = DocumentFilter(search=WORD)


def _questions(portal: Portal, on: date) -> Iterable[tuple[str, Asked, Refers]]:
    views, start = portal.views, on - timedelta(days=365)

    def scope(one: Somebody) -> Scope:
        return Scope(customers=frozenset({one.customer_id}))

    def listed(one: Somebody, wanted: DocumentFilter) -> object:
        return page(views, scope(one), wanted, SortKey.ISSUE_DATE, True, PAGE_ROWS, 0, Today(on))

    yield (
        "summary",
        lambda one: summary(views, scope(one), Today(on)),
        lambda reference, one: reference.summary(one.customer_id, on),
    )
    yield (
        "filtered page with totals",
        lambda one: listed(one, FILTER),
        lambda reference, one: reference.page(Books("customer_id", one.customer_id), on),
    )
    yield (
        "search",
        lambda one: listed(one, SEARCH),
        lambda reference, one: reference.search(Books("customer_id", one.customer_id), WORD),
    )
    yield (
        "statement of a year, first 50 movements",
        lambda one: statement(views, scope(one), one.issuer_id, one.customer_id, "COP", start, on, limit=PAGE_ROWS),
        lambda reference, one: reference.statement(one.customer_id, one.issuer_id, start, on),
    )


def _told(ask: Asked, people: list[Somebody]) -> str:
    ask(people[0])
    return ms(repeated([partial(ask, one) for one in people]))


def _answers(ask: Asked, one: Somebody) -> bool:
    """A first asking, not counted; a customer without an account in pesos has no statement in them."""
    try:
        ask(one)
    except LookupError:
        return False
    return True
