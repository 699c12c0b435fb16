"""A synthetic batch as rows of the ledger's tables: documents, items, entries, references, allocations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from portal.app.synthetic_documents import CREDIT_NOTE, CURRENCIES, KINDS, Applied, Batch, Ints
from portal.app.synthetic_texts import Texts
from portal.domain.book import Cause, Side
from portal.domain.documents import Role
from portal.ledger.ids import id_block

_DAY = 86_400_000_000  # microseconds
_RECORDED = 17 * 3_600_000_000  # noon in Bogotá
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Source:
    """What every row says of where it came from."""

    person: str
    now: datetime
    import_id: int


@dataclass(frozen=True, slots=True)
class Rows:
    """A batch with its texts and the ids of each row's parties."""

    batch: Batch
    applied: Applied
    texts: Texts
    issuer_ids: Ints
    customer_ids: Ints
    source: Source


def tables(rows: Rows) -> dict[str, pa.Table]:
    """The rows by table, each with an id of its own; the change number is for whoever loads them."""
    size, paid = len(rows.batch.kind), len(rows.applied.amount)
    first = id_block(3 * size + 2 * paid)
    documents, items, entries = (np.arange(size) + first + place * size for place in range(3))
    references, allocations = (np.arange(paid) + first + 3 * size + place * paid for place in range(2))
    return {
        "items": pa.table({"id": items, **_posted(rows), "side": _side(rows), "method": rows.texts.method}),
        "documents": _documents(rows, documents, items),
        "document_references": _references(rows, references, documents),
        "entries": pa.table(
            {
                "id": entries,
                "item_id": items,
                **_posted(rows),
                "amount": np.where(rows.batch.debits, rows.batch.total, -rows.batch.total),
                "document_id": documents,
            }
        ),
        "allocations": _allocations(rows, allocations, documents, items),
    }


def _posted(rows: Rows) -> dict[str, pa.Array]:
    """What an item has in common with its entry."""
    batch = rows.batch
    return {
        **_whose(rows, np.arange(len(batch.kind))),
        "cause": _named([str(kind) for kind in KINDS], batch.kind),
        "effective_on": _dates(batch.issued),
        "recorded_at": _recorded(batch.issued, rows.source),
        "person": pa.repeat(pa.scalar(rows.source.person), len(batch.kind)),
    }


def _whose(rows: Rows, places: Ints) -> dict[str, pa.Array]:
    return {
        "issuer_id": pa.array(rows.issuer_ids[places]),
        "customer_id": pa.array(rows.customer_ids[places]),
        "currency": _named(list(CURRENCIES), rows.batch.currency[places]),
    }


def _documents(rows: Rows, ids: Ints, items: Ints) -> pa.Table:
    batch, texts, size = rows.batch, rows.texts, len(ids)
    same = {"prepaid": 0, "source": "sheet", "state": "active", "test": False, "import_id": rows.source.import_id}
    return pa.table(
        {
            "id": ids,
            **_whose(rows, np.arange(size)),
            "kind": _named([str(kind) for kind in KINDS], batch.kind),
            "number": texts.number,
            "folded_number": texts.folded,
            "cufe": texts.cufe,
            "issue_date": _dates(batch.issued),
            "due_date": texts.due,
            "total": batch.total,
            "term": texts.term,
            "method": texts.method,
            "facts": texts.facts,
            "search": texts.search,
            "item_id": items,
            "recorded_at": _recorded(batch.issued, rows.source),
            **{name: pa.repeat(pa.scalar(value), size) for name, value in same.items()},
        }
    )


def _references(rows: Rows, ids: Ints, documents: Ints) -> pa.Table:
    applied = rows.applied
    return pa.table(
        {
            "id": ids,
            "document_id": documents[applied.credit],
            "issuer_id": rows.issuer_ids[applied.credit],
            "role": _named([str(Role.PAYS), str(Role.CORRECTS)], (rows.batch.kind[applied.credit] == CREDIT_NOTE) * 1),
            "kind": _named([str(kind) for kind in KINDS], rows.batch.kind[applied.debit]),
            "folded_number": rows.texts.folded.take(pa.array(applied.debit)),
            "amount": applied.amount,
            "target_id": documents[applied.debit],
        }
    )


def _allocations(rows: Rows, ids: Ints, documents: Ints, items: Ints) -> pa.Table:
    applied = rows.applied
    return pa.table(
        {
            "id": ids,
            "credit_id": items[applied.credit],
            "debit_id": items[applied.debit],
            **_whose(rows, applied.credit),
            "amount": applied.amount,
            "cause": pa.repeat(pa.scalar(str(Cause.REFERENCE)), len(ids)),
            "document_id": documents[applied.credit],
            "effective_on": _dates(applied.on),
            "recorded_at": _recorded(applied.on, rows.source),
            "person": pa.repeat(pa.scalar(rows.source.person), len(ids)),
        }
    )


def _side(rows: Rows) -> pa.Array:
    return _named([str(Side.CREDIT), str(Side.DEBIT)], rows.batch.debits * 1)


def _recorded(days: Ints, source: Source) -> pa.Array:
    """Recorded on the day itself, though not after now."""
    return pa.array(np.minimum(days * _DAY + _RECORDED, (source.now - _EPOCH) // timedelta(microseconds=1)))


def _dates(days: Ints) -> pa.Array:
    return pa.array(days.astype(np.int32)).cast(pa.date32())


def _named(names: list[str], places: Ints) -> pa.Array:
    return pa.array(names).take(pa.array(places))
