"""What an analyst asks, of the views, of indexed SQLite, of PostgreSQL and of pandas side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from benchmarks.measure.memory import Watch
from benchmarks.measure.pandas_reference import PandasReference, write_csv
from benchmarks.measure.reading import FILTER, PAGE_ROWS, WORD, Crowd
from benchmarks.measure.reference_sql import EVERYTHING, Books, Reference
from benchmarks.measure.table import Table, ms, repeated, timed
from portal.app.portal import Portal
from portal.clock import today
from portal.domain.access import Scope
from portal.domain.days import Today
from portal.views.filters import DocumentFilter, SortKey
from portal.views.groups import Grouping, Measure, groups
from portal.views.pages import page

_TIMES, _FEW, _PATIENCE = 40, 3, 2.0


class Answers(Protocol):
    """Whom the analyst may ask."""

    @property
    def name(self) -> str: ...

    def page(self, books: Books, on: date) -> Any: ...

    def search(self, books: Books, word: str) -> Any: ...

    def groups(self, books: Books, by: Grouping, on: date) -> Any: ...


@dataclass(frozen=True, slots=True)
class _Ours:
    """The views, asked as the screen asks them."""

    portal: Portal
    name: str = "views"

    def page(self, books: Books, on: date) -> Any:
        return self._listed(books, FILTER, on)

    def search(self, books: Books, word: str) -> Any:
        return self._listed(books, DocumentFilter(search=word), today(self.portal.clock))

    def groups(self, books: Books, by: Grouping, on: date) -> Any:
        views, whole = self.portal.views, DocumentFilter()
        return groups(views, _scope(books), whole, by, "COP", Measure.OUTSTANDING, PAGE_ROWS, 0, Today(on))

    def _listed(self, books: Books, filter: DocumentFilter, on: date) -> Any:
        return page(self.portal.views, _scope(books), filter, SortKey.ISSUE_DATE, True, PAGE_ROWS, 0, Today(on))


def measure(portal: Portal, references: Sequence[Reference], documents: int, directory: Path) -> Table:
    """Lists, searches and groups over one customer's books, one issuer's, and everything."""
    on = today(portal.clock)
    csv = directory / "documents.csv"
    write_csv(csv, portal.views)
    asked: list[list[str]] = []
    ours = _Ours(portal)
    for name, who, ask in _questions(portal, on):
        asked.append([name, who, *(_asked(ask, one) for one in (ours, *references))])
        print("  ", "  |  ".join(asked[-1]), flush=True)
    with Watch() as watch:
        frames = list[PandasReference]()
        seconds = timed(lambda: frames.append(PandasReference(csv)))
    table = Table(
        f"Analysis, {documents:,} documents",
        ("question", "who asks", *(f"{one.name} p50 / p95 ms" for one in (ours, *references, frames[0]))),
        note=f"pandas: its CSV of {csv.stat().st_size / 2**20:,.0f} MiB was read first, in {seconds:.1f} s, and held "
        f"in {watch.above:,.0f} MiB.",
    )
    csv.unlink()
    for told, (_, _, ask) in zip(asked, _questions(portal, on), strict=True):
        table.add(*told, _asked(ask, frames[0]))
    return table


def _questions(portal: Portal, on: date) -> Iterator[tuple[str, str, Callable[[Answers], object]]]:
    crowd = Crowd.of(portal)
    for who, books in (
        (
            f"the biggest customer, {crowd.biggest_documents:,} documents",
            Books("customer_id", crowd.biggest.customer_id),
        ),
        (f"the largest issuer, {crowd.issuer_documents:,} documents", Books("issuer_id", crowd.issuer_id)),
        ("an operator, everything", EVERYTHING),
    ):
        yield "filtered page with totals", who, lambda one, books=books: one.page(books, on)
        yield "search", who, lambda one, books=books: one.search(books, WORD)
        for by in Grouping:
            yield f"groups by {by.value}", who, lambda one, books=books, by=by: one.groups(books, by, on)


def _asked(ask: Callable[[Answers], object], one: Answers) -> str:
    """After a first asking that isn't counted; who is slow is asked few times."""
    times = _TIMES if timed(lambda: ask(one)) < _PATIENCE / 4 else _FEW
    return ms(repeated([lambda: ask(one)] * times))


def _scope(books: Books) -> Scope:
    if not books.column:
        return Scope(everything=True)
    ids = frozenset({books.id})
    return Scope(issuers=ids) if books.column == "issuer_id" else Scope(customers=ids)
