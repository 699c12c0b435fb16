"""The CUFE and CUDE, against the vectors of the annex and against the documents we write."""

import hashlib
from decimal import Decimal

import pytest
from lxml import etree

from data.demo.einvoice import PIN, TECHNICAL_KEY, code_of, document_xml
from portal.domain.documents import Facts, Kind, Tax
from portal.importers.control_codes import Stated, code_input, control_code, recomputed
from tests.importers.einvoice_facts import facts, note

ANNEX = Stated(
    number="323200000129",
    date="2019-01-16",
    time="10:53:10-05:00",
    subtotal=Decimal("1500000.00"),
    taxes={"01": Decimal("285000.00")},
    total=Decimal("1785000.00"),
    issuer="700085371",
    buyer="800199436",
    environment="1",
)
ANNEX_KEY = "693ff6f2a553c3646a063436fd4dd9ded0311471"
ANNEX_CUFE = "8bb918b19ba22a694f1da11c643b5e9de39adf60311cf179179e9b33381030bcd4c3c3f156c506ed5908f9276f5bd9b4"
CUDES = {
    "81100078712019-01-1207:00:00-05:005000.0001950.00040.00030.005950.009003730768355990123011": (
        "907e4444decc9e59c160a2fb3b6659b33dc5b632a5008922b9a62f83f757b1c448e47f5867f2b50dbdb96f48c7681168"
    ),
    "ND10012019-01-1810:58:00-05:0030000.00010.00042400.00030.0032400.0090019726410254102102012": (
        "3fa73a86d57d9341c536afde1f85c4efd9d4591c2c22bce4dfb0e6b0d2e83b8f047a8bde7098292e9d2493e60d1c31da"
    ),
}


def test_the_annexs_invoice() -> None:
    assert control_code(ANNEX, ANNEX_KEY) == ANNEX_CUFE


def test_the_annexs_notes_written_as_we_write_them() -> None:
    credit = Stated("8110007871", "2019-01-12", "07:00:00-05:00", Decimal("5000"), {"01": Decimal("950")},
                    Decimal("5950"), "900373076", "8355990", "1")  # fmt: skip
    debit = Stated("ND1001", "2019-01-18", "10:58:00-05:00", Decimal("30000"), {"04": Decimal("2400")},
                   Decimal("32400"), "900197264", "10254102", "2")  # fmt: skip
    for stated, secret, (text, code) in zip((credit, debit), ("12301", "10201"), CUDES.items(), strict=True):
        assert code_input(stated, secret) == text
        assert control_code(stated, secret) == hashlib.sha384(text.encode()).hexdigest() == code


def test_amounts_are_cut_to_two_places() -> None:
    assert "1.99" in code_input(Stated("1", "d", "t", Decimal("1.999"), {}, Decimal("2"), "i", "b", "1"), "k")


@pytest.mark.parametrize("given", [facts(), facts(type_code="02"), facts(taxes=(), total=Decimal("1000.00"))])
def test_an_invoice_carries_the_code_of_its_key(given: Facts) -> None:
    root = etree.fromstring(document_xml(given))
    assert recomputed(root, TECHNICAL_KEY) == code_of(given)
    assert recomputed(root, PIN) != code_of(given)


@pytest.mark.parametrize("given", [note(Kind.CREDIT_NOTE), note(Kind.DEBIT_NOTE), facts(type_code="20")])
def test_notes_and_equivalents_carry_the_code_of_the_pin(given: Facts) -> None:
    assert recomputed(etree.fromstring(document_xml(given)), PIN) == code_of(given)


def test_taxes_of_several_rates_are_summed_per_tax() -> None:
    two = facts(taxes=(Tax("01", "IVA", Decimal("50")), Tax("01", "IVA", Decimal("140")), Tax("04", "INC", Decimal(8))))
    assert recomputed(etree.fromstring(document_xml(two)), TECHNICAL_KEY) == code_of(two)
