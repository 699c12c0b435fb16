"""A mail that a mail server hands in by itself, instead of leaving it in the mailbox."""

from __future__ import annotations

from portal.app.incoming.bounces import take_bounce
from portal.app.portal import Portal
from portal.app.threads.replies import take_reply
from portal.ledger.inbound import Outcome


def take_posted(portal: Portal, raw: bytes) -> Outcome:
    """A report about a mail of ours, or a reply. Whoever calls may forget it once this returns; safe to repeat."""
    return take_bounce(portal, raw) or take_reply(portal, raw)
