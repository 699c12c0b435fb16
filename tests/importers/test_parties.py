"""Who issued and who owes, as DIAN's documents state it."""

from dataclasses import replace

import pytest

from data.demo.einvoice import document_xml
from portal.domain.parties import Party
from portal.importers.recognise import read
from tests.importers.einvoice_facts import ANA, FERRETERIA, edited, facts, only, reason


def customer(given: Party) -> Party:
    return only(read("f.xml", document_xml(facts(customer=given)))).facts.customer


@pytest.mark.parametrize("given", [FERRETERIA, ANA])
def test_a_party_reads_back_as_stated(given: Party) -> None:
    assert customer(given) == given


def test_ids_lose_separators_zeros_and_the_digit_behind_a_hyphen() -> None:
    assert customer(replace(FERRETERIA, tax_id="0.900.100.200-8")).tax_id == "900100200"


@pytest.mark.parametrize(("id_type", "country"), [("41", "US"), ("50", "US"), ("31", "CO"), ("22", "CO")])
def test_the_country_is_the_ids_not_the_address(id_type: str, country: str) -> None:
    read_back = customer(replace(ANA, id_type=id_type, tax_id="123456789", country="US"))
    assert (read_back.country, read_back.id_type) == (country, id_type)


def test_passports_keep_their_letters() -> None:
    assert customer(replace(ANA, id_type="41", tax_id="ab-123.456")).tax_id == "AB123456"


@pytest.mark.parametrize("digit", ["", "11", "x"])
def test_a_check_digit_that_is_none_is_left_out(digit: str) -> None:
    assert customer(replace(FERRETERIA, check_digit=digit)).check_digit is None


def test_a_wrong_check_digit_is_kept_as_printed() -> None:
    assert customer(replace(FERRETERIA, check_digit="0")).check_digit == "0"


def test_a_check_digit_glued_to_the_nit_is_told_and_not_cut() -> None:
    found = only(read("f.xml", document_xml(facts(customer=replace(FERRETERIA, tax_id="8001972684", check_digit="4")))))
    (warning,) = found.warnings
    assert "8001972684" in str(warning) and found.facts.customer.tax_id == "8001972684"
    assert only(read("f.xml", document_xml(facts(customer=replace(FERRETERIA, tax_id="1000000007"))))).warnings == ()


@pytest.mark.parametrize("tax_id", ["222222222222", "2222222222"])
def test_the_anonymous_buyer_passes_through(tax_id: str) -> None:
    assert customer(replace(ANA, tax_id=tax_id, name="Consumidor final")).anonymous


def test_the_legal_entitys_id_stands_in_for_a_missing_one() -> None:
    read_back = only(read("f.xml", edited(facts(customer=replace(ANA, tax_id="1"))))).facts
    assert read_back.customer.tax_id == "1"
    data = document_xml(facts()).replace(b">52123456<", b"><", 1)
    assert only(read("f.xml", data)).facts.customer.tax_id == "52123456"


def test_a_person_may_be_named_by_parts() -> None:
    data = document_xml(facts()).decode()
    start = data.index("<cac:AccountingCustomerParty>")
    nameless = data[start:].replace("Ana María Peña", "")
    person = (
        "<cac:Person><cbc:FirstName>Ana</cbc:FirstName><cbc:FamilyName>Peña</cbc:FamilyName></cac:Person></cac:Party>"
    )
    data = data[:start] + nameless.replace("</cac:Party>", person, 1)
    assert only(read("f.xml", data.encode())).facts.customer.name == "Ana Peña"
    assert "RegistrationName" in reason((data[:start] + nameless).encode())


def test_a_party_without_any_id_is_refused_by_element() -> None:
    data = document_xml(facts()).replace(b">52123456<", b"> - <")
    assert "cac:AccountingCustomerParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID" in reason(data)
