"""Apply staged documents in one short transaction: match, enrich, insert, post."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.app.importing.arrivals import Arrival, Policy
from portal.app.importing.enriching import enrich
from portal.app.portal import Portal
from portal.app.posting import post_documents
from portal.domain.access import By
from portal.domain.documents import Facts, load_facts
from portal.domain.identity import Match, differences
from portal.errors import Refused
from portal.ledger import books, documents, imports, parties, staging
from portal.ledger.staging import Matched
from portal.ledger.unit import Connection, Unit
from portal.text import Text


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it came: its name, bytes' SHA-256 and size."""

    name: str
    sha256: str
    size: int

    @classmethod
    def of(cls, name: str, data: bytes) -> Received:
        return cls(name, hashlib.sha256(data).hexdigest(), len(data))


@dataclass
class Outcome:
    """What became of each arrival (by its id), and of files that were refused whole (by file number).

    `target`: the document that each arrival is now: itself when new, else the known one.
    """

    by_arrival: dict[int, Match] = field(default_factory=dict)
    target: dict[int, int] = field(default_factory=dict)
    refused: dict[int, list[tuple[Arrival, Text]]] = field(default_factory=dict)
    warnings: list[tuple[int, Text]] = field(default_factory=list)  # document id, sentence


def apply(
    portal: Portal,
    conn: Connection,
    policy: Policy,
    arrivals: Mapping[int, Arrival],
    received: Mapping[int, Received],
    evidence: Sequence[Mapping[str, Any]],
    tell: Callable[[Unit, Outcome], None] = lambda _unit, _outcome: None,
) -> Outcome:
    """Apply what is staged on `conn`. `arrivals` by id; `received` and refusals by file number.

    A file with a conflict goes out whole; nothing of it is written. Safe to run again: what came in
    before is a duplicate. `tell` writes down what became of it all, in the same transaction.
    """
    outcome = Outcome()
    with portal.ledger.write(policy.actor.name, conn) as unit:
        _know_parties(unit, policy, arrivals)
        _lock_customers(conn)
        matched = {m.staged_id: m for m in staging.matches(conn)}
        known = documents.facts_of(conn, [m.document_id for m in matched.values() if not m.identical])
        for match in matched.values():
            _judge(match, arrivals[match.staged_id], policy, known, outcome)
        _refuse_files(conn, arrivals, outcome)
        target = outcome.target = _enrich_all(unit, arrivals, matched, outcome)
        staging.drop(conn, [i for i in target if i in matched and not _comes_in(matched[i], outcome)])
        import_ids = imports.record(unit, received, outcome.refused)
        staging.copy_documents(conn, import_ids, unit.now)
        outcome.warnings += _post(unit)
        _keep_evidence(unit, evidence, target, outcome)
        for arrival_id in arrivals:
            outcome.by_arrival.setdefault(arrival_id, Match.NEW)
        tell(unit, outcome)
        unit.commit()
    return outcome


def _know_parties(unit: Unit, policy: Policy, arrivals: Mapping[int, Arrival]) -> None:
    unknown = set(staging.staged_issuers(unit.conn))
    if unknown and policy.actor.by is not By.OPERATOR:
        raise Refused(Text("Solo quien opera el portal puede traer documentos de un emisor nuevo."))
    for arrival in arrivals.values():
        party = arrival.found.facts.issuer
        if (party.country, party.tax_id) in unknown:
            unknown.discard((party.country, party.tax_id))
            parties.add_issuer(unit, party, party.email)
        if not unknown:
            break
    staging.resolve_issuers(unit.conn)
    staging.resolve_customers(unit.conn)
    if new := staging.unknown_customers(unit.conn):
        parties.add_customers(unit, new)
        staging.resolve_customers(unit.conn)


def _lock_customers(conn: Connection) -> None:
    """And those that they were joined into while we waited: late, so an import that waits for another may fail once."""
    books.lock_customers(conn, staging.customers_of(conn))
    while late := staging.follow_joins(conn):
        books.lock_customers(conn, late)


def _judge(
    match: Matched, arrival: Arrival, policy: Policy, known: Mapping[int, tuple[str, str | None]], outcome: Outcome
) -> None:
    if match.withdrawn and not policy.may_restore:
        reason = Text(
            "El documento {number} se retiró en el portal: si debe volver, tráelo en la página.",
            number=arrival.found.facts.number,
        )
        outcome.refused.setdefault(arrival.file_no, []).append((arrival, reason))
        return
    if match.identical:
        outcome.by_arrival[arrival.id] = Match.DUPLICATE
        return
    facts = load_facts(known[match.document_id][0])
    if _annuls_electronic(facts, arrival.found.facts):
        reason = Text(
            "El documento {number} es electrónico y no se anula aquí: se corrige con una nota crédito.",
            number=facts.number,
        )
        outcome.refused.setdefault(arrival.file_no, []).append((arrival, reason))
        return
    differing = differences(facts, arrival.found.facts)
    if not differing:
        outcome.by_arrival[arrival.id] = Match.DUPLICATE
    elif not match.withdrawn:
        outcome.by_arrival[arrival.id] = Match.CONFLICT
        reason = Text(
            "Ya hay un documento {number} con otros datos ({differing}). No se cambió nada: mira cuál es el correcto.",
            number=arrival.found.facts.number,
            differing=differing[:5],
        )
        outcome.refused.setdefault(arrival.file_no, []).append((arrival, reason))


def _annuls_electronic(known: Facts, arrived: Facts) -> bool:
    return bool(known.cufe) and arrived.voided and not known.voided


def _refuse_files(conn: Connection, arrivals: Mapping[int, Arrival], outcome: Outcome) -> None:
    gone = [a.id for a in arrivals.values() if a.file_no in outcome.refused]
    staging.drop(conn, gone)
    for arrival_id in gone:
        outcome.by_arrival[arrival_id] = Match.CONFLICT


def _comes_in(match: Matched, outcome: Outcome) -> bool:
    return match.withdrawn and outcome.by_arrival.get(match.staged_id) is None


def _enrich_all(
    unit: Unit, arrivals: Mapping[int, Arrival], matched: Mapping[int, Matched], outcome: Outcome
) -> dict[int, int]:
    """The document that each surviving arrival is: itself when new, the known one when matched."""
    target: dict[int, int] = {}
    for arrival in arrivals.values():
        if arrival.file_no in outcome.refused:
            continue
        match = matched.get(arrival.id)
        if match is None or _comes_in(match, outcome):
            target[arrival.id] = arrival.id
            continue
        target[arrival.id] = match.document_id
        nothing_new = match.identical and not match.withdrawn and arrival.found.validation is None
        if not nothing_new and enrich(unit, match.document_id, arrival.found, match.identical):
            outcome.by_arrival[arrival.id] = Match.ENRICHED
    return target


def _post(unit: Unit) -> list[tuple[int, Text]]:
    rows = staging.staged_rows(unit.conn)
    pending = staging.pending_references(unit.conn)
    misnamed = post_documents(unit, rows, pending, parties.paid_on_issue(unit.conn))
    unit.touch(row.id for row in rows)
    sentence = Text(
        "Cita un documento de otro cliente o en otra moneda: su valor queda reservado hasta que lo revises."
    )
    return [(document_id, sentence) for document_id in misnamed]


def _keep_evidence(
    unit: Unit, evidence: Iterable[Mapping[str, Any]], target: Mapping[int, int], outcome: Outcome
) -> None:
    rows = [{**row, "document_id": target[row["document_id"]]} for row in evidence if row["document_id"] in target]
    gained = documents.keep_files(unit, rows)
    for arrival_id, document_id in target.items():
        if document_id in gained and outcome.by_arrival.get(arrival_id) is Match.DUPLICATE:
            outcome.by_arrival[arrival_id] = Match.ENRICHED
            unit.touch([document_id])
