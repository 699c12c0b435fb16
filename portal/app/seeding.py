"""Synthetic documents with a realistic spread, for benchmarks and load tests: by batches, each true by itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from portal.app.importing.batch import Received
from portal.app.portal import Portal
from portal.app.synthetic_documents import KINDS, Batch, Ints, apply, draw
from portal.app.synthetic_parties import Population, population
from portal.app.synthetic_rows import Rows, Source, tables
from portal.app.synthetic_texts import Parties, write
from portal.clock import today
from portal.domain.access import Actor, By
from portal.domain.parties import Party
from portal.errors import NotFound, Refused
from portal.ledger import imports, parties, seeding
from portal.ledger.unit import Unit
from portal.text import Text

BATCH = 25_000
FILE = "datos sintéticos"


def seed(
    portal: Portal,
    actor: Actor,
    documents: int,
    issuers: int,
    customers: int,
    number: int,
    progress: Callable[[int], None] = lambda _done: None,
) -> None:
    """Add `documents` synthetic documents; the same `number` into an empty ledger gives the same documents.

    Parties that an earlier run made are used again; documents get new numbers. `progress` is told how many
    came in with each batch, which is one transaction. Operators only, and never in production.
    """
    _check(portal, actor, documents, issuers, customers)
    people = population(documents, issuers, customers, np.random.default_rng(number))
    entered = _enter(portal, actor, people, number)
    maker = _Maker(people, entered, today(portal.clock))
    for position, rows in enumerate(_batches(people)):
        made = maker.make(rows, np.random.default_rng([number, entered.run, position]))
        with portal.ledger.write(actor.name) as unit:
            seeding.load(unit, made)
            unit.commit()
        progress(len(rows))


def _check(portal: Portal, actor: Actor, documents: int, issuers: int, customers: int) -> None:
    if actor.by is not By.OPERATOR:
        raise NotFound()
    if portal.settings.is_production:
        raise Refused(Text("En producción no entran datos sintéticos. Usa otro PORTAL_HOME en modo development."))
    if not 1 <= issuers <= customers <= documents:
        raise Refused(
            Text("Pide al menos 1 emisor, tantos clientes como emisores y tantos documentos como clientes "
                 "({issuers} emisores, {customers} clientes, {documents} documentos no cuadran).",
                 issuers=issuers, customers=customers, documents=documents)
        )  # fmt: skip


def _batches(people: Population) -> Iterator[Ints]:
    """The customer (by index) of every document; a customer's documents stay together."""
    customer = np.repeat(np.arange(len(people.customers)), people.documents)
    for start in range(0, len(customer), BATCH):
        yield customer[start : start + BATCH]


@dataclass(frozen=True, slots=True)
class _Entered:
    """Ids of the parties by index, how many such runs there are now, and what stands in every row."""

    issuer_ids: Ints
    customer_ids: Ints
    run: int
    source: Source


class _Maker:
    """Turns batches of customers into rows of the ledger's tables; keeps the last number of every series."""

    def __init__(self, people: Population, entered: _Entered, on: date) -> None:
        self.people, self.entered, self.today = people, entered, on
        self.parties = Parties(people.issuers, people.customers)
        self.numbered = np.zeros(len(people.issuers) * len(KINDS), dtype=np.int64)

    def make(self, customer: Ints, rng: np.random.Generator) -> dict[str, pa.Table]:
        """The rows of one batch, by table."""
        batch = draw(customer, self.today, rng)
        applied = apply(batch, self.today, rng)
        issuer = self.people.issuer_of[customer]
        entered = self.entered
        texts = write(batch, applied, self._sequence(batch, issuer), entered.run, issuer, self.parties, rng)
        return tables(
            Rows(batch, applied, texts, entered.issuer_ids[issuer], entered.customer_ids[customer], entered.source)
        )

    def _sequence(self, batch: Batch, issuer: Ints) -> Ints:
        """Numbers without gaps by issuer and kind, growing with the date inside the batch."""
        series = issuer * len(KINDS) + batch.kind
        order = np.lexsort((batch.issued, series))
        counts = np.bincount(series, minlength=len(self.numbered))
        rank = np.arange(len(series)) - (np.cumsum(counts) - counts)[series[order]]
        sequence: Ints = np.empty_like(rank)
        sequence[order] = rank + 1 + self.numbered[series[order]]
        self.numbered += counts
        return sequence


def _enter(portal: Portal, actor: Actor, people: Population, number: int) -> _Entered:
    """Make the parties that are missing and the row of this import."""
    with portal.ledger.write(actor.name) as unit:
        run = seeding.runs(unit.conn, FILE) + 1
        told = json.dumps({"seed": number, "run": run, "documents": int(people.documents.sum())}).encode()
        known = seeding.known_issuers(unit.conn)
        issuer_ids = [known.get(one.tax_id) or parties.add_issuer(unit, one) for one in people.issuers]
        customer_ids = [
            row for index, issuer in enumerate(issuer_ids) for row in _customers(unit, issuer, people, index)
        ]
        import_id = imports.record(unit, {0: Received.of(FILE, told)}, set())[0]
        unit.commit()
    return _Entered(np.array(issuer_ids), np.array(customer_ids), run, Source(actor.name, unit.now, import_id))


def _customers(unit: Unit, issuer_id: int, people: Population, index: int) -> list[int]:
    """The ids of an issuer's customers, in their order; those who are not there yet are made."""
    mine = [people.customers[i] for i in people.of_issuer(index)]
    known = seeding.known_customers(unit.conn, issuer_id)
    parties.add_customers(unit, [_row(issuer_id, one) for one in mine if (one.id_type, one.tax_id) not in known])
    known = seeding.known_customers(unit.conn, issuer_id)
    return [known[one.id_type, one.tax_id] for one in mine]


def _row(issuer_id: int, party: Party) -> dict[str, object]:
    return {
        "issuer_id": issuer_id,
        "customer_country": party.country,
        "customer_id_type": party.id_type,
        "customer_tax_id": party.tax_id,
        "customer_name": party.name,
        "customer_email": party.email,
        "anonymous": party.anonymous,
    }
