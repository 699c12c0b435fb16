"""A document read, made ready for staging: checked against house policy and turned into rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.domain.access import Actor, By
from portal.domain.documents import Facts, Reference, dump_facts, dump_validation, search_text
from portal.domain.folding import fold_number
from portal.domain.money import to_minor
from portal.errors import Refused
from portal.importers.found import Found
from portal.ledger.ids import new_id
from portal.ledger.parties import Issuer
from portal.text import Text

SIGNED = "signed"  # brings in what no person asked for, only its signatures


@dataclass(frozen=True)
class Policy:
    """Who imports, for which issuer, where: what decides whether a document may come in."""

    actor: Actor
    only: Issuer | None
    production: bool

    @property
    def may_restore(self) -> bool:
        """Whether what was withdrawn comes back with this import; after a signature alone a person decides that."""
        return not self.actor.name.startswith(f"{SIGNED}:")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One document on its way in: its new id, what was found, and the number of its file."""

    id: int
    file_no: int
    found: Found


def check(found: Found, policy: Policy) -> None:
    """Refuse what this importer may not bring in, with one sentence."""
    facts = found.facts
    if policy.production and facts.is_test:
        raise Refused(Text("Es un documento de prueba de la DIAN (ambiente 2). Trae el documento de producción."))
    if policy.only is not None and (facts.issuer.country, facts.issuer.tax_id) != (
        policy.only.country,
        policy.only.tax_id,
    ):
        raise Refused(
            Text(
                "El documento {number} fue emitido por {name} ({tax_id}), no por {own}. Trae solo lo que emitió {own}.",
                number=facts.number,
                name=facts.issuer.name,
                tax_id=facts.issuer.tax_id,
                own=policy.only.name,
            )
        )
    if policy.only is None and policy.actor.by is not By.OPERATOR:
        raise Refused(Text("Solo quien opera el portal puede traer documentos de cualquier emisor."))
    if not facts.issuer.tax_id or not facts.customer.tax_id:
        raise Refused(Text("Falta la identificación del emisor o del cliente. Complétala y vuelve a traer el archivo."))


def arrive(found: Found, file_no: int) -> tuple[Arrival, dict[str, Any], list[dict[str, Any]]]:
    """The arrival with its staging row and its references; raises Refused for amounts that are no money."""
    facts = found.facts
    arrival = Arrival(new_id(), file_no, found)
    row = {
        "id": arrival.id,
        "file_no": file_no,
        "issuer_country": facts.issuer.country,
        "issuer_tax_id": facts.issuer.tax_id,
        "customer_country": facts.customer.country,
        "customer_id_type": facts.customer.id_type,
        "customer_tax_id": facts.customer.tax_id,
        "customer_name": facts.customer.name or facts.customer.tax_id,
        "customer_email": facts.customer.email,
        "anonymous": facts.customer.anonymous,
        "kind": facts.kind,
        "number": facts.number,
        "cufe": facts.cufe.lower() if facts.cufe else None,
        "folded_number": facts.folded_number,
        "type_code": facts.type_code,
        "issue_date": facts.issue_date,
        "due_date": facts.due_date,
        "currency": facts.currency,
        "total": facts.total_minor,
        "prepaid": prepaid_minor(facts),
        "term": facts.term,
        "method": facts.method,
        "payment_reference": facts.payment_reference,
        "source": facts.source,
        "voided": facts.voided,
        "test": facts.is_test,
        "validation": validation_json(found),
        "facts": dump_facts(facts),
        "search": search_text(facts),
    }
    return arrival, row, [reference_row(reference, facts, arrival.id) for reference in facts.references]


def validation_json(found: Found) -> str | None:
    """DIAN's validation as the ledger keeps it."""
    return dump_validation(found.validation) if found.validation else None


def prepaid_minor(facts: Facts) -> int:
    """The prepaid amount that the total is already net of, in minor units."""
    return to_minor(facts.prepaid, facts.currency) if facts.prepaid else 0


def reference_row(reference: Reference, facts: Facts, document_id: int) -> dict[str, Any]:
    """A reference as the ledger keeps it."""
    return {
        "id": new_id(),
        "document_id": document_id,
        "role": reference.role,
        "kind": reference.kind,
        "folded_number": fold_number(reference.number) if reference.number else None,
        "cufe": reference.cufe.lower() if reference.cufe else None,
        "amount": to_minor(reference.amount, facts.currency) if reference.amount is not None else None,
    }
