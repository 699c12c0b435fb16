"""New evidence for a document that is already here: its XML, DIAN's validation, what it names, its annulment."""

from __future__ import annotations

from portal.app.importing.arrivals import prepaid_minor, reference_row, validation_json
from portal.app.posting import post_documents
from portal.app.voiding import restore, void
from portal.domain.documents import Facts, dump_facts, load_facts, search_text
from portal.domain.identity import richer
from portal.importers.found import Found
from portal.ledger import documents, parties, references
from portal.ledger.unit import Unit


def enrich(unit: Unit, document_id: int, found: Found, identical: bool) -> bool:
    """Add what `found` states beyond what is known; True when something was added. Facts never change."""
    row = documents.find(unit.conn, document_id)
    assert row is not None  # noqa: S101 - matched in this transaction
    gained = False
    if row.state == "withdrawn":
        restore(unit, document_id)
        gained = True
    if found.validation and not row.validation:
        documents.add(unit, document_id, validation=validation_json(found))
        gained = True
    if identical:
        return gained
    known = load_facts(row.facts)
    if found.facts.voided and row.state == "active" and not row.cufe:
        void(unit, document_id, unit.now.date())
        gained = True
    if richer(known, found.facts):
        _take_facts(unit, document_id, found.facts)
        gained = True
    if found.facts.references and not known.references:
        _take_references(unit, document_id, found.facts)
        gained = True
    return gained


def _take_facts(unit: Unit, document_id: int, facts: Facts) -> None:
    documents.add(
        unit,
        document_id,
        facts=dump_facts(facts),
        search=search_text(facts),
        source=facts.source,
        number=facts.number,
        cufe=facts.cufe.lower() if facts.cufe else None,
        type_code=facts.type_code,
        due_date=facts.due_date,
        term=facts.term,
        method=facts.method,
        prepaid=prepaid_minor(facts),
        test=facts.is_test,
    )


def _take_references(unit: Unit, document_id: int, facts: Facts) -> None:
    references.add(unit.conn, [reference_row(ref, facts, document_id) for ref in facts.references], document_id)
    pending = references.pending_for(unit.conn, [document_id])
    post_documents(unit, [], pending, parties.paid_on_issue(unit.conn))
