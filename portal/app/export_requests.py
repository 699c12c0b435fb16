"""What may be asked for as a file: a filtered list of documents, its groups, or a statement of account."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pydantic import TypeAdapter

from portal.errors import Refused
from portal.i18n import translator
from portal.render.columns import Column, document_columns
from portal.render.csv_file import CsvStyle
from portal.render.labels import Labels
from portal.text import Text
from portal.views.filters import DocumentFilter, SortKey
from portal.views.groups import Grouping, Measure


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    PARQUET = "parquet"
    JSONL = "jsonl"
    ZIP = "zip"  # the month-end package


LISTS = (Format.CSV, Format.XLSX, Format.PARQUET, Format.JSONL, Format.ZIP)
GROUPS = (Format.CSV, Format.XLSX)
STATEMENTS = (Format.CSV, Format.XLSX, Format.PDF)
_FOR_PROGRAMS = (Format.PARQUET, Format.JSONL)
CODES = ""  # the language of files with names and codes


@dataclass(frozen=True, slots=True)
class DocumentsRequest:
    """The list that a person sees, all of it, in one of LISTS.

    `language` of headings and words; CODES: the names and codes of docs/exports.md, which Parquet and JSON lines
    always have. `columns` by name, in their order; none: all. `bom` and `decimal_comma` are of CSV.
    """

    format: Format
    filter: DocumentFilter = field(default_factory=DocumentFilter)
    sort: SortKey = SortKey.ISSUE_DATE
    descending: bool = True
    language: str = "es"
    columns: tuple[str, ...] = ()
    bom: bool = True
    decimal_comma: bool = False

    @property
    def labels(self) -> Labels | None:
        """The reader's words; None: names and codes."""
        return None if self.format in _FOR_PROGRAMS else labels_of(self.language)

    @property
    def style(self) -> CsvStyle:
        return CsvStyle(self.bom, self.decimal_comma)

    @property
    def chosen(self) -> tuple[Column, ...]:
        """The columns of the file. Raises Refused for one that there is not."""
        known = {column.name: column for column in document_columns(self.labels or Labels())}
        if strange := [name for name in self.columns if name not in known]:
            raise Refused(Text("No hay ninguna columna «{name}»: elige entre {known}.",
                               name=strange[0], known=", ".join(known)))  # fmt: skip
        return tuple(known[name] for name in dict.fromkeys(self.columns or known))


@dataclass(frozen=True, slots=True)
class GroupsRequest:
    """The documents that `filter` wants, added up `by`: all groups of `currency`, in the order of `measure`.

    `currency` None: that with most documents; by currency, each. `language`, `bom`, `decimal_comma` as of documents.
    """

    format: Format
    by: Grouping
    measure: Measure
    currency: str | None = None
    filter: DocumentFilter = field(default_factory=DocumentFilter)
    language: str = "es"
    bom: bool = True
    decimal_comma: bool = False

    @property
    def labels(self) -> Labels | None:
        """The reader's words; None: names and codes."""
        return labels_of(self.language)

    @property
    def style(self) -> CsvStyle:
        return CsvStyle(self.bom, self.decimal_comma)


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


@dataclass(frozen=True, slots=True)
class StatementsRequest:
    """The statements of all of an issuer's customers, a PDF each and an index, in a ZIP; as known when asked for.

    `owing`: only of those who owe something at the end of the period.
    """

    issuer_id: int
    start: date
    end: date
    owing: bool
    language: str = "es"
    known_at: datetime | None = None
    format: Format = Format.ZIP


ExportRequest = DocumentsRequest | GroupsRequest | StatementRequest | StatementsRequest
_STORED: TypeAdapter[ExportRequest] = TypeAdapter(ExportRequest)


def labels_of(language: str) -> Labels | None:
    """The words of a language; None for CODES."""
    return None if language == CODES else Labels(translator(language), language)


def to_json(request: ExportRequest) -> str:
    return _STORED.dump_json(request).decode()


def from_json(stored: str) -> ExportRequest:
    """A request as it was kept; what an older portal did not ask for has its usual value."""
    return _STORED.validate_json(stored)
