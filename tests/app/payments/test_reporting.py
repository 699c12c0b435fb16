"""«Ya pagué»: reported once, in review until the issuer decides, booked once, taken back whole."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from portal.app.attachments import attachment_file
from portal.app.files import FileAnswer
from portal.app.mailing import Template
from portal.app.payments.deciding import SameMoney, accept_report, reject_report, undo_report
from portal.app.payments.reporting import (
    MOST_FOR_ONE,
    Said,
    list_reports,
    report_transfer,
    reportable,
    reports_of_document,
    waiting_in_account,
)
from portal.app.payments.starting import AlreadyPending
from portal.app.reading import list_documents, read_document
from portal.domain.access import Actor, By, Grant, Right
from portal.domain.documents import Kind
from portal.domain.roles import Role
from portal.domain.transfers import ReportState
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from portal.ledger.transfers import Report, find_report
from portal.ledger.vouchers import Voucher, find_voucher
from portal.render.labels import Labels
from portal.views.filters import DocumentFilter, Settled, SortKey
from tests.app.payments.till import NUMBERS, Till
from tests.app.people import BOSS, mailed, noted, staff
from tests.factories import OTRA, XYZ, bring, facts, pays
from tests.files.test_uploads import PDF, picture
from tests.ledger.balances import balances, laws

TODAY = date(2026, 3, 15)
WAITING = (ReportState.WAITING,)


def say(till: Till, *numbers: str, amount: int = 0, **more: Any) -> Said:
    """A transfer of all that is outstanding on these documents, unless said otherwise."""
    ids = [till.document(number) for number in numbers]
    told = amount or sum(reportable(till.portal, till.payer, one).outstanding for one in ids)
    said = Said(ids, str(next(NUMBERS)), told, TODAY, "47", f"REF{next(NUMBERS)}")
    return replace(said, **more)


def report(till: Till, *numbers: str, **more: Any) -> int:
    return report_transfer(till.portal, till.payer, say(till, *numbers, **more))


def found(till: Till, report_id: int) -> Report:
    with till.portal.ledger.read() as conn:
        row = find_report(conn, report_id)
    assert row is not None
    return row


def in_review(till: Till) -> dict[str, int]:
    review = DocumentFilter(settlements=(Settled.REVIEW,))
    page = list_documents(till.portal, till.payer, review, SortKey.NUMBER, False, 50, 0)
    return {row.number: row.reported for row in page.rows}


@pytest.fixture
def desk(till: Till) -> Actor:
    return staff(till.portal, issuer_id(till), Role.COLLECTOR)


def issuer_id(till: Till) -> int:
    return till.bill("FE-1")[1].issuer_id


class TestReporting:
    def test_a_report_moves_nothing_and_its_documents_are_in_review(self, till: Till, desk: Actor) -> None:
        before = balances(till.portal)
        one = report(till, "FE-1", "FE-2")
        assert balances(till.portal) == before
        assert in_review(till) == {"FE-1": 100_000, "FE-2": 50_000}
        assert [shown.report.id for shown in list_reports(till.portal, desk, WAITING)] == [one]
        assert [shown.report.id for shown in reports_of_document(till.portal, till.payer, till.document("FE-2"))] == [
            one
        ]

    def test_the_same_form_sent_twice_is_one_report(self, till: Till) -> None:
        said = say(till, "FE-1")
        assert report_transfer(till.portal, till.payer, said) == report_transfer(till.portal, till.payer, said)

    def test_two_forms_about_one_transfer_are_refused(self, till: Till) -> None:
        report(till, "FE-1", amount=40_000, reference="TRF 000-77")
        with pytest.raises(Refused, match="un pago igual"):
            report(till, "FE-1", amount=40_000, reference="trf00077")
        with pytest.raises(Refused, match="un pago igual"):
            report(till, "FE-1", amount=40_000, reference="", proof=("a.pdf", PDF))
        assert report(till, "FE-1", amount=40_000, reference="78")

    @pytest.mark.parametrize(
        ("odd", "words"),
        [
            ({"on": TODAY + timedelta(days=1)}, "posterior a hoy"),
            ({"on": date(2023, 1, 1)}, "dos años"),
            ({"amount": -5}, "mayor que cero"),
            ({"method": "PSE"}, "cómo pagaste"),
            ({"reference": " \u200b"}, "referencia"),
            ({"reference": "x" * 61}, "largo"),
            ({"proof": ("a.pdf", b"MZ")}, "PDF"),
        ],
    )
    def test_what_can_not_be_is_refused_and_leaves_nothing(self, till: Till, odd: dict[str, Any], words: str) -> None:
        with pytest.raises(Refused, match=words):
            report(till, "FE-1", **odd)
        assert in_review(till) == {}

    def test_today_is_the_issuers_day(self, till: Till) -> None:
        till.clock.forward(hours=13)  # past midnight in London, not in Bogotá
        with pytest.raises(Refused, match="posterior a hoy"):
            report(till, "FE-1", on=date(2026, 3, 16))

    def test_documents_of_two_issuers_are_two_reports(self, till: Till) -> None:
        bring(till.portal, facts("OT-1", 10, issuer=OTRA), facts("XX-1", 10, customer=XYZ))
        for other in ("OT-1", "XX-1"):
            with pytest.raises(NotFound):
                report_transfer(
                    till.portal, BOSS, say(till, "FE-1", document_ids=[till.document(n) for n in ("FE-1", other)])
                )

    def test_only_who_may_pay_reports(self, till: Till) -> None:
        said, customer = say(till, "FE-1"), till.bill("FE-1")[1].customer_id
        looking = Actor(By.USER, "user:9", (Grant(issuer_id(till), customer, frozenset({Right.SEE})),))
        for actor in (looking, Actor(By.USER, "user:8")):
            with pytest.raises(NotFound):
                report_transfer(till.portal, actor, said)
            with pytest.raises(NotFound):
                reportable(till.portal, actor, said.document_ids[0])

    def test_a_day_has_room_for_so_many(self, till: Till) -> None:
        for number in range(MOST_FOR_ONE):
            report(till, "FE-1", amount=100 + number)
        with pytest.raises(Refused, match="muchos pagos"):
            report(till, "FE-1", amount=99)

    def test_the_parts_are_those_that_the_payer_names_then_the_oldest_first(self, till: Till) -> None:
        parts = {till.document("FE-3"): 20_000}
        report(till, "FE-1", "FE-2", "FE-3", amount=90_000, parts=parts)
        assert in_review(till) == {"FE-1": 70_000, "FE-3": 20_000}

    @pytest.mark.parametrize("part", [-1, 25_001, 95_000])
    def test_a_part_is_no_more_than_the_document_or_the_transfer(self, till: Till, part: int) -> None:
        with pytest.raises(Refused):
            report(till, "FE-3", "FE-1", amount=90_000, parts={till.document("FE-3"): part})

    def test_the_proof_is_for_whoever_may_take_files(self, till: Till, desk: Actor) -> None:
        report(till, "FE-1", proof=("foto del banco.JPG", picture("JPEG")))
        (shown,) = list_reports(till.portal, desk, WAITING)
        assert shown.proof is not None and shown.proof.picture
        for actor in (desk, till.payer):
            file = attachment_file(till.portal, actor, shown.proof.id, Labels())
            assert isinstance(file, FileAnswer) and not file.in_browser
            assert (file.name, file.media_type) == ("foto del banco.jpg", "image/jpeg")
        with pytest.raises(NotFound):
            attachment_file(till.portal, Actor(By.USER, "user:8"), shown.proof.id, Labels())

    def test_the_issuers_people_are_told_and_the_audit_knows(self, till: Till, desk: Actor) -> None:
        report(till, "FE-1", reference="88")
        template, to, values = mailed(till.portal)[-1]
        assert (template, to) == (Template.TRANSFER_REPORTED, f"collector@emisor{desk.grants[0].issuer_id}.example")
        assert values["reference"] == "88" and values["link"].endswith("/solicitudes")
        assert [one.actor for one in noted(till.portal, Event.TRANSFER_REPORTED)] == [till.payer.name]

    def test_the_account_says_what_waits(self, till: Till) -> None:
        bill = till.bill("FE-1")[1]
        one = report(till, "FE-1")
        here = (bill.issuer_id, bill.customer_id, "COP")
        assert [shown.report.id for shown in waiting_in_account(till.portal, till.payer, *here)] == [one]
        with pytest.raises(NotFound):
            waiting_in_account(till.portal, Actor(By.USER, "user:8"), *here)

    def test_paying_what_is_in_review_needs_a_plain_word(self, till: Till) -> None:
        report(till, "FE-2")
        with pytest.raises(AlreadyPending, match="Ya avisaste un pago"):
            till.start("FE-1", "FE-2")
        assert till.start("FE-1").amount == 100_000
        assert till.start("FE-1", "FE-2", anyway=True).amount == 150_000

    def test_the_document_says_so_in_its_sentence(self, till: Till) -> None:
        report(till, "FE-2")
        assert "En revisión" in str(read_document(till.portal, till.payer, till.document("FE-2")).status())
        assert "En revisión" not in str(read_document(till.portal, till.payer, till.document("FE-1")).status())


class TestAccepting:
    def test_accepted_is_paid_on_the_day_that_was_said(self, till: Till, desk: Actor) -> None:
        one = report(till, "FE-1", "FE-2", on=date(2026, 3, 12))
        accept_report(till.portal, desk, one)
        assert balances(till.portal) == {"FE-1": 0, "FE-2": 0, "FE-3": 25_000}
        assert in_review(till) == {} and laws(till.portal) == []
        applied = read_document(till.portal, till.payer, till.document("FE-1")).applied
        assert [(part.cause, part.method, part.on) for part in applied] == [("payment", "47", date(2026, 3, 12))]

    def test_the_payer_gets_a_comprobante(self, till: Till, desk: Actor) -> None:
        accept_report(till.portal, desk, report(till, "FE-1"))
        assert voucher(till).number == 1 and voucher(till).report_id is not None
        assert mailed(till.portal)[-1][:2] == (Template.VOUCHER, "pagos@abc.example")

    @pytest.mark.parametrize("verb", ["accept", "reject", "undo"])
    def test_it_is_decided_once_and_by_the_issuer(self, till: Till, desk: Actor, verb: str) -> None:
        one = report(till, "FE-1")
        for stranger in (till.payer, staff(till.portal, issuer_id(till), Role.READER), Actor(By.USER, "user:8")):
            with pytest.raises(NotFound):
                decided(till, stranger, one, verb)
        if verb == "undo":
            accept_report(till.portal, desk, one)
        decided(till, desk, one, verb)
        for again in ("accept", "reject", *(("undo",) if verb != "accept" else ())):
            with pytest.raises(Refused, match="ya fue respondido"):
                decided(till, desk, one, again)

    def test_what_was_settled_meanwhile_leaves_the_money_for_the_rest_and_then_in_favour(
        self, till: Till, desk: Actor
    ) -> None:
        one = report(till, "FE-1", "FE-2", amount=120_000)
        bring(till.portal, facts("NC-1", 1000, Kind.CREDIT_NOTE, references=pays("FE-1")))
        accept_report(till.portal, desk, one)
        assert balances(till.portal)["FE-2"] == 0
        assert till.bill("FE-3")[1].in_favour == 70_000
        assert laws(till.portal) == []

    def test_more_than_is_outstanding_is_saldo_a_favor(self, till: Till, desk: Actor) -> None:
        accept_report(till.portal, desk, report(till, "FE-3", amount=40_000))
        assert till.bill("FE-1")[1].in_favour == 15_000

    def test_a_peso_too_little_is_rounded_away(self, till: Till, desk: Actor) -> None:
        accept_report(till.portal, desk, report(till, "FE-3", amount=24_900))
        assert balances(till.portal)["FE-3"] == 0

    def test_a_document_withdrawn_meanwhile_leaves_saldo_a_favor(self, till: Till, desk: Actor) -> None:
        from portal.app.voiding import withdraw

        one = report(till, "FE-3")
        with till.portal.ledger.write("test") as unit:
            withdraw(unit, till.document("FE-3"), "error")
            unit.commit()
        accept_report(till.portal, desk, one)
        assert till.bill("FE-1")[1].in_favour == 25_000


class TestTheSameMoneyOnce:
    """A receipt of the issuer's billing system is the paper of the money, in whichever order the two come."""

    @pytest.mark.parametrize("reference", [None, "REF-9", "ref 9", "otra"])
    def test_a_receipt_that_names_the_document_attaches(self, till: Till, desk: Actor, reference: str | None) -> None:
        accept_report(till.portal, desk, report(till, "FE-1", reference="REF9"))
        bring(till.portal, receipt("RC-1", 1000, "FE-1", reference))
        assert balances(till.portal) | {"RC-1": 0} == {"FE-1": 0, "FE-2": 50_000, "FE-3": 25_000, "RC-1": 0}
        assert till.bill("FE-2")[1].in_favour == 0

    def test_a_receipt_that_names_nothing_and_has_another_reference_is_asked_about(
        self, till: Till, desk: Actor
    ) -> None:
        accept_report(till.portal, desk, report(till, "FE-1", reference="REF9"))
        bring(till.portal, receipt("RC-1", 1000, None, "BANCO-123"))
        assert till.bill("FE-2")[1].in_favour == 0
        assert read_document(till.portal, BOSS, till.document("RC-1")).state == "question"

    def test_a_receipt_that_came_first_is_asked_about(self, till: Till, desk: Actor) -> None:
        one = report(till, "FE-1")
        bring(till.portal, receipt("RC-1", 1000, "FE-1", None))
        with pytest.raises(SameMoney) as asked:
            accept_report(till.portal, desk, one)
        (twin,) = asked.value.twins
        assert (twin.number, found(till, one).state) == ("RC-1", ReportState.WAITING)
        accept_report(till.portal, desk, one, same_as=twin.item_id)
        assert till.bill("FE-2")[1].in_favour == 0 and balances(till.portal)["FE-1"] == 0
        assert mailed(till.portal)[-1][0] == Template.TRANSFER_KNOWN
        undo_report(till.portal, desk, one, "No era este")
        assert balances(till.portal)["FE-1"] == 0 and laws(till.portal) == []

    def test_or_it_is_other_money(self, till: Till, desk: Actor) -> None:
        one = report(till, "FE-1")
        bring(till.portal, receipt("RC-1", 1000, "FE-1", None))
        accept_report(till.portal, desk, one, other=True)
        assert till.bill("FE-2")[1].in_favour == 100_000

    def test_nothing_else_can_be_called_the_same(self, till: Till, desk: Actor) -> None:
        one = report(till, "FE-1")
        with pytest.raises(NotFound):
            accept_report(till.portal, desk, one, same_as=1)

    def test_a_payment_by_the_provider_is_asked_about_too(self, till: Till, desk: Actor) -> None:
        one = report(till, "FE-1", "FE-2", amount=100_000)
        till.approve(till.start("FE-1", anyway=True))
        with pytest.raises(SameMoney):
            accept_report(till.portal, desk, one)

    def test_two_transfers_with_their_own_references_are_two(self, till: Till, desk: Actor) -> None:
        for number, reference in (("FE-1", "A1"), ("FE-2", "A2")):
            accept_report(till.portal, desk, report(till, number, amount=30_000, reference=reference))
        assert balances(till.portal) == {"FE-1": 70_000, "FE-2": 20_000, "FE-3": 25_000}


def test_pressed_by_many_at_once_it_is_accepted_once(till: Till, desk: Actor) -> None:
    one = report(till, "FE-1")

    def press(_n: int) -> bool:
        try:
            accept_report(till.portal, desk, one)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as people:
        assert sorted(people.map(press, range(8))) == [False] * 7 + [True]
    assert balances(till.portal)["FE-1"] == 0 and laws(till.portal) == []
    assert [template for template, *_ in mailed(till.portal)].count(Template.VOUCHER) == 1


class TestRejectingAndTakingBack:
    def test_rejected_leaves_all_as_it_was_and_says_why(self, till: Till, desk: Actor) -> None:
        reject_report(till.portal, desk, report(till, "FE-1"), " No aparece\nen el banco ")
        assert balances(till.portal)["FE-1"] == 100_000 and in_review(till) == {}
        template, to, values = mailed(till.portal)[-1]
        assert (template, to, values["reason"]) == (
            Template.TRANSFER_REJECTED, "pagos@abc.example", "No aparece en el banco",
        )  # fmt: skip

    def test_no_reason_no_rejection(self, till: Till, desk: Actor) -> None:
        with pytest.raises(Refused, match="motivo"):
            reject_report(till.portal, desk, report(till, "FE-1"), " ")

    def test_taken_back_is_owed_again_and_both_entries_stand(self, till: Till, desk: Actor) -> None:
        one = report(till, "FE-1", "FE-3", amount=140_000)
        accept_report(till.portal, desk, one)
        till.clock.forward(days=2)
        undo_report(till.portal, desk, one, "El banco lo devolvió")
        assert balances(till.portal) == {"FE-1": 100_000, "FE-2": 50_000, "FE-3": 25_000}
        assert till.bill("FE-1")[1].in_favour == 0 and laws(till.portal) == []
        assert mailed(till.portal)[-1][0] == Template.TRANSFER_UNDONE
        assert found(till, one).state is ReportState.UNDONE

    def test_what_was_rounded_away_is_owed_again(self, till: Till, desk: Actor) -> None:
        one = report(till, "FE-3", amount=24_950)
        accept_report(till.portal, desk, one)
        assert balances(till.portal)["FE-3"] == 0
        undo_report(till.portal, desk, one, "Error")
        assert balances(till.portal)["FE-3"] == 25_000 and laws(till.portal) == []

    def test_what_a_receipt_confirms_is_not_taken_back(self, till: Till, desk: Actor) -> None:
        one = report(till, "FE-1")
        accept_report(till.portal, desk, one)
        bring(till.portal, receipt("RC-1", 1000, "FE-1", None))
        with pytest.raises(Refused, match="recibo"):
            undo_report(till.portal, desk, one, "Error")

    def test_a_new_report_may_follow_a_rejection(self, till: Till, desk: Actor) -> None:
        first = say(till, "FE-1")
        reject_report(till.portal, desk, report_transfer(till.portal, till.payer, first), "No")
        assert report_transfer(till.portal, till.payer, replace(first, key="otra"))


def decided(till: Till, actor: Actor, report_id: int, verb: str) -> None:
    if verb == "accept":
        accept_report(till.portal, actor, report_id)
    else:
        {"reject": reject_report, "undo": undo_report}[verb](till.portal, actor, report_id, "Motivo")


def receipt(number: str, total: int, names: str | None, reference: str | None) -> Any:
    more: dict[str, Any] = {"references": pays(names)} if names else {}
    return facts(number, total, Kind.RECEIPT, issue_date=date(2026, 3, 14), payment_reference=reference, **more)


def voucher(till: Till) -> Voucher:
    link = mailed(till.portal)[-1][2]["link"]
    with till.portal.ledger.read() as conn:
        found_ = find_voucher(conn, int(link.rpartition("=")[2]))
    assert found_ is not None
    return found_
