"""A mail before it is one: to whom, what it says, and which addresses can be written to at all."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from portal.errors import Refused
from portal.text import Text

_LONGEST, _LONGEST_LOCAL = 254, 64  # RFC 5321, 4.5.3.1
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_LONGEST_LINE = 200
_INVISIBLE = ("Cc", "Cf", "Cs")  # control, format (direction marks that make a name read otherwise), half characters


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A checked address, and the name shown with it."""

    address: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail to one person. The same `id` always makes the same Message-ID: two sends of it are recognisable.

    `token` stands in it instead of the id, so that only who got the mail, or a server on its way, can name it.

    `sender_name` is shown with the portal's own address, `at` is its date, `html` says the same as `text`.
    `references`: the Message-IDs that it follows in a conversation, the last one the one that it answers.
    """

    id: int
    at: datetime
    to: Mailbox
    sender_name: str
    subject: str
    text: str
    html: str
    language: str
    reply_to: Mailbox | None = None
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    unsubscribe: str | None = None  # where one POST stops mails of this kind (RFC 8058)
    envelope: str | None = None  # where servers report that it did not arrive; the portal's own address unless given
    token: str | None = None
    logo: bytes | None = None  # a PNG that `html` shows as cid:logo


def mailbox(address: str, name: str = "") -> Mailbox:
    """A mailbox, its domain in ASCII (xn--…); refused when no mail server would take the address.

    Plain `local@domain` only (RFC 5321, Dot-string): no quotes, comments, blanks, and no accents before the @.
    """
    local, _, domain = address.strip().rpartition("@")
    plain = f"{local}@{_ascii(domain)}"
    if not _ADDRESS.fullmatch(plain) or len(plain) > _LONGEST or len(local) > _LONGEST_LOCAL:
        raise Refused(
            Text("«{address}» no es una dirección de correo: escribe una como nombre@empresa.com.",
                 address=one_line(address))
        )  # fmt: skip
    return Mailbox(plain, one_line(name))


def address_key(address: str) -> str:
    """What an address is remembered by, however it was written: lower case, its domain in ASCII."""
    try:
        return mailbox(address).address.lower()
    except Refused:
        return address.strip().lower()


def one_line(text: str, longest: int = _LONGEST_LINE) -> str:
    """`text` as it may stand in a header: one line, no invisible characters, at most `longest` characters.

    Nor any encoded word (RFC 2047): the standard library decodes those in what it is given, line ends too.
    """
    blank = "".join(" " if unicodedata.category(char) in _INVISIBLE else char for char in text)
    return " ".join(blank.replace("=?", "= ?").split())[:longest].rstrip()


def _ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
