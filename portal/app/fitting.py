"""Whether three stated facts name one document: what somebody has to know to ask for a customer's documents."""

from __future__ import annotations

from portal.domain.folding import fold_number
from portal.domain.money import to_minor
from portal.domain.parties import normalise_id
from portal.errors import Refused
from portal.importers.sheet_amounts import Style, read_amount
from portal.ledger.access_requests import Candidate, candidates
from portal.ledger.unit import Connection


def fitting_customer(conn: Connection, issuer_id: int, tax_id: str, number: str, total: str) -> int | None:
    """The identified customer whose document these three facts name exactly; None for none, or for several."""
    found = {
        one.customer_id
        for one in candidates(conn, issuer_id, fold_number(number))
        if normalise_id(tax_id, one.country, one.id_type) == one.tax_id and fits_total(total, one)
    }
    return found.pop() if len(found) == 1 else None


def fits_total(stated: str, document: Candidate) -> bool:
    """Whether an amount as typed is a document's total; one that can be read in two ways fits in either.

    A total of nothing is no secret: it never fits.
    """
    return document.total > 0 and any(_reads_as(stated, document, style) for style in Style)


def _reads_as(stated: str, document: Candidate, style: Style) -> bool:
    try:
        amount = read_amount(stated, document.currency, lambda: style)
    except Refused:
        return False
    return to_minor(amount, document.currency) == document.total
