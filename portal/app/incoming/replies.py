"""Replies to comments that come into the mailbox: handed to the threads, which believe only an address of their own."""

from __future__ import annotations

from portal.app.portal import Portal
from portal.app.threads.replies import take_reply
from portal.domain.letters import Letter, Outcome, Taken
from portal.domain.mail_tokens import tag_of


def take_replies(portal: Portal, letter: Letter) -> Taken | None:
    """None for what is not addressed to a thread. Safe to repeat: a reply is taken once, by its Message-ID."""
    ours = portal.settings.reply_address
    if not ours or not any(tag_of(one, ours) for one in letter.recipients):
        return None
    take_reply(portal, letter.raw)
    return Taken(Outcome.HANDLED)
