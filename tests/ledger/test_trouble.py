"""Errors that may be gone at the next try are told from those that come every time."""

from __future__ import annotations

import errno

import pytest
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree

from portal.ledger.trouble import passes


class Original(Exception):
    def __init__(self, sqlstate: str | None) -> None:
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (OperationalError("", {}, Exception("database is locked")), True),
        (OperationalError("", {}, Original("40P01")), True),
        (OperationalError("", {}, Original("54000")), False),  # an index row that is too large
        (InterfaceError("", {}, Original(None)), True),
        (NoneFree(), True),
        (ConnectionResetError(), True),
        (OSError(errno.ENOSPC, "no space left"), True),
        (OSError("Invalid data stream"), False),  # bz2
        (DataError("", {}, Original("22021")), False),
        (IntegrityError("", {}, Original("23505")), False),
        (UnicodeEncodeError("utf-8", "x", 0, 1, "surrogates not allowed"), False),
        (ZeroDivisionError(), False),
    ],
)
def test_what_passes(error: Exception, passing: bool) -> None:
    assert passes(error) is passing
