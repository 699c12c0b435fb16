"""The documents list as a file: the one way for screens, jobs and the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

import pyarrow as pa

from portal.app.export_requests import DocumentsRequest, Format
from portal.app.portal import Portal
from portal.app.reading import everywhere
from portal.domain.access import Scope
from portal.render.cells import of_listing
from portal.render.columns import Column
from portal.render.csv_file import write_csv
from portal.render.data_files import write_jsonl, write_parquet
from portal.render.labels import Labels
from portal.render.sums import Sums
from portal.render.xlsx_file import ROWS, Written, write_xlsx
from portal.text import Text
from portal.views.listing import listing

Told = Callable[[int, int], None]  # rows gone through, of how many; may raise, to stop the work


@dataclass(frozen=True, slots=True)
class Made:
    """A file's title, how many rows it has, and what its reader should know of it."""

    title: str
    rows: int
    note: Text | None = None


def write_list(portal: Portal, scope: Scope, request: DocumentsRequest, out: BinaryIO, told: Told) -> Made:
    """Write the list as it stands now to `out`, which stays open. `told` hears of each step."""
    columns, day = request.chosen, everywhere(portal)
    names = dict.fromkeys([*(column.name for column in columns), "currency"])
    order = (request.sort, request.descending)
    with listing(portal.views, scope, request.filter, *order, day, tuple(names)) as found:
        batches = counted(found.batches, found.total, told)
        note = _write(columns, batches, request, out)
    title = (request.labels or Labels()).say(Text("documentos-{day}", day=day.usual))
    return Made(title, found.total, note)


def counted(batches: Iterable[pa.RecordBatch], total: int, told: Told) -> Iterator[pa.RecordBatch]:
    """The batches; `told` how many rows have been taken before each."""
    done = 0
    for batch in batches:
        told(done, total)
        yield batch
        done += batch.num_rows
    told(done, total)


def _write(
    columns: Sequence[Column], batches: Iterable[pa.RecordBatch], request: DocumentsRequest, out: BinaryIO
) -> Text | None:
    match request.format:
        case Format.PARQUET:
            write_parquet(columns, of_listing(columns, batches, typed=True), out)
        case Format.JSONL:
            write_jsonl(columns, of_listing(columns, batches), out)
        case Format.XLSX:
            return _write_xlsx(columns, batches, request.labels, out)
        case _:
            write_csv(columns, of_listing(columns, batches), out, request.labels, request.style)
    return None


def _write_xlsx(
    columns: Sequence[Column], batches: Iterable[pa.RecordBatch], labels: Labels | None, out: BinaryIO
) -> Text | None:
    sums = Sums(columns)
    title = labels.gettext("Documentos") if labels else "documents"
    return sheets_note(write_xlsx(title, columns, of_listing(columns, sums.over(batches)), out, labels, sums))


def sheets_note(written: Written) -> Text | None:
    """What the reader of a workbook should know; None of one sheet."""
    if written.sheets == 1:
        return None
    return Text("La lista ocupa {sheets} hojas, cada una hasta de {most} filas. Los totales están en la última.",
                sheets=written.sheets, most=ROWS)  # fmt: skip
