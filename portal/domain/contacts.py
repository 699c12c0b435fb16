"""A customer's contacts: mailboxes, telephones and WhatsApp numbers, and what each mailbox is sent."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.mail import mailbox
from portal.errors import Refused
from portal.text import Text

LONGEST_NAME = 80
_NUMBER = re.compile(r"\+?[0-9]{7,15}", re.ASCII)


class Channel(StrEnum):
    EMAIL = "email"
    PHONE = "phone"
    WHATSAPP = "whatsapp"


class Gets(StrEnum):
    """What may be mailed to a contact."""

    INVOICES = "invoices"
    REMINDERS = "reminders"
    STATEMENTS = "statements"


class Silent(StrEnum):
    """Why nothing is mailed to an address unless somebody asks for it."""

    ADDRESS = "address"  # none that can be written to
    BOUNCED = "bounced"  # what was mailed there came back
    STOPPED = "stopped"  # its reader does not want it


@dataclass(frozen=True, slots=True)
class Contact:
    """`gets` is empty for who is only called."""

    channel: Channel
    address: str
    name: str = ""
    gets: frozenset[Gets] = frozenset()


def checked(channel: Channel, address: str, name: str, gets: Collection[Gets]) -> Contact:
    """A contact as it is kept. Raises Refused for an address that is none, and for a name that is too long."""
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise Refused(Text("El nombre tiene más de {most} letras: escríbelo más corto.", most=LONGEST_NAME))
    if channel is Channel.EMAIL:
        return Contact(channel, mailbox(address.strip()).address.lower(), name, frozenset(gets))
    number = re.sub(r"[\s().-]", "", address)
    if not _NUMBER.fullmatch(number):
        raise Refused(Text("«{number}» no es un número de teléfono: escribe entre 7 y 15 cifras.", number=address[:40]))
    return Contact(channel, number, name)
