"""What a reader gives back: documents found, with their evidence, and problems, each with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portal.domain.documents import Facts, Kind, Validation
from portal.text import Text


class EvidenceRole(StrEnum):
    ORIGINAL = "original"  # the XML of the document itself, byte for byte
    CONTAINER = "container"  # the AttachedDocument around it
    VALIDATION = "validation"  # DIAN's ApplicationResponse
    PDF = "pdf"
    ANNEX = "annex"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Bytes that came with a document; `name` is the file's own name, never a path."""

    role: EvidenceRole
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Found:
    """One document read. `place` is where: 'mail.zip!factura.xml', or 'ventas.csv' and row 12."""

    facts: Facts
    file: str
    place: str = ""
    evidence: tuple[Evidence, ...] = ()
    validation: Validation | None = None
    warnings: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedBalance:
    """A row of a «saldos» sheet: what the issuer says is outstanding of a document on a date."""

    file: str
    place: str
    number: str
    outstanding: Decimal
    on: date
    kind: Kind | None = None
    currency: str | None = None
    issuer_tax_id: str | None = None
    customer_tax_id: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something was refused: file, place in it (row, element), and one sentence with the remedy."""

    file: str
    place: str
    reason: Text


@dataclass(slots=True)
class Reading:
    """The outcome of one file. A file with a problem goes in whole or not at all: see `app/importing`."""

    found: list[Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
