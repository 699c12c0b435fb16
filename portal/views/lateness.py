"""Who pays late, by SQL: of every debit that was paid in a period, the days between its due date and that day.

Paid is what nothing is left of and money or other credit has been applied to; the day is that of the last allocation
that still counts at its end. What credit notes alone have settled was never paid, and what was annulled or withdrawn
has no allocation left.
"""

from __future__ import annotations

from datetime import date

from portal.domain.access import Scope
from portal.domain.lateness import LateCustomer, Lateness, Paid
from portal.domain.trends import Books
from portal.views.store import Views
from portal.views.trends import bound, whose

MOST = 20

# Only what was taken back somewhere is looked at day by day (`redone`): of most debits the last allocation closed it.
_PAID = """
CREATE TEMP TABLE late AS
WITH within AS MATERIALIZED (
    SELECT DISTINCT debit_id FROM allocations WHERE {whose} AND effective_on BETWEEN $start AND $end AND amount > 0),
notes AS (SELECT item_id FROM entries WHERE {whose} AND cause = 'credit_note'),
linked AS MATERIALIZED (
    SELECT debit_id, credit_id, effective_on, amount FROM allocations
    WHERE {whose} AND effective_on <= $today AND debit_id IN (FROM within)),
summed AS MATERIALIZED (
    SELECT debit_id, sum(amount) AS amount, max(effective_on) AS paid_on, min(amount) < 0 AS undone
    FROM linked GROUP BY debit_id HAVING sum(amount) > 0),
redone AS (
    SELECT debit_id, max(effective_on) AS paid_on FROM (
        SELECT debit_id, effective_on FROM linked WHERE debit_id IN (SELECT debit_id FROM summed WHERE undone)
        GROUP BY ALL HAVING sum(amount) > 0)
    GROUP BY debit_id),
noted AS (
    SELECT debit_id, sum(amount) AS amount FROM linked WHERE credit_id IN (FROM notes) GROUP BY debit_id),
paid AS MATERIALIZED (
    SELECT debit_id AS item_id, summed.amount, coalesce(redone.paid_on, summed.paid_on) AS paid_on
    FROM summed LEFT JOIN redone USING (debit_id) LEFT JOIN noted USING (debit_id)
    WHERE coalesce(redone.paid_on, summed.paid_on) BETWEEN $start AND $end
        AND coalesce(noted.amount, 0) < summed.amount),
owed AS (
    SELECT item_id, any_value(customer_id) AS customer_id, sum(amount) AS amount,
        coalesce(min(payable_on), min(effective_on)) AS payable_on
    FROM entries WHERE {whose} AND debit AND effective_on <= $today AND item_id IN (SELECT item_id FROM paid)
    GROUP BY item_id)
SELECT owed.customer_id, paid_on - payable_on AS days, sum(paid.amount)::BIGINT AS amount, count(*) AS documents
FROM paid JOIN owed USING (item_id) WHERE owed.amount = paid.amount GROUP BY ALL"""

_DAYS = "SELECT days, sum(documents)::BIGINT, sum(amount)::BIGINT FROM late GROUP BY days"

_LATEST = f"""
WITH spread AS (
    SELECT *, sum(amount) OVER (PARTITION BY customer_id ORDER BY days) AS so_far,
        sum(amount) OVER (PARTITION BY customer_id) AS whole
    FROM late),
told AS (
    SELECT customer_id, sum(documents)::BIGINT AS documents, sum(amount)::BIGINT AS amount,
        min(CASE WHEN so_far * 2 >= whole THEN days END) AS median,
        min(CASE WHEN so_far * 10 >= whole * 9 THEN days END) AS ninth
    FROM spread GROUP BY customer_id)
SELECT customer_id, documents, amount, median, ninth FROM told
ORDER BY median DESC, ninth DESC, amount DESC, customer_id LIMIT {MOST}"""


def lateness(views: Views, scope: Scope, books: Books, start: date, end: date, today: date) -> Lateness:
    """What was paid from `start` to `end` as it stands today, and the MOST customers who paid latest.

    Raises NotFound outside `scope`.
    """
    values = {**bound(scope, books), "start": start, "end": end, "today": today}
    with views.cursor() as cursor:
        cursor.execute(_PAID.format(whose=whose(books)), values)
        days = cursor.execute(_DAYS).fetchall()
        latest = cursor.execute(_LATEST).fetchall()
        count = cursor.execute("SELECT count(DISTINCT customer_id) FROM late").fetchall()[0][0]
    return Lateness(
        {late: Paid(documents, amount) for late, documents, amount in days},
        tuple(LateCustomer(*row) for row in latest),
        int(count),
    )
