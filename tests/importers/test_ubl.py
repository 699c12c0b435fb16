"""What an invoice or note states comes in as stated."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.demo.einvoice import document_xml
from portal.domain.documents import Facts, Kind, Prepayment, Reference, Role, Tax, Term
from portal.importers.recognise import read
from portal.render.ubl_xml import facts_to_ubl
from tests.importers.einvoice_facts import (
    IVA,
    LINE,
    edited,
    facts,
    full_invoice,
    note,
    only,
    reason,
    with_code,
)

CENTS = st.integers(0, 10**14).map(lambda cents: Decimal(cents).scaleb(-2))
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=40)
ADVANCE = Reference(Role.CONSUMES, "ANT-7", amount=Decimal("100.00"))


def back(given: Facts) -> Facts:
    return only(read("factura.xml", document_xml(given))).facts


@pytest.mark.parametrize("given", [facts(), full_invoice(), note(Kind.CREDIT_NOTE), note(Kind.DEBIT_NOTE)])
def test_everything_a_document_states_reads_back_the_same(given: Facts) -> None:
    found = only(read("factura.xml", document_xml(given)))
    assert found.facts == replace(with_code(given, found), software=found.facts.software)
    assert found.warnings == () and found.facts.cufe and len(found.facts.cufe) == 96


@given(
    st.sampled_from([Kind.INVOICE, Kind.CREDIT_NOTE, Kind.DEBIT_NOTE]),
    CENTS,
    WORDS,
    WORDS,
    st.dates(date(1990, 1, 1), date(2100, 1, 1)),
)
def test_amounts_texts_and_dates_survive_the_way_through_xml(
    kind: Kind, amount: Decimal, name: str, text: str, day: date
) -> None:
    stated = facts(kind, total=amount, line_total=amount, issue_date=day, taxes=(), notes=(text,))
    stated = replace(
        stated,
        customer=replace(stated.customer, name=name),
        lines=(replace(LINE, description=text, amount=amount, taxes=(), discount=None),),
    )
    read_back = back(stated)
    assert read_back.total == read_back.line_total == read_back.lines[0].amount == amount
    assert read_back.total_minor == int(amount * 100)
    assert (read_back.customer.name, read_back.lines[0].description, read_back.issue_date) == (name, text, day)


@pytest.mark.parametrize("code", ["01", "02", "03", "04", "20", "25", "60"])
def test_sales_invoices_and_equivalent_documents_come_in_as_invoices(code: str) -> None:
    read_back = back(facts(type_code=code))
    assert (read_back.kind, read_back.type_code) == (Kind.INVOICE, code)


def test_a_debit_note_has_dians_code_though_ubl_gives_it_none() -> None:
    assert back(note(Kind.DEBIT_NOTE)).type_code == "92"


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        ({"DueDate": "2025-11-30"}, date(2025, 11, 30)),
        ({"DueDate": "2025-11-30-05:00"}, date(2025, 11, 30)),
        ({"DueDate": None}, date(2025, 10, 4)),
        ({"DueDate": ""}, date(2025, 10, 4)),
        ({"DueDate": None, "PaymentDueDate": None}, None),
    ],
)
def test_the_due_date_falls_back_to_the_payment_means_then_to_none(changes: dict[str, str], due: date | None) -> None:
    assert only(read("f.xml", edited(facts(), **changes))).facts.due_date == due


def test_of_several_payment_means_the_last_date_and_credit_win() -> None:
    means = "<cac:PaymentMeans><cbc:ID>{}</cbc:ID><cbc:PaymentMeansCode>10</cbc:PaymentMeansCode>"
    means += "<cbc:PaymentDueDate>{}</cbc:PaymentDueDate></cac:PaymentMeans>"
    data = document_xml(facts(due_date=None, term=Term.CASH)).decode()
    more = means.format(2, "2025-12-01") + means.format(1, "2025-11-01")
    read_back = only(read("f.xml", data.replace("<cac:TaxTotal>", more + "<cac:TaxTotal>", 1).encode())).facts
    assert (read_back.due_date, read_back.term, read_back.method) == (date(2025, 12, 1), Term.CREDIT, "47")


def test_the_payment_terms_are_asked_after_the_payment_means() -> None:
    terms = "<cac:PaymentTerms><cbc:PaymentDueDate>2025-12-05</cbc:PaymentDueDate></cac:PaymentTerms><cac:TaxTotal>"
    data = document_xml(facts(due_date=None)).decode().replace("<cac:TaxTotal>", terms, 1)
    assert only(read("f.xml", data.encode())).facts.due_date == date(2025, 12, 5)


def test_what_is_paid_on_the_spot_is_due_on_issue() -> None:
    read_back = back(facts(due_date=None, term=Term.CASH))
    assert (read_back.due_date, read_back.term) == (read_back.issue_date, Term.CASH)


def test_a_prepayment_is_consumed_only_if_the_total_is_net_of_it() -> None:
    paid = (Prepayment(Decimal("100.00"), "ANT-7"),)
    net = back(facts(prepayments=paid, prepaid=Decimal("100.00"), total=Decimal("1090.00")))
    gross = back(facts(prepayments=paid))
    assert (net.prepayments, net.references) == (paid, (ADVANCE,))
    assert (gross.prepayments, gross.references) == (paid, ())


def test_a_billing_reference_that_repeats_the_prepayment_is_no_correction() -> None:
    named = (Reference(Role.CORRECTS, "ant 7", Kind.INVOICE), Reference(Role.CORRECTS, "FE1", Kind.INVOICE))
    paid = (Prepayment(Decimal("100.00"), "ANT-7"),)
    read_back = back(facts(prepayments=paid, references=named, prepaid=Decimal("100.00"), total=Decimal("1090.00")))
    assert read_back.references == (ADVANCE, named[1])


def test_a_note_without_billing_reference_corrects_what_its_reason_names() -> None:
    data = document_xml(note(Kind.CREDIT_NOTE)).decode()
    start, end = data.index("<cac:BillingReference>"), data.index("</cac:BillingReference>") + 23
    read_back = only(read("nc.xml", (data[:start] + data[end:]).encode())).facts
    assert read_back.references == (Reference(Role.CORRECTS, "FE12"),)


def test_the_code_of_a_document_from_before_2019_is_not_taken_for_a_cufe() -> None:
    data = document_xml(note(Kind.CREDIT_NOTE)).replace(b"ab" * 48, b"a675432fecc1d537361dcdbdfbd08d6e5283f2bc")
    (reference,) = only(read("nc.xml", data)).facts.references
    assert (reference.number, reference.cufe) == ("FE12", None)


def test_upper_case_codes_are_the_same_codes() -> None:
    code = back(facts()).cufe
    assert code and only(read("f.xml", edited(facts(), UUID=code.upper()))).facts.cufe == code


def test_the_environment_says_test() -> None:
    assert back(facts(environment="2")).is_test
    assert only(read("f.xml", edited(facts(environment="2"), ProfileExecutionID=None))).facts.is_test
    assert not back(facts()).is_test


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"total": Decimal("1195.00")}, "valor a pagar"),
        ({"taxes": (Tax("01", "IVA", Decimal("100")),)}, "valor a pagar"),
        ({"line_total": Decimal("990.00"), "total": Decimal("1180.00")}, "líneas"),
    ],
)
def test_totals_that_do_not_add_up_are_told_and_kept(changes: dict[str, object], told: str) -> None:
    found = only(read("f.xml", document_xml(facts(**changes))))
    (warning,) = found.warnings
    assert told in str(warning)
    assert found.facts.total == changes.get("total", Decimal("1190.00"))


def test_a_difference_of_two_is_dians_tolerance() -> None:
    assert only(read("f.xml", document_xml(facts(total=Decimal("1192.00"))))).warnings == ()


def test_taxes_come_one_per_rate_and_a_total_in_another_currency_is_passed_over() -> None:
    reduced = Tax("01", "IVA", Decimal("50.00"), Decimal("1000.00"), Decimal("5.00"))
    data = document_xml(facts(taxes=(IVA, reduced))).decode()
    foreign = '<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">40</cbc:TaxAmount></cac:TaxTotal>'
    read_back = only(read("f.xml", data.replace("<cac:TaxTotal>", foreign + "<cac:TaxTotal>", 1).encode())).facts
    assert read_back.taxes == (IVA, reduced)


def test_a_text_interrupted_by_a_comment_reads_whole() -> None:
    data = document_xml(facts()).replace(b"<cbc:ID>FE12<", b"<cbc:ID>FE<!-- no -->1<?x y?>2<")
    assert only(read("f.xml", data)).facts.number == "FE12"


def test_prefixes_are_free_and_single_byte_encodings_are_read() -> None:
    text = document_xml(facts()).decode().replace("cbc:", "q:").replace("xmlns:cbc", "xmlns:q")
    data = text.replace("encoding='UTF-8'", "encoding='ISO-8859-1'").encode("latin-1")
    assert only(read("f.xml", b"\n " + data)).facts.customer.name == "Ana María Peña"


def test_what_is_wrong_in_a_line_is_told_with_the_line() -> None:
    lines = (LINE, replace(LINE, number="2", unit_price=Decimal("-1")))
    (problem,) = read("f.xml", document_xml(facts(lines=lines))).problems
    assert problem.place == "cac:InvoiceLine[2]/cac:Price/cbc:PriceAmount"


def test_the_portals_own_copy_is_no_document() -> None:
    advance = replace(facts(), kind=Kind.ADVANCE)
    assert "copia" in reason(facts_to_ubl(advance))
    assert "copia" in reason(facts_to_ubl(facts()))
