"""What a list is narrowed to, and in which order it comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.domain.access import Scope
from portal.domain.days import Today
from portal.domain.documents import Kind
from portal.domain.folding import search_words
from portal.views.scope import Reach, Where, among, day_sql, reach

_MOST_WORDS = 32
_OF_A_CUFE = re.compile("[0-9a-f-]{12,}")
_BIGINT = 2**63 - 1


class Settled(StrEnum):
    """How far settled, as a filter: the four of `Settlement`; CREDITED, settled by credit notes alone; REVIEW, which
    waits for its issuer's word; DISPUTED, which its customer objects to.
    """

    OPEN = "open"
    PART = "part"
    SETTLED = "settled"
    VOID = "void"
    CREDITED = "credited"
    REVIEW = "review"
    DISPUTED = "disputed"


class Owed(StrEnum):
    """Debits with something outstanding: ANY; UNOPENED, those that their customer has never opened."""

    ANY = "any"
    UNOPENED = "unopened"


class SortKey(StrEnum):
    ISSUE_DATE = "issue_date"
    DUE_DATE = "due_date"
    NUMBER = "number"
    TOTAL = "total"
    BALANCE = "balance"
    ISSUER = "issuer"


_TOLD_APART = {
    Settled.CREDITED: "by_credit_notes",
    Settled.REVIEW: "reported > 0 OR state = 'question'",
    Settled.DISPUTED: "disputed",
}
_OWED = {Owed.ANY: "debit AND balance > 0", Owed.UNOPENED: "debit AND balance > 0 AND NOT opened"}
_COLUMNS = {SortKey.DUE_DATE: "payable_on", SortKey.ISSUER: "issuer_name"}


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """An empty tuple or None: not narrowed. Amounts are minor units, meant for one currency; dates are inclusive.

    `overdue` is true of debits with something outstanding whose due date is before today. Every word
    of `search` must occur (the first 32 count), accents and case aside; hyphens in a number don't matter. A CUFE is
    found by twelve of its digits or more.
    """

    currencies: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    settlements: tuple[Settled, ...] = ()
    overdue: bool | None = None
    owed: Owed | None = None
    issuers: tuple[int, ...] = ()
    customers: tuple[int, ...] = ()
    issued_from: date | None = None
    issued_to: date | None = None
    due_from: date | None = None
    due_to: date | None = None
    amount_from: int | None = None
    amount_to: int | None = None
    search: str = ""


def narrowed(scope: Scope, filter: DocumentFilter, today: Today) -> Reach:
    """Scope and filter as one condition on the documents."""
    reached = reach(scope, filter.customers)
    where = reached.where
    for part in _parts(filter, today):
        where = where.both(part.sql, *part.values)
    return Reach(where, reached.documents)


def order(sort: SortKey, descending: bool) -> str:
    """An ORDER BY that leaves no two rows in doubt."""
    way = "DESC" if descending else "ASC"
    return f"{order_column(sort)} {way}, id {way}"


def order_column(sort: SortKey) -> str:
    """What it sorts by first; no row is without it."""
    return _COLUMNS.get(sort, sort.value)


def _parts(filter: DocumentFilter, today: Today) -> Iterator[Where]:
    if filter.issuers:
        yield among("issuer_id", filter.issuers)
    if filter.customers:
        yield among("customer_id", filter.customers)
    if filter.currencies:
        yield _one_of("currency", filter.currencies)
    if filter.kinds:
        yield _one_of("kind::VARCHAR", [kind.value for kind in filter.kinds])
    if filter.settlements:
        yield _settled(filter.settlements)
    if filter.overdue is not None:
        day = day_sql(today)
        late = f"debit AND balance > 0 AND payable_on < {day.sql}"
        yield Where((late if filter.overdue else f"NOT ({late})",), day.values)
    if filter.owed is not None:
        yield Where((_OWED[filter.owed],))
    yield from _ranges(filter)
    yield from map(_word, _words(filter.search))


def _ranges(filter: DocumentFilter) -> Iterator[Where]:
    bounds = (
        ("issue_date >= ?", filter.issued_from),
        ("issue_date <= ?", filter.issued_to),
        ("payable_on >= ?", filter.due_from),
        ("payable_on <= ?", filter.due_to),
        ("total >= ?", _bigint(filter.amount_from)),
        ("total <= ?", _bigint(filter.amount_to)),
    )
    return (Where((condition,), (bound,)) for condition, bound in bounds if bound is not None)


def _settled(wanted: tuple[Settled, ...]) -> Where:
    stored = [settled.value for settled in wanted if settled not in _TOLD_APART]
    either = [_one_of("settlement::VARCHAR", stored)] if stored else []
    either += [Where((condition,)) for settled, condition in _TOLD_APART.items() if settled in wanted]
    return Where((" OR ".join(part.sql for part in either),), tuple(v for part in either for v in part.values))


def _one_of(column: str, values: Any) -> Where:
    texts = [_storable(value) for value in values]
    return Where((f"{column} IN ({', '.join('?' * len(texts))})",), tuple(texts))


def _words(search: str) -> list[str]:
    """The folded words; one made of hyphens only (as in 'FE - 12') asks for nothing."""
    words = [word for word in search_words(_storable(search)) if word.strip("-")]
    return list(dict.fromkeys(words))[:_MOST_WORDS]


def _word(word: str) -> Where:
    """A CUFE is looked for where it stands, by many of its digits: it would be half of the text to search, and a few
    digits occur in any.
    """
    joined = word.replace("-", "")
    if _OF_A_CUFE.fullmatch(word):
        return Where(("contains(search, ?) OR contains(search, ?) OR contains(lower(cufe), ?)",), (word, joined, word))
    if joined == word:
        return Where(("contains(search, ?)",), (word,))
    return Where(("contains(search, ?) OR contains(search, ?)",), (word, joined))


def _storable(text: str) -> str:
    """Text without what can't be UTF-8 (lone surrogates)."""
    return text.encode("utf-8", "ignore").decode("utf-8")


def _bigint(amount: int | None) -> int | None:
    return None if amount is None else max(-_BIGINT, min(_BIGINT, amount))
