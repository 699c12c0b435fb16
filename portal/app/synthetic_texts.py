"""The texts of synthetic documents, made column by column: numbers, CUFE, facts as JSON, the folded search text.

The JSON is what `dump_facts` would write and the search text what `search_text` would; a test compares them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from portal.app.synthetic_documents import (
    ADVANCE,
    CREDIT_NOTE,
    CURRENCIES,
    DEBIT_NOTE,
    INVOICE,
    KINDS,
    PRODUCTS,
    Applied,
    Batch,
    Ints,
    iva,
)
from portal.domain.documents import Facts, Kind, dump_facts
from portal.domain.folding import fold_text
from portal.domain.parties import Party

_PREFIXES = ("FE", "ND", "NC", "AN", "RC")
_ORDERED = 3  # one invoice in so many names a purchase order
_CENTS = pa.array([f"{cents:02d}" for cents in range(100)])
_METHODS = pa.array(["10", "47", "47", "48", "42"])
_EMPTY = pa.scalar("", pa.string())


@dataclass(frozen=True, slots=True)
class Texts:
    """Text columns of a batch, one row per document; what is absent is null."""

    number: pa.Array
    folded: pa.Array
    cufe: pa.Array
    method: pa.Array
    term: pa.Array
    due: pa.Array  # dates
    facts: pa.Array
    search: pa.Array


def write(
    batch: Batch, applied: Applied, sequence: Ints, run: int, issuer: Ints, parties: Parties, rng: np.random.Generator
) -> Texts:
    """The texts of a batch; `sequence` numbers the documents within issuer and kind, `issuer` is each row's index."""
    kind = pa.array(batch.kind)
    digits = pc.utf8_lpad(pa.array(sequence).cast(pa.string()), width=7, padding="0")
    prefix = pa.array([f"{prefix}{run}" for prefix in _PREFIXES]).take(kind)
    number, folded = _joined(prefix, "-", digits), _joined(prefix, digits)
    cufe = pc.if_else(pa.array(batch.kind <= CREDIT_NOTE), _hex(len(sequence), rng), None)
    sold = pa.array(batch.debits)
    invoice = batch.kind == INVOICE
    term = pc.if_else(pa.array(invoice), pa.array(["cash", "credit"]).take(pa.array((batch.days > 0) * 1)), None)
    due = pc.if_else(sold, _dates(batch.issued + batch.days), None)
    method = pc.if_else(pa.array(batch.kind >= ADVANCE), _METHODS.take(pa.array(batch.quantity % len(_METHODS))), None)
    order = pc.if_else(pa.array(invoice & (sequence % _ORDERED == 0)), _joined("OC-", digits), None)
    named, named_words = _references(batch, applied, number)
    facts = _joined(
        '{"kind":"', pa.array([str(k) for k in KINDS]).take(kind), '","number":"', number,
        '","issuer":', parties.issuer_json.take(pa.array(issuer)),
        ',"customer":', parties.customer_json.take(pa.array(batch.customer)),
        ',"issue_date":"', _dates(batch.issued).cast(pa.string()),
        '","currency":"', pa.array(CURRENCIES).take(pa.array(batch.currency)),
        '","total":"', _decimal(batch.total), '"',
        _stated("due_date", due.cast(pa.string())), _stated("cufe", cufe), _sold(batch, sold), named,
        _stated("term", term), _stated("method", method), _stated("order", order), "}",
    )  # fmt: skip
    search = _joined(
        pc.utf8_lower(number), " ", pc.utf8_lower(folded), _word(cufe), _word(pc.utf8_lower(order)), " ",
        parties.words(issuer, batch.customer), named_words,
        _word(pc.if_else(sold, _PRODUCT_WORDS.take(pa.array(batch.product)), None)),
    )  # fmt: skip
    return Texts(number, folded, cufe, method, term, due, facts, search)


class Parties:
    """Each party's part of the JSON and of the search text, made once."""

    def __init__(self, issuers: list[Party], customers: list[Party]) -> None:
        self.issuer_json, self.customer_json = (pa.array([_party(p) for p in ps]) for ps in (issuers, customers))
        self._names = [pa.array([fold_text(p.name) for p in parties]) for parties in (issuers, customers)]
        self._ids = [pa.array([p.tax_id for p in parties]) for parties in (issuers, customers)]

    def words(self, issuer: Ints, customer: Ints) -> pa.Array:
        """Names and tax ids, in the order of `search_text`."""
        ends = (pa.array(issuer), pa.array(customer))
        names = (column.take(end) for column, end in zip(self._names, ends, strict=True))
        ids = (column.take(end) for column, end in zip(self._ids, ends, strict=True))
        return pc.binary_join_element_wise(*names, *ids, " ")


def _party(party: Party) -> str:
    """A party as it stands inside the JSON of facts."""
    facts = Facts(Kind.INVOICE, "1", party, party, date(2000, 1, 1), "COP", Decimal(1))
    return json.dumps(json.loads(dump_facts(facts))["issuer"], ensure_ascii=False, separators=(",", ":"))


def _sold(batch: Batch, sold: pa.Array) -> pa.Array:
    """Line total, IVA and the one line of a debit."""
    net, tax = _decimal(batch.quantity * batch.price), _decimal(iva(batch.product, batch.quantity, batch.price))
    product = pa.array(batch.product)
    texts = pa.array([json.dumps(p.text, ensure_ascii=False) for p in PRODUCTS]).take(product)
    told = _joined(
        ',"line_total":"', net, '","taxes":[{"code":"01","name":"IVA","amount":"', tax, '","base":"', net,
        '","rate":"', pa.array([str(p.iva) for p in PRODUCTS]).take(product),
        '"}],"lines":[{"number":"1","description":', texts,
        ',"quantity":"', pa.array(batch.quantity).cast(pa.string()), '","amount":"', net,
        '","unit_price":"', _decimal(batch.price), '"}]',
    )  # fmt: skip
    return pc.if_else(sold, told, _EMPTY)


def _references(batch: Batch, applied: Applied, number: pa.Array) -> tuple[pa.Array, pa.Array]:
    """By document, what it names: as JSON and as words to search."""
    order = np.lexsort((applied.debit, applied.credit))
    credit, debit = applied.credit[order], pa.array(applied.debit[order])
    role = pc.if_else(pa.array(batch.kind[credit] == CREDIT_NOTE), "corrects", "pays")
    kind = pa.array([str(KINDS[INVOICE]), str(KINDS[DEBIT_NOTE])]).take(pa.array(batch.kind[applied.debit[order]]))
    one = _joined(
        '{"role":"', role, '","number":"', number.take(debit), '","kind":"', kind,
        '","amount":"', _decimal(applied.amount[order]), '"}',
    )  # fmt: skip
    ends = np.concatenate([[0], np.cumsum(np.bincount(credit, minlength=len(batch.kind)))]).astype(np.int32)
    listed = pc.binary_join(pa.ListArray.from_arrays(pa.array(ends), one), ",")
    words = pc.binary_join(pa.ListArray.from_arrays(pa.array(ends), pc.utf8_lower(number.take(debit))), " ")
    some = pa.array(np.diff(ends) > 0)
    return pc.if_else(some, _joined(',"references":[', listed, "]"), _EMPTY), _word(pc.if_else(some, words, None))


def _decimal(minor: Ints) -> pa.Array:
    """Minor units of a currency with two decimals, as a decimal string."""
    return _joined(pa.array(minor // 100).cast(pa.string()), ".", _CENTS.take(pa.array(minor % 100)))


def _dates(days: Ints) -> pa.Array:
    return pa.array(days.astype(np.int32)).cast(pa.date32())


def _hex(size: int, rng: np.random.Generator) -> pa.Array:
    drawn = rng.bytes(48 * size).hex()
    return pa.array([drawn[start : start + 96] for start in range(0, 96 * size, 96)])


def _stated(name: str, values: pa.Array) -> pa.Array:
    """A string member of the JSON, or nothing where the value is null."""
    return pc.fill_null(_joined(f',"{name}":"', values, '"'), _EMPTY)


def _word(values: pa.Array) -> pa.Array:
    return pc.fill_null(_joined(" ", values), _EMPTY)


def _joined(*parts: pa.Array | str) -> pa.Array:
    return pc.binary_join_element_wise(*parts, "")


_PRODUCT_WORDS = pa.array([fold_text(product.text) for product in PRODUCTS])
