"""A mail that came in: a comment if it answers one, from the very address that was written to; else kept to look at.

Whoever has an address with a token and writes from the address that it was given to is believed as far as the rights
that this person has now; where the own mail server signs what it checked (`mail_authserv`), only if it vouches for the
sender: others read the address with the token too, in a copy. A mail is taken once, by its Message-ID, however often it
is handed in.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.app.accounts.refusals import TooMany
from portal.app.naming_bytes import name_bytes
from portal.app.portal import Portal
from portal.app.threads.who import actor_of
from portal.app.threads.writing import Stored, check_room, commented, put, store
from portal.domain.access import Actor
from portal.domain.mail_tokens import Back, read_mail_token, tag_of
from portal.domain.threads import LONGEST, MOST_FILES, Side, clean_words, side_of
from portal.errors import NotFound, Refused
from portal.ledger.books import lock_customers
from portal.ledger.correspondents import Correspondent, Reader, find_correspondent
from portal.ledger.inbound import Outcome, Reason, add_inbound, came_before
from portal.ledger.threads import Thread, find_thread, keep_stored
from portal.ledger.unit import Connection
from portal.ledger.users import fold_email
from portal.mail.authentication import is_verified
from portal.mail.incoming import Incoming, NoMail, key_of, read_mail

_PERSON = "mail:in"
_MOST_KEPT = 1024 * 1024  # bytes of a mail that was not taken
_CUT = "…"


class _NotTaken(Exception):
    """Why a mail is no comment."""

    def __init__(self, reason: Reason | None, outcome: Outcome = Outcome.REFUSED) -> None:
        super().__init__(reason)
        self.reason, self.outcome = reason, outcome


@dataclass(frozen=True, slots=True)
class _Answer:
    """A reply that may be taken: whose, to which thread, with which rights."""

    one: Correspondent
    thread: Thread
    actor: Actor


def take_reply(portal: Portal, raw: bytes) -> Outcome:
    """Take in a mail as it came (RFC 5322). Whoever calls may forget it once this returns; safe to repeat."""
    try:
        mail = read_mail(raw)
    except NoMail:
        return _keep(portal, Incoming(key_of(raw), None, "", (), "", True, False, "", ()), raw, Reason.UNREADABLE)
    with portal.ledger.read() as conn:
        before = came_before(conn, mail.key)
        if before is not None:
            return before
    try:
        answer, recipient = _answer(portal, mail)
        return _take(portal, mail, answer, recipient)
    except _NotTaken as not_taken:
        return _keep(portal, mail, raw, not_taken.reason, not_taken.outcome)


def _answer(portal: Portal, mail: Incoming) -> tuple[_Answer, str]:
    if mail.automatic:
        raise _NotTaken(None, Outcome.AUTO)
    row_id, recipient = _token(portal, mail)
    with portal.ledger.read() as conn:
        return _allowed(portal, conn, mail, row_id), recipient


def _token(portal: Portal, mail: Incoming) -> tuple[int, str]:
    """The correspondent that one of its recipients names, and that recipient."""
    ours = portal.settings.reply_address
    for recipient in mail.recipients if ours else ():
        tag = tag_of(recipient, ours or "")
        said = read_mail_token(tag, portal.keys) if tag else None
        if said and said[0] is Back.REPLY:
            return said[1], recipient
    raise _NotTaken(Reason.TOKEN)


def _allowed(portal: Portal, conn: Connection, mail: Incoming, row_id: int) -> _Answer:
    one = find_correspondent(conn, row_id)
    thread = find_thread(conn, one.thread_id) if one else None
    if one is None or thread is None:
        raise _NotTaken(Reason.TOKEN)
    if not mail.sender or fold_email(mail.sender) != fold_email(one.email) or not _vouched(portal, mail):
        raise _NotTaken(Reason.SENDER)
    actor = actor_of(conn, one, thread, portal.clock.now())
    if actor is None or side_of(actor, thread.issuer_id) is not one.side:
        raise _NotTaken(Reason.RIGHTS)
    try:
        commented(conn, actor, thread.document_id)
    except NotFound:
        raise _NotTaken(Reason.RIGHTS) from None
    return _Answer(one, thread, actor)


def _vouched(portal: Portal, mail: Incoming) -> bool:
    authserv = portal.settings.mail_authserv
    return authserv is None or is_verified(mail.results, mail.sender, authserv)


def _take(portal: Portal, mail: Incoming, answer: _Answer, recipient: str) -> Outcome:
    words = clean_words(mail.words)
    if len(words) > LONGEST:
        words = words[: LONGEST - 1] + _CUT
    stored, left_out = _papers(portal, mail)
    if not words and not stored:
        raise _NotTaken(Reason.EMPTY)
    one = answer.one
    writer = Reader(one.person, one.email, one.name, one.language)
    with portal.ledger.write(one.person) as unit:
        lock_customers(unit.conn, {answer.thread.customer_id})
        before = came_before(unit.conn, mail.key)
        thread = find_thread(unit.conn, answer.thread.id, lock=True)
        if before is not None or thread is None:
            return before or Outcome.REFUSED
        try:
            check_room(unit, answer.actor, thread.customer_id, None)
        except TooMany:
            raise _NotTaken(Reason.MANY) from None
        side = Side(one.side)
        put(portal, unit, thread, side, writer, words, stored, None, message_id=mail.message_id, left_out=left_out)
        add_inbound(
            unit, mail.key, Outcome.TAKEN, None, mail.sender, recipient, mail.subject, None, thread.id
        )  # fmt: skip
        unit.commit()
    return Outcome.TAKEN


def _papers(portal: Portal, mail: Incoming) -> tuple[list[Stored], str | None]:
    """What came with it and may be kept; the names of the rest."""
    kept: list[Stored] = []
    left: list[str] = []
    for name, data in mail.files:
        try:
            if len(kept) == MOST_FILES:
                left.append(name)
                continue
            kept += store(portal, [(name, data)])
        except Refused:
            left.append(name)
    return kept, ", ".join(left) or None


def _keep(
    portal: Portal, mail: Incoming, raw: bytes, reason: Reason | None, outcome: Outcome = Outcome.REFUSED
) -> Outcome:
    """What was not taken, where an operator finds it."""
    sha256 = portal.files.put(raw) if len(raw) <= _MOST_KEPT else None
    with portal.ledger.write(_PERSON) as unit:
        before = came_before(unit.conn, mail.key)
        if before is not None:
            return before
        if sha256:
            name_bytes(portal, unit, [(sha256, raw)])
            keep_stored(unit, sha256, len(raw))
        recipient = mail.recipients[0] if mail.recipients else ""
        add_inbound(unit, mail.key, outcome, reason, mail.sender, recipient, mail.subject, sha256, None)
        unit.commit()
    return outcome
