"""What documents do to balances, in every order of arrival."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from sqlalchemy import text

from portal.app.portal import Portal
from portal.domain.documents import Facts, Kind, Prepayment, Reference, Role, Term
from tests.factories import ABC, XYZ, bring, corrects, facts, in_turn, pays
from tests.ledger.balances import balances, laws, owed


def receipt(number: str, total: int | str, *named: object, **other: object) -> Facts:
    return facts(number, total, Kind.RECEIPT, references=pays(*named), **other)  # type: ignore[arg-type]


def note(number: str, total: int | str, *named: object, **other: object) -> Facts:
    return facts(number, total, Kind.CREDIT_NOTE, references=corrects(*named), **other)  # type: ignore[arg-type]


def pay_on_issue(portal: Portal) -> None:
    bring(portal, facts("FE-0", 1))
    with portal.ledger.write("test") as unit:
        unit.conn.execute(text("UPDATE issuers SET cash_policy = 'paid'"))
        unit.commit()


class TestCredits:
    def test_an_invoice_is_owed_in_full(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", "1000.50"))
        assert balances(portal) == {"FE-1": 100050}

    def test_a_credit_note_lowers_the_invoice_that_it_references(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), note("NC-1", 300, "FE-1"))
        assert balances(portal) == {"FE-1": 70000, "NC-1": 0}

    def test_a_credit_that_comes_first_waits_for_its_invoice(self, portal: Portal) -> None:
        bring(portal, note("NC-1", 300, "FE-1"))
        assert balances(portal) == {"NC-1": 30000}
        bring(portal, facts("FE-1", 1000))
        assert balances(portal) == {"FE-1": 70000, "NC-1": 0}

    def test_more_than_is_outstanding_stays_in_favour_of_the_customer(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), receipt("RC-1", 1500, "FE-1"))
        assert balances(portal) == {"FE-1": 0, "RC-1": 50000}

    def test_a_receipt_pays_what_it_names_with_the_sums_that_it_states(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), facts("FE-2", 1000), receipt("RC-1", 900, ("FE-1", 400), ("FE-2", 500)))
        assert balances(portal) == {"FE-1": 60000, "FE-2": 50000, "RC-1": 0}

    def test_a_sum_stated_for_a_missing_document_is_kept_for_it(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), receipt("RC-1", 1000, "FE-1", ("FE-2", 400)))
        assert balances(portal) == {"FE-1": 40000, "RC-1": 40000}
        bring(portal, facts("FE-2", 1000))
        assert balances(portal) == {"FE-1": 40000, "FE-2": 60000, "RC-1": 0}

    def test_a_receipt_that_names_nothing_is_unapplied(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), receipt("RC-1", 400))
        assert balances(portal) == {"FE-1": 100000, "RC-1": 40000}

    def test_a_debit_note_raises_what_is_owed_and_settles_nothing(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), facts("ND-1", 50, Kind.DEBIT_NOTE, references=corrects("FE-1")))
        assert balances(portal) == {"FE-1": 100000, "ND-1": 5000}

    def test_a_number_shared_by_two_kinds_means_the_debit(self, portal: Portal) -> None:
        bring(portal, facts("T-108", 1000), facts("T-108", 10, Kind.CREDIT_NOTE), note("NC-9", 100, "T-108"))
        with portal.ledger.read() as conn:
            left = conn.execute(text("SELECT target_id IS NOT NULL FROM document_references")).scalar_one()
        assert left
        assert owed(portal) == 100000 - 1000 - 10000

    def test_a_document_of_another_customer_is_never_settled(self, portal: Portal) -> None:
        report = bring(portal, facts("FE-1", 1000), receipt("RC-1", 1000, "FE-1", customer=XYZ))
        assert balances(portal) == {"FE-1": 100000, "RC-1": 100000}
        assert "otro cliente" in str(report.warnings[0].reason)

    def test_another_currency_is_never_settled(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), receipt("RC-1", 1000, "FE-1", currency="USD"))
        assert balances(portal) == {"FE-1": 100000, "RC-1": 100000}

    def test_a_reference_by_cufe_is_surer_than_one_by_number(self, portal: Portal) -> None:
        right, other = "a" * 96, "b" * 96
        by_cufe = (Reference(Role.CORRECTS, "FE-1", cufe=right),)
        bring(portal, facts("FE-1", 1000, cufe=other), facts("NC-1", 100, Kind.CREDIT_NOTE, references=by_cufe))
        assert balances(portal)["FE-1"] == 100000

    def test_the_order_of_arrival_makes_no_difference(self, portal: Portal) -> None:
        some = [facts("FE-1", 1000), facts("FE-2", 500), receipt("RC-1", 1200, ("FE-1", 900), ("FE-2", 300))]
        for number, order in enumerate(permutations(some)):
            renamed = [_suffix(one, f"/{number}") for one in order]
            in_turn(portal, renamed)
            found = {n.partition("/")[0]: b for n, b in balances(portal).items() if n.endswith(f"/{number}")}
            assert found == {"FE-1": 10000, "FE-2": 20000, "RC-1": 0}
        assert laws(portal) == []


def _suffix(one: Facts, suffix: str) -> Facts:
    from dataclasses import replace

    named = tuple(replace(r, number=(r.number or "") + suffix) for r in one.references)
    return replace(one, number=one.number + suffix, references=named)


class TestPrepaid:
    """An invoice's total is already net of its prepaid amount: the advance is consumed, not allocated again."""

    advance = facts("ANT-1", 500, Kind.ADVANCE, issue_date=date(2026, 2, 1))
    net = facts(
        "FE-1",
        1500,
        prepaid=facts(total=500).total,
        prepayments=(Prepayment(facts(total=500).total, "ANT-1"),),
        references=(Reference(Role.CONSUMES, "ANT-1", Kind.ADVANCE, amount=facts(total=500).total),),
    )

    @pytest.mark.parametrize("first", ["advance", "invoice"])
    def test_the_advance_is_used_up_whichever_comes_first(self, portal: Portal, first: str) -> None:
        in_turn(portal, [self.advance, self.net] if first == "advance" else [self.net, self.advance])
        assert balances(portal) == {"FE-1": 150000, "ANT-1": 0}
        assert owed(portal) == 150000

    def test_an_advance_that_names_the_invoice_is_consumed_up_to_its_prepaid_amount(self, portal: Portal) -> None:
        advance = facts("ANT-1", 700, Kind.ADVANCE, references=pays("FE-1"))
        net = facts("FE-1", 1500, prepaid=facts(total=500).total)
        in_turn(portal, [net, advance])
        assert balances(portal) == {"FE-1": 130000, "ANT-1": 0}

    def test_both_documents_naming_each_other_consume_it_once(self, portal: Portal) -> None:
        in_turn(portal, [self.net, facts("ANT-1", 700, Kind.ADVANCE, references=pays("FE-1"))])
        assert owed(portal) == 150000 - 20000
        assert laws(portal) == []


class TestCashSales:
    def test_contado_is_due_on_issue_unless_the_issuer_says_otherwise(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000, term=Term.CASH))
        assert balances(portal) == {"FE-1": 100000}

    def test_contado_counts_as_paid_on_issue_when_the_issuer_says_so(self, portal: Portal) -> None:
        pay_on_issue(portal)
        bring(portal, facts("FE-1", 1000, term=Term.CASH), facts("FE-2", 1000, term=Term.CREDIT))
        assert balances(portal) == {"FE-0": 100, "FE-1": 0, "FE-2": 100000}

    @pytest.mark.parametrize("named", [(), ("FE-1",)])
    def test_the_receipt_of_a_cash_sale_is_its_paper_not_more_money(self, portal: Portal, named: tuple[str]) -> None:
        pay_on_issue(portal)
        bring(portal, facts("FE-1", 1000, term=Term.CASH))
        bring(portal, receipt("RC-1", 1000, *named, issue_date=date(2026, 3, 2)))
        assert owed(portal) == 100
        assert laws(portal) == []

    @pytest.mark.parametrize("named", [(), ("FE-1",)])
    def test_a_receipt_that_came_first_pays_the_cash_sale(self, portal: Portal, named: tuple[str]) -> None:
        pay_on_issue(portal)
        in_turn(portal, [receipt("RC-1", 1000, *named), facts("FE-1", 1000, term=Term.CASH)])
        assert owed(portal) == 100
        assert balances(portal) == {"FE-0": 100, "FE-1": 0, "RC-1": 0}

    def test_both_in_one_file_count_once(self, portal: Portal) -> None:
        pay_on_issue(portal)
        bring(portal, receipt("RC-1", 1000), facts("FE-1", 1000, term=Term.CASH))
        assert owed(portal) == 100

    def test_a_receipt_that_could_be_the_paper_of_two_payments_is_asked_about(self, portal: Portal) -> None:
        pay_on_issue(portal)
        bring(portal, *[facts(f"FE-{n}", 1000, term=Term.CASH) for n in (1, 2)])
        bring(portal, receipt("RC-1", 1000))
        assert owed(portal) == 100
        with portal.ledger.read() as conn:
            state = conn.execute(text("SELECT state FROM documents WHERE number = 'RC-1'")).scalar_one()
            asked = conn.execute(text("SELECT kind FROM questions WHERE answered_at IS NULL")).scalar_one()
        assert (state, asked) == ("question", "same_payment")

    def test_a_receipt_days_later_is_other_money(self, portal: Portal) -> None:
        pay_on_issue(portal)
        bring(portal, facts("FE-1", 1000, term=Term.CASH))
        bring(portal, receipt("RC-1", 1000, issue_date=date(2026, 3, 5)))
        assert owed(portal) == 100 - 100000

    def test_a_receipt_for_another_invoice_is_other_money(self, portal: Portal) -> None:
        pay_on_issue(portal)
        bring(portal, facts("FE-1", 1000, term=Term.CASH), facts("FE-2", 1000, customer=ABC))
        bring(portal, receipt("RC-1", 1000, "FE-2"))
        assert balances(portal) == {"FE-0": 100, "FE-1": 0, "FE-2": 0, "RC-1": 0}
