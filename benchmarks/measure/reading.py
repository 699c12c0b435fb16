"""What a screen asks, of the views and of indexed SQLite side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from benchmarks.measure.sqlite_reference import Reference
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
_PAGE = 50
_WORD = "consultoria"


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

    @classmethod
    def of(cls, portal: Portal) -> Crowd:
        with portal.ledger.read() as conn:
            counted = conn.exec_driver_sql(
                "SELECT customer_id, issuer_id, COUNT(*) FROM documents GROUP BY 1, 2 ORDER BY 3 DESC"
            ).all()
        people = [Somebody(row[0], row[1]) for row in counted]
        ordinary = Random(1).sample([p for p, row in zip(people, counted, strict=True) if 15 <= row[2] <= 40], _TIMES)
        return cls(ordinary, people[0], counted[0][2])


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


def measure_questions(portal: Portal, reference: Reference, documents: int) -> Table:
    """Each question for ordinary customers and for the biggest one."""
    crowd = Crowd.of(portal)
    biggest = f"{crowd.biggest_documents:,} documents"
    table = Table(
        f"Questions, {documents:,} documents",
        ("question", "who asks", "views p50 / p95 ms", "indexed SQLite p50 / p95 ms"),
    )
    on = today(portal.clock)
    for name, asks, refers in _questions(portal, reference, on):
        for who, people in (
            ("an ordinary customer", crowd.ordinary),
            (f"the biggest, {biggest}", [crowd.biggest] * 20),
        ):
            table.add(name, who, _run(asks, people), _run(refers, people))
    issuer = Scope(issuers=frozenset({crowd.biggest.issuer_id}))
    asked = [lambda: page(portal.views, issuer, _SEARCH, SortKey.ISSUE_DATE, True, _PAGE, 0, Today(on))] * 10
    found = [lambda: reference.search("issuer_id", crowd.biggest.issuer_id, _WORD)] * 10
    table.add("search", "the largest issuer, 15 % of all", ms(repeated(asked)), ms(repeated(found)))
    return table


Asked = Callable[[Somebody], object]
_FILTER = DocumentFilter(kinds=(Kind.INVOICE,), settlements=(Settled.OPEN, Settled.PART), currencies=("COP",))
_SEARCH = DocumentFilter(search=_WORD)


def _questions(portal: Portal, reference: Reference, on: date) -> Iterable[tuple[str, Asked, Asked]]:
    views, start = portal.views, on - timedelta(days=365)

    def scope(one: Somebody) -> Scope:
        return Scope(customers=frozenset({one.customer_id}))

    def listed(one: Somebody, wanted: DocumentFilter) -> object:
        return page(views, scope(one), wanted, SortKey.ISSUE_DATE, True, _PAGE, 0, Today(on))

    yield (
        "summary",
        lambda one: summary(views, scope(one), Today(on)),
        lambda one: reference.summary(one.customer_id, on),
    )
    yield (
        "filtered page with totals",
        lambda one: listed(one, _FILTER),
        lambda one: reference.page(one.customer_id, on),
    )
    yield (
        "search",
        lambda one: listed(one, _SEARCH),
        lambda one: reference.search("customer_id", one.customer_id, _WORD),
    )
    yield (
        "statement of a year, first 50 movements",
        lambda one: statement(views, scope(one), one.issuer_id, one.customer_id, "COP", start, on, limit=_PAGE),
        lambda one: reference.statement(one.customer_id, one.issuer_id, start, on),
    )


def _run(ask: Asked, people: list[Somebody]) -> str:
    known = [one for one in people if _answers(ask, one)]
    return ms(repeated([lambda one=one: ask(one) for one in known]))  # type: ignore[misc]


def _answers(ask: Asked, one: Somebody) -> bool:
    """A first asking, not counted; a customer without an account in pesos has no statement in them."""
    try:
        ask(one)
    except LookupError:
        return False
    return True
