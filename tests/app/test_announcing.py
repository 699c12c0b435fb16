"""Mails about new documents: once each, one mail a customer, and never about what was there before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.event import listen

from portal.app import announcing
from portal.app.announcing import (
    EVERY,
    SHOWN,
    Announcing,
    announce,
    announcements_due,
    decide_announcing,
    read_announcing,
)
from portal.app.jobs import run_job
from portal.app.link_mails import LONGEST
from portal.app.links import list_links
from portal.app.mailing import Template
from portal.app.portal import Portal
from portal.app.voiding import withdraw
from portal.domain.access import Actor
from portal.domain.documents import Kind
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger.announcements import Rule, new_documents
from portal.ledger.outbox import Job
from portal.ledger.parties import issuers_named
from portal.ledger.tables import documents
from tests.app.people import BOSS, HERE, mailed, staff
from tests.factories import ABC, EJEMPLAR, OTRA, XYZ, FrozenClock, bring, facts

ON = Announcing(True, "Gracias por tu compra.")
Tell = Callable[[], list[tuple[Template, str, dict[str, str]]]]


@pytest.fixture
def issuer(portal: Portal) -> int:
    """It has documents from before."""
    bring(portal, facts("FE-0"), facts("FE-00", customer=XYZ))
    with portal.ledger.read() as conn:
        return issuers_named(conn, EJEMPLAR.tax_id)[0].id


@pytest.fixture
def owner(portal: Portal, issuer: int) -> Actor:
    return staff(portal, issuer, Role.OWNER)


@pytest.fixture
def tell(portal: Portal, owner: Actor, issuer: int, clock: FrozenClock) -> Tell:
    """Switched on; gives the mails of one more turn."""
    clock.forward(seconds=1)
    decide_announcing(portal, owner, issuer, ON, HERE)
    jobs: list[int] = []

    def turn() -> list[tuple[Template, str, dict[str, str]]]:
        before = len(mailed(portal))
        clock.at += EVERY
        portal.ledger.sent = jobs.extend
        announcements_due(portal)
        portal.ledger.sent = lambda _ids: None
        while jobs:
            run_job(portal, jobs.pop())
        return mailed(portal)[before:]

    assert turn() == []
    return turn


def new(number: str, **told: Any) -> Any:
    return facts(number, **{"issue_date": date(2026, 3, 14), **told})


def test_one_new_invoice_is_one_mail_that_opens_it(portal: Portal, tell: Tell) -> None:
    bring(portal, new("FE-1", total=1_190_000, due_date=date(2026, 4, 10)))
    ((template, to, values),) = tell()
    (link,) = list_links(portal, BOSS)
    assert (template, to) == (Template.NEW_DOCUMENT, ABC.email)
    assert values["lines"] == "Factura de venta FE-1: COP 1.190.000,00, vence 10/04/2026"
    assert values["text"] == ON.words and values["link"].startswith(f"{link.url}?d=")
    assert tell() == []


def test_several_are_one_mail_to_each_customer_who_can_be_written_to(portal: Portal, tell: Tell) -> None:
    many = [new(f"FE-{n}", due_date=None) for n in range(1, SHOWN + 3)]
    bring(portal, *many, new("FE-99", customer=XYZ), new("NC-1", kind=Kind.CREDIT_NOTE))
    ((template, to, values),) = tell()
    lines = values["lines"].splitlines()
    assert (template, to, values["count"]) == (Template.NEW_DOCUMENTS, ABC.email, str(SHOWN + 3))
    assert len(lines) == SHOWN + 1 and lines[-1] == "… y 3 más."


def test_more_than_one_turn_holds_is_told_in_the_next_ones_and_nothing_twice(
    portal: Portal, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "MOST_AT_ONCE", 2)
    bring(portal, *[new(f"FE-{n}") for n in range(1, 6)])
    told = [values["lines"] for _ in range(4) for _, _, values in tell()]
    assert sorted("\n".join(told).replace(": COP 1.000,00", "").splitlines()) == [
        f"Factura de venta FE-{n}" for n in range(1, 6)
    ]  # fmt: skip


def test_history_receipts_and_what_was_withdrawn_are_no_news(portal: Portal, tell: Tell) -> None:
    bring(
        portal,
        facts("FE-7", issue_date=date(2025, 1, 1)),
        new("RC-1", kind=Kind.RECEIPT),
        new("FE-8"),
    )
    with portal.ledger.write("test") as unit:
        gone = unit.conn.execute(documents.select().where(documents.c.number == "FE-8")).one()
        withdraw(unit, gone.id, "por error")
        unit.commit()
    assert tell() == []


def test_a_document_that_changes_later_is_not_told_of_again(portal: Portal, tell: Tell) -> None:
    bring(portal, new("FE-1"))
    assert len(tell()) == 1
    bring(portal, new("RC-1", kind=Kind.RECEIPT, total=500))
    with portal.ledger.write("test") as unit:
        unit.touch(unit.conn.execute(documents.select().with_only_columns(documents.c.id)).scalars())
        unit.commit()
    assert tell() == []


def test_a_job_that_runs_twice_tells_once(portal: Portal, tell: Tell, issuer: int) -> None:
    bring(portal, new("FE-1"))
    before = len(mailed(portal))
    for _ in range(2):
        announce(portal, Job(1, "mail", "announce", {"issuer": issuer}, 1))
    assert len(mailed(portal)) == before + 1


def test_what_came_in_while_it_was_off_is_not_told_of(
    portal: Portal, tell: Tell, owner: Actor, issuer: int, clock: FrozenClock
) -> None:
    decide_announcing(portal, owner, issuer, Announcing(False))
    bring(portal, new("FE-1"))
    assert tell() == []
    clock.forward(seconds=1)
    decide_announcing(portal, owner, issuer, ON)
    bring(portal, new("FE-2"))
    assert [values["number"] for _, _, values in tell()] == ["FE-2"]


def test_another_issuers_documents_are_its_own_affair(portal: Portal, tell: Tell) -> None:
    bring(portal, new("OT-1", issuer=OTRA))
    assert tell() == []


def test_only_who_decides_about_settings_switches_it(portal: Portal, issuer: int, owner: Actor) -> None:
    collector = staff(portal, issuer)
    for act in (
        lambda: read_announcing(portal, collector, issuer),
        lambda: decide_announcing(portal, collector, issuer, ON),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Refused):
        decide_announcing(portal, owner, issuer, Announcing(True, "x" * (LONGEST + 1)))
    assert read_announcing(portal, owner, issuer) == Announcing()


@pytest.mark.parametrize("portal", ["sqlite"], indirect=True)  # PostgreSQL's way depends on its statistics
def test_a_look_reads_what_changed_and_not_all_of_an_issuers_documents(portal: Portal, issuer: int) -> None:
    with portal.ledger.read() as conn:
        rule = Rule(issuer, True, "", portal.clock.now(), 5, 0)
        asked: list[str] = []
        listen(conn, "before_cursor_execute", lambda _c, _k, statement, *_rest: asked.append(statement))
        new_documents(conn, rule, date(2026, 1, 1), 10)
        query = next(one for one in asked if "documents" in one)
        bound = [issuer] * query.count("?")
        plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", tuple(bound)).all()
    assert any("ix_documents_seq" in str(row) for row in plan), plan
