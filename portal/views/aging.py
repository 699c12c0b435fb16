"""The aging buckets in SQL; `portal.domain.aging.bucket` is the rule, and the tests hold the two together."""

from __future__ import annotations

from collections.abc import Iterable

from portal.domain.aging import BUCKETS, Bucket
from portal.domain.statement import AgingRow

# {late}: days past due, negative when not yet due
_BUCKET = (
    "CASE WHEN {late} <= 0 THEN 'current' WHEN {late} <= 30 THEN '1-30' WHEN {late} <= 60 THEN '31-60' "
    "WHEN {late} <= 90 THEN '61-90' ELSE '91+' END"
)


def bucket_sql(late: str) -> str:
    """An expression for the bucket of `late`, a number of days past due."""
    return _BUCKET.format(late=late)


def aging_row(parts: Iterable[tuple[bool, str, int]]) -> AgingRow:
    """From (is it a debit, bucket, positive minor units): debits by bucket, credits in their own column."""
    buckets = dict.fromkeys(BUCKETS, 0)
    credit = 0
    for debit, bucket, amount in parts:
        if debit:
            buckets[Bucket(bucket)] += amount
        else:
            credit += amount
    return AgingRow(buckets, credit)
