"""The copy follows the ledger, survives what happens to it, and is nobody else's."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from portal.domain.access import Scope
from portal.domain.book import Cause
from portal.errors import PortalError
from portal.views import listing, store
from portal.views.filters import DocumentFilter, SortKey
from portal.views.generation import Limits, open_copy
from portal.views.pages import Page, page
from portal.views.store import Views
from portal.views.summary import summary
from tests.views.build import NOW, TABLES, TODAY, World, contents, streamed

ALL = Scope(everything=True)
ROOT = Path(__file__).parents[2]

# Another process: refreshes its copy after each change it makes, and says how far it came.
RUNNER = """
import sys
from pathlib import Path
from sqlalchemy import text
from portal.ledger.changes import connect
from portal.views import build, store
store.build_apart = build.build
url, directory, steps = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
changes = connect(url)
views = store.Views(directory, changes)
print(views.fresh(), flush=True)
for _ in range(steps):
    with changes._engine.connect().execution_options(portal_writing=True) as conn:
        seq = conn.execute(text("UPDATE change_counter SET seq = seq + 1 RETURNING seq")).scalar_one()
        some = text("UPDATE documents SET seq = :s, method = :m WHERE id % 3 = :s % 3")
        conn.execute(some, {"s": seq, "m": str(seq)})
        conn.commit()
    print(views.fresh(), flush=True)
sys.stdin.read()
"""


def listed(views: Views, scope: Scope = ALL) -> Page:
    return page(views, scope, DocumentFilter(), SortKey.NUMBER, False, 500, 0, NOW)


def copies(directory: Path) -> list[Path]:
    return sorted(directory.glob("views-*.duckdb"))


@contextmanager
def another_process(world: World, directory: Path, steps: int = 0) -> Iterator[subprocess.Popen[str]]:
    """A process with views of its own, alive until the end of the block at most."""
    with subprocess.Popen(
        [sys.executable, "-c", RUNNER, world.url, str(directory), str(steps)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_read_sees_what_was_committed_before_it(world: World, views: Views) -> None:
    for count in range(1, 6):
        doc = world.document(total=100 * count)
        assert doc.id in {row.id for row in listed(views).rows}
        assert listed(views).total == count
    world.void(doc, TODAY)
    assert {row.id: row.settlement.value for row in listed(views).rows}[doc.id] == "void"


def test_nothing_new_means_nothing_done(world: World, views: Views) -> None:
    world.document()
    before = (views.fresh(), copies(views._directory))
    assert (views.fresh(), copies(views._directory)) == before


def test_a_withdrawn_document_is_gone_at_the_next_read(world: World, views: Views) -> None:
    doc = world.document()
    assert listed(views).total == 1
    world.withdraw(doc)
    assert (listed(views).total, summary(views, ALL, NOW).owed) == (0, ())
    assert views.check() == []


def test_an_empty_ledger_has_an_empty_copy(views: Views) -> None:
    assert (listed(views), views.check()) == (Page((), 0, ()), [])


def test_the_copy_of_an_earlier_run_is_taken_up_again(world: World, tmp_path: Path, built_here: None) -> None:
    world.document()
    first = world.views(tmp_path / "views")
    first.fresh()
    first.close()
    world.document()
    second = world.views(tmp_path / "views")
    kept = copies(tmp_path / "views")
    assert listed(second).total == 2
    assert copies(tmp_path / "views") == kept
    second.close()


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE sync_state SET schema_version = 'x'",
        "UPDATE sync_state SET ledger = 'x'",
        "UPDATE sync_state SET duckdb = '0'",
        "DELETE FROM sync_state",
        "DROP TABLE sync_state",
    ],
)
def test_a_copy_of_another_making_is_replaced(world: World, tmp_path: Path, built_here: None, harm: str) -> None:
    world.document()
    views = world.views(tmp_path / "views")
    views.fresh()
    views.close()
    (old,) = copies(tmp_path / "views")
    with duckdb.connect(str(old)) as connection:
        connection.execute(harm)
    assert listed(views).total == 1
    assert old not in copies(tmp_path / "views")
    views.close()


def test_a_file_that_is_no_database_is_replaced(world: World, tmp_path: Path, built_here: None) -> None:
    world.document()
    (tmp_path / "views").mkdir()
    broken = tmp_path / "views" / "views-0-aaaaaaaaaaaa.duckdb"
    broken.write_bytes(b"not a database" * 1000)
    views = world.views(tmp_path / "views")
    assert listed(views).total == 1
    assert not broken.exists()
    views.close()


def test_a_big_change_is_built_anew_and_the_old_file_goes(world: World, tmp_path: Path, built_here: None) -> None:
    views = world.views(tmp_path / "views", rebuild_above=3)
    world.document()
    views.fresh()
    before = copies(tmp_path / "views")
    for _ in range(5):
        world.document()
    assert listed(views).total == 6
    after = copies(tmp_path / "views")
    assert len(after) == 1
    assert after != before
    views.close()


def test_a_ledger_restored_to_an_earlier_day_is_followed(world: World, views: Views, tmp_path: Path) -> None:
    world.document()
    shutil.copy(tmp_path / "ledger.sqlite", tmp_path / "backup.sqlite")
    shutil.copy(tmp_path / "ledger.sqlite-wal", tmp_path / "backup.sqlite-wal")
    world.document()
    assert listed(views).total == 2
    world.engine.dispose()
    world.changes.close()
    (tmp_path / "ledger.sqlite-shm").unlink(missing_ok=True)
    for name in ("ledger.sqlite", "ledger.sqlite-wal"):
        shutil.copy(tmp_path / name.replace("ledger", "backup"), tmp_path / name)
    assert listed(views).total == 1


def test_readers_of_the_old_copy_finish_while_it_is_replaced(
    world: World, views: Views, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(5):
        world.document()
    monkeypatch.setattr(listing, "BATCH", 2)
    reading = streamed(views, ALL)
    seen = [next(reading)]
    world.document()
    views.rebuild()
    assert listed(views).total == 6
    assert len(seen + list(reading)) == 5
    assert len(copies(views._directory)) == 1


@pytest.mark.parametrize("victim", ["everything", "the file", "the lock"])
def test_deleting_the_directory_under_a_running_process_is_survived(world: World, views: Views, victim: str) -> None:
    world.document()
    assert listed(views).total == 1
    directory = views._directory
    if victim == "everything":
        shutil.rmtree(directory)
    else:
        for path in directory.glob("*.lock" if victim == "the lock" else "*.duckdb"):
            path.unlink()
    world.document()
    assert listed(views).total == 2
    assert views.check() == []
    assert directory.exists()


def test_the_first_copy_is_built_by_a_child_process(world: World, tmp_path: Path) -> None:
    world.document()
    views = world.views(tmp_path / "views")
    assert listed(views).total == 1
    assert views.check() == []
    views.close()


def test_a_build_that_fails_is_one_sentence_and_leaves_nothing(world: World, tmp_path: Path) -> None:
    world.document()
    views = world.views(tmp_path / "views")
    with world.engine.connect() as conn:
        conn.exec_driver_sql("DROP TABLE document_references")
        conn.commit()
    with pytest.raises(PortalError, match="Vuelve a intentarlo"):
        listed(views)
    assert [path.suffix for path in (tmp_path / "views").iterdir()] == [".lock"]
    views.close()


def test_a_refresh_that_fails_builds_anew(world: World, views: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(store.Delta):
        def apply(self, cursor: duckdb.DuckDBPyConnection) -> None:
            cursor.execute("SELECT * FROM there_is_no_such_table")

    world.document()
    views.fresh()
    world.document()
    monkeypatch.setattr(store, "Delta", Broken)
    assert listed(views).total == 2


def test_two_processes_have_a_copy_each(world: World, views: Views) -> None:
    world.document()
    listed(views)
    with another_process(world, views._directory):
        assert len(copies(views._directory)) == 2
        world.document()
        assert listed(views).total == 2
    kept = copies(views._directory)
    with another_process(world, views._directory):
        assert copies(views._directory) == kept  # the slot of the one that was killed is used again


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 8, 13])
def test_killed_in_a_refresh_the_copy_recovers_exactly(
    world: World, tmp_path: Path, built_here: None, steps: int
) -> None:
    for number in range(60):
        world.document(customer=str(number % 7), total=1000 + number)
    with another_process(world, tmp_path / "views", steps=10_000) as process:
        assert process.stdout is not None
        for _ in range(steps):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
    world.document()  # only a write settles whether SQLite counts the killed process's last commit
    found = copies(tmp_path / "views")
    recovered = world.views(tmp_path / "views")
    told = contents(recovered)
    assert copies(tmp_path / "views") == found
    anew = world.views(tmp_path / "other")
    assert contents(anew) == told
    for views in (recovered, anew):
        views.close()


def test_threads_reading_while_a_writer_changes_get_no_wrong_answer(world: World, views: Views) -> None:
    """The writer only applies credit: what is owed net never changes, and no list is ever short."""
    debts = [world.document(total=1000, customer=str(n % 3), number=f"F{n}") for n in range(30)]
    credits = [world.payment(1000, doc, TODAY, cause=Cause.PAYMENT) for doc in debts]
    views.fresh()
    wrong: list[object] = []
    done = threading.Event()

    def read(customer: int) -> None:
        scope = Scope(customers=frozenset({customer}))
        while not done.is_set():
            try:
                owed = summary(views, scope, NOW).owed
                net = sum(one.outstanding - one.available for one in owed)
                told = listed(views, scope)
                settled = sum(row.total - row.paid for row in told.rows)
                if net or told.total != 10 or settled != told.totals[0].outstanding:
                    wrong.append((net, told))
            except Exception as error:  # noqa: BLE001 what goes wrong in a thread must fail the test
                wrong.append(error)
                return

    readers = [threading.Thread(target=read, args=(debts[n % 3].customer_id,)) for n in range(8)]
    for reader in readers:
        reader.start()
    for doc, credit in zip(debts, credits, strict=True):
        assert doc.item_id is not None
        world.allocate(credit, doc.item_id, 1000)
    views.rebuild()
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert summary(views, ALL, NOW).owed == ()


def test_an_idle_copy_holds_no_cursor_open(world: World, views: Views) -> None:
    world.document()
    with views.cursor() as cursor:
        assert cursor.execute("SELECT count(*) FROM documents").fetchall() == [(1,)]
    with pytest.raises(duckdb.ConnectionException):
        cursor.execute("SELECT 1")


@pytest.mark.parametrize(
    "reach_out",
    [
        "ATTACH '/tmp/other.db'",
        "SELECT * FROM read_text('/etc/hostname')",
        "INSTALL httpfs",
        "SET threads = 1",
        "COPY documents TO 'out.csv'",
        "DELETE FROM documents",
    ],
)
def test_a_reader_changes_nothing_and_reaches_nothing_outside(world: World, views: Views, reach_out: str) -> None:
    world.document()
    with views.cursor() as cursor, pytest.raises(duckdb.Error):
        cursor.execute(reach_out)


def test_a_difference_from_the_ledger_is_told(world: World, views: Views) -> None:
    world.document(total=700)
    assert views.check() == []
    views.close()
    with duckdb.connect(str(copies(views._directory)[0])) as connection:
        connection.execute("DELETE FROM documents")
        connection.execute("UPDATE items SET balance = 1")
    told = "\n".join(views.check())
    assert "documentos por cliente: la copia tiene 0 que suman 0; el libro, 1 que suman 700" in told
    assert "partidas por cobrar: la copia tiene 1 que suman 1; el libro, 1 que suman 700" in told
    assert "1 documentos con un saldo distinto" in told


def test_every_table_is_put_back_in_order_by_a_rebuild(world: World, views: Views) -> None:
    views.fresh()
    for number in range(9):
        world.document(customer=str(number % 2), issuer="BA"[number % 2])
    before = contents(views)
    views.rebuild()
    assert contents(views) == before
    with views.cursor() as cursor:
        stored = cursor.execute("SELECT customer_id FROM documents").fetchall()
    assert stored == sorted(stored)
    assert set(before) == set(TABLES)


def test_the_house_s_settings_hold(tmp_path: Path) -> None:
    connection = open_copy(tmp_path / "one.duckdb", Limits(memory="100MB", threads=1))
    settings = dict(connection.execute("SELECT name, value FROM duckdb_settings()").fetchall())
    assert settings["threads"] == "1"
    assert settings["late_materialization_max_rows"] == "0"
    assert settings["enable_external_access"] == settings["autoinstall_known_extensions"] == "false"
    assert os.fspath(tmp_path) in settings["temp_directory"]
    connection.close()


def test_a_refresh_that_brings_no_item_is_no_reason_to_build_anew(
    world: World, views: Views, caplog: pytest.LogCaptureFixture
) -> None:
    world.document()
    views.fresh()
    in_question = world.document(state="question")
    views.fresh()
    assert not caplog.records
    assert in_question.id in [row[0] for row in contents(views)["documents"]]
