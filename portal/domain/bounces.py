"""A mail that came back: whether its address is to blame, and why in plain words (RFC 3463)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.text import Text

_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b", re.ASCII)
_REPLY = re.compile(r"\s*(\d{3})\b", re.ASCII)
_OF_REPLIES = {"550": "5.1.1", "551": "5.1.6", "552": "5.2.2", "553": "5.1.3", "521": "5.1.2", "556": "5.1.2"}
_UNKNOWN = "5.0.0"
_ABOUT_THE_MAIL = frozenset({"5.2.3", "5.3.4"})  # too large
_NO_DOMAIN = frozenset({"5.1.2", "5.1.10", "5.4.4"})


@dataclass(frozen=True, slots=True)
class Failure:
    """`status`: RFC 3463, as "5.1.1"; `said`: a line of the mail server's."""

    status: str
    said: str

    @property
    def of_address(self) -> bool:
        """For good, and about the address: not about what was sent, its size, or who sent it (5.5, 5.6, 5.7)."""
        kind, subject, _ = self.status.split(".")
        return kind == "5" and subject in ("0", "1", "2", "3", "4") and self.status not in _ABOUT_THE_MAIL


def refused(said: str) -> Failure:
    """A server's refusal of a recipient: "550 5.1.1 no such user". RFC 5321, 4.2.3 where it names no status."""
    reply = _REPLY.match(said)
    known = status_in(said) or _OF_REPLIES.get(reply[1] if reply else "")
    return Failure(known or "5.7.0", said)  # a bare 554 or 503 says nothing about the address


def status_in(words: str) -> str | None:
    found = _STATUS.search(words)
    return found[1] if found else None


def kept(failure: Failure) -> str:
    """As a mail's row keeps it."""
    return f"{failure.status} {failure.said}"


def read_kept(told: str) -> Failure:
    status, _, said = told.partition(" ")
    return Failure(status if _STATUS.fullmatch(status) else _UNKNOWN, said)


def in_words(status: str) -> Text:
    """Why, for people."""
    if status in _NO_DOMAIN:
        return Text("el dominio de la dirección no existe o no recibe correos")
    if status == "5.2.2" or status == "4.2.2":
        return Text("el buzón está lleno")
    kind, subject, _ = status.split(".")
    if kind == "4":
        return Text("su servidor no lo recibió en varios días")
    return _WORDS.get(subject, Text("su servidor de correo no lo recibe"))


_WORDS = {
    "1": Text("la dirección no existe"),
    "2": Text("el buzón está desactivado"),
    "4": Text("no se encuentra su servidor de correo"),
    "6": Text("su servidor no acepta lo que dice"),
    "7": Text("su servidor no acepta correos del portal"),
}
