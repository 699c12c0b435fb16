"""A ZIP's limits stand exactly where they say, and unpacking stops where it is told."""

import pytest

from data.demo.einvoice import zipped
from portal.importers.xml import Unreadable
from portal.importers.zip_directory import MAX_ENTRIES, directory, files, open_zip, unpack
from tests.importers.hostile_zips import packed


def test_as_many_members_as_allowed_are_allowed() -> None:
    assert len(files(open_zip(zipped({f"{i}.txt": b"x" for i in range(MAX_ENTRIES)})))) == MAX_ENTRIES


def test_a_dense_member_is_fine_below_a_megabyte_and_refused_above() -> None:
    assert files(open_zip(packed(bytes(1_000_000))))
    with pytest.raises(Unreadable, match="comprimido más de lo creíble"):
        open_zip(packed(bytes(1_000_001)))


def test_unpacking_stops_at_the_limit_it_is_given() -> None:
    archive = open_zip(packed(b"0123456789" * 50_000))
    assert unpack(archive, archive.infolist()[0], 100_000) == b"0123456789" * 10_000


def test_two_dots_inside_a_name_are_no_way_out() -> None:
    assert files(open_zip(zipped({"factura..1.xml": b"<a/>", "a/b..c/d.xml": b"<a/>"})))


def test_the_directory_is_found_behind_a_comment_and_not_inside_it() -> None:
    plain = zipped({"a.xml": b"<a/>"})
    commented = plain[:-2] + (5).to_bytes(2, "little") + b"hola!"
    assert directory(commented) == directory(plain)
    assert directory(b"") is None
