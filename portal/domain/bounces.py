"""A mail that came back: whether its address is to blame, and why in plain words (RFC 3463)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.text import Text

_STATUS = re.compile(r"\s*(?:\d{3}[ -]\s*)?#?([245]\.\d{1,3}\.\d{1,3})(?![.\d])", re.ASCII)  # not an IP address
_UNKNOWN = "5.0.0"
_OF_ADDRESS = ("1", "2")  # RFC 3463, 3.2 and 3.3: the address, the mailbox
_NOT_OF_IT = frozenset({"5.1.5", "5.1.7", "5.1.8", "5.1.9", "5.2.3"})  # the sender's address (7, 8), too large (2.3)
_NO_DOMAIN = frozenset({"5.1.2", "5.1.10", "5.4.4"})


@dataclass(frozen=True, slots=True)
class Failure:
    """`status`: RFC 3463, as "5.1.1"; `said`: a line of the mail server's."""

    status: str
    said: str

    @property
    def of_address(self) -> bool:
        """For good, and surely about the address or its mailbox.

        Not about what was sent or who sent it, nor about servers and ways there: one wrong setting of ours would mark
        everybody's address.
        """
        kind, subject, _ = self.status.split(".")
        return kind == "5" and subject in _OF_ADDRESS and self.status not in _NOT_OF_IT


def refused(said: str) -> Failure:
    """A server's refusal of a recipient: "550 5.1.1 no such user".

    A bare 550 blames nobody: servers say it of relaying, of senders and of blocked machines too.
    """
    return Failure(status_in(said) or _UNKNOWN, said)


def status_in(words: str) -> str | None:
    """The status (RFC 3463) that words begin with, or that follows the reply code they begin with (RFC 2034)."""
    found = _STATUS.match(words)
    return found[1] if found else None


def kept(failure: Failure) -> str:
    """As a mail's row keeps it."""
    return f"{failure.status} {failure.said}"


def read_kept(told: str) -> Failure:
    status, _, said = told.partition(" ")
    return Failure(status_in(status) or _UNKNOWN, said)


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
