"""The accounts of a filtered list, one row each: opening, debits, credits and closing of a period, as known at K.

As in a statement of account, what a withdrawal mirrored is left out with its mirror.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pyarrow as pa

from portal.domain.access import Scope
from portal.domain.days import Today
from portal.views.filters import DocumentFilter, narrowed
from portal.views.listing import as_known
from portal.views.store import Views

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SUMS = """
WITH accounts AS (SELECT DISTINCT issuer_id, customer_id FROM {documents} WHERE {where}),
known AS (
    SELECT * FROM entries SEMI JOIN accounts USING (issuer_id, customer_id)
    WHERE effective_on <= ? AND recorded_at <= ?),
withdrawn AS (SELECT item_id, max((seq, id)) AS upto FROM known WHERE cause = 'withdrawn' GROUP BY item_id),
standing AS (
    SELECT known.* FROM known LEFT JOIN withdrawn USING (item_id)
    WHERE withdrawn.upto IS NULL OR (known.seq, known.id) > withdrawn.upto)
SELECT issuer_id, customer_id, arg_max(issuer_name, seq) AS issuer_name, arg_max(issuer_tax_id, seq) AS issuer_tax_id,
    arg_max(customer_name, seq) AS customer_name, arg_max(customer_tax_id, seq) AS customer_tax_id, currency,
    coalesce(sum(amount) FILTER (effective_on < ?), 0)::BIGINT AS opening,
    coalesce(sum(amount) FILTER (effective_on >= ? AND amount > 0), 0)::BIGINT AS debits,
    coalesce(-sum(amount) FILTER (effective_on >= ? AND amount < 0), 0)::BIGINT AS credits,
    sum(amount)::BIGINT AS closing
FROM standing GROUP BY issuer_id, customer_id, currency ORDER BY issuer_name, customer_name, customer_id, currency"""


def account_sums(
    views: Views, scope: Scope, filter: DocumentFilter, today: Today, start: date, end: date, known_at: datetime
) -> pa.Table:
    """The accounts that have a document in the list; both days included. Money is minor units of `currency`."""
    reached = as_known(narrowed(scope, filter, today), known_at)
    known = (known_at - _EPOCH) // timedelta(microseconds=1)
    query = _SUMS.format(documents=reached.documents, where=reached.where.sql)
    with views.cursor() as cursor:
        return cursor.execute(query, (*reached.where.values, end, known, start, start, start)).to_arrow_table()
