"""Pages run in this process by Streamlit's AppTest, over a portal with two customers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.links import create_link, open_link
from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import operator
from portal.domain.documents import Kind
from portal.domain.roles import Role
from portal.domain.tokens import session_hash
from portal.ledger.tables import customers
from portal.ui import pay_ways, progress_view, state
from tests.app.payments.till import Till, open_till
from tests.factories import ABC, EJEMPLAR, XYZ, FrozenClock, bring, facts, pays
from tests.ledgers import copy_empty_ledger
from tests.signed_in import customer_named, grant, issuer_named, new_user

ROOT = Path(__file__).parents[2]
SHELL = str(ROOT / "portal" / "ui" / "shell.py")
Visit = Callable[[str], str]
Click = Callable[[str, int], None]


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture
def portal(tmp_path: Path, clock: FrozenClock, empty_ledger: Path) -> Iterator[Portal]:
    """The process's portal while the test runs, with an invoice for ABC and one for XYZ."""
    copy_empty_ledger(empty_ledger, tmp_path)
    made = state.use(build(Settings(home=tmp_path), clock))
    bring(made, facts("FE-1", customer=ABC), facts("FE-2", customer=XYZ))
    yield made
    made.views.close()
    made.ledger.engine.dispose()


@pytest.fixture
def visit(portal: Portal) -> Visit:
    """Opens a fresh link of the customer with that name; gives the session's hash."""

    def open_fresh(name: str) -> str:
        with portal.ledger.read() as conn:
            customer = conn.execute(customers.select().where(customers.c.name == name)).one().id
        url = create_link(portal, operator("test"), customer).url or ""
        return session_hash(open_link(portal, url.rpartition("/")[2], "", ""))

    return open_fresh


@pytest.fixture
def shell(portal: Portal) -> Callable[[str | None], AppTest]:
    """The whole app, not yet run, as seen with a session's hash (None: signed out)."""

    def make(session: str | None) -> AppTest:
        app = AppTest.from_file(SHELL, default_timeout=30)
        app.user = {"sid": session} if session is not None else {}
        return app

    return make


@pytest.fixture
def click(monkeypatch: pytest.MonkeyPatch) -> Click:
    """A button of a table's row, pressed in the next run: AppTest has no hand for what is drawn on a canvas."""

    def at(key: str, row: int) -> None:
        waiting = {key: row}
        monkeypatch.setattr(state, "clicked_row", lambda asked: waiting.pop(asked, None))

    return at


@pytest.fixture
def issuer(portal: Portal) -> int:
    return issuer_named(portal, EJEMPLAR.name)


@pytest.fixture
def abc(portal: Portal) -> int:
    return customer_named(portal, ABC.name)


@pytest.fixture
def owner(portal: Portal, issuer: int) -> int:
    user_id = new_user(portal, "duena@ejemplar.example", "Marta Ríos")
    grant(portal, user_id, Role.OWNER, issuer)
    return user_id


@pytest.fixture
def pedro(portal: Portal, issuer: int, abc: int) -> int:
    """A person of the customer ABC."""
    user_id = new_user(portal, "pedro@abc.example", "Pedro")
    grant(portal, user_id, Role.CUSTOMER, issuer, abc)
    return user_id


@pytest.fixture
def till(portal: Portal, clock: FrozenClock) -> Till:
    """ABC owes 1,000 (FE-1) and 500 (FE-3), overdue, and 250 less 100 (FE-4); 70 are in its favour."""
    bring(
        portal,
        facts("FE-3", 500, due_date=date(2026, 3, 10)),
        facts("FE-4", 250, due_date=date(2026, 4, 30)),
        facts("RC-4", 100, Kind.RECEIPT, references=pays("FE-4")),
        facts("AN-5", 70, Kind.ADVANCE),
        facts("FE-5", 10, due_date=date(2026, 5, 1)),
        facts("NC-5", 10, Kind.CREDIT_NOTE, references=pays("FE-5")),
    )
    return open_till(portal, clock)


@pytest.fixture
def left(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses for which the payer left the pages."""
    found: list[str] = []
    for module in (pay_ways, progress_view):
        monkeypatch.setattr(module, "go_to", found.append)
    return found
