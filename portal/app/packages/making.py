"""Making a month-end package: one pass over a list that is read first and held on disk, in constant memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import chain
from typing import IO, BinaryIO

import pyarrow as pa

from portal.app.export_requests import DocumentsRequest
from portal.app.list_files import Made, Told
from portal.app.packages.archive import Archive
from portal.app.packages.names import Names
from portal.app.packages.papers import Desk, Filed, Paper, Tally
from portal.app.packages.readme import readme
from portal.app.packages.statements import add_statements
from portal.app.portal import Portal
from portal.app.reading import everywhere
from portal.domain.access import Actor, Right
from portal.domain.days import Today
from portal.errors import Refused
from portal.render.cells import of_listing
from portal.render.columns import Column, Shape
from portal.render.csv_file import write_csv
from portal.render.labels import Labels
from portal.render.press import Press
from portal.render.words import kind_name
from portal.text import Text
from portal.views.listing import listing

MOST = 40_000  # documents of a package: about what the time of a job is enough for
SLICE = 25  # documents that are in hand at once
_NAMED = ("id", "kind", "number", "issuer_id", "issuer_tax_id", "customer_id", "currency")


def write_package(
    portal: Portal, actor: Actor, request: DocumentsRequest, known_at: datetime, out: BinaryIO, told: Told
) -> Made:
    """Write the ZIP to `out`. It holds what was known at `known_at`, however late it is made.

    Raises Refused for more documents than a package takes. `told` hears of each step, and may stop it by raising.
    """
    day, labels, tally = everywhere(portal), request.labels or Labels(), Tally()
    period = period_of(request, day.usual)
    held = _held(portal, actor, request, day, known_at)
    with held as (rows, total), Archive(out, known_at) as archive, Press(processes(portal)) as press:
        desk = Desk(portal, actor, labels.language, press, archive, tally)
        _add_documents(desk, request, labels, _filed(desk, _named(rows, labels), total, told))
        add_statements(portal, actor, request, day, period, known_at, archive)
        archive.add("LEEME.txt", readme(tally, period, known_at, labels).encode())
        archive.finish()
    return Made(labels.say(Text("paquete-{start}-{end}", start=period[0], end=period[1])), total, _note(tally))


def _add_documents(desk: Desk, request: DocumentsRequest, labels: Labels, filed: Iterable[pa.RecordBatch]) -> None:
    """All files of the documents, and the index that grows as they are put away."""
    columns = (*request.chosen, *file_columns(labels))
    with tempfile.TemporaryFile() as index:
        write_csv(columns, of_listing(columns, filed), index, request.labels, request.style)
        desk.archive.add_file("index.csv", index)


def processes(portal: Portal) -> int:
    """How many draw at once: where jobs have processes of their own, one for each core; else one beside the pages."""
    return min(2, os.cpu_count() or 1) if portal.settings.redis_url else 1


def period_of(request: DocumentsRequest, today: date) -> tuple[date, date]:
    """The days of the statements: those of the filter, else the month so far."""
    end = request.filter.issued_to or max(today, request.filter.issued_from or today)
    return request.filter.issued_from or end.replace(day=1), end


def file_columns(labels: Labels) -> tuple[Column, ...]:
    """What the index says of each document's files, after the columns of the list."""
    _ = labels.gettext
    text = Shape.TEXT
    return (
        Column("pdf", _("Archivo PDF"), 40, text),
        Column("pdf_sha256", _("SHA-256 del PDF"), 64, text),
        Column("xml", _("Archivo XML"), 40, text),
        Column("xml_sha256", _("SHA-256 del XML"), 64, text),
        Column("xml_copied", _("XML hecho por el portal"), 10, Shape.FLAG),
    )


@contextmanager
def _held(
    portal: Portal, actor: Actor, request: DocumentsRequest, day: Today, known_at: datetime
) -> Iterator[tuple[Iterator[pa.RecordBatch], int]]:
    """The list out of a file: drawing takes long, and no snapshot of the views may last as long as that."""
    names = tuple(dict.fromkeys([*(column.name for column in request.chosen), *_NAMED]))
    scope, order = actor.scope(Right.DOWNLOAD), (request.sort, request.descending)
    with tempfile.TemporaryFile() as file:
        with listing(portal.views, scope, request.filter, *order, day, names, known_at) as found:
            if found.total > MOST:
                raise Refused(
                    Text("El paquete lleva hasta {most} documentos y esta lista tiene {total}: filtra por fechas.",
                         most=MOST, total=found.total)
                )  # fmt: skip
            _spool(found.batches, file)
        file.seek(0)
        yield _slices(file), found.total


def _spool(batches: Iterable[pa.RecordBatch], file: IO[bytes]) -> None:
    first = next(iter(batches), None)
    if first is None:
        return
    with pa.ipc.new_stream(file, first.schema) as held:
        for batch in chain([first], batches):
            held.write_batch(batch)


def _slices(file: IO[bytes]) -> Iterator[pa.RecordBatch]:
    if not os.fstat(file.fileno()).st_size:
        return
    for batch in pa.ipc.open_stream(file):
        for start in range(0, batch.num_rows, SLICE):
            yield batch[start : start + SLICE]


def _named(slices: Iterable[pa.RecordBatch], labels: Labels) -> Iterator[tuple[pa.RecordBatch, list[Paper]]]:
    names = Names()
    for some in slices:
        rows = some.select(list(_NAMED)).to_pylist()
        yield (
            some,
            [
                Paper(
                    row["id"],
                    row["number"],
                    names.of(
                        row["issuer_id"], row["issuer_tax_id"], kind_name(row["kind"], labels), row["number"], row["id"]
                    ),
                )
                for row in rows
            ],
        )


def _filed(
    desk: Desk, slices: Iterable[tuple[pa.RecordBatch, list[Paper]]], total: int, told: Told
) -> Iterator[pa.RecordBatch]:
    """The rows with the columns of their files; the next ones are at the press while these are put away."""
    waiting, done = [], 0
    for some, papers in slices:
        told(done, total)
        waiting.append((some, desk.begin(papers)))
        if len(waiting) > 1:
            rows, begun = waiting.pop(0)
            done += rows.num_rows
            yield _with_files(rows, desk.finish(begun))
    for rows, begun in waiting:
        yield _with_files(rows, desk.finish(begun))
    told(total, total)


def _with_files(rows: pa.RecordBatch, filed: Sequence[Filed]) -> pa.RecordBatch:
    files = {
        "pdf": pa.array([one.pdf for one in filed], pa.string()),
        "pdf_sha256": pa.array([one.pdf_sha256 for one in filed], pa.string()),
        "xml": pa.array([one.xml for one in filed], pa.string()),
        "xml_sha256": pa.array([one.xml_sha256 for one in filed], pa.string()),
        "xml_copied": pa.array([one.copied for one in filed], pa.bool_()),
    }
    return pa.record_batch([*rows.columns, *files.values()], names=[*rows.schema.names, *files])


def _note(tally: Tally) -> Text | None:
    if not tally.lacking:
        return None
    return Text("Faltan {count} archivos de documentos: LEEME.txt dice cuáles.", count=tally.lacking)
