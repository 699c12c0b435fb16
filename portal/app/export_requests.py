"""What may be asked for as a file: a filtered list of documents, or a statement of account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pydantic import TypeAdapter

from portal.views.filters import DocumentFilter, SortKey


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class DocumentsRequest:
    """The list that a person sees, all of it; `format` is CSV or XLSX. `language` of headings and words."""

    format: Format
    filter: DocumentFilter = field(default_factory=DocumentFilter)
    sort: SortKey = SortKey.ISSUE_DATE
    descending: bool = True
    language: str = "es"


@dataclass(frozen=True, slots=True)
class StatementRequest:
    """One customer's account at one issuer in one currency, both days included, as known at `known_at`, or when it is
    asked for.
    """

    format: Format
    issuer_id: int
    customer_id: int
    currency: str
    start: date
    end: date
    language: str = "es"
    known_at: datetime | None = None


ExportRequest = DocumentsRequest | StatementRequest
_STORED: TypeAdapter[ExportRequest] = TypeAdapter(ExportRequest)


def to_json(request: ExportRequest) -> str:
    return _STORED.dump_json(request).decode()


def from_json(stored: str) -> ExportRequest:
    return _STORED.validate_json(stored)
