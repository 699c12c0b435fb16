"""The imports of an issuer, as its people read them: the register, one report, its refused list as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from portal.app.files import FileAnswer
from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.errors import NotFound
from portal.ledger import import_rows as rows
from portal.ledger import import_runs as runs
from portal.ledger.import_rows import ImportRow
from portal.ledger.import_runs import Run, RunFile
from portal.ledger.people import names_of
from portal.ledger.unit import Connection
from portal.render.import_file import refused_csv
from portal.render.labels import Labels
from portal.text import Text

OUTCOMES = ("imported", "enriched", "duplicates", "problems", "warnings")


@dataclass(frozen=True, slots=True)
class ShownRun:
    """An import as people see it. `by`: a name, or what kind of asker it was ("token:7")."""

    run: Run
    by: str


@dataclass(frozen=True, slots=True)
class RunList:
    """A page of the register, of `total` imports."""

    rows: list[ShownRun]
    total: int


@dataclass(frozen=True, slots=True)
class OpenedRun:
    """One import: its files, and how the documents that came in with it stand now (state → how many)."""

    shown: ShownRun
    files: list[RunFile]
    standing: Mapping[str, int]


def list_imports(portal: Portal, actor: Actor, issuer_id: int, limit: int, offset: int = 0) -> RunList:
    """An issuer's imports, the newest first. Raises NotFound."""
    actor.require(Right.IMPORT, issuer_id, 0)
    with portal.ledger.read() as conn:
        found, total = runs.runs_at(conn, issuer_id, limit, offset), runs.count_runs(conn, issuer_id)
        names = names_of(conn, {run.person for run in found})
    return RunList([ShownRun(run, names.get(run.person, run.person)) for run in found], total)


def open_import(portal: Portal, actor: Actor, run_id: int) -> OpenedRun:
    """One import. Raises NotFound."""
    with portal.ledger.read() as conn:
        run = its_run(conn, actor, run_id)
        name = names_of(conn, {run.person}).get(run.person, run.person)
        return OpenedRun(ShownRun(run, name), runs.files_of(conn, run_id), rows.standing(conn, run_id))


def watch_import(portal: Portal, actor: Actor, run_id: int) -> Run:
    """How far an import is. Raises NotFound."""
    with portal.ledger.read() as conn:
        return its_run(conn, actor, run_id)


def import_page(
    portal: Portal, actor: Actor, run_id: int, outcome: str, limit: int, offset: int = 0
) -> list[ImportRow]:
    """Rows of one outcome, in the order of the files. Raises NotFound."""
    with portal.ledger.read() as conn:
        its_run(conn, actor, run_id)
        return rows.rows_of(conn, run_id, outcome, limit, offset)


def refused_file(portal: Portal, actor: Actor, run_id: int, labels: Labels) -> FileAnswer:
    """What was refused and why, all of it, as CSV. Raises NotFound."""
    out = BytesIO()
    with portal.ledger.read() as conn:
        its_run(conn, actor, run_id)
        refused_csv(rows.all_rows(conn, run_id, "problems"), out, labels)
    return FileAnswer(labels.say(Text("rechazados-{id}.csv", id=run_id)), "text/csv", out.getvalue())


def its_run(conn: Connection, actor: Actor, run_id: int) -> Run:
    """The import, if the actor may import for its issuer. Raises NotFound."""
    run = runs.find_run(conn, run_id)
    if run is None:
        raise NotFound()
    actor.require(Right.IMPORT, run.issuer_id, 0)
    return run
