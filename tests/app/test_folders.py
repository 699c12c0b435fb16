"""A watched folder from the drop to the report: in, refused, killed in the middle, two processes at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from portal.app.importing import asking, folders
from portal.app.importing.folders import look_into_folders
from portal.app.importing.register import list_imports
from portal.app.jobs import run_job
from portal.app.portal import Portal
from portal.files.inbox import DONE, REFUSED, SETTLED, TAKEN, Inbox, own_name
from tests.app.people import BOSS
from tests.app.test_import_files import HEAD, ROW
from tests.factories import bring, facts
from tests.files.test_inbox import Ticking
from tests.ledger.balances import balances
from tests.signed_in import issuer_named

SHEET = HEAD + ROW.format(n="FE-1", total="1000,00")


@pytest.fixture
def issuer(portal: Portal) -> int:
    bring(portal, facts("FE-0", 10))
    return issuer_named(portal, "Ejemplar S.A.S.")


@pytest.fixture
def home(portal: Portal) -> Path:
    home = portal.settings.inbox / "900100200"
    home.mkdir(parents=True)
    return home


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


def look(portal: Portal, ticking: Ticking, inbox: Inbox | None = None) -> Inbox:
    """Looks until what was dropped has settled and been asked for."""
    inbox = inbox or Inbox(portal.settings.inbox, ticking)
    look_into_folders(portal, inbox)
    ticking.seconds += SETTLED
    look_into_folders(portal, inbox)
    return inbox


def work(portal: Portal, issuer: int) -> None:
    for one in list_imports(portal, BOSS, issuer, 10).rows:
        run_job(portal, one.run.id)


def report_in(place: Path) -> str:
    (found,) = place.glob("*.informe.txt")
    return found.read_text(encoding="utf-8")


def test_what_is_dropped_comes_in_with_a_report(portal: Portal, issuer: int, home: Path, ticking: Ticking) -> None:
    (home / "ventas.csv").write_text(SHEET)
    inbox = look(portal, ticking)
    work(portal, issuer)
    look_into_folders(portal, inbox)
    assert balances(portal)["FE-1"] == 100000
    assert report_in(home / DONE).startswith("Llegaron: 1\n")
    (run,) = list_imports(portal, BOSS, issuer, 10).rows
    assert (run.run.channel, run.run.title, run.by) == ("folder", "ventas.csv", f"folder:{issuer}")


def test_what_is_refused_says_where_and_why(portal: Portal, issuer: int, home: Path, ticking: Ticking) -> None:
    (home / "ventas.csv").write_text(SHEET.replace("1000,00", "mil"))
    inbox = look(portal, ticking)
    work(portal, issuer)
    look_into_folders(portal, inbox)
    assert "Rechazados · ventas.csv · fila 2, columna «total»: «mil» no es" in report_in(home / REFUSED)


def test_a_file_too_large_is_refused_at_once(
    portal: Portal, issuer: int, home: Path, ticking: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "LARGEST", 10)
    (home / "ventas.csv").write_text(SHEET)
    look(portal, ticking)
    assert "divídelo" in report_in(home / REFUSED)


def test_killed_anywhere_it_goes_on_and_two_processes_do_it_once(
    portal: Portal, issuer: int, home: Path, ticking: Ticking
) -> None:
    (home / "ventas.csv").write_text(SHEET)
    look(portal, ticking)  # died after the file was taken and its import asked for
    again = Inbox(portal.settings.inbox, ticking)
    other = Inbox(portal.settings.inbox, ticking)
    for inbox in (again, other, again):
        look_into_folders(portal, inbox)
    work(portal, issuer)
    for inbox in (again, other):
        look_into_folders(portal, inbox)
    assert list_imports(portal, BOSS, issuer, 10).total == 1
    assert list((home / TAKEN).iterdir()) == [] and report_in(home / DONE).startswith("Llegaron: 1\n")


def test_a_folder_that_is_nobodys_is_left_alone(portal: Portal, issuer: int, ticking: Ticking) -> None:
    strange = portal.settings.inbox / "800999888"
    strange.mkdir(parents=True)
    (strange / "a.csv").write_text(SHEET)
    look(portal, ticking)
    assert [path.name for path in strange.iterdir()] == ["a.csv"]


class Troubled(Inbox):
    """Some of its files can't be read; counts what is read."""

    def __init__(self, root: Path, ticking: Ticking, trouble: Mapping[str, OSError] = MappingProxyType({})) -> None:
        super().__init__(root, ticking)
        self.trouble, self.read_names = trouble, list[str]()

    def read(self, folder: str, taken: str, limit: int) -> bytes:
        self.read_names.append(own_name(taken))
        if error := self.trouble.get(own_name(taken)):
            raise error
        return super().read(folder, taken, limit)


def test_a_file_that_cannot_be_read_holds_no_other_up(
    portal: Portal, issuer: int, home: Path, ticking: Ticking
) -> None:
    trouble = {"ajeno.csv": PermissionError(13, "no"), "roto.csv": OSError(5, "I/O"), "ido.csv": FileNotFoundError()}
    for name in trouble:
        (home / name).write_text(SHEET)
    inbox = look(portal, ticking, Troubled(portal.settings.inbox, ticking, trouble))
    (home / "ventas.csv").write_text(SHEET)
    look(portal, ticking, inbox)
    work(portal, issuer)
    look_into_folders(portal, inbox)
    assert balances(portal)["FE-1"] == 100000 and report_in(home / DONE).startswith("Llegaron: 1\n")
    assert "dale permiso de lectura" in report_in(home / REFUSED)
    assert sorted(own_name(path.name) for path in (home / TAKEN).iterdir()) == ["ido.csv", "roto.csv"]


def test_while_too_many_imports_wait_no_other_file_is_read_or_kept(
    portal: Portal, issuer: int, home: Path, ticking: Ticking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_WAITING", 1)
    kept: list[bytes] = []
    put = portal.files.put
    monkeypatch.setattr(portal.files, "put", lambda data: (kept.append(data), put(data))[1])
    for number in range(5):
        (home / f"{number}.csv").write_text(SHEET.replace("FE-1", f"FE-{number}"))
    inbox = Troubled(portal.settings.inbox, ticking)
    look(portal, ticking, inbox)
    assert len(inbox.read_names) == 2 and len(kept) == 1
    for _ in range(5):
        work(portal, issuer)
        look_into_folders(portal, inbox)
    assert list_imports(portal, BOSS, issuer, 10).total == 5
