"""Does the copy say what the ledger says? Counts and sums per issuer and currency, and every document's balance."""

from __future__ import annotations

from typing import Any

import duckdb

from portal.text import Text
from portal.views.source import Snapshot

# One by one: a union of them, when its answer is long, never returns (DuckDB 1.5.5, streamed results).
_TALLIES = (
    "SELECT 'documents', issuer_id, currency, count(*), sum(total) FROM documents GROUP BY ALL",
    "SELECT 'documents_by_issuer', issuer_id, currency, count(*), sum(total) FROM documents_by_issuer GROUP BY ALL",
    "SELECT 'entries', issuer_id, currency, count(*), sum(amount) FROM entries GROUP BY ALL",
    "SELECT 'allocations', issuer_id, currency, count(*), sum(amount) FROM allocations GROUP BY ALL",
    "SELECT if(debit, 'debit', 'credit'), issuer_id, currency, count(*), sum(balance) FROM items GROUP BY ALL",
)

_STRAY = """
SELECT count(*) FROM (FROM documents UNION ALL FROM documents_by_issuer) AS d LEFT JOIN items AS i ON i.id = d.item_id
WHERE d.item_id IS NOT NULL AND d.balance <> coalesce(i.balance, 0)"""

_WORDS = {
    "documents": Text("documentos por cliente"),
    "documents_by_issuer": Text("documentos por emisor"),
    "entries": Text("asientos"),
    "allocations": Text("aplicaciones"),
    "debit": Text("partidas por cobrar"),
    "credit": Text("saldos a favor"),
}
_Key = tuple[str, int, str]


def differences(snapshot: Snapshot, cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """One Spanish sentence per difference between a copy and the ledger at the same change number."""
    truth = {_key(row): (row["n"], row["amount"]) for row in snapshot.tallies().read_all().to_pylist()}
    truth |= {("documents_by_issuer", *key[1:]): held for key, held in truth.items() if key[0] == "documents"}
    rows = [row for tally in _TALLIES for row in cursor.execute(tally).fetchall()]
    copy = {(what, issuer, currency): (n, amount) for what, issuer, currency, n, amount in rows}
    told = [_told(key, copy, truth) for key in sorted(copy.keys() | truth.keys()) if copy.get(key) != truth.get(key)]
    stray = cursor.execute(_STRAY).fetchall()[0][0]
    if stray:
        told.append(str(Text("La copia tiene {n} documentos con un saldo distinto del de su partida.", n=stray)))
    return told


def _key(row: dict[str, Any]) -> _Key:
    return row["what"], row["issuer_id"], row["currency"]


def _told(key: _Key, copy: dict[_Key, tuple[int, int]], truth: dict[_Key, tuple[int, int]]) -> str:
    what, issuer, currency = key
    return str(
        Text(
            "Emisor {issuer}, {currency}, {what}: "
            "la copia tiene {copied} que suman {copied_sum}; el libro, {n} que suman {sum}.",
            issuer=issuer,
            currency=currency,
            what=_WORDS[what],
            **dict(zip(("copied", "copied_sum"), copy.get(key, (0, 0)), strict=True)),
            **dict(zip(("n", "sum"), truth.get(key, (0, 0)), strict=True)),
        )
    )
