"""What a person reads: a document with its money and neighbours, lists, the summary, the statement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from portal.app.importing.run import Source, import_files
from portal.app.portal import Portal
from portal.app.reading import (
    DocumentDetail,
    list_documents,
    read_document,
    read_statement,
    statement_currencies,
    summarise,
    what_to_filter_by,
)
from portal.app.voiding import void, withdraw
from portal.domain.access import Actor, By, Grant, Right, operator
from portal.domain.aging import Bucket, Settlement
from portal.domain.documents import Facts, Kind, Prepayment, Reference, Role, Term
from portal.errors import NotFound
from portal.ledger import documents, references
from portal.ledger.details import Neighbour
from portal.ledger.unit import Unit
from portal.views.filters import DocumentFilter, Settled, SortKey
from portal.views.pages import Page
from tests.app.test_posting import note, pay_on_issue, receipt
from tests.factories import ABC, EJEMPLAR, OTRA, XYZ, FrozenClock, bring, corrects, facts, pays

BOSS = operator("test")
TODAY = date(2026, 3, 15)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def document_id(portal: Portal, number: str) -> int:
    with portal.ledger.read() as conn:
        return int(conn.execute(text("SELECT id FROM documents WHERE number = :n"), {"n": number}).scalar_one())


def read(portal: Portal, number: str, actor: Actor = BOSS) -> DocumentDetail:
    return read_document(portal, actor, document_id(portal, number))


def visitor(portal: Portal, number: str, *rights: Right) -> Actor:
    """Somebody with a link of the customer that this document is for."""
    with portal.ledger.read() as conn:
        row = documents.find(conn, document_id(portal, number))
    assert row is not None
    return Actor(By.LINK, "link:1", (Grant(row.issuer_id, row.customer_id, frozenset(rights or {Right.SEE})),))


def change(portal: Portal, do: Callable[..., None], *values: object) -> None:
    with portal.ledger.write("test") as unit:
        do(unit, *values)
        unit.commit()


def status(portal: Portal, number: str) -> str:
    return str(read(portal, number).status())


def applied(detail: DocumentDetail) -> list[tuple[str, str | None, str | None, int]]:
    return [(one.cause, one.number, one.method, one.amount) for one in detail.applied]


def related(found: tuple[Neighbour, ...]) -> list[tuple[Role, str, bool]]:
    return [(one.role, one.number, one.document_id is not None) for one in found]


def everything(portal: Portal, actor: Actor, **filter: object) -> Page:
    wanted = DocumentFilter(**filter)  # type: ignore[arg-type]
    return list_documents(portal, actor, wanted, SortKey.NUMBER, False, 50, 0)


def numbers(portal: Portal, actor: Actor, **filter: object) -> list[str]:
    return [row.number for row in everything(portal, actor, **filter).rows]


class TestMoneyOfADocument:
    def test_an_invoice_shows_each_payment_with_its_number_and_method(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), receipt("RC-1", 300, "FE-1", method="47"))
        bring(portal, receipt("RC-2", 200, "FE-1", method="10", issue_date=date(2026, 3, 5)), note("NC-1", 100, "FE-1"))
        detail = read(portal, "FE-1")
        assert (detail.outstanding, detail.paid, detail.available) == (40000, 60000, 0)
        assert sorted(applied(detail)[:2]) == [("credit_note", "NC-1", None, 10000), ("receipt", "RC-1", "47", 30000)]
        assert applied(detail)[2] == ("receipt", "RC-2", "10", 20000)
        assert [one.on for one in detail.applied] == [date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 5)]

    def test_a_receipt_shows_what_it_was_applied_to_and_what_is_left(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), facts("FE-2", 500), receipt("RC-1", 1800, ("FE-1", 1000), ("FE-2", 500)))
        detail = read(portal, "RC-1")
        assert sorted(applied(detail)) == [("invoice", "FE-1", None, 100000), ("invoice", "FE-2", None, 50000)]
        assert (detail.available, detail.outstanding, detail.paid) == (30000, 0, 150000)

    def test_what_was_undone_is_not_shown(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), receipt("RC-1", 300, "FE-1"))
        change(portal, withdraw, document_id(portal, "RC-1"), "prueba")
        detail = read(portal, "FE-1")
        assert (detail.applied, detail.named_by, detail.outstanding) == ((), (), 100000)

    def test_a_cash_sale_is_money_without_a_paper_until_its_receipt_comes(self, portal: Portal) -> None:
        pay_on_issue(portal)
        bring(portal, facts("FE-1", 1000, term=Term.CASH, method="10"))
        (one,) = read(portal, "FE-1").applied
        assert (one.cause, one.document_id, one.kind, one.method) == ("cash_sale", None, None, "10")
        bring(portal, receipt("RC-1", 1000, "FE-1"))
        (one,) = read(portal, "FE-1").applied
        assert (one.number, one.kind, one.amount) == ("RC-1", Kind.RECEIPT, 100000)

    def test_a_receipt_that_is_the_paper_of_posted_money_waits_for_nothing(self, portal: Portal) -> None:
        pay_on_issue(portal)
        bring(portal, facts("FE-1", 1000, term=Term.CASH))
        bring(portal, receipt("RC-1", 1000, "FE-1"))
        detail = read(portal, "RC-1")
        assert not any(one.waiting for one in detail.names)
        assert str(detail.status()) == "Se aplicó por completo."

    def test_an_advance_that_an_invoice_is_net_of_is_used_up(self, portal: Portal) -> None:
        part = facts(total=500).total
        consumes = (Reference(Role.CONSUMES, "ANT-1", Kind.ADVANCE, amount=part),)
        net = facts("FE-1", 1500, prepaid=part, prepayments=(Prepayment(part, "ANT-1"),), references=consumes)
        bring(portal, facts("ANT-1", 500, Kind.ADVANCE), net)
        advance = read(portal, "ANT-1")
        assert (advance.available, advance.paid) == (0, 50000)
        assert related(advance.named_by) == [(Role.CONSUMES, "FE-1", True)]
        assert related(read(portal, "FE-1").names) == [(Role.CONSUMES, "ANT-1", True)]

    def test_the_balance_that_the_issuer_states_is_shown_as_such(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000))
        sheet = "número;fecha;saldo\nFE-1;10/03/2026;400\n".encode()
        report = import_files(portal, BOSS, [Source("saldos.csv", lambda: sheet)], issuer_tax_id=EJEMPLAR.tax_id)
        assert report.problems == []
        detail = read(portal, "FE-1")
        assert applied(detail) == [("stated_balance", None, None, 60000)]
        assert (detail.outstanding, detail.settlement) == (40000, Settlement.PART)

    def test_amounts_are_in_the_minor_units_of_the_currency(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000, currency="CLP"), facts("FE-2", "1.234", currency="KWD"))
        assert read(portal, "FE-1").outstanding == 1000
        assert read(portal, "FE-2").outstanding == 1234


class TestNeighbours:
    def test_a_note_and_its_invoice_name_each_other(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), note("NC-1", 300, "FE-1"))
        assert related(read(portal, "NC-1").names) == [(Role.CORRECTS, "FE-1", True)]
        assert related(read(portal, "FE-1").named_by) == [(Role.CORRECTS, "NC-1", True)]
        assert read(portal, "FE-1").names == read(portal, "NC-1").named_by == ()

    def test_what_has_not_come_is_named_as_printed_and_linked_when_it_comes(self, portal: Portal) -> None:
        bring(portal, receipt("RC-1", 300, "FE - 0001"))
        assert related(read(portal, "RC-1").names) == [(Role.PAYS, "FE - 0001", False)]
        bring(portal, facts("FE-0001", 1000))
        assert related(read(portal, "RC-1").names) == [(Role.PAYS, "FE-0001", True)]

    def test_a_document_of_another_customer_is_named_but_never_linked(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000, customer=XYZ), note("NC-1", 300, "FE-1", customer=ABC))
        (one,) = read(portal, "NC-1").names
        assert (one.number, one.document_id, one.kind) == ("FE-1", None, None)
        assert read(portal, "FE-1").named_by == ()

    def test_a_withdrawn_neighbour_has_not_come(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), note("NC-1", 300, "FE-1"))
        change(portal, withdraw, document_id(portal, "FE-1"), "prueba")
        assert related(read(portal, "NC-1").names) == [(Role.CORRECTS, "FE-1", False)]

    def test_a_debit_note_names_what_it_corrects_and_settles_nothing(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), facts("ND-1", 50, Kind.DEBIT_NOTE, references=corrects("FE-1")))
        detail = read(portal, "ND-1")
        assert related(detail.names) == [(Role.CORRECTS, "FE-1", True)] and detail.applied == ()


class TestStatusInOneSentence:
    @pytest.mark.parametrize(
        ("due", "sentence"),
        [
            (30, "Vence en 30 días."),
            (2, "Vence en 2 días."),
            (1, "Vence mañana."),
            (0, "Vence hoy."),
            (-1, "Venció ayer."),
            (-2, "Vencida hace 2 días."),
            (-400, "Vencida hace 400 días."),
        ],
    )
    def test_an_invoice_says_when_it_is_due(self, portal: Portal, due: int, sentence: str) -> None:
        day = TODAY + timedelta(days=due)
        bring(portal, facts("FE-1", issue_date=min(day, TODAY), due_date=day))
        detail = read(portal, "FE-1")
        assert str(detail.status()) == sentence and detail.overdue == (due < 0)

    def test_without_a_due_date_it_is_due_on_issue(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", issue_date=TODAY))
        assert status(portal, "FE-1") == "Vence hoy."

    def test_today_is_the_day_in_the_issuers_zone(self, portal: Portal, clock: FrozenClock) -> None:
        bring(portal, facts("FE-1", due_date=TODAY))
        clock.forward(hours=13, minutes=59)  # 23:59 in Bogotá, the next day in UTC
        assert status(portal, "FE-1") == "Vence hoy."
        clock.forward(minutes=1)
        assert status(portal, "FE-1") == "Venció ayer."

    def test_part_paid_says_so_and_when_the_rest_is_due(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000, due_date=TODAY + timedelta(days=1)), receipt("RC-1", 1, "FE-1"))
        assert status(portal, "FE-1") == "Abonada en parte. Vence mañana."

    def test_paid(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), note("NC-1", 300, "FE-1"), receipt("RC-1", 700, "FE-1"))
        assert status(portal, "FE-1") == "Pagada: no hay nada por pagar."

    def test_settled_by_credit_notes_alone_is_not_paid(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), note("NC-1", 300, "FE-1"), note("NC-2", 700, "FE-1"))
        assert status(portal, "FE-1") == "Saldada con nota crédito: no hay nada por pagar."
        assert numbers(portal, BOSS, settlements=(Settled.CREDITED,)) == ["FE-1"]

    def test_an_invoice_over_nothing_owes_nothing(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 0))
        assert status(portal, "FE-1") == "Pagada: no hay nada por pagar."

    @pytest.mark.parametrize("paid", [0, 400])
    def test_void_owes_nothing(self, portal: Portal, paid: int) -> None:
        bring(portal, facts("FE-1", 1000), *([receipt("RC-1", paid, "FE-1")] if paid else []))
        change(portal, void, document_id(portal, "FE-1"), TODAY)
        detail = read(portal, "FE-1")
        assert str(detail.status()) == "Anulada: no se debe nada por este documento."
        assert (detail.settlement, detail.outstanding, detail.paid, detail.overdue) == (Settlement.VOID, 0, 0, False)

    def test_in_review_counts_for_nothing_yet(self, portal: Portal) -> None:
        pay_on_issue(portal)
        bring(portal, *[facts(f"FE-{n}", 1000, term=Term.CASH) for n in (1, 2)])
        bring(portal, receipt("RC-1", 1000))
        detail = read(portal, "RC-1")
        assert str(detail.status()).startswith("En revisión:") and detail.settlement is Settlement.OPEN
        assert (detail.available, detail.paid) == (0, 0)

    def test_a_credit_says_what_is_left_of_it(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), receipt("RC-1", 1000, "FE-1"), receipt("RC-2", 50))
        assert status(portal, "RC-1") == "Se aplicó por completo."
        assert status(portal, "RC-2") == "Queda saldo a favor por aplicar."

    def test_a_credit_kept_for_what_has_not_come_is_reserved_until_it_is_released(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), receipt("RC-1", 500, ("FE-1", 100), ("FE-2", 400)))
        assert status(portal, "RC-1") == "Reservado: espera un documento que todavía no ha llegado."

        def release(unit: Unit, document: int) -> None:
            references.release(unit.conn, document, unit.now)
            unit.touch([document])

        change(portal, release, document_id(portal, "RC-1"))
        assert status(portal, "RC-1") == "Queda saldo a favor por aplicar."

    def test_a_credit_that_is_used_up_waits_no_more(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), receipt("RC-1", 500, ("FE-1", 500), "FE-2"))
        assert status(portal, "RC-1") == "Se aplicó por completo."

    def test_the_lists_row_agrees_with_the_documents_page(self, portal: Portal) -> None:
        pay_on_issue(portal)
        bring(
            portal, facts("FE-1", 1000, due_date=TODAY), note("NC-1", 1000, "FE-1"), facts("FE-2", 1000, term=Term.CASH)
        )
        bring(portal, receipt("RC-1", 500, "FE-9"), receipt("RC-2", 60), facts("FE-3", 70), receipt("RC-3", 20, "FE-3"))
        change(portal, void, document_id(portal, "RC-2"), TODAY)
        rows = everything(portal, BOSS).rows
        assert len(rows) == 8
        for row in rows:
            detail = read(portal, row.number)
            assert (row.outstanding, row.available, row.paid) == (detail.outstanding, detail.available, detail.paid)
            assert (row.settlement, row.overdue, row.by_credit_notes) == (
                detail.settlement,
                detail.overdue,
                detail.by_credit_notes,
            )
            assert (row.reserved > 0) == detail.reserved


class TestWhoMayRead:
    def test_the_customer_reads_its_own(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"), facts("FE-2", customer=XYZ))
        assert read(portal, "FE-1", visitor(portal, "FE-1")).facts.number == "FE-1"

    def test_foreign_and_missing_and_withdrawn_are_one_answer(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"), facts("FE-2", customer=XYZ), facts("FE-3"), facts("FE-1", issuer=OTRA))
        actor = visitor(portal, "FE-3")
        change(portal, withdraw, document_id(portal, "FE-3"), "prueba")
        foreign = [
            row.id for row in everything(portal, BOSS).rows if row.number == "FE-2" or row.issuer_name == OTRA.name
        ]
        assert len(foreign) == 2
        words = set()
        for wanted in (*foreign, document_id(portal, "FE-3"), 1, 0, -1, 2**62):
            with pytest.raises(NotFound) as refused:
                read_document(portal, actor, wanted)
            words.add(str(refused.value))
        assert len(words) == 1

    def test_a_withdrawn_document_is_gone_for_the_operator_too(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"))
        change(portal, withdraw, document_id(portal, "FE-1"), "prueba")
        with pytest.raises(NotFound):
            read(portal, "FE-1")

    def test_a_right_that_is_not_to_see_shows_nothing(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"))
        payer = visitor(portal, "FE-1", Right.PAY, Right.DOWNLOAD)
        with pytest.raises(NotFound):
            read(portal, "FE-1", payer)
        assert numbers(portal, payer) == [] and summarise(portal, payer).latest == ()


class TestReadYourWrites:
    def test_a_list_holds_what_was_just_imported_and_only_the_actors_own(self, portal: Portal) -> None:
        for n in range(1, 4):
            bring(
                portal,
                facts(f"A-{n}", 100 * n, customer=ABC),
                facts(f"X-{n}", 5, customer=XYZ),
                facts(f"O-{n}", 7, customer=ABC, issuer=OTRA),
            )
            abc, xyz, other = (visitor(portal, f"{prefix}-1") for prefix in "AXO")
            for actor, prefix in ((abc, "A"), (xyz, "X"), (other, "O")):
                page = everything(portal, actor)
                assert [row.number for row in page.rows] == [f"{prefix}-{k}" for k in range(1, n + 1)]
                assert page.total == n
            (total,) = everything(portal, abc).totals
            assert (total.currency, total.debits, total.outstanding) == ("COP", *[100_00 * n * (n + 1) // 2] * 2)

    def test_a_payment_moves_the_totals_at_once(self, portal: Portal) -> None:
        bring(portal, facts("FE-1", 1000), facts("FE-2", 500, currency="USD"))
        actor = visitor(portal, "FE-1")
        assert [(t.currency, t.outstanding) for t in everything(portal, actor).totals] == [
            ("COP", 100000),
            ("USD", 50000),
        ]
        bring(portal, receipt("RC-1", 1000, "FE-1", method="47"))
        assert [(t.currency, t.outstanding, t.credits) for t in everything(portal, actor).totals] == [
            ("COP", 0, 100000),
            ("USD", 50000, 0),
        ]
        row = next(row for row in everything(portal, actor).rows if row.number == "FE-1")
        assert (row.method, row.agreed, row.settlement) == ("47", False, Settlement.SETTLED)
        assert numbers(portal, actor, settlements=(Settled.OPEN,)) == ["FE-2"]

    def test_the_summary_is_the_actors_own(self, portal: Portal) -> None:
        late = TODAY - timedelta(days=40)
        bring(portal, facts("FE-1", 1000, issue_date=late, due_date=late), facts("FE-2", 500, due_date=TODAY))
        bring(portal, facts("FE-3", 9, customer=XYZ), facts("FE-4", 8, issuer=OTRA), receipt("RC-1", 30))
        summary = summarise(portal, visitor(portal, "FE-1"))
        (owed,) = summary.owed
        assert (owed.issuer_name, owed.outstanding, owed.overdue, owed.available) == (
            EJEMPLAR.name,
            150000,
            100000,
            3000,
        )
        assert [row.number for row in summary.due_next] == ["FE-2"]
        assert {row.number for row in summary.latest} == {"FE-1", "FE-2", "RC-1"}
        aging = summary.aging["COP"]
        assert (aging.buckets[Bucket.D60], aging.buckets[Bucket.CURRENT], aging.credit) == (100000, 50000, 3000)

    def test_the_summary_moves_with_the_day(self, portal: Portal, clock: FrozenClock) -> None:
        bring(portal, facts("FE-1", 1000, due_date=TODAY))
        assert summarise(portal, BOSS).owed[0].overdue == 0
        clock.forward(days=1)
        assert summarise(portal, BOSS).owed[0].overdue == 100000

    def test_what_to_filter_by_tells_nothing_of_others(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"), note("NC-1", 1, "FE-1", customer=XYZ, currency="USD"), facts("FE-2", issuer=OTRA))
        facets = what_to_filter_by(portal, visitor(portal, "FE-1"))
        assert (facets.currencies, facets.kinds) == (("COP",), (Kind.INVOICE,))
        assert [name for _, name in facets.issuers] == [EJEMPLAR.name]


class TestStatement:
    def account(self, portal: Portal, number: str) -> tuple[int, int]:
        with portal.ledger.read() as conn:
            row = documents.find(conn, document_id(portal, number))
        assert row is not None
        return row.issuer_id, row.customer_id

    def test_it_opens_runs_and_closes_on_what_was_just_imported(self, portal: Portal) -> None:
        old = date(2025, 12, 31)
        bring(portal, facts("FE-0", 100, issue_date=old), facts("FE-1", 1000), receipt("RC-1", 300, "FE-1"))
        statement = read_statement(portal, visitor(portal, "FE-1"), *self.account(portal, "FE-1"), "COP", *YEAR)
        assert (statement.opening, statement.debits, statement.credits, statement.closing) == (
            10000,
            100000,
            30000,
            80000,
        )
        assert [(move.number, move.balance) for move in statement.movements] == [("FE-1", 110000), ("RC-1", 80000)]
        bring(portal, facts("FE-2", 5))
        again = read_statement(portal, visitor(portal, "FE-1"), *self.account(portal, "FE-1"), "COP", *YEAR)
        assert (again.closing, again.count) == (80500, 3)
        assert again.closing == again.aging.net

    def test_a_page_of_it_carries_the_balance_on(self, portal: Portal) -> None:
        bring(portal, *[facts(f"FE-{n}", n, issue_date=date(2026, 1, n)) for n in range(1, 8)])
        account = (*self.account(portal, "FE-1"), "COP", *YEAR)
        whole = read_statement(portal, BOSS, *account)
        page = read_statement(portal, BOSS, *account, limit=3, offset=3)
        assert page.movements == whole.movements[3:6]
        assert replace(page, movements=()) == replace(whole, movements=())

    def test_nobody_elses_account_exists(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"), facts("FE-2", customer=XYZ), facts("FE-3", issuer=OTRA))
        actor = visitor(portal, "FE-1")
        assert statement_currencies(portal, actor, *self.account(portal, "FE-1")) == ("COP",)
        for foreign in ("FE-2", "FE-3"):
            account = self.account(portal, foreign)
            with pytest.raises(NotFound):
                read_statement(portal, actor, *account, "COP", *YEAR)
            with pytest.raises(NotFound):
                statement_currencies(portal, actor, *account)

    def test_a_customers_id_under_another_issuer_is_not_an_account(self, portal: Portal) -> None:
        bring(portal, facts("FE-1"), facts("FE-3", issuer=OTRA))
        mine, (other, _) = self.account(portal, "FE-1"), self.account(portal, "FE-3")
        with pytest.raises(NotFound):
            read_statement(portal, visitor(portal, "FE-1"), other, mine[1], "COP", *YEAR)


def test_a_receipt_for_a_void_invoice_is_in_favour_of_the_customer(portal: Portal) -> None:
    bring(portal, facts("FE-1", 1000), facts("RC-1", 400, Kind.RECEIPT, references=pays("FE-1")))
    change(portal, void, document_id(portal, "FE-1"), TODAY)
    detail: DocumentDetail = read(portal, "RC-1")
    assert (detail.available, detail.applied) == (40000, ())
    assert str(detail.status()) == "Queda saldo a favor por aplicar."


def test_facts_come_back_as_they_were_stated(portal: Portal) -> None:
    stated: Facts = facts("FE-1", "1190.00", notes=("Gracias.",), order="OC-7", payment_reference="P-1")
    bring(portal, stated)
    assert read(portal, "FE-1").facts == stated


def found_by(portal: Portal, words: str) -> list[str]:
    asked = DocumentFilter(search=words)
    return [row.number for row in list_documents(portal, BOSS, asked, SortKey.NUMBER, False, 50, 0).rows]


def test_a_cufe_is_found_by_a_dozen_of_its_digits_and_by_no_fewer(portal: Portal) -> None:
    cufe = "AB12CD34EF567890" * 6
    bring(portal, facts("FE-1", cufe=cufe), facts("FE-2"))
    for pasted in (cufe, cufe.lower(), cufe[:12], cufe[40:60], f"FE-1 {cufe}"):
        assert found_by(portal, pasted) == ["FE-1"]
    assert found_by(portal, "cd34ef") == found_by(portal, f"FE-2 {cufe}") == []
    assert found_by(portal, "empresa abc 900555666") == ["FE-1", "FE-2"]


def test_a_code_that_is_no_cufe_is_found_by_any_part(portal: Portal) -> None:
    code = "5b3f2a1c-77aa-4d21-9c01-0123456789ab"
    bring(portal, facts("FE-1", cufe=code), facts("FE-2", cufe="X-7"))
    assert found_by(portal, code) == found_by(portal, "9c01-0123456789ab") == ["FE-1"]
    assert found_by(portal, "x-7") == ["FE-2"]
