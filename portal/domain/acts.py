"""What an issuer's people post by hand: which acts there are, and what their amounts may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.checkouts import Due
from portal.domain.transfers import spread
from portal.errors import Refused
from portal.text import Text

LONGEST_REASON, LONGEST_REFERENCE = 300, 60
_EARLIEST = date(1990, 1, 1)


class Act(StrEnum):
    """Each is an entry of its own, with cause and person, and can be undone by another one."""

    PAYMENT = "payment"
    APPLIED = "applied"  # saldo a favor set against documents
    FREED = "freed"  # an application taken back: its credit is saldo a favor again
    RELEASED = "released"  # credit that waited for a document which will not come
    WRITTEN_OFF = "written_off"
    ADJUSTED = "adjusted"


@dataclass(frozen=True, slots=True)
class Money:
    """A payment as whoever registers it tells it, in minor units. `parts`: by document, if it says so."""

    amount: int
    on: date
    method: str
    reference: str = ""
    note: str = ""
    parts: Mapping[int, int] | None = None


def share_money(dues: Sequence[Due], money: Money) -> dict[int, int]:
    """What of it each document gets: as stated, else the oldest first; the rest is saldo a favor. Raises Refused."""
    if money.amount <= 0:
        raise Refused(Text("Escribe el valor del pago, mayor que cero."))
    if money.parts is None:
        return spread(dues, money.amount, {})
    parts = {due.document_id: money.parts.get(due.document_id, 0) for due in dues}
    if any(not 0 <= parts[due.document_id] <= due.outstanding for due in dues):
        raise Refused(Text("Lo que abonas a un documento no puede ser más que su saldo."))
    if sum(parts.values()) > money.amount:
        raise Refused(Text("Lo que abonas a los documentos suma más que el valor del pago."))
    return {document_id: amount for document_id, amount in parts.items() if amount}


def check_value_date(on: date, today: date) -> None:
    """Raises Refused for a day that is still to come, or that nobody keeps books of."""
    if on > today:
        raise Refused(Text("La fecha no puede ser posterior a hoy."))
    if on < _EARLIEST:
        raise Refused(Text("Revisa la fecha: es demasiado antigua."))


def words(typed: str, most: int) -> str:
    """What was typed, in one line and without what no screen shows. Raises Refused when it is too long."""
    told = " ".join("".join(one if one.isprintable() else " " for one in typed).split())
    if len(told) > most:
        raise Refused(Text("El texto tiene más de {most} caracteres: acórtalo.", most=most))
    return told


def reason_needed(typed: str) -> str:
    """Why something is posted or undone. Raises Refused without any."""
    told = words(typed, LONGEST_REASON)
    if not told:
        raise Refused(Text("Escribe el motivo: queda en el libro y en el registro."))
    return told
