"""What was recorded after a statement was issued, and counts within its dates: registrado después.

It is the difference between the statement's movements then and now, entry by entry, so that it always adds up to the
difference of the two closing balances. What was withdrawn since (an import mistake) counts against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.domain.access import Scope
from portal.views.statements import EPOCH, instant, require
from portal.views.store import Views

_CHAIN = """{name} AS (SELECT * FROM mine{known}),
{name}_gone AS (SELECT item_id, max((seq, id)) AS upto, max(recorded_at) AS at FROM {name} WHERE cause = 'withdrawn'
    GROUP BY item_id),
{name}_standing AS (
    SELECT {name}.* FROM {name} LEFT JOIN {name}_gone USING (item_id)
    WHERE {name}_gone.upto IS NULL OR ({name}.seq, {name}.id) > {name}_gone.upto)"""

_CHANGES = f"""
WITH mine AS (
    SELECT * FROM entries
    WHERE customer_id = $customer AND issuer_id = $issuer AND currency = $currency AND effective_on <= $end),
{_CHAIN.format(name="earlier", known=" WHERE recorded_at <= $known AND seq <= $seq")},
{_CHAIN.format(name="present", known="")},
changes AS (
    SELECT effective_on, recorded_at, cause, kind, number, document_id, amount, id
    FROM present_standing ANTI JOIN earlier_standing USING (id)
    UNION ALL
    SELECT effective_on, present_gone.at, 'withdrawn', kind, number, document_id, -amount, id
    FROM earlier_standing ANTI JOIN present_standing USING (id) LEFT JOIN present_gone USING (item_id))"""

_ENTRIES = f"""{_CHANGES}
SELECT effective_on, recorded_at, cause, kind, number, document_id, amount
FROM changes ORDER BY recorded_at, id LIMIT $limit"""

# Not as windows over the same rows: there DuckDB 1.5 fails now and then on an assertion of its own.
_SUMS = f"""{_CHANGES}
SELECT count(*), coalesce(sum(amount), 0), (SELECT coalesce(sum(amount), 0) FROM earlier_standing) FROM changes"""


@dataclass(frozen=True, slots=True)
class LateEntry:
    """One entry, or one taken back. `amount`: what it changes in the closing balance, in minor units."""

    on: date
    recorded_at: datetime
    cause: str
    kind: str | None
    number: str | None
    document_id: int | None
    amount: int


@dataclass(frozen=True, slots=True)
class RecordedAfter:
    """The first of `count` entries, what all of them change in the closing balance, and the closing balance before."""

    entries: tuple[LateEntry, ...]
    count: int
    change: int
    closing: int


def recorded_after(
    views: Views, scope: Scope, issuer_id: int, customer_id: int, currency: str, end: date, known_at: datetime,
    upto: int, limit: int,
) -> RecordedAfter:  # fmt: skip
    """What counts up to `end` and was not known at `known_at` within the change `upto`. NotFound outside `scope`."""
    require(scope, issuer_id, customer_id)
    told: dict[str, object] = {"customer": customer_id, "issuer": issuer_id, "currency": currency, "end": end}
    told |= {"known": instant(known_at), "seq": upto}
    with views.cursor() as cursor:
        count, change, closing = cursor.execute(_SUMS, told).fetchall()[0]
        rows = cursor.execute(_ENTRIES, {**told, "limit": limit}).fetchall() if count else []
    found = tuple(LateEntry(row[0], EPOCH + timedelta(microseconds=row[1]), *row[2:]) for row in rows)
    return RecordedAfter(found, int(count), int(change), int(closing))
