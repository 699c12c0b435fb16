"""The import itself: any number of files, each whole or not at all, in short transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from portal.app.importing.arrivals import Arrival, Policy, arrive, check
from portal.app.importing.balances import apply_balances
from portal.app.importing.batch import Outcome, Received, apply
from portal.app.importing.report import ROWS_SHOWN, ImportReport, Row
from portal.app.issuers import issuer_named
from portal.app.portal import Portal
from portal.domain.access import Actor, By
from portal.domain.documents import dump_facts
from portal.domain.identity import Match
from portal.domain.parties import Party
from portal.errors import Refused
from portal.importers.found import Found, Problem, StatedBalance
from portal.importers.recognise import kind_of, read
from portal.importers.sheets import read_sheet
from portal.ledger import parties, staging
from portal.ledger.import_rows import Note
from portal.ledger.parties import Issuer
from portal.ledger.unit import Connection, Unit
from portal.text import Text

BATCH_DOCUMENTS = 100
BATCH_BYTES = 16 << 20
_STAGE_ROWS = 2_000
_PROBLEMS_SHOWN = 1_000
_LISTS = {Match.NEW: "imported", Match.ENRICHED: "enriched", Match.DUPLICATE: "duplicates"}


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import: its name in the report, and how to get its bytes."""

    name: str
    load: Callable[[], bytes]


Progress = Callable[[str, int], None]  # the file's name, documents done since the last call


class Diary(Protocol):
    """Where an import that others watch is written down, each part in the transaction of what it tells."""

    def write(self, unit: Unit, notes: Sequence[Note]) -> None: ...


def import_files(
    portal: Portal,
    actor: Actor,
    sources: Iterable[Source],
    issuer_tax_id: str | None = None,
    progress: Progress = lambda _name, _done: None,
    diary: Diary | None = None,
) -> ImportReport:
    """Bring files in for `actor`: the operator (any issuer, unknown ones are made) or an issuer's own person.

    `issuer_tax_id` holds the import to one issuer. Good files go in though others are refused; the report
    says what became of each. Raises Refused when the issuer is unknown.
    """
    policy = Policy(actor, _only(portal, actor, issuer_tax_id), portal.settings.is_production)
    run = _Run(portal, policy, progress, diary)
    with portal.ledger.connection() as run.conn:
        for source in sources:
            run.take(source)
        run.flush()
    return run.report


def import_found(
    portal: Portal, actor: Actor, found: Iterable[Found], issuer_tax_id: str | None = None
) -> ImportReport:
    """Bring in documents that are already read: what an API or a test has in hand. Otherwise as `import_files`."""
    policy = Policy(actor, _only(portal, actor, issuer_tax_id), portal.settings.is_production)
    run = _Run(portal, policy, lambda _name, _done: None, None)
    with portal.ledger.connection() as run.conn:
        for one in found:
            run.add(one, Received.of(one.file, dump_facts(one.facts).encode()))
        run.flush()
    return run.report


def _only(portal: Portal, actor: Actor, issuer_tax_id: str | None) -> Issuer | None:
    with portal.ledger.read() as conn:
        if actor.by is not By.OPERATOR:
            if actor.issuer_id is None:
                raise Refused(Text("Solo un emisor o quien opera el portal puede traer documentos."))
            return parties.issuer_by_id(conn, actor.issuer_id)
        if issuer_tax_id is None:
            return None
        return issuer_named(conn, issuer_tax_id)


@dataclass
class _Run:
    """One import under way: what is staged and waits for its transaction."""

    portal: Portal
    policy: Policy
    progress: Progress
    diary: Diary | None
    report: ImportReport = field(default_factory=ImportReport)
    conn: Connection = field(init=False)
    arrivals: dict[int, Arrival] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    references: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    received: dict[int, Received] = field(default_factory=dict)
    keys: set[object] = field(default_factory=set)
    size: int = 0
    files: int = 0

    def take(self, source: Source) -> None:
        try:
            data = source.load()
        except (OSError, Refused) as error:
            reason = error.text if isinstance(error, Refused) else Text("No se pudo leer el archivo.")
            self.report.problems.append(Problem(source.name, "", reason))
            return
        kind = kind_of(source.name, data)
        if kind == "sheet":
            self.flush()
            self._sheet(source.name, data)
        else:
            self._documents(source.name, data)

    def _documents(self, name: str, data: bytes) -> None:
        reading = read(name, data)
        self.report.problems += reading.problems
        self.report.warnings += reading.warnings
        received = Received.of(name, data)
        for found in reading.found:
            self.add(found, received)
        if not reading.found:
            self.progress(name, 0)
        if len(self.arrivals) >= BATCH_DOCUMENTS or self.size >= BATCH_BYTES:
            self.flush()

    def add(self, found: Found, received: Received) -> None:
        try:
            check(found, self.policy)
            keys = _keys(found)
            if keys & self.keys:
                self.flush()
            self.files += 1
            arrival, row, references = arrive(found, self.files)
        except Refused as refused:
            self.report.problems.append(Problem(found.place or found.file, "", refused.text))
            return
        self.keys |= keys
        self.arrivals[arrival.id] = arrival
        self.rows.append(row)
        self.references += references
        self.received[arrival.file_no] = received
        for kept in found.evidence:
            sha256 = self.portal.files.put(kept.data)
            self.size += len(kept.data)
            self.evidence.append(
                {
                    "document_id": arrival.id,
                    "sha256": sha256,
                    "size": len(kept.data),
                    "role": kept.role.value,
                    "name": kept.name,
                    "media_type": kept.media_type,
                }
            )
        self.report.warnings += [Problem(found.file, found.place, text) for text in found.warnings]

    def flush(self) -> None:
        """Apply what waits, in one transaction."""
        if not self.arrivals:
            return
        staging.prepare(self.conn)
        staging.stage(self.conn, self.rows, self.references)
        self.conn.commit()
        arrivals = self.arrivals
        outcome = apply(
            self.portal, self.conn, self.policy, arrivals, self.received, self.evidence,
            lambda unit, outcome: self._write_down(unit, outcome, arrivals),
        )  # fmt: skip
        self._tell(outcome, self.arrivals, {})
        self.progress("", len(self.arrivals))
        self.arrivals, self.rows, self.references, self.evidence, self.received = {}, [], [], [], {}
        self.keys, self.size = set(), 0

    def _write_down(self, unit: Unit, outcome: Outcome, arrivals: dict[int, Arrival]) -> None:
        """In the transaction itself, so that nobody who looks ever finds the one without the other."""
        if self.diary is None:
            return
        told = [
            Note(_LISTS[match], arrival.found.file, arrival.found.place, outcome.target[arrival.id])
            for arrival in arrivals.values()
            if (match := outcome.by_arrival[arrival.id]) is not Match.CONFLICT
        ]
        self.diary.write(unit, told + [_as_note(one) for one in _misnamed(outcome, arrivals)])

    def _tell(self, outcome: Outcome, arrivals: dict[int, Arrival], counted: dict[str, int]) -> None:
        for refusals in outcome.refused.values():
            self.report.problems += [
                Problem(a.found.file, a.found.place, text) for a, text in refusals[:_PROBLEMS_SHOWN]
            ]
        for arrival in arrivals.values():
            match = outcome.by_arrival[arrival.id]
            if match is Match.CONFLICT:
                continue
            found = arrival.found
            if found.file in counted:
                self.report.count(found.file, _LISTS[match])
            else:
                getattr(self.report, _LISTS[match]).append(Row.of(found.facts, found.file))
        self.report.warnings += _misnamed(outcome, arrivals)

    def _sheet(self, name: str, data: bytes) -> None:
        """A spreadsheet: staged row by row without holding the ledger's lock, then applied whole or not at all."""
        self.files += 1
        sha256 = self.portal.files.put(data)
        staging.prepare(self.conn)
        problems: list[Problem] = []
        balances: list[StatedBalance] = []
        arrivals: dict[int, Arrival] = {}
        rows: list[dict[str, Any]] = []
        references: list[dict[str, Any]] = []
        for read_row in read_sheet(name, data, _party(self.policy.only)):
            if isinstance(read_row, Problem):
                problems.append(read_row)
            elif isinstance(read_row, StatedBalance):
                balances.append(read_row)
            else:
                self._stage_row(read_row, arrivals, rows, references, problems)
            if len(rows) >= _STAGE_ROWS:
                self._stage(name, rows, references)
            if len(problems) >= _PROBLEMS_SHOWN:
                break
        if problems:
            self.conn.rollback()
            self.report.problems += problems
            return
        self._stage(name, rows, references)
        self.conn.commit()
        if balances:
            apply_balances(self.portal, self.policy, balances, self.report)
        if arrivals:
            received = {self.files: Received(name, sha256, len(data))}
            outcome = apply(
                self.portal, self.conn, self.policy, arrivals, received, [],
                lambda unit, outcome: self._write_down(unit, outcome, arrivals),
            )  # fmt: skip
            self._tell(outcome, arrivals, {name: len(arrivals)} if len(arrivals) > ROWS_SHOWN else {})

    def _stage_row(
        self,
        found: Found,
        arrivals: dict[int, Arrival],
        rows: list[dict[str, Any]],
        references: list[dict[str, Any]],
        problems: list[Problem],
    ) -> None:
        try:
            check(found, self.policy)
            arrival, row, named = arrive(found, self.files)
        except Refused as refused:
            problems.append(Problem(found.file, found.place, refused.text))
            return
        arrivals[arrival.id] = arrival
        rows.append(row)
        references += named

    def _stage(self, name: str, rows: list[dict[str, Any]], references: list[dict[str, Any]]) -> None:
        staging.stage(self.conn, rows, references)
        self.progress(name, len(rows))
        rows.clear()
        references.clear()


def _misnamed(outcome: Outcome, arrivals: dict[int, Arrival]) -> list[Problem]:
    """Warnings about documents that came in; one that was there before is known by its id."""
    told = []
    for document_id, sentence in outcome.warnings:
        came = arrivals.get(document_id)
        where = (came.found.file, came.found.place) if came else ("", str(document_id))
        told.append(Problem(*where, sentence))
    return told


def _as_note(warning: Problem) -> Note:
    return Note("warnings", warning.file, warning.place, None, warning.reason)


def _keys(found: Found) -> set[object]:
    facts = found.facts
    issuer = (facts.issuer.country, facts.issuer.tax_id)
    cufe: set[object] = {(*issuer, facts.cufe.lower())} if facts.cufe else set()
    return {(*issuer, facts.kind, facts.folded_number), *cufe}


def _party(issuer: Issuer | None) -> Party | None:
    return Party(issuer.country, issuer.id_type, issuer.tax_id, issuer.name) if issuer else None
