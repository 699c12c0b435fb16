"""Whether an address is to be written to automatically at an issuer: asked by all that mails without being told to."""

from __future__ import annotations

from collections.abc import Collection

from portal.domain.contacts import Gets, Silent
from portal.domain.mail import address_key, mailbox
from portal.errors import Refused
from portal.ledger.addresses import bounced, stops
from portal.ledger.unit import Connection


def why_silent(conn: Connection, issuer_id: int, emails: Collection[str], what: Gets) -> dict[str, Silent]:
    """By address as given, why no mail of this kind goes there by itself; one that is not in it may be written to.

    For reminders, new documents and statements. What somebody asked for (a code, an invitation, a receipt, an answer)
    goes out whatever this says. Two queries, however many addresses.
    """
    keys = {email: address_key(email) for email in emails}
    known = set(keys.values())
    dead, unwanted = bounced(conn, issuer_id, known), stops(conn, issuer_id, known)
    found: dict[str, Silent] = {}
    for email, key in keys.items():
        if not writable(email):
            found[email] = Silent.ADDRESS
        elif key in dead:
            found[email] = Silent.BOUNCED
        elif what in unwanted.get(key, {}):
            found[email] = Silent.STOPPED
    return found


def writable(address: str) -> bool:
    """What stands in documents may be anything."""
    try:
        return bool(address) and bool(mailbox(address))
    except Refused:
        return False
