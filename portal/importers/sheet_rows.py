"""A row of a sheet as a document, or as a balance that the issuer states."""

from __future__ import annotations

import re
from functools import partial

from portal.domain.documents import Facts
from portal.domain.money import exponent
from portal.domain.parties import Party
from portal.errors import Refused
from portal.importers.found import Found, StatedBalance
from portal.importers.sheet_amounts import read_amount
from portal.importers.sheet_cells import Cell, Row
from portal.importers.sheet_parties import CUSTOMER_COLUMNS, ISSUER_COLUMNS, read_customer, read_issuer, read_tax_id
from portal.importers.sheet_references import StyleOf, read_prepaid, read_references
from portal.importers.sheet_values import read_date, read_number, read_text
from portal.importers.sheet_words import read_kind, read_method, read_term, read_voided
from portal.text import Text

DEFAULT_CURRENCY = "COP"
_CUFE = re.compile(r"[0-9a-fA-F]{96}|[0-9a-fA-F]{40}")  # SHA-384; SHA-1 until 2019


def read_document(row: Row, file: str, issuer: Party | None, style_of: StyleOf) -> Found:
    """The document that a row states. Raises RefusedAt at the first cell that is wrong."""
    kind = row.need("kind", read_kind)
    number = row.need("number", read_number)
    issued_by = row.once(ISSUER_COLUMNS, partial(read_issuer, row, issuer))
    home = issued_by.country
    customer, warnings = row.once(CUSTOMER_COLUMNS, partial(read_customer, row, home), home)
    currency = row.get("currency", _currency) or DEFAULT_CURRENCY
    total = row.need("total", partial(read_amount, currency=currency, style=partial(style_of, "total")))
    prepaid, consumed = read_prepaid(row, kind, currency, style_of)
    notes = row.get("notes", read_text)
    facts = Facts(
        kind=kind,
        number=number,
        issuer=issued_by,
        customer=customer,
        issue_date=row.need("issue_date", read_date),
        currency=currency,
        total=total,
        source="sheet",
        due_date=row.get("due_date", read_date),
        cufe=row.get("cufe", _cufe),
        voided=row.get("status", read_voided) or False,
        prepaid=prepaid,
        references=read_references(row, kind, currency, total, style_of) + consumed,
        term=row.get("term", read_term),
        method=row.get("method", read_method),
        payment_reference=row.get("payment_reference", read_text),
        order=row.get("order", read_text),
        notes=(notes,) if notes else (),
    )
    return Found(facts, file, f"fila {row.number}", warnings=warnings)


def read_balance(row: Row, file: str, issuer: Party | None, style_of: StyleOf) -> StatedBalance:
    """The balance that a row states. Raises RefusedAt at the first cell that is wrong."""
    currency = row.get("currency", _currency)
    read = partial(read_amount, currency=currency or DEFAULT_CURRENCY, style=partial(style_of, "outstanding"))
    issued_by = read_issuer(row, issuer)
    return StatedBalance(
        file,
        f"fila {row.number}",
        row.need("number", read_number),
        row.need("outstanding", read),
        row.need("issue_date", read_date),
        kind=row.get("kind", read_kind),
        currency=currency,
        issuer_tax_id=issued_by.tax_id,
        customer_tax_id=row.get("customer_id", partial(read_tax_id, country=issued_by.country)),
    )


def _currency(cell: Cell) -> str:
    code = read_text(cell).upper()[:40]
    exponent(code)
    return code


def _cufe(cell: Cell) -> str:
    text = read_text(cell)
    if not _CUFE.fullmatch(text):
        raise Refused(Text("«{value}» no es un CUFE: son 96 letras y cifras; cópialo completo.", value=text[:40]))
    return text.lower()
