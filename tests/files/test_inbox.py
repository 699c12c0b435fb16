"""A watched folder: what is still being copied waits, links lead nowhere, nothing is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from portal.errors import Refused
from portal.files.inbox import DONE, SETTLED, TAKEN, Inbox, own_name


class Ticking:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def ticking() -> Ticking:
    return Ticking()


@pytest.fixture
def inbox(tmp_path: Path, ticking: Ticking) -> Inbox:
    (tmp_path / "inbox" / "900").mkdir(parents=True)
    return Inbox(tmp_path / "inbox", ticking)


def looked(inbox: Inbox, ticking: Ticking, seconds: float = SETTLED) -> list[str]:
    inbox.take("900")
    ticking.seconds += seconds
    inbox.take("900")
    return [own_name(one) for one in inbox.taken("900")]


def test_a_file_is_taken_once_it_has_stood_still(inbox: Inbox, ticking: Ticking) -> None:
    path = inbox.root / "900" / "a.xml"
    path.write_bytes(b"<In")
    assert looked(inbox, ticking, SETTLED - 1) == []
    path.write_bytes(b"<Invoice/>")  # the copy goes on
    assert looked(inbox, ticking, SETTLED - 1) == []
    assert looked(inbox, ticking, 1) == ["a.xml"]
    (taken,) = inbox.taken("900")
    assert inbox.read("900", taken, 100) == b"<Invoice/>" and not path.exists()


def test_names_of_half_copied_files_hidden_ones_links_and_folders_are_left(
    inbox: Inbox, ticking: Ticking, tmp_path: Path
) -> None:
    home, secret = inbox.root / "900", tmp_path / "secret.xml"
    secret.write_text("secret")
    for name in ("a.xml.part", ".b.xml", "~$c.xlsx", "D.TMP"):
        (home / name).write_text("x")
    (home / "e.xml").symlink_to(secret)
    (home / "f").mkdir()
    assert looked(inbox, ticking) == []
    assert secret.read_text() == "secret"


def test_a_file_of_the_same_name_again_is_another_file(inbox: Inbox, ticking: Ticking) -> None:
    for text in ("uno", "dos"):
        (inbox.root / "900" / "a.csv").write_text(text)
        looked(inbox, ticking)
    assert [inbox.read("900", one, 10) for one in inbox.taken("900")] in ([b"uno", b"dos"], [b"dos", b"uno"])


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("n" * 251 + ".csv", "n" * 196 + ".csv"),
        ("a" + "ñ" * 125 + ".csv", "a" + "ñ" * 97 + ".csv"),
        ("n" * 255, "n" * 200),
        (os.fsdecode(b"factura-\xf1.xml"), "factura-�.xml"),
    ],
)
def test_a_long_or_strange_name_is_taken_shortened_and_finished(
    inbox: Inbox, ticking: Ticking, name: str, kept: str
) -> None:
    (inbox.root / "900" / name).write_text("x")
    assert looked(inbox, ticking) == [kept]
    (taken,) = inbox.taken("900")
    inbox.finish("900", taken, False, "Llegaron: 1\n")
    assert inbox.taken("900") == []


def test_what_is_finished_stands_with_its_report_and_twice_is_harmless(inbox: Inbox, ticking: Ticking) -> None:
    (inbox.root / "900" / "a.csv").write_text("x")
    looked(inbox, ticking)
    (taken,) = inbox.taken("900")
    for _ in range(2):
        inbox.finish("900", taken, False, "Llegaron: 1\n")
    there = {path.name for path in (inbox.root / "900" / DONE).iterdir()}
    assert there == {taken, f"{taken}.informe.txt"} and inbox.taken("900") == []


def test_places_that_are_links_and_files_too_large_are_refused(inbox: Inbox, ticking: Ticking, tmp_path: Path) -> None:
    (inbox.root / "900" / "a.csv").write_text("x" * 20)
    looked(inbox, ticking)
    (taken,) = inbox.taken("900")
    with pytest.raises(Refused, match="divídelo"):
        inbox.read("900", taken, 10)
    (inbox.root / "900" / DONE).symlink_to(tmp_path)
    with pytest.raises(OSError, match="is a link"):
        inbox.finish("900", taken, False, "")
    assert (inbox.root / "900" / TAKEN / taken).exists()


def test_no_folder_at_all_is_no_trouble(tmp_path: Path) -> None:
    assert Inbox(tmp_path / "nada").folders() == []
