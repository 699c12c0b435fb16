"""Mail that came in: noted once, waiting in quarantine, decided; and how far the mailbox was read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from portal.domain.letters import Letter, Outcome, Taken
from portal.ledger.ids import new_id
from portal.ledger.import_runs import RunFile
from portal.ledger.letter_tables import letter_files, letter_senders, letter_signing, letters, postbox_state
from portal.ledger.unit import Unit
from portal.text import Text, dump_text, load_text

_ONLY = 1


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A message that was noted. `reason`: why it waits."""

    id: int
    sender: str
    verified: bool
    subject: str
    read_at: datetime
    issuer_id: int | None
    outcome: str
    reason: Text | None
    run_id: int | None


@dataclass(frozen=True, slots=True)
class PostboxState:
    validity: int
    last_uid: int
    looked_at: datetime | None
    error: Text | None


@dataclass(frozen=True, slots=True)
class SignedRule:
    """Whether an issuer's documents come in by their signatures; `signers`: tax ids of who else signs for it."""

    enabled: bool = True
    signers: tuple[str, ...] = ()


_COLUMNS = tuple(letters.c[name] for name in LetterRow.__dataclass_fields__)


def known(conn: Connection, digest: str) -> bool:
    return conn.execute(select(letters.c.id).where(letters.c.digest == digest)).first() is not None


def add_letter(unit: Unit, letter: Letter, taken: Taken, files: Sequence[RunFile]) -> int:
    letter_id = new_id()
    told = {
        "id": letter_id, "digest": letter.digest, "message_id": letter.message_id, "sender": letter.sender,
        "verified": letter.verified, "subject": letter.subject, "read_at": unit.now, "issuer_id": taken.issuer_id,
        "outcome": taken.outcome, "run_id": taken.run_id, "reason": dump_text(taken.reason) if taken.reason else None,
    }  # fmt: skip
    unit.conn.execute(insert(letters).values(**told))
    for file in files:
        made = {"name": file.name, "sha256": file.sha256, "size": file.size}
        unit.conn.execute(insert(letter_files).values(id=new_id(), letter_id=letter_id, **made))
    return letter_id


def waiting_at(conn: Connection, issuer_id: int, nobodys: bool, limit: int, offset: int = 0) -> list[LetterRow]:
    """What waits for a decision at an issuer, the newest first; `nobodys`: what nobody could tell whose it is, too."""
    wanted = select(*_COLUMNS).where(_waiting(issuer_id, nobodys)).order_by(letters.c.id.desc())
    return [_row(row) for row in conn.execute(wanted.limit(limit).offset(offset))]


def count_waiting(conn: Connection, issuer_id: int | None, nobodys: bool = False) -> int:
    return int(conn.execute(select(func.count()).where(_waiting(issuer_id, nobodys))).scalar_one())


def find_letter(conn: Connection, letter_id: int) -> LetterRow | None:
    row = conn.execute(select(*_COLUMNS).where(letters.c.id == letter_id)).one_or_none()
    return _row(row) if row else None


def files_of(conn: Connection, letter_ids: Collection[int]) -> dict[int, list[RunFile]]:
    """The files of messages in quarantine, by message."""
    c = letter_files.c
    wanted = select(c.letter_id, c.name, c.sha256, c.size).where(c.letter_id.in_(letter_ids)).order_by(c.id)
    found: dict[int, list[RunFile]] = {}
    for row in conn.execute(wanted):
        found.setdefault(row.letter_id, []).append(RunFile(row.name, row.sha256, row.size))
    return found


def decide(unit: Unit, letter_id: int, outcome: Outcome, issuer_id: int | None, run_id: int | None = None) -> bool:
    """False when somebody else has decided meanwhile."""
    c = letters.c
    values = {"outcome": outcome, "issuer_id": issuer_id, "run_id": run_id, "decided_at": unit.now}
    mine = c.id == letter_id, c.outcome == Outcome.WAITING
    return unit.conn.execute(update(letters).where(*mine).values(**values, decided_by=unit.person)).rowcount == 1


def senders_of(conn: Connection, issuer_id: int) -> list[str]:
    c = letter_senders.c
    return list(conn.execute(select(c.address).where(c.issuer_id == issuer_id).order_by(c.address)).scalars())


def issuers_allowing(conn: Connection, sender: str) -> set[int]:
    """The issuers that let this address bring documents in, by itself or by its domain."""
    c, domain = letter_senders.c, sender.rpartition("@")[2]
    return set(conn.execute(select(c.issuer_id).where(c.address.in_([sender, f"@{domain}"]))).scalars())


def set_senders(unit: Unit, issuer_id: int, addresses: Collection[str]) -> None:
    unit.conn.execute(delete(letter_senders).where(letter_senders.c.issuer_id == issuer_id))
    for address in addresses:
        unit.conn.execute(insert(letter_senders).values(id=new_id(), issuer_id=issuer_id, address=address))


def signed_rule(conn: Connection, issuer_id: int) -> SignedRule:
    c = letter_signing.c
    row = conn.execute(select(c.enabled, c.signers).where(c.issuer_id == issuer_id)).one_or_none()
    return SignedRule(row.enabled, tuple(row.signers.split())) if row else SignedRule()


def set_signed_rule(unit: Unit, issuer_id: int, rule: SignedRule) -> None:
    unit.conn.execute(delete(letter_signing).where(letter_signing.c.issuer_id == issuer_id))
    kept = {"enabled": rule.enabled, "signers": " ".join(rule.signers)}
    unit.conn.execute(insert(letter_signing).values(id=new_id(), issuer_id=issuer_id, **kept))


def claim_look(unit: Unit, lease: timedelta) -> PostboxState | None:
    """Begin a look into the mailbox; None while another process is at it, or it is not time yet."""
    c = postbox_state.c
    if unit.conn.execute(select(c.k).where(c.k == _ONLY)).first() is None:
        begun = {"validity": 0, "last_uid": 0, "next_look_at": unit.now}
        unit.conn.execute(insert(postbox_state).values(k=_ONLY, **begun))
    due = c.k == _ONLY, c.next_look_at <= unit.now
    taken = unit.conn.execute(update(postbox_state).where(*due).values(next_look_at=unit.now + lease))
    return postbox(unit.conn) if taken.rowcount == 1 else None


def set_postbox(unit: Unit, **values: Any) -> None:
    unit.conn.execute(update(postbox_state).where(postbox_state.c.k == _ONLY).values(**values))


def postbox(conn: Connection) -> PostboxState | None:
    """How far the mailbox was read; None before the first look."""
    c = postbox_state.c
    row = conn.execute(select(c.validity, c.last_uid, c.looked_at, c.error).where(c.k == _ONLY)).one_or_none()
    return PostboxState(row[0], row[1], row[2], load_text(row[3]) if row[3] else None) if row else None


def _waiting(issuer_id: int | None, nobodys: bool) -> ColumnElement[bool]:
    c = letters.c
    whose = c.issuer_id == issuer_id if issuer_id is not None else c.issuer_id.is_(None)
    return (c.outcome == Outcome.WAITING) & (or_(whose, c.issuer_id.is_(None)) if nobodys else whose)


def _row(row: Any) -> LetterRow:
    told = dict(zip(LetterRow.__dataclass_fields__, row, strict=True))
    return LetterRow(**told | {"reason": load_text(told["reason"]) if told["reason"] else None})
