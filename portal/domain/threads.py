"""Comments on a document: who writes to whom, and what may be written."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

from portal.domain.access import Actor, Right
from portal.errors import Refused
from portal.text import Text

LONGEST = 5_000  # characters of one comment
MOST_FILES = 3  # with one comment


class Side(StrEnum):
    """From which side a message comes; a note is the issuer's own, and no customer ever sees it."""

    CUSTOMER = "customer"
    ISSUER = "issuer"
    NOTE = "note"


class ThreadState(StrEnum):
    """How a thread stands at the issuer's desk."""

    WAITING = "waiting"  # the customer's word is the last
    ANSWERED = "answered"
    CLOSED = "closed"


def side_of(actor: Actor, issuer_id: int) -> Side:
    """The issuer's people (and operators) write for it; everybody else for the customer."""
    return Side.ISSUER if reads_notes(actor, issuer_id) else Side.CUSTOMER


def reads_notes(actor: Actor, issuer_id: int) -> bool:
    """Whoever may write for the issuer, also while its view is narrowed to one customer.

    Its people then still hold a right that no customer can be given.
    """
    if actor.scope(Right.COMMENT).everything:
        return True
    held = [grant for grant in actor.grants if grant.issuer_id == issuer_id and Right.COMMENT in grant.rights]
    return any(grant.customer_id is None or Right.EXPORT in grant.rights for grant in held)


def clean_words(typed: str) -> str:
    """What was written, without signs that no screen shows and with no more than one empty line in a row."""
    lines = ["".join(map(_shown, line)).rstrip() for line in typed.splitlines()]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept).strip()


def check_words(words: str, files: int) -> None:
    """Raises Refused for nothing at all, and for too much."""
    if not words and not files:
        raise Refused(Text("Escribe tu comentario."))
    if len(words) > LONGEST:
        raise Refused(Text("El comentario tiene más de {most} caracteres: escríbelo más corto.", most=LONGEST))
    if files > MOST_FILES:
        raise Refused(Text("Un comentario lleva hasta {most} archivos: envía los demás en otro.", most=MOST_FILES))


def _shown(char: str) -> str:
    if char == "\t":
        return " "
    return "" if unicodedata.category(char) in ("Cc", "Cf", "Cs") and char != "\u200d" else char
