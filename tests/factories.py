"""Documents for tests: facts with sensible parties, dates and sums, and a portal that keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from portal.app.importing.report import ImportReport
from portal.app.importing.run import import_found
from portal.app.portal import Portal
from portal.domain.access import operator
from portal.domain.documents import Facts, Kind, Reference, Role
from portal.domain.parties import Party
from portal.importers.found import Found

EJEMPLAR = Party("CO", "31", "900100200", "Ejemplar S.A.S.")
OTRA = Party("CO", "31", "900300400", "Otra Empresa S.A.")
ABC = Party("CO", "31", "900555666", "Empresa ABC S.A.S.", email="pagos@abc.example")
XYZ = Party("CO", "13", "52123456", "Ana María Peña")


@dataclass
class FrozenClock:
    """A clock that stands still until it is told to move."""

    at: datetime = datetime(2026, 3, 15, 15, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def forward(self, **step: float) -> None:
        self.at += timedelta(**step)


def facts(number: str = "FE-1", total: str | int = "1000.00", kind: Kind = Kind.INVOICE, **other: Any) -> Facts:
    """Facts of a document; an invoice of Ejemplar to ABC over 1,000 COP unless said otherwise."""
    given: dict[str, Any] = {
        "issuer": EJEMPLAR,
        "customer": ABC,
        "issue_date": date(2026, 3, 1),
        "currency": "COP",
        **other,
    }
    return Facts(kind=kind, number=number, total=Decimal(total), **given)


def pays(*named: str | tuple[str, str | int], role: Role = Role.PAYS) -> tuple[Reference, ...]:
    """References by number, with an amount if stated: pays("FE-1", ("FE-2", 500))."""
    pairs = [(one, None) if isinstance(one, str) else one for one in named]
    return tuple(Reference(role, number, amount=None if sum_ is None else Decimal(sum_)) for number, sum_ in pairs)


def corrects(*named: str | tuple[str, str | int]) -> tuple[Reference, ...]:
    return pays(*named, role=Role.CORRECTS)


def bring(portal: Portal, *documents: Facts, **options: Any) -> ImportReport:
    """Import facts as the operator."""
    return import_found(portal, operator("test"), [Found(one, "prueba.csv") for one in documents], **options)


def in_turn(portal: Portal, documents: Iterable[Facts]) -> list[ImportReport]:
    """Import facts one by one, each in its own transaction."""
    return [bring(portal, one) for one in documents]
