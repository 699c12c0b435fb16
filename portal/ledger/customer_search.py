"""Finding customers by what a person types: every word occurs in the name, accents and case aside, in the tax id, or
in a mailbox.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from portal.domain.folding import fold_text
from portal.domain.parties import normalise_id
from portal.ledger.contact_tables import contacts
from portal.ledger.tables import customers


def customer_holds(text: str) -> list[ColumnElement[bool]]:
    """One condition a word; none for no words. A tax id is found as people write it: "900.555.666-1"."""
    return list(map(_holds, text.split()))


def _holds(word: str) -> ColumnElement[bool]:
    by_name = customers.c.folded_name.contains(fold_text(word), autoescape=True)
    if "@" in word:
        mine = select(contacts.c.id).where(contacts.c.customer_id == customers.c.id, contacts.c.removed_at.is_(None))
        kept = mine.where(contacts.c.address.icontains(word, autoescape=True)).exists()
        return or_(customers.c.email.icontains(word, autoescape=True), kept, by_name)
    number = normalise_id(word, "XX" if any(map(str.isalpha, word)) else "CO")
    return or_(by_name, customers.c.tax_id.contains(number, autoescape=True)) if number else by_name
