"""Who asks whether a statement is genuine is answered by an index, and of a file that says no number by the first."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from portal.app.portal import Portal
from portal.app.statements.files import CODES, issued_file
from portal.app.statements.issuing import Wish, issue
from portal.app.statements.verifying import verify_file, verify_short
from portal.domain.issued import StatementFormat, fingerprint_of, short_print
from tests.app.statements.account import owner
from tests.factories import FrozenClock


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)
def test_by_number_and_short_fingerprint_no_table_is_read_through(portal: Portal, wish: Wish) -> None:
    issued, asked = issue(portal, owner(wish), wish), list[tuple[str, Any]]()

    def hears(_conn: Any, _cursor: Any, sql: str, values: Any, *_: Any) -> None:
        if "issued_statements" in sql:
            asked.append((sql, values))

    event.listen(portal.ledger.engine, "before_cursor_execute", hears)
    found = verify_short(portal, "EC-000001", short_print(issued.fingerprint))
    event.remove(portal.ledger.engine, "before_cursor_execute", hears)
    assert found is not None and found.fingerprint == issued.fingerprint
    (sql, values), = asked  # fmt: skip
    with portal.ledger.read() as conn:
        (plan,) = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    assert plan.detail.startswith("SEARCH") and "fingerprint" in plan.detail


def test_the_beginning_of_a_fingerprint_is_enough_and_another_number_is_not(portal: Portal, wish: Wish) -> None:
    short = short_print(issue(portal, owner(wish), wish).fingerprint)
    assert verify_short(portal, "1", short) is not None
    for number, typed in (("2", short), ("1", f"{short[:-1]}{'0' if short[-1] != '0' else '1'}"), ("x", short)):
        assert verify_short(portal, number, typed) is None


def test_of_two_csv_with_the_same_content_the_first_is_told_and_that_the_file_says_no_number(
    portal: Portal, clock: FrozenClock, wish: Wish
) -> None:
    files = []
    for _ in range(3):
        issued = issue(portal, owner(wish), wish)
        files.append(issued_file(portal, issued, StatementFormat.CSV, CODES).data)
        clock.forward(days=1)
    assert len(set(files)) == 1
    found = verify_file(portal, fingerprint_of(files[0]))
    assert found is not None and (found.number, found.bare) == ("EC-000001", True)
    paper = verify_file(portal, fingerprint_of(issued_file(portal, issued, StatementFormat.PDF, "es").data))
    assert paper is not None and (paper.number, paper.bare) == ("EC-000003", False)
