"""«Ya pagué»: money that a payer says it has sent without the portal. Nothing moves before the issuer has seen it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum

from portal.domain.checkouts import Due
from portal.domain.payments import Method
from portal.errors import Refused
from portal.text import Text


class ReportState(StrEnum):
    WAITING = "waiting"  # en revisión
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNDONE = "undone"  # accepted once, then taken back


# With what people pay by themselves: DIAN's codes of means of payment, and wallets by the portal's own words.
MEANS = ("47", "42", Method.NEQUI, Method.DAVIPLATA, Method.BANCOLOMBIA, "10", "20", "1")
_OLDEST = timedelta(days=2 * 366)


def check_day(on: date, today: date) -> None:
    """Raises Refused for a day that money can't have been sent on: later than today, or long ago."""
    if on > today:
        raise Refused(Text("La fecha del pago no puede ser posterior a hoy."))
    if on < today - _OLDEST:
        raise Refused(Text("La fecha del pago es de hace más de dos años: revísala o habla con el emisor."))


def spread(dues: Sequence[Due], total: int, stated: Mapping[int, int]) -> dict[int, int]:
    """What a transfer of `total` pays of each document: as `stated`, then the oldest first; the rest is saldo a favor.

    Only documents that get something are told. Raises Refused when what is stated is more than is outstanding on a
    document, or more than the transfer.
    """
    if total <= 0:
        raise Refused(Text("Escribe el valor que pagaste, mayor que cero."))
    if any(not 0 <= stated.get(due.document_id, 0) <= due.outstanding for due in dues):
        raise Refused(Text("Lo que indicas para un documento no puede ser más que su saldo."))
    left = total - sum(stated.get(due.document_id, 0) for due in dues)
    if left < 0:
        raise Refused(Text("Lo que indicas por documento suma más que el valor que pagaste."))
    found: dict[int, int] = {}
    for due in sorted(dues, key=lambda one: (one.payable_on, one.document_id)):
        already = stated.get(due.document_id, 0)
        more = min(left, due.outstanding - already)
        left -= more
        if already + more:
            found[due.document_id] = already + more
    return found
