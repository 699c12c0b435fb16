"""The buckets in SQL are the domain's buckets."""

from datetime import date, timedelta

import duckdb

from portal.domain.aging import bucket
from portal.views.aging import aging_row, bucket_sql

DUE = date(2026, 1, 31)


def test_every_day_falls_into_the_bucket_that_the_domain_says() -> None:
    with duckdb.connect() as connection:
        sql = f"SELECT late, {bucket_sql('late')} FROM (SELECT unnest(range(-40, 140)) AS late)"
        told = dict(connection.execute(sql).fetchall())
    assert told == {late: bucket(DUE, DUE + timedelta(days=late)).value for late in range(-40, 140)}


def test_credit_stands_in_its_own_column() -> None:
    aged = aging_row([(True, "1-30", 5), (True, "1-30", 2), (True, "current", 1), (False, "91+", 3)])
    assert (aged.gross, aged.credit, aged.net) == (8, 3, 5)
