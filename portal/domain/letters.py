"""A mail that came in, as its handlers read it; and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.text import Text


class Outcome(StrEnum):
    IMPORTED = "imported"  # its documents were asked for
    WAITING = "waiting"  # in quarantine, until somebody decides
    ACCEPTED = "accepted"
    DISCARDED = "discarded"
    HANDLED = "handled"  # by a handler that is not about documents


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """`digest`: the same for the same message, however often it is delivered. `sender`: its From, if it is one address.

    `verified`: the issuer's own mail server says that the message is from the domain that From names. A From alone
    proves nothing. `recipients`: all addresses it was sent to, in lower case; `answers`: Message-IDs it refers to;
    `raw`: as it came.
    """

    digest: str
    message_id: str
    sender: str
    verified: bool
    subject: str
    recipients: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    raw: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a handler did. `files`: kept with what waits. `write`: done in the transaction that notes the message."""

    outcome: Outcome
    issuer_id: int | None = None
    reason: Text | None = None
    run_id: int | None = None
    files: tuple[Attachment, ...] = ()
    write: Callable[[Any], None] | None = None  # takes the ledger's unit
