"""An issued statement of account: numbered, dated, frozen. Its content in one canonical form, whose hash names it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.aging import BUCKETS, Bucket
from portal.domain.statement import AgingRow, Movement, Statement

_VERSION = 1
_NUMBER = re.compile(r"(?:EC)?[- ]?0*([1-9][0-9]{0,11})", re.ASCII | re.IGNORECASE)
_SHORT = 16  # hex digits of a fingerprint that people type


class StatementFormat(StrEnum):
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


class Side(StrEnum):
    """Who had it issued: the issuer's people, or the customer."""

    ISSUER = "issuer"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class IssuedContent:
    """What was issued, for ever: the statement, its number in the issuer's series, when, in which zone."""

    number: int
    issued_at: datetime
    timezone: str
    statement: Statement

    @property
    def issued_on(self) -> date:
        return self.issued_at.astimezone(ZoneInfo(self.timezone)).date()


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a file of an issued statement says about itself. `address`: where anybody may verify it."""

    number: str
    issued_on: date
    fingerprint: str
    address: str


def series_number(number: int) -> str:
    """A number of an issuer's series as people read it."""
    return f"EC-{number:06d}"


def read_number(typed: str) -> int | None:
    """The reverse of it, however it was typed: «EC-000123», «ec 123», «123»."""
    found = _NUMBER.fullmatch(typed.strip())
    return int(found[1]) if found else None


def short_print(fingerprint: str) -> str:
    """The first 64 bits of a fingerprint in groups, for people to compare: «3f2a-91c0-77b4-e210»."""
    return "-".join(fingerprint[at : at + 4] for at in range(0, _SHORT, 4))


def read_print(typed: str) -> str | None:
    """The hex digits of a fingerprint, whole or short, however they were typed; None for anything else."""
    told = re.sub(r"[\s\-]", "", typed).lower()
    return told if re.fullmatch(rf"[0-9a-f]{{{_SHORT}}}|[0-9a-f]{{64}}", told, re.ASCII) else None


def dump_issued(content: IssuedContent) -> bytes:
    """Canonical JSON: sorted keys, no blanks, ASCII; amounts in minor units. The same content is the same bytes."""
    head = {
        "version": _VERSION,
        "number": content.number,
        "issued_at": content.issued_at.isoformat(),
        "timezone": content.timezone,
        "known_at": content.statement.known_at.isoformat(),
    }
    return _canonical({**head, **_facts(content.statement)})


def load_issued(data: bytes) -> IssuedContent:
    """The reverse of `dump_issued`."""
    told = json.loads(data)
    known_at = datetime.fromisoformat(told["known_at"])
    statement = _statement(told, known_at)
    return IssuedContent(told["number"], datetime.fromisoformat(told["issued_at"]), told["timezone"], statement)


def fingerprint_of(data: bytes) -> str:
    """SHA-256 of a canonical form or of a file (64 hex digits)."""
    return hashlib.sha256(data).hexdigest()


def sameness(statement: Statement, side: Side, on: date, asked_known_at: datetime | None, *whose: int) -> str:
    """What two requests share that get the same issued statement: account, content, side, day, and the K asked for."""
    asked = asked_known_at.isoformat() if asked_known_at else None
    return fingerprint_of(_canonical([_facts(statement), side, on.isoformat(), asked, *whose]))


def _canonical(told: Any) -> bytes:
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode("ascii")


def _facts(statement: Statement) -> dict[str, Any]:
    """All that it says but its K."""
    names = ("issuer_name", "issuer_tax_id", "customer_name", "customer_tax_id", "currency")
    sums = ("opening", "closing", "debits", "credits", "count")
    return {
        **{name: getattr(statement, name) for name in (*names, *sums)},
        "start": statement.start.isoformat(),
        "end": statement.end.isoformat(),
        "aging": {str(one): statement.aging.buckets.get(one, 0) for one in BUCKETS},
        "credit": statement.aging.credit,
        "movements": [
            [m.on.isoformat(), str(m.cause), m.kind, m.number, m.document_id, m.debit, m.credit, m.balance]
            for m in statement.movements
        ],
    }


def _statement(told: Mapping[str, Any], known_at: datetime) -> Statement:
    return Statement(
        issuer_name=told["issuer_name"],
        issuer_tax_id=told["issuer_tax_id"],
        customer_name=told["customer_name"],
        customer_tax_id=told["customer_tax_id"],
        currency=told["currency"],
        start=date.fromisoformat(told["start"]),
        end=date.fromisoformat(told["end"]),
        known_at=known_at,
        opening=told["opening"],
        closing=told["closing"],
        debits=told["debits"],
        credits=told["credits"],
        count=told["count"],
        movements=tuple(Movement(date.fromisoformat(on), *rest) for on, *rest in told["movements"]),
        aging=AgingRow({Bucket(name): sum_ for name, sum_ in told["aging"].items()}, told["credit"]),
    )
