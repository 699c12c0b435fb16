"""Mail in quarantine, as an issuer's people decide about it; and who may send documents without being asked about."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from portal.app.importing.asking import Key, ask_import
from portal.app.portal import Portal
from portal.domain.access import Actor, By, Right
from portal.domain.letters import Outcome
from portal.domain.mail import mailbox
from portal.errors import NotFound, Refused
from portal.ledger import letters
from portal.ledger.audit import Event, Where, note
from portal.ledger.import_runs import RunFile
from portal.ledger.letters import LetterRow, PostboxState
from portal.text import Text

MOST_SENDERS = 100
_DOMAIN = re.compile(r"@[a-z0-9.-]+\.[a-z]{2,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A message that waits, with its files."""

    row: LetterRow
    files: list[RunFile]


def list_quarantine(portal: Portal, actor: Actor, issuer_id: int, limit: int, offset: int = 0) -> list[Quarantined]:
    """What waits at an issuer, the newest first; operators see what nobody could tell whose it is, too. NotFound."""
    actor.require(Right.IMPORT, issuer_id, 0)
    with portal.ledger.read() as conn:
        found = letters.waiting_at(conn, issuer_id, actor.by is By.OPERATOR, limit, offset)
        files = letters.files_of(conn, [one.id for one in found])
    return [Quarantined(one, files.get(one.id, [])) for one in found]


def accept_letter(portal: Portal, actor: Actor, letter_id: int, issuer_id: int, where: Where | None = None) -> int:
    """Bring its files in as this issuer's; returns the import's id. Raises NotFound, Refused where there is nothing."""
    with portal.ledger.read() as conn:
        row = _its_letter(letters.find_letter(conn, letter_id), actor, issuer_id)
        files = letters.files_of(conn, [letter_id]).get(letter_id, [])
    if not files:
        raise Refused(Text("Este correo no trae archivos que se puedan traer: descártalo."))
    key = Key.of(f"letter:{letter_id}", str(letter_id).encode())
    sent = [(file.name, portal.files.get(file.sha256)) for file in files]
    run_id = ask_import(portal, actor, issuer_id, sent, "mail", key, where)
    with portal.ledger.write(actor.name) as unit:
        if letters.decide(unit, letter_id, Outcome.ACCEPTED, issuer_id, run_id):
            note(unit, Event.MAIL_ACCEPTED, f"letter:{letter_id}", issuer_id, None, where, senders=row.sender)
        unit.commit()
    return run_id


def discard_letter(portal: Portal, actor: Actor, letter_id: int, issuer_id: int, where: Where | None = None) -> None:
    """Bring nothing of it in. The message stays in the mailbox. Raises NotFound."""
    with portal.ledger.write(actor.name) as unit:
        row = _its_letter(letters.find_letter(unit.conn, letter_id), actor, issuer_id)
        letters.decide(unit, letter_id, Outcome.DISCARDED, row.issuer_id)
        note(unit, Event.MAIL_DISCARDED, f"letter:{letter_id}", issuer_id, None, where, senders=row.sender)
        unit.commit()


def read_senders(portal: Portal, actor: Actor, issuer_id: int) -> list[str]:
    """Whose documents come in without being asked about. Raises NotFound."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    with portal.ledger.read() as conn:
        return letters.senders_of(conn, issuer_id)


def set_senders(
    portal: Portal, actor: Actor, issuer_id: int, given: Collection[str], where: Where | None = None
) -> None:
    """Addresses, or `@domain` for all of one. Raises NotFound, Refused for what is neither."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    wanted = sorted({_sender(one) for one in given if one.strip()})
    if len(wanted) > MOST_SENDERS:
        raise Refused(Text("Son más de {most} remitentes: usa @dominio.", most=MOST_SENDERS))
    with portal.ledger.write(actor.name) as unit:
        if wanted != letters.senders_of(unit.conn, issuer_id):
            letters.set_senders(unit, issuer_id, wanted)
            told = ", ".join(wanted)[:300]
            note(unit, Event.SENDERS_CHANGED, f"issuer:{issuer_id}", issuer_id, None, where, senders=told)
        unit.commit()


def postbox_state(portal: Portal, actor: Actor, issuer_id: int) -> PostboxState | None:
    """How the mailbox stands; None before the first look. Raises NotFound."""
    actor.require(Right.IMPORT, issuer_id, 0)
    with portal.ledger.read() as conn:
        return letters.postbox(conn)


def _sender(given: str) -> str:
    address = given.strip().lower()
    return address if _DOMAIN.fullmatch(address) else mailbox(address).address.lower()


def _its_letter(found: LetterRow | None, actor: Actor, issuer_id: int) -> LetterRow:
    actor.require(Right.IMPORT, issuer_id, 0)
    if found is None or found.outcome != Outcome.WAITING:
        raise NotFound()
    if found.issuer_id != issuer_id and not (found.issuer_id is None and actor.by is By.OPERATOR):
        raise NotFound()
    return found
