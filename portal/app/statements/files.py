"""The files of an issued statement: each made once, of its frozen content, and given back byte for byte ever after."""

from __future__ import annotations

import json
from datetime import timedelta
from io import BytesIO

from portal.app.files import FileAnswer
from portal.app.naming_bytes import name_bytes
from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.issued import IssuedContent, Stamp, StatementFormat, load_issued, series_number
from portal.errors import NotFound, Refused
from portal.i18n import translator
from portal.ledger import statements as rows
from portal.ledger.attempts import Counter, key_hash, take_room
from portal.ledger.audit import Event, Where, note
from portal.ledger.outbox import Job
from portal.ledger.statements import IssuedRow
from portal.ledger.unit import Unit
from portal.render.data_files import statement_object
from portal.render.labels import Labels
from portal.render.spreadsheets import statement_csv, statement_xlsx
from portal.text import Text

CODES = "codes"  # in place of a language: names and codes for programs
MOST_AT_ONCE = 3_000  # movements of a file that is made while somebody waits for the answer
QUEUE, JOB = "exports", "make_paper"
_BEGUN_EVERY = timedelta(minutes=5)
_MEDIA = {
    StatementFormat.PDF: "application/pdf",
    StatementFormat.CSV: "text/csv",
    StatementFormat.JSON: "application/json",
    StatementFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def read_content(portal: Portal, row: IssuedRow) -> IssuedContent:
    """What was issued. Raises FileDamaged should the store hold anything else."""
    return load_issued(portal.files.get(row.fingerprint))


def stamp_of(portal: Portal, row: IssuedRow) -> Stamp:
    address = f"{portal.settings.base_url}/verificar/{row.fingerprint}"
    return Stamp(series_number(row.number), row.issued_on, row.fingerprint, address)


def issued_file(portal: Portal, row: IssuedRow, format: StatementFormat, language: str) -> FileAnswer:
    """A file of it, in a language or CODES: the one that was made first."""
    with portal.ledger.read() as conn:
        sha256 = rows.file_of(conn, row.id, format, language)
    content = read_content(portal, row)
    name = _name(content, language, format)
    if sha256 is None:
        made = _made(portal, row, content, format, language)
        stored = portal.files.put(made)
        with portal.ledger.write(row.person) as unit:
            name_bytes(portal, unit, [(stored, made)])
            sha256 = rows.add_file(unit, row.id, format, language, stored)
            unit.commit()
    return FileAnswer(name, _MEDIA[format], portal.files.get(sha256))


def download_issued(
    portal: Portal, actor: Actor, statement_id: int, format: StatementFormat, language: str
) -> FileAnswer:
    """For whoever may download the account. Raises NotFound; Refused for a long one that has to be made first: the
    file that was asked for is then begun, under the number that the statement has.
    """
    with portal.ledger.read() as conn:
        row = rows.find_issued(conn, statement_id)
        if row is None:
            raise NotFound()
        actor.require(Right.DOWNLOAD, row.issuer_id, row.customer_id)
        made = rows.file_of(conn, row.id, format, language)
    if made is None and read_content(portal, row).statement.count > MOST_AT_ONCE:
        with portal.ledger.write(actor.name) as unit:
            begin_file(unit, row.id, format, language)
            unit.commit()
        raise Refused(Text("Este estado de cuenta es largo y lo estamos preparando: descárgalo de nuevo en unos"
                           " minutos."))  # fmt: skip
    file = issued_file(portal, row, format, language)
    with portal.ledger.write(actor.name) as unit:
        about = (f"statement:{row.id}", row.issuer_id, row.customer_id, Where(actor.address))
        note(unit, Event.EXPORT_ASKED, *about, format=format.value, number=series_number(row.number))
        unit.commit()
    return file


def begin_file(unit: Unit, statement_id: int, format: StatementFormat, language: str) -> None:
    """Have a file of it made by a job, in the caller's transaction; asked again at once, that job is enough."""
    asked = Counter(JOB, key_hash(str(statement_id), format, language), 1, _BEGUN_EVERY)
    if take_room(unit, [asked]):
        unit.job(QUEUE, JOB, {"statement": statement_id, "format": format.value, "language": language})


def make_paper(portal: Portal, job: Job) -> None:
    """The job's work: what was made before stays."""
    with portal.ledger.read() as conn:
        row = rows.find_issued(conn, int(job.payload["statement"]))
    if row is None:
        raise NotFound()
    issued_file(portal, row, StatementFormat(job.payload["format"]), str(job.payload["language"]))


def statement_paper(portal: Portal, statement_id: int, language: str) -> FileAnswer:
    """The PDF of an issued statement, for a mail that was posted with it. Raises NotFound."""
    with portal.ledger.read() as conn:
        row = rows.find_issued(conn, statement_id)
    if row is None:
        raise NotFound()
    return issued_file(portal, row, StatementFormat.PDF, language)


def _name(content: IssuedContent, language: str, format: StatementFormat) -> str:
    told, labels = content.statement, _labels(language, content) or Labels()
    named = {"number": series_number(content.number), "customer": told.customer_tax_id}
    title = Text("estado-de-cuenta-{number}-{customer}-{start}-{end}", **named, start=told.start, end=told.end)
    return f"{labels.say(title)}.{format}"


def _labels(language: str, content: IssuedContent) -> Labels | None:
    return None if language == CODES else Labels(translator(language), language, content.timezone)


def _made(portal: Portal, row: IssuedRow, content: IssuedContent, format: StatementFormat, language: str) -> bytes:
    stamp, labels, out = stamp_of(portal, row), _labels(language, content), BytesIO()
    match format:
        case StatementFormat.JSON:
            told = statement_object(content.statement, stamp)
            out.write(json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "replace"))
        case StatementFormat.CSV:
            statement_csv(content.statement, out, labels)
        case StatementFormat.XLSX:
            statement_xlsx(content.statement, out, labels, stamp)
        case StatementFormat.PDF:
            from portal.render.statement_pdf import statement_pdf  # fpdf costs 30 MB: only who prints pays

            out.write(statement_pdf(content.statement, labels or Labels(), stamp))
    return out.getvalue()
