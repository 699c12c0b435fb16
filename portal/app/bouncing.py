"""What follows when a mail could not be delivered: it is told with the mail, and of its address at the issuer."""

from __future__ import annotations

from portal.domain.bounces import Failure, kept
from portal.domain.mail import address_key
from portal.ledger import addresses, audit, mails
from portal.ledger.audit import Event
from portal.ledger.holds import hold
from portal.ledger.unit import Unit


def bounce(unit: Unit, mail_id: int, recipient: str, issuer_id: int | None, failure: Failure) -> bool:
    """Once for each mail; False when it came back before. Only what is about the address marks it, only at its issuer:
    codes and invitations go to it as ever.
    """
    if not mails.mark_bounced(unit, mail_id, kept(failure)):
        return False
    if issuer_id is not None and failure.of_address:
        key = address_key(recipient)
        hold(unit, f"bounce {issuer_id} {key}")
        addresses.add_bounce(unit, issuer_id, key, failure.status, failure.said, mail_id)
    audit.note(unit, Event.MAIL_BOUNCED, f"mail:{mail_id}", issuer_id, status=failure.status)
    return True
