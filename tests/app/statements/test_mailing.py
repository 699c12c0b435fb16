"""Statements by mail: one at once, and each month to those who owe, once, however the work is begun."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select

from portal.app.jobs import run_job
from portal.app.links import list_links
from portal.app.mailing import Template
from portal.app.portal import Portal
from portal.app.statements import files, mailing
from portal.app.statements import monthly as module
from portal.app.statements.files import download_issued
from portal.app.statements.issuing import Wish
from portal.app.statements.mailing import mail_statement
from portal.app.statements.monthly import list_mailed, months_due, preview_month, save_monthly
from portal.app.stopping import stop_mails
from portal.domain.access import Right
from portal.domain.issued import StatementFormat
from portal.domain.monthly import MonthlyRules, NotMailed, month_before, next_monthly
from portal.domain.parties import Party
from portal.errors import NotFound, Refused
from portal.ledger.statement_tables import issued_statements
from portal.ledger.tables import outbox
from portal.views.many_statements import Accounts
from tests.app.people import BOSS, mailed
from tests.app.statements.account import account_of, customer, owner
from tests.factories import FrozenClock, bring, facts

STRANGERS = Party("CO", "13", "222222222222", "Consumidor final", email="eva@eva.example")
LUZ = Party("CO", "31", "900777888", "Luz S.A.S.", email="luz@luz.example")
THIRD = datetime(2026, 4, 3, 13, 0, tzinfo=UTC)  # eight in Bogotá


def waiting(portal: Portal, but: str = "send_statement") -> list[int]:
    """The jobs that wait, but for those of one kind."""
    waits = select(outbox.c.id).where(outbox.c.done_at.is_(None), outbox.c.failed_at.is_(None), outbox.c.job != but)
    with portal.ledger.read() as conn:
        return list(conn.execute(waits.order_by(outbox.c.id)).scalars())


def work(portal: Portal, but: str = "send_statement") -> None:
    """All of these, and those that they post."""
    while found := waiting(portal, but):
        for job_id in found:
            run_job(portal, job_id)


def letters(portal: Portal) -> list[EmailMessage]:
    """All mails go out; those that ever did."""
    work(portal, but="")
    files = sorted(portal.settings.mail_dir.glob("*.eml"))
    return [message_from_bytes(one.read_bytes(), policy=default) for one in files]  # type: ignore[misc]


@pytest.fixture
def monthly(portal: Portal, wish: Wish) -> Wish:
    """Luz owes 500 too; XYZ owes and has no address. Monthly statements are on."""
    bring(portal, facts("FE-5", 500, customer=LUZ))
    save_monthly(portal, owner(wish), wish.issuer_id, MonthlyRules(True, text="Gracias."))
    return wish


def strike(portal: Portal, clock: FrozenClock) -> int:
    clock.at = THIRD
    posted = months_due(portal)
    work(portal)
    return posted


def test_one_goes_out_issued_with_its_paper_its_link_and_the_way_out(portal: Portal, wish: Wish) -> None:
    assert mail_statement(portal, owner(wish), wish, "Saludos.") == "pagos@abc.example"
    (letter,) = letters(portal)
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    for told in ("EC-000001 · COP", "saldo final 1.600,00", "Saludos.", "/l/", "/verificar", "adjunto", "/stop/"):
        assert told in text
    assert letter["Subject"] == "Estado de cuenta de Ejemplar S.A.S.: COP 1.600,00"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (paper,) = letter.iter_attachments()
    with portal.ledger.read() as conn:
        issued = conn.execute(issued_statements.select()).one()
    file = download_issued(portal, customer(wish), issued.id, StatementFormat.PDF, "es")
    assert (paper.get_filename(), paper.get_content()) == (file.name, file.data)


def test_what_many_strangers_bought_is_mailed_to_none_of_them(
    portal: Portal, clock: FrozenClock, monthly: Wish
) -> None:
    bring(portal, facts("FE-7", customer=STRANGERS), facts("FE-8", 90, customer=STRANGERS))
    strangers = replace(monthly, customer_id=account_of(portal, "FE-7")[1])
    with pytest.raises(Refused, match="Consumidor final"):
        mail_statement(portal, owner(strangers), strangers)
    shown = preview_month(portal, owner(monthly), monthly.issuer_id)
    assert "Consumidor final" not in {one.customer_name for one in shown.mails}
    strike(portal, clock)
    with portal.ledger.write("test") as unit:  # a job that was posted when nobody looked at that
        chunk = {"issuer": monthly.issuer_id, "start": "2026-03-01", "end": "2026-03-31"}
        unit.job("exports", "send_statements", {**chunk, "customers": [strangers.customer_id]})
        unit.commit()
    work(portal)
    assert sorted(to for _, to, _ in mailed(portal)) == ["luz@luz.example", "pagos@abc.example"]
    assert list_links(portal, owner(monthly), "Consumidor") == []


def test_a_long_one_goes_without_its_paper(portal: Portal, wish: Wish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "MOST_ATTACHED", 2)
    mail_statement(portal, owner(wish), wish)
    (letter,) = letters(portal)
    assert list(letter.iter_attachments()) == [] and "descárgalo" in letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_very_long_one_is_made_apart_under_its_number_in_whatever_form_its_reader_asks_for(
    portal: Portal, wish: Wish, monkeypatch: pytest.MonkeyPatch
) -> None:
    for where, name in ((mailing, "MOST_ATTACHED"), (mailing, "MOST_AT_ONCE"), (files, "MOST_AT_ONCE")):
        monkeypatch.setattr(where, name, 2)
    mail_statement(portal, owner(wish), wish)
    work(portal)
    with portal.ledger.read() as conn:
        issued = conn.execute(issued_statements.select()).one()
    paper = download_issued(portal, customer(wish), issued.id, StatementFormat.PDF, "es")
    assert "EC-000001" in paper.name and paper.data.startswith(b"%PDF")
    for asked in ((StatementFormat.PDF, "en"), (StatementFormat.XLSX, "es")):
        for _ in range(2):
            with pytest.raises(Refused, match="preparando"):
                download_issued(portal, customer(wish), issued.id, *asked)
        assert len(waiting(portal)) == 1
        work(portal)
        assert "EC-000001" in download_issued(portal, customer(wish), issued.id, *asked).name


def test_nothing_is_sent_to_who_wants_none_has_none_or_had_enough(portal: Portal, wish: Wish) -> None:
    for _ in range(5):
        mail_statement(portal, owner(wish), wish)
    with pytest.raises(Refused, match="sigue mañana"):
        mail_statement(portal, owner(wish), wish)
    stop_mails(portal, mailed(portal)[0][2]["stop"].rpartition("/")[2])
    with pytest.raises(Refused, match="pidió no recibir"):
        mail_statement(portal, owner(wish), wish)
    with pytest.raises(NotFound):
        mail_statement(portal, customer(wish, *Right), replace(wish, customer_id=7))
    with pytest.raises(NotFound):
        mail_statement(portal, customer(wish), wish)


def test_each_month_those_who_owe_get_theirs_once(portal: Portal, clock: FrozenClock, monthly: Wish) -> None:
    assert strike(portal, clock) == 1 and strike(portal, clock) == 0
    sent = [(template, to, told["totals"]) for template, to, told in mailed(portal)]
    kind = Template.STATEMENT
    assert sorted(sent) == [(kind, "luz@luz.example", "COP 500,00"), (kind, "pagos@abc.example", "COP 1.600,00")]
    assert {told["start"] for _, _, told in mailed(portal)} == {"01/03/2026"}
    rows = list_mailed(portal, owner(monthly), monthly.issuer_id, 10)
    assert {row.month for row in rows} == {"2026-03"} and len(rows) == 2


def test_who_gets_the_next_ones_is_seen_before(portal: Portal, clock: FrozenClock, monthly: Wish) -> None:
    told = preview_month(portal, owner(monthly), monthly.issuer_id)
    assert [(one.customer_name, one.against) for one in told.mails] == [
        ("Ana María Peña", NotMailed.ADDRESS), ("Empresa ABC S.A.S.", None), ("Luz S.A.S.", None),
    ]  # fmt: skip
    assert told.at.astimezone(UTC) == THIRD and (told.start, told.end) == (date(2026, 3, 1), date(2026, 3, 31))
    strike(portal, clock)
    clock.at = datetime(2026, 4, 3, 12, 0, tzinfo=UTC)
    again = preview_month(portal, owner(monthly), monthly.issuer_id)
    assert [one.against for one in again.mails] == [NotMailed.ADDRESS, NotMailed.MAILED, NotMailed.MAILED]
    with pytest.raises(NotFound):
        preview_month(portal, customer(monthly), monthly.issuer_id)


def test_of_months_that_were_missed_the_last_whose_day_came_goes_out(
    portal: Portal, clock: FrozenClock, monthly: Wish, caplog: pytest.LogCaptureFixture
) -> None:
    for now, month in (((2026, 6, 2), "2026-04"), ((2026, 6, 3), "2026-05")):
        clock.at = datetime(*now, 14, 0, tzinfo=UTC)
        assert (months_due(portal), months_due(portal)) == (1, 0)
        work(portal)
        sent = list_mailed(portal, owner(monthly), monthly.issuer_id, 2)
        assert {row.month for row in sent} == {month}
    assert [record.args for record in caplog.records if "monthly" in record.getMessage()] == [
        ("2026-03", monthly.issuer_id)
    ]


def test_a_few_customers_are_added_up_alone_and_a_page_asks_for_no_more_than_it_shows(
    portal: Portal, clock: FrozenClock, monthly: Wish, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(portal, facts("FE-6", 40, customer=LUZ, currency="USD"))
    added, whole = list[list[str]](), module.accounts_of

    def adds(*args: Any, **more: Any) -> Accounts:
        found = whole(*args, **more)
        added.append([f"{one.customer_name[:3]} {one.currency} {one.closing}" for one in found.figures])
        return found

    monkeypatch.setattr(module, "accounts_of", adds)
    monkeypatch.setattr(module, "TOGETHER", 1)
    strike(portal, clock)
    luz = ["Luz COP 50000", "Luz USD 4000"]
    everybody, *chunks = added
    assert everybody == ["Ana COP 100000", "Emp COP 160000", *luz]
    assert sorted(chunks) == [["Ana COP 100000"], ["Emp COP 160000"], luz]
    monkeypatch.setattr(module, "MOST_SHOWN", 0)
    shown = preview_month(portal, owner(monthly), monthly.issuer_id)
    assert (added[-1], shown.mails, shown.more) == (["Ana COP 100000", "Emp COP 160000"], [], True)


def test_begun_twice_at_once_and_after_a_death_nobody_is_written_to_twice(
    portal: Portal, clock: FrozenClock, monthly: Wish, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, died = mailing.post_mail, list[bool]()

    def dies(*args: object, **more: object) -> int:
        if not died:
            died.append(True)
            raise OSError("killed")
        return post(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(mailing, "post_mail", dies)
    clock.at = THIRD
    months_due(portal)
    for _ in range(2):  # the customers are shared out; then the one job of two mails dies
        (job_id,) = waiting(portal)
        run_job(portal, job_id)
    assert mailed(portal) == []
    with portal.ledger.write("test") as unit:  # the same work once more, as a second delivery would bring it
        told = json.loads(unit.conn.execute(select(outbox.c.payload).where(outbox.c.id == job_id)).scalar_one())
        unit.job("exports", "send_statements", told)
        unit.commit()
    clock.forward(hours=1)
    threads = [Thread(target=run_job, args=(portal, job_id)) for job_id in waiting(portal)]
    assert len(threads) == 2
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(to for _, to, _ in mailed(portal)) == ["luz@luz.example", "pagos@abc.example"]


def test_switched_off_nothing_goes_out_and_an_impossible_rule_is_refused(
    portal: Portal, clock: FrozenClock, monthly: Wish
) -> None:
    save_monthly(portal, owner(monthly), monthly.issuer_id, MonthlyRules(False))
    assert strike(portal, clock) == 0 and mailed(portal) == []
    for rules in (MonthlyRules(True, day=29), MonthlyRules(True, hour=24), MonthlyRules(True, text="x" * 1_001)):
        with pytest.raises(Refused):
            save_monthly(portal, BOSS, monthly.issuer_id, rules)
    with pytest.raises(NotFound):
        save_monthly(portal, customer(monthly), monthly.issuer_id, MonthlyRules(True))


def test_a_day_and_an_hour_come_once_a_month_on_the_clock_of_the_zone() -> None:
    rules = MonthlyRules(True, 28, 23)
    first = next_monthly(datetime(2026, 1, 29, 3, 59, tzinfo=UTC), rules, "America/Bogota")
    assert first.astimezone(UTC) == datetime(2026, 1, 29, 4, 0, tzinfo=UTC)
    assert next_monthly(first, rules, "America/Bogota").astimezone(UTC) == datetime(2026, 3, 1, 4, 0, tzinfo=UTC)
    assert month_before(date(2026, 3, 1)) == (date(2026, 2, 1), date(2026, 2, 28))
