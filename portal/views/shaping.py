"""From the ledger's rows to the views' rows: one SQL for a delta and for a full build.

Reads `fetched_items` (a table) and `fetched_documents`, `fetched_entries`, `fetched_allocations`.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

SCHEMA = (Path(__file__).parent / "schema.sql").read_text(encoding="utf-8")

DOCUMENTS = """
SELECT id, issuer_id, customer_id, kind::kind AS kind, debit, NULLIF(type_code, '') AS type_code, number,
    issue_date, due_date, COALESCE(due_date, issue_date) AS payable_on, currency, total, balance,
    CASE WHEN debit THEN 0 WHEN waiting < 0 THEN balance ELSE LEAST(waiting, balance) END AS reserved,
    reported, CASE WHEN debit THEN LEAST(claimed, balance) ELSE 0 END AS claimed, withheld,
    disputed = 1 AS disputed, state::state AS state,
    (CASE WHEN state = 'void' THEN 'void' WHEN state = 'question' THEN 'open' WHEN balance = 0 THEN 'settled'
        WHEN balance = total THEN 'open' ELSE 'part' END)::settlement AS settlement,
    debit AND state = 'active' AND balance = 0 AND total > 0 AND credited = total AS by_credit_notes,
    test = 1 AS test, validated = 1 AS validated, NULLIF(term, '') AS term, NULLIF(method, '') AS method,
    methods AS paid_methods, prepaid, source, NULLIF(cufe, '') AS cufe, NULLIF(item_id, 0) AS item_id, recorded_at,
    opened = 1 AS opened,
    issuer_name, issuer_tax_id, issuer_id_type, customer_name, customer_tax_id, customer_id_type,
    CASE WHEN length(cufe::VARCHAR) >= 32 THEN replace(search::VARCHAR, lower(cufe::VARCHAR), '')
        ELSE search::VARCHAR END AS search
FROM (
    SELECT d.* REPLACE (d.issue_date::DATE AS issue_date, NULLIF(d.due_date, '')::DATE AS due_date),
        d.kind IN ('invoice', 'debit_note') AS debit, COALESCE(i.balance, 0) AS balance,
        COALESCE(i.credited, 0) AS credited, COALESCE(i.withheld, 0) AS withheld,
        CASE WHEN COALESCE(i.methods::VARCHAR, '') <> ''
            THEN array_to_string(list_sort(string_split(CAST(i.methods AS VARCHAR), ',')), ',') END AS methods
    FROM fetched_documents AS d LEFT JOIN fetched_items AS i ON i.id = d.item_id
    WHERE d.state <> 'withdrawn')"""

# {documents}: shaped documents that hold at least those of the fetched items.
ITEMS = """
SELECT i.id, i.issuer_id, i.customer_id, i.currency, i.side = 'debit' AS debit,
    COALESCE(d.payable_on, i.effective_on::DATE) AS payable_on, i.balance,
    LEAST(COALESCE(d.reserved, 0), i.balance)::BIGINT AS reserved, i.issuer_name
FROM fetched_items AS i LEFT JOIN (
    SELECT item_id, MIN(payable_on) AS payable_on, SUM(reserved) AS reserved
    FROM {documents} WHERE item_id IS NOT NULL GROUP BY item_id) AS d ON d.item_id = i.id
WHERE i.balance > 0"""

ENTRIES = """
SELECT id, seq, item_id, issuer_id, customer_id, currency, amount, cause, NULLIF(document_id, 0) AS document_id,
    NULLIF(kind::VARCHAR, '') AS kind, NULLIF(number::VARCHAR, '') AS number,
    effective_on::DATE AS effective_on, recorded_at, issuer_name, issuer_tax_id, customer_name, customer_tax_id,
    NULLIF(payable_on::VARCHAR, '')::DATE AS payable_on, debit = 1 AS debit, NULLIF(method::VARCHAR, '') AS method
FROM fetched_entries"""

ALLOCATIONS = """
SELECT id, seq, credit_id, debit_id, issuer_id, customer_id, currency, amount, effective_on::DATE AS effective_on,
    recorded_at FROM fetched_allocations"""

CLUSTERED = {
    "documents": "customer_id, issue_date, id",
    "documents_by_issuer": "issuer_id, issue_date, id",
    "items": "customer_id, payable_on, id",
    "entries": "customer_id, effective_on, id",
    "allocations": "customer_id, effective_on, id",
}

VERSION = hashlib.sha256(
    "".join([SCHEMA, DOCUMENTS, ITEMS, ENTRIES, ALLOCATIONS, *CLUSTERED.values()]).encode()
).hexdigest()[:16]
