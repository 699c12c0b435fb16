"""Reminders: on the issuer's days and at its hour, one mail a customer, never for what should not be asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select

from portal.app.book.desk import Whose, Wish
from portal.app.book.paying import register_payment
from portal.app.contacts import add_contact
from portal.app.customer_joining import join_customers
from portal.app.jobs import run_job
from portal.app.links import check_link
from portal.app.mailing import Template
from portal.app.many_links import PACE
from portal.app.payments.reporting import Said, report_transfer
from portal.app.portal import Portal
from portal.app.reminders import sending
from portal.app.reminders.planning import preview
from portal.app.reminders.rules import read_rules, save_rules
from portal.app.reminders.sending import reminders_due
from portal.app.reminders.sent import list_sent
from portal.app.stopping import StopClosed, read_stop, stop_mails
from portal.domain.acts import Money
from portal.domain.contacts import Channel, Gets
from portal.domain.documents import Kind
from portal.domain.parties import CEDULA, check_digit
from portal.domain.reminders import Rules, next_sending, read_days
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from portal.ledger.people_tables import mails
from portal.ledger.reminder_tables import reminders
from portal.ledger.tables import documents, outbox
from portal.mail.letter import write
from tests.app.payments.till import open_till
from tests.app.people import BOSS, mailed, noted, set_issuer, staff
from tests.app.reminders.conftest import DAY, EIGHT, LUZ, Post
from tests.app.test_mailing import Postbox
from tests.factories import ABC, OTRA, bring, facts

LUZ_WITH_DIGIT = replace(LUZ, tax_id=LUZ.tax_id + check_digit(LUZ.tax_id), id_type=CEDULA)
BOTH = {ABC.name: ["FE-2", "FE-1"], LUZ.name: ["FE-4", "FE-6"]}


def reminded(portal: Portal) -> list[tuple[str, dict[str, str]]]:
    return [(to, values) for template, to, values in mailed(portal) if template is Template.REMINDER]


def document(portal: Portal, number: str) -> tuple[int, int]:
    """Its id and its customer's."""
    with portal.ledger.read() as conn:
        row = conn.execute(documents.select().where(documents.c.number == number)).one()
    return row.id, row.customer_id


def join_luz(post: Post) -> int:
    """Who owes FE-4 and FE-6 becomes a spelling of a customer that owes nothing yet; that customer's id."""
    bring(post.portal, facts("FE-20", customer=LUZ_WITH_DIGIT, due_date=date(2026, 4, 20)))
    (_, goes), (_, stays) = document(post.portal, "FE-4"), document(post.portal, "FE-20")
    join_customers(post.portal, BOSS, stays, goes)
    return stays


def pay(post: Post, number: str, currency: str, sum_: int) -> None:
    document_id, customer_id = document(post.portal, number)
    register_payment(post.portal, BOSS, Wish(Whose(post.issuer, customer_id, currency), number), [document_id],
                     Money(sum_, DAY, "47"))  # fmt: skip


def whose(post: Post) -> set[int]:
    with post.portal.ledger.read() as conn:
        return set(conn.execute(select(reminders.c.customer_id)).scalars())


class TestSending:
    def test_one_mail_a_customer_with_what_is_due_and_overdue(self, post: Post) -> None:
        post.rules(0, text="Gracias por tu pago puntual.")
        assert post.going() == BOTH
        assert post.at_eight() == 1
        told = dict(reminded(post.portal))
        assert set(told) == {"pagos@abc.example", "luz@luz.example"}
        assert told["pagos@abc.example"]["documents"].splitlines() == [
            "FE-2 · venció el 01/03/2026 · COP 500,00",
            "FE-1 · vence el 16/03/2026 · COP 1.000,00",
        ]
        assert told["luz@luz.example"]["totals"] == "COP 300,00, USD 20,00"
        assert told["luz@luz.example"]["text"] == "Gracias por tu pago puntual."
        assert check_link(post.portal, told["luz@luz.example"]["link"].rpartition("/")[2])
        assert len(noted(post.portal, Event.REMINDED)) == 2

    def test_run_twice_nobody_is_written_to_twice(self, post: Post) -> None:
        post.rules(0)
        post.clock.at = EIGHT
        reminders_due(post.portal)
        (job,) = post.jobs()
        assert reminders_due(post.portal) == 0
        run_job(post.portal, job)
        (share,) = post.jobs()
        told = {"issuer": post.issuer, "day": DAY.isoformat()}
        with post.portal.ledger.write("test") as unit:
            unit.job("exports", "send_reminders", told)
            unit.job("exports", "send_reminders", told | {"customers": [document(post.portal, "FE-4")[1]]})
            unit.commit()
        run_job(post.portal, share)
        post.work()
        assert len(reminded(post.portal)) == 2
        assert len(list_sent(post.portal, BOSS, post.issuer, 10)) == 2

    def test_what_waited_in_the_queue_of_exports_runs_and_goes_on_in_its_own(self, post: Post) -> None:
        post.rules(0)
        post.clock.at = EIGHT
        with post.portal.ledger.write("test") as unit:
            unit.job("exports", "send_reminders", {"issuer": post.issuer, "day": DAY.isoformat()})
            unit.commit()
        reminders_due(post.portal)
        run_job(post.portal, post.jobs()[0])
        with post.portal.ledger.read() as conn:
            open_ = select(outbox.c.queue).where(outbox.c.job == "send_reminders", outbox.c.done_at.is_(None))
            assert set(conn.execute(open_).scalars()) == {"plans"}
        post.work()
        assert len(reminded(post.portal)) == 2

    def test_comes_again_the_next_day_only_for_what_is_then_due(self, post: Post) -> None:
        post.rules(0, 1)
        post.at_eight()
        post.clock.forward(days=1)
        assert reminders_due(post.portal) == 1
        post.work()
        assert len(reminded(post.portal)) == 4
        post.clock.forward(days=1)
        assert reminders_due(post.portal) == 1 and post.going() == {}

    def test_is_off_until_it_is_switched_on_and_when_it_is_switched_off(self, post: Post) -> None:
        assert read_rules(post.portal, BOSS, post.issuer) == Rules()
        assert post.at_eight() == 0
        post.clock.at = EIGHT - timedelta(hours=3)
        post.rules(0)
        post.clock.at = EIGHT
        reminders_due(post.portal)
        post.rules(0, enabled=False)
        post.work()
        assert reminded(post.portal) == []

    def test_what_is_paid_between_the_hour_and_the_mail_is_not_reminded_of(self, post: Post) -> None:
        post.rules(0)
        post.clock.at = EIGHT
        reminders_due(post.portal)
        _, luz = document(post.portal, "FE-4")
        for number, currency, sum_ in (("FE-4", "COP", 30_000), ("FE-6", "USD", 2_000)):
            wish = Wish(Whose(post.issuer, luz, currency), number)
            money = Money(sum_, date(2026, 3, 16), "47")
            register_payment(post.portal, BOSS, wish, [document(post.portal, number)[0]], money)
        post.work()
        assert [to for to, _ in reminded(post.portal)] == ["pagos@abc.example"]

    def test_what_is_paid_while_the_mails_go_out_is_not_reminded_of(
        self, post: Post, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sending, "TOGETHER", 1)
        post.rules(0)
        post.clock.at = EIGHT
        reminders_due(post.portal)
        run_job(post.portal, post.jobs()[0])
        first, second = post.jobs()
        with post.portal.ledger.read() as conn:
            due = select(outbox.c.due_at).where(outbox.c.id == second)
            assert conn.execute(due).scalar_one() == EIGHT + PACE
        run_job(post.portal, first)
        for number, currency, sum_ in (("FE-4", "COP", 30_000), ("FE-6", "USD", 2_000)):
            wish = Wish(Whose(post.issuer, document(post.portal, "FE-4")[1], currency), number)
            register_payment(post.portal, BOSS, wish, [document(post.portal, number)[0]], Money(sum_, DAY, "47"))
        post.work()
        assert [to for to, _ in reminded(post.portal)] == ["pagos@abc.example"]

    def test_what_is_paid_once_the_mail_is_posted_is_not_reminded_of(self, post: Post) -> None:
        """The mail waits: nothing of it goes out, another one with what is left does."""
        post.rules(0)
        post.at_eight()
        for number, currency, sum_ in (("FE-2", "COP", 50_000), ("FE-4", "COP", 30_000), ("FE-6", "USD", 2_000)):
            wish = Wish(Whose(post.issuer, document(post.portal, number)[1], currency), number)
            register_payment(post.portal, BOSS, wish, [document(post.portal, number)[0]], Money(sum_, DAY, "47"))
        assert post.send() == []
        post.work()
        (mail,) = post.send()
        assert "pagos@abc.example" in mail and "FE-1" in mail and "FE-2" not in mail
        assert post.send() == [mail]
        assert [one.documents for one in list_sent(post.portal, BOSS, post.issuer, 10)] == [1]

    def test_one_that_waits_while_its_customer_is_joined_goes_out_as_it_is(self, post: Post) -> None:
        post.rules(0)
        post.at_eight()
        join_luz(post)
        assert sum("FE-4" in mail for mail in post.send()) == 1 and post.jobs("send_reminder") == []

    def test_one_that_waits_while_its_customer_is_joined_and_pays_is_written_anew_for_the_other(
        self, post: Post
    ) -> None:
        post.rules(0)
        post.at_eight()
        stays = join_luz(post)
        pay(post, "FE-6", "USD", 2_000)
        assert not any("FE-4" in mail for mail in post.send())
        post.work()
        (mail,) = (mail for mail in post.send() if "FE-4" in mail)
        assert "FE-6" not in mail and post.jobs("send_reminder") == []
        assert {stays, document(post.portal, "FE-1")[1]} == whose(post)

    def test_who_is_joined_before_its_mail_is_written_gets_it_as_the_other(self, post: Post) -> None:
        post.rules(0)
        post.clock.at = EIGHT
        reminders_due(post.portal)
        run_job(post.portal, post.jobs()[0])
        join_luz(post)
        post.work()
        assert {to for to, _ in reminded(post.portal)} == {"pagos@abc.example", "luz@luz.example"}

    def test_one_that_may_have_gone_out_is_not_written_again_when_something_changes(self, post: Post) -> None:
        box = Postbox()
        silent = replace(post, portal=replace(post.portal, mailer=box))
        post.rules(0)
        post.at_eight()
        box.then = TimeoutError("silent after DATA")
        silent.send()
        assert len(box.taken) == 2
        pay(post, "FE-6", "USD", 2_000)
        box.then = None
        silent.send()
        post.work()
        silent.send()
        again = [mail.to.address for mail in box.taken[2:]]
        assert again == ["pagos@abc.example"] and post.jobs("send_reminder") == []
        assert len(list_sent(post.portal, BOSS, post.issuer, 10)) == 2
        with post.portal.ledger.read() as conn:
            told = conn.execute(select(mails.c.cancelled_at).where(mails.c.recipient == "luz@luz.example")).all()
        assert [row.cancelled_at for row in told] == [post.clock.now()]

    def test_what_is_still_so_goes_out_as_it_was_posted(self, post: Post) -> None:
        post.rules(0)
        post.at_eight()
        assert len(post.send()) == 2 and post.jobs() == []

    def test_nobody_is_left_out_because_another_came_to_owe_meanwhile(self, post: Post) -> None:
        _, ana = document(post.portal, "FE-5")
        luz = [document(post.portal, number)[0] for number in ("FE-4", "FE-6")]
        add_contact(post.portal, BOSS, ana, Channel.EMAIL, "ana@xyz.example", "Ana", [Gets.REMINDERS])
        with post.portal.ledger.write("test") as unit:
            unit.conn.execute(documents.update().where(documents.c.id.in_(luz)).values(due_date=date(2026, 4, 1)))
            unit.commit()
        post.rules(0)
        post.clock.at = EIGHT
        reminders_due(post.portal)
        run_job(post.portal, post.jobs()[0])
        bring(post.portal, facts("FE-10", customer=LUZ, due_date=DAY))
        post.work()
        assert {to for to, _ in reminded(post.portal)} == {"pagos@abc.example", "ana@xyz.example"}

    def test_is_at_the_hour_of_the_issuers_zone(self, post: Post) -> None:
        set_issuer(post.portal, post.issuer, timezone="Asia/Tokyo")
        post.rules(0)
        assert preview(post.portal, BOSS, post.issuer).at.astimezone(UTC) == datetime(2026, 3, 15, 23, tzinfo=UTC)


class TestAgainst:
    def test_nobody_without_an_address(self, post: Post) -> None:
        post.rules(0)
        assert post.others() == {"Ana María Peña": "address"}

    def test_what_is_in_review(self, post: Post) -> None:
        post.rules(0)
        said = Said([document(post.portal, "FE-1")[0]], "1", 100_000, date(2026, 3, 14), "47", "R1")
        report_transfer(post.portal, BOSS, said)
        assert post.going() == {LUZ.name: BOTH[LUZ.name]} and post.others()[ABC.name] == "review"

    def test_what_is_being_paid(self, post: Post) -> None:
        post.rules(0)
        till = open_till(post.portal, post.clock)
        till.start("FE-1")
        assert ABC.name not in post.going() and post.others()[ABC.name] == "paying"

    def test_what_is_in_its_favour_covers_the_oldest(self, post: Post) -> None:
        post.rules(0)
        bring(
            post.portal, facts("AN-1", 600, Kind.ADVANCE, customer=ABC), facts("AN-2", 300, Kind.ADVANCE, customer=LUZ)
        )
        assert post.going() == {ABC.name: ["FE-1"], LUZ.name: ["FE-6"]}
        bring(post.portal, facts("AN-3", 900, Kind.ADVANCE, customer=ABC))
        assert post.others()[ABC.name] == "covered"

    def test_what_was_reminded_today(self, post: Post) -> None:
        post.rules(0, hour=9)
        post.rules(0, hour=8)
        post.at_eight()
        post.rules(0, hour=9)
        assert post.others() == {ABC.name: "today", LUZ.name: "today", "Ana María Peña": "address"}

    def test_who_wants_none(self, post: Post) -> None:
        post.rules(0, 1)
        post.at_eight()
        stop = dict(reminded(post.portal))["luz@luz.example"]["stop"].rpartition("/")[2]
        assert read_stop(post.portal, stop).email == "luz@luz.example"
        for _ in range(2):
            assert stop_mails(post.portal, stop).issuer_name == "Ejemplar S.A.S."
        assert len(noted(post.portal, Event.MAILS_STOPPED)) == 1
        assert post.others()[LUZ.name] == "stopped"
        for odd in ("A" * 40, "", stop[:-1], stop.swapcase()):
            with pytest.raises(StopClosed):
                read_stop(post.portal, odd)

    def test_another_issuers_customers_are_not_looked_at(self, post: Post) -> None:
        bring(post.portal, facts("OT-1", issuer=OTRA, customer=ABC, due_date=DAY))
        post.rules(0)
        assert post.going() == BOTH


class TestRules:
    @pytest.mark.parametrize("days", [(), tuple(range(9)), (-31,), (181,)])
    def test_days_have_bounds(self, post: Post, days: tuple[int, ...]) -> None:
        with pytest.raises(Refused, match="Elige hasta"):
            save_rules(post.portal, BOSS, post.issuer, Rules(True, 8, days))

    def test_days_are_read_as_people_write_them(self) -> None:
        assert read_days("−3, 0; +5 15, 5") == (-3, 0, 5, 15)
        with pytest.raises(Refused, match="separados por comas"):
            read_days("tres")

    def test_text_and_hour_have_bounds(self, post: Post) -> None:
        for rules in (Rules(True, 24), Rules(True, 8, (0,), "x" * 1_001)):
            with pytest.raises(Refused):
                save_rules(post.portal, BOSS, post.issuer, rules)

    def test_are_the_owners_and_the_preview_is_who_makes_links(self, post: Post) -> None:
        collector, reader = (staff(post.portal, post.issuer, role) for role in (Role.COLLECTOR, Role.READER))
        assert preview(post.portal, collector, post.issuer).going
        with pytest.raises(NotFound):
            save_rules(post.portal, collector, post.issuer, Rules())
        for read in (preview, read_rules):
            with pytest.raises(NotFound):
                read(post.portal, reader, post.issuer)
        with pytest.raises(NotFound):
            list_sent(post.portal, reader, post.issuer, 5)

    def test_the_next_hour_is_tomorrows_once_it_is_over(self) -> None:
        now = datetime(2026, 3, 15, 13, 0, tzinfo=UTC)
        assert next_sending(now, 8, "America/Bogota") == datetime(2026, 3, 16, 13, tzinfo=UTC)
        assert next_sending(now, 9, "America/Bogota") == datetime(2026, 3, 15, 14, tzinfo=UTC)


class TestCost:
    def test_more_customers_are_not_more_questions_to_the_ledger(self, post: Post) -> None:
        post.rules(0)
        few = asked(post)
        more = [replace(LUZ, tax_id=str(900_777_000 + number)) for number in range(20)]
        bring(post.portal, *(facts(f"ME-{place}", customer=one, due_date=DAY) for place, one in enumerate(more)))
        assert len(asked(post)) == len(few)

    def test_the_days_documents_are_found_by_an_index(self, post: Post) -> None:
        if post.portal.ledger.engine.dialect.name != "sqlite":
            return  # its planner reads a small table whole
        (scan,) = (one for one in asked(post) if "UNION SELECT documents" in one[0].replace("\n", ""))
        with post.portal.ledger.read() as conn:
            told = " ".join(row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {scan[0]}", scan[1]))
        assert "(issuer_id=? AND due_date=?)" in told
        assert "(issuer_id=? AND due_date=? AND issue_date=?)" in told


def asked(post: Post) -> list[tuple[str, Any]]:
    """What a look at the next mails asks the ledger."""
    found: list[tuple[str, Any]] = []

    def note(_conn: object, _cursor: object, statement: str, values: object, *_more: object) -> None:
        found.append((statement, values))

    event.listen(post.portal.ledger.engine, "before_cursor_execute", note)
    try:
        preview(post.portal, BOSS, post.issuer)
    finally:
        event.remove(post.portal.ledger.engine, "before_cursor_execute", note)
    return found


def test_the_letter_says_each_document_and_the_way_out() -> None:
    values = {"issuer": "Ejemplar", "totals": "COP 1", "documents": "FE-1\nFE-2", "link": "https://x/l/a",
              "stop": "https://x/stop/b", "text": ""}  # fmt: skip
    letter = write(Template.REMINDER, values, lambda text: text, "es")
    assert "FE-1\nFE-2" in letter.text and "https://x/stop/b" in letter.text and "FE-1<br>FE-2" in letter.html


def test_goes_to_the_contact_who_gets_reminders(post: Post) -> None:
    post.rules(0)
    _, luz = document(post.portal, "FE-4")
    add_contact(post.portal, BOSS, luz, Channel.EMAIL, "cartera@luz.example", "Cartera", [Gets.REMINDERS])
    post.at_eight()
    assert {to for to, _ in reminded(post.portal)} == {"pagos@abc.example", "cartera@luz.example"}
