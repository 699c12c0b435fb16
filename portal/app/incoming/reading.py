"""One look into the mailbox: every new message once, to the handler that wants it; nothing in it is deleted."""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta

from portal.app.importing.asking import Busy
from portal.app.incoming.documents import MOST_WAITING
from portal.app.incoming.handlers import HANDLERS
from portal.app.naming_bytes import name_bytes
from portal.app.portal import Portal
from portal.domain.letters import Letter, Outcome, Taken
from portal.errors import PortalError, PostboxDown, Refused
from portal.ledger import letters
from portal.ledger.import_runs import RunFile
from portal.ledger.letters import PostboxState
from portal.ledger.trouble import passes
from portal.mail.received import LARGEST, digest_of, read_letter
from portal.ports import PostboxSession
from portal.text import Text, dump_text

EVERY, AFTER_TROUBLE = timedelta(seconds=60), timedelta(minutes=5)
LEASE = timedelta(minutes=10)  # how long a look may take before another process begins one
AT_ONCE = 50  # messages
BACK = timedelta(days=30)  # older ones are not looked at: a full mailbox is not brought in whole
_PERSON = "mail"
log = logging.getLogger(__name__)


def look_into_postbox(portal: Portal) -> int:
    """Read what is new, if it is time; returns how many messages. Several processes may call: one of them looks.

    A mailbox that can't be read is said on the page Importar, and tried again later. A message that can't be taken
    now, because too many imports wait or the database fails, stays new, and so do those after it.
    """
    if portal.postbox is None:
        return 0
    with portal.ledger.write(_PERSON) as unit:
        state = letters.claim_look(unit, LEASE)
        unit.commit()
    if state is None:
        return 0
    error: Text | None = None
    count = 0
    try:
        with portal.postbox.open() as session:
            count = _read_all(portal, session, state)
    except PostboxDown as down:
        error = down.text
        log.warning("the mailbox can't be read now: %s", down)
    except Busy as busy:
        log.info("the mailbox is read on later: %s", busy)
    with portal.ledger.write(_PERSON) as unit:
        again = unit.now + (AFTER_TROUBLE if error else EVERY)
        values = {"error": dump_text(error)} if error else {"error": None, "looked_at": unit.now}
        letters.set_postbox(unit, next_look_at=again, **values)
        unit.commit()
    return count


def _read_all(portal: Portal, session: PostboxSession, state: PostboxState) -> int:
    last = state.last_uid if session.validity == state.validity else 0  # else uids mean other messages: begin anew
    count, since = 0, (portal.clock.now() - BACK).date()
    while found := session.after(last, since, AT_ONCE):
        for uid, size in found:
            _take(portal, session, uid, size)
            last, count = uid, count + 1
            with portal.ledger.write(_PERSON) as unit:
                letters.set_postbox(unit, validity=session.validity, last_uid=uid, next_look_at=unit.now + LEASE)
                unit.commit()
            session.mark(uid)
    return count


def _take(portal: Portal, session: PostboxSession, uid: int, size: int) -> None:
    if size > LARGEST:
        digest = hashlib.sha256(f"{session.validity}:{uid}".encode()).hexdigest()
        reason = Text("Un correo pesa más de {limit} MB y se quedó en el buzón.", limit=LARGEST >> 20)
        note_letter(portal, Letter(digest, "", "", False, ""), Taken(Outcome.WAITING, reason=reason))
        return
    raw = session.read(uid)
    with portal.ledger.read() as conn:
        if not raw or letters.known(conn, digest_of(raw)):
            return
    try:
        letter = read_letter(raw, portal.settings.mail_authserv)
    except Refused as refused:
        letter = Letter(digest_of(raw), "", "", False, "")
        note_letter(portal, letter, Taken(Outcome.WAITING, reason=refused.text))
        return
    taken = _handled(portal, letter)
    if taken is not None:
        note_letter(portal, letter, taken)


def _handled(portal: Portal, letter: Letter) -> Taken | None:
    """What the first handler that wants it did. One that fails must not stop the mailbox: a person looks at it.

    Raises what may go well later: the message is then as new as before.
    """
    for handler in HANDLERS:
        try:
            taken = handler(portal, letter)
        except (PostboxDown, Busy):
            raise
        except PortalError as refused:
            if refused.status >= 500:
                raise
            return Taken(Outcome.WAITING, reason=refused.text, files=letter.attachments)
        except Exception as error:
            if passes(error):
                raise
            log.exception("a handler could not take message %s", letter.message_id)
            return Taken(Outcome.WAITING, reason=Text("El portal no lo pudo leer."), files=letter.attachments)
        if taken is not None:
            return taken
    return None


def note_letter(portal: Portal, letter: Letter, taken: Taken) -> None:
    """Write down what became of it, with what its handler writes, in one transaction; a second time nothing happens."""
    files = [RunFile(one.name, portal.files.put(one.data), len(one.data)) for one in taken.files]
    with portal.ledger.write(_PERSON) as unit:
        if letters.known(unit.conn, letter.digest):
            return
        full = letters.count_waiting(unit.conn, taken.issuer_id) >= MOST_WAITING
        if taken.outcome is Outcome.WAITING and full:
            log.warning(
                "the quarantine of issuer %s is full: message %s left alone", taken.issuer_id, letter.message_id
            )
            return
        name_bytes(portal, unit, [(kept.sha256, one.data) for kept, one in zip(files, taken.files, strict=True)])
        letters.add_letter(unit, letter, taken, files)
        if taken.write is not None:
            taken.write(unit)
        unit.commit()
