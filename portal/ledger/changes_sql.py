"""The SQL of `changes`: one text for SQLite and PostgreSQL, for a delta and for all.

Sums are joined as sets. Over everything that is twice as fast as a subquery per row, and for a delta
every set is bounded by the ids that changed. `UNION ALL` in `changed` is deliberate: with `UNION`
newer SQLite merges whole indexes in id order instead of seeking by `seq`.
"""

from __future__ import annotations

import hashlib

_TOUCHED = """changed AS (SELECT DISTINCT id FROM (
    SELECT item_id AS id FROM entries WHERE seq > {since}
    UNION ALL SELECT credit_id FROM allocations WHERE seq > {since}
    UNION ALL SELECT debit_id FROM allocations WHERE seq > {since}
    UNION ALL SELECT item_id FROM documents WHERE seq > {since} AND item_id IS NOT NULL) AS touched)"""

# What every item holds: entries, what it gave or received, and through which credits.
_ITEMS = """WITH {changed}
posted AS (SELECT item_id AS id, CAST(SUM(amount) AS BIGINT) AS amount FROM entries {item_id} GROUP BY item_id),
spent AS (
    SELECT credit_id AS id, CAST(SUM(amount) AS BIGINT) AS amount FROM allocations {credit_id} GROUP BY credit_id),
net AS (SELECT debit_id, credit_id, SUM(amount) AS amount FROM allocations {debit_id} GROUP BY debit_id, credit_id),
received AS (
    SELECT net.debit_id AS id, CAST(SUM(net.amount) AS BIGINT) AS amount,
        CAST(SUM(CASE WHEN credit.cause = 'credit_note' THEN net.amount ELSE 0 END) AS BIGINT) AS credited,
        CAST(SUM(CASE WHEN credit.cause = 'withholding' THEN net.amount ELSE 0 END) AS BIGINT) AS withheld,
        {joined} AS methods
    FROM net JOIN items AS credit ON credit.id = net.credit_id GROUP BY net.debit_id)
SELECT i.id, i.issuer_id, i.customer_id, i.currency, i.side, CAST(i.effective_on AS TEXT) AS effective_on,
    party.name AS issuer_name,
    CASE WHEN i.side = 'debit' THEN 1 ELSE -1 END * COALESCE(posted.amount, 0)
        - COALESCE(spent.amount, 0) - COALESCE(received.amount, 0) AS balance,
    COALESCE(received.credited, 0) AS credited, COALESCE(received.withheld, 0) AS withheld,
    COALESCE(received.methods, '') AS methods
FROM items AS i JOIN issuers AS party ON party.id = i.issuer_id
LEFT JOIN posted ON posted.id = i.id LEFT JOIN spent ON spent.id = i.id LEFT JOIN received ON received.id = i.id
{id}"""

_METHODS = {
    "sqlite": "GROUP_CONCAT(DISTINCT CASE WHEN net.amount > 0 THEN credit.method END)",
    "postgresql": "STRING_AGG(DISTINCT CASE WHEN net.amount > 0 THEN credit.method END, ',')",
}

# `waiting`: credit kept for documents that have not arrived; -1: all of it. `reported`: what payers say they have sent
# for a document, or keep back of it (`claimed`), and its issuer has not decided on.
_DOCUMENTS = """SELECT d.id, d.issuer_id, d.customer_id, d.kind, COALESCE(d.type_code, '') AS type_code, d.number,
    CAST(d.issue_date AS TEXT) AS issue_date, COALESCE(CAST(d.due_date AS TEXT), '') AS due_date, d.currency, d.total,
    d.prepaid, COALESCE(d.term, '') AS term, COALESCE(d.method, '') AS method, d.source, d.state,
    CASE WHEN d.test THEN 1 ELSE 0 END AS test, CASE WHEN d.validation IS NULL THEN 0 ELSE 1 END AS validated,
    COALESCE(d.cufe, '') AS cufe, d.search, COALESCE(d.item_id, 0) AS item_id, d.recorded_at,
    CASE WHEN d.opened_at IS NULL THEN 0 ELSE 1 END AS opened,
    i.name AS issuer_name, i.tax_id AS issuer_tax_id, i.id_type AS issuer_id_type,
    c.name AS customer_name, c.tax_id AS customer_tax_id, c.id_type AS customer_id_type,
    COALESCE((SELECT CASE WHEN COUNT(*) > COUNT(r.amount) THEN -1 ELSE CAST(SUM(r.amount) AS BIGINT) END
        FROM document_references AS r WHERE r.document_id = d.id
        AND +r.target_id IS NULL AND r.released_at IS NULL AND r.role <> 'consumes'), 0) AS waiting,
    COALESCE(said.amount, 0) AS reported, COALESCE(said.claimed, 0) AS claimed,
    CASE WHEN EXISTS (SELECT 1 FROM disputes AS o WHERE o.document_id = d.id AND o.state IN ('open','review'))
        THEN 1 ELSE 0 END AS disputed
FROM documents AS d JOIN issuers AS i ON i.id = d.issuer_id JOIN customers AS c ON c.id = d.customer_id
LEFT JOIN (SELECT document_id, CAST(SUM(amount) AS BIGINT) AS amount, CAST(SUM(claimed) AS BIGINT) AS claimed FROM (
        SELECT line.document_id, line.amount, 0 AS claimed
        FROM transfer_reports AS t JOIN transfer_report_lines AS line ON line.report_id = t.id WHERE t.state = 'waiting'
        UNION ALL SELECT document_id, amount, amount FROM withholdings WHERE state = 'waiting') AS waits
    GROUP BY document_id) AS said ON said.document_id = d.id"""

_CHANGED_DOCUMENTS = """ WHERE d.id IN (
    SELECT id FROM documents WHERE seq > {since}
    UNION ALL SELECT id FROM documents WHERE item_id IN (SELECT id FROM changed))"""

_ENTRIES = """SELECT e.id, e.seq, e.item_id, e.issuer_id, e.customer_id, e.currency, e.amount, e.cause,
    COALESCE(e.document_id, 0) AS document_id, CAST(e.effective_on AS TEXT) AS effective_on, e.recorded_at,
    COALESCE(d.kind, '') AS kind, COALESCE(d.number, '') AS number,
    CASE WHEN d.kind IN ('invoice', 'debit_note') THEN CAST(COALESCE(d.due_date, d.issue_date) AS TEXT) ELSE '' END
        AS payable_on,
    CASE WHEN k.side = 'debit' THEN 1 ELSE 0 END AS debit, COALESCE(k.method, '') AS method,
    i.name AS issuer_name, i.tax_id AS issuer_tax_id, c.name AS customer_name, c.tax_id AS customer_tax_id
FROM entries AS e JOIN items AS k ON k.id = e.item_id
    JOIN issuers AS i ON i.id = e.issuer_id JOIN customers AS c ON c.id = e.customer_id
    LEFT JOIN documents AS d ON d.id = e.document_id"""

_ALLOCATIONS = """SELECT a.id, a.seq, a.credit_id, a.debit_id, a.issuer_id, a.customer_id, a.currency, a.amount,
    CAST(a.effective_on AS TEXT) AS effective_on, a.recorded_at FROM allocations AS a"""

_TALLIES = """SELECT 'documents' AS what, issuer_id, currency, COUNT(*) AS n, CAST(SUM(total) AS BIGINT) AS amount
FROM documents WHERE state <> 'withdrawn' GROUP BY issuer_id, currency
UNION ALL SELECT 'entries', issuer_id, currency, COUNT(*), CAST(SUM(amount) AS BIGINT) FROM entries
GROUP BY issuer_id, currency
UNION ALL SELECT 'allocations', issuer_id, currency, COUNT(*), CAST(SUM(amount) AS BIGINT) FROM allocations
GROUP BY issuer_id, currency
UNION ALL SELECT side, issuer_id, currency, COUNT(*), CAST(SUM(balance) AS BIGINT) FROM ({items}) AS held
WHERE balance > 0 GROUP BY side, issuer_id, currency"""

_COUNT = "(SELECT COUNT(*) FROM (SELECT 1 AS one FROM {table} WHERE seq > {since} LIMIT {limit}) AS newer)"

FINGERPRINT = hashlib.sha256(
    "".join([_ITEMS, _DOCUMENTS, _CHANGED_DOCUMENTS, _ENTRIES, _ALLOCATIONS, *_METHODS.values()]).encode()
).hexdigest()


def items(since: int | None, dialect: str) -> str:
    """Items with their sums; since None: all of them."""
    columns = ("id", "item_id", "credit_id", "debit_id")
    if since is None:
        return _ITEMS.format(changed="", joined=_METHODS[dialect], **dict.fromkeys(columns, ""))
    among = {column: f"WHERE {column} IN (SELECT id FROM changed)" for column in columns}
    among["id"] = "WHERE i.id IN (SELECT id FROM changed)"
    return _ITEMS.format(changed=_TOUCHED.format(since=int(since)) + ",", joined=_METHODS[dialect], **among)


def documents(since: int | None) -> str:
    """Documents changed, or whose item changed."""
    if since is None:
        return _DOCUMENTS
    return f"WITH {_TOUCHED}{_DOCUMENTS}{_CHANGED_DOCUMENTS}".format(since=int(since))


def joined(since: int) -> str:
    """The customers that became others."""
    return f"SELECT from_id FROM customer_joins WHERE seq > {int(since)} ORDER BY id"


def entries(since: int | None) -> str:
    """Entries with both parties' names, and the document's kind and number, which outlive its withdrawal."""
    return _ENTRIES + _newer("e", since)


def allocations(since: int | None) -> str:
    return _ALLOCATIONS + _newer("a", since)


def changed(since: int, limit: int) -> str:
    """How many rows are newer, each table counted up to `limit`."""
    tables = ("documents", "entries", "allocations")
    counts = [_COUNT.format(table=table, since=int(since), limit=int(limit)) for table in tables]
    return f"SELECT {' + '.join(counts)} AS n"


def tallies(dialect: str) -> str:
    """Counts and sums per issuer and currency, balances too."""
    return _TALLIES.format(items=items(None, dialect))


def _newer(alias: str, since: int | None) -> str:
    return "" if since is None else f" WHERE {alias}.seq > {int(since)}"
