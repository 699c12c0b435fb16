"""An XML copy is valid UBL 2.1, says what it is, and carries the facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from portal.domain.documents import Facts, Kind, Reference, Role, Tax
from portal.domain.parties import Party
from portal.importers.einvoices import read_einvoice
from portal.importers.xml import Unreadable
from portal.render.ubl_xml import NOTE_EN, NOTE_ES, PROFILE, facts_to_ubl
from tests.render.papers import CUFE, INVOICE, LINES, full, plain


@cache
def schema(directory: Path, root: str) -> Any:
    return etree.XMLSchema(etree.parse(directory / "maindoc" / f"UBL-{root}-2.1.xsd"))


def problems(facts: Facts, xsd: Path) -> list[str]:
    tree = etree.fromstring(facts_to_ubl(facts))
    rules = schema(xsd, etree.QName(tree).localname)
    rules.validate(tree)
    return [str(error) for error in rules.error_log]


def found(facts: Facts, path: str) -> list[str]:
    tree = etree.fromstring(facts_to_ubl(facts))
    return [node.text or "" for node in tree.iterfind("/".join(f"{{*}}{step}" for step in path.split("/")))]


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("make", [plain, full])
def test_every_kind_is_valid_ubl(kind: Kind, make: Any, xsd: Path) -> None:
    assert problems(make(kind), xsd) == []


HOSTILE = {
    "controls": plain(Kind.INVOICE, number="A\x00\x07\ud8001", notes=("\x1b", "  ")),
    "a time that is none": plain(Kind.INVOICE, issue_time="9:15 a. m."),
    "bare parties": replace(plain(Kind.RECEIPT), customer=Party("", "13", "1", "X")),
    "a reference by CUFE only": plain(Kind.CREDIT_NOTE, references=(Reference(Role.CORRECTS, cufe=CUFE),)),
    "an empty reference": plain(Kind.DEBIT_NOTE, references=(Reference(Role.CORRECTS),)),
    "half a period": plain(Kind.INVOICE, period=(date(2026, 1, 1), None)),
    "a line with little": plain(Kind.INVOICE, lines=(replace(LINES[0], unit=None, unit_price=None, description=""),)),
}  # fmt: skip


@pytest.mark.parametrize("facts", HOSTILE.values(), ids=list(HOSTILE))
def test_odd_facts_are_valid_too(facts: Facts, xsd: Path) -> None:
    assert problems(facts, xsd) == []


@settings(max_examples=40)
@given(kind=st.sampled_from(Kind), name=st.text(max_size=20), amount=st.decimals(0, 10**12, places=2))
def test_any_text_and_amount_gives_valid_ubl(kind: Kind, name: str, amount: Decimal, xsd: Path) -> None:
    facts = replace(full(kind), number=f"A{name}", total=amount, notes=(name,), method=name, order=name)
    assert problems(facts, xsd) == []


@pytest.mark.parametrize(
    ("kind", "root", "code"),
    [
        (Kind.INVOICE, "Invoice", ["380"]),
        (Kind.DEBIT_NOTE, "DebitNote", []),
        (Kind.CREDIT_NOTE, "CreditNote", ["381"]),
        (Kind.ADVANCE, "Invoice", ["386"]),
        (Kind.RECEIPT, "Invoice", ["receipt"]),
    ],
)
def test_each_kind_has_its_root_and_type(kind: Kind, root: str, code: list[str]) -> None:
    tree = etree.fromstring(facts_to_ubl(plain(kind)))
    assert etree.QName(tree).localname == root
    assert found(plain(kind), f"{root}TypeCode") == code


def test_it_says_in_two_languages_that_it_is_no_signed_invoice() -> None:
    facts = plain(Kind.INVOICE, notes=("Nota del emisor",))
    assert found(facts, "Note") == [NOTE_ES, NOTE_EN, "Nota del emisor"]
    assert found(facts, "ProfileID") == [PROFILE]
    assert found(facts, "CopyIndicator") == ["true"]
    data = facts_to_ubl(replace(INVOICE, kind=Kind.INVOICE))
    assert b"Signature" not in data
    assert b"UBLExtension" not in data
    assert b"DianExtensions" not in data


def test_only_a_document_with_a_cufe_has_a_uuid() -> None:
    assert found(plain(Kind.INVOICE), "UUID") == []
    assert found(INVOICE, "UUID") == [CUFE]


def test_a_receipt_says_that_it_is_one() -> None:
    assert any("Recibo de caja" in note for note in found(plain(Kind.RECEIPT), "Note"))


@pytest.mark.parametrize("kind", Kind)
def test_the_payable_amount_is_the_total(kind: Kind) -> None:
    total = "RequestedMonetaryTotal" if kind is Kind.DEBIT_NOTE else "LegalMonetaryTotal"
    assert found(full(kind), f"{total}/PayableAmount") == ["905625.00"]


def test_taxes_of_one_kind_stand_together_one_subtotal_for_each_rate() -> None:
    bags = Tax("22", "Bolsas", Decimal(60))
    facts = replace(INVOICE, taxes=(INVOICE.taxes[0], bags, INVOICE.taxes[1]))
    assert found(facts, "TaxTotal/TaxAmount") == ["88125", "60"]
    assert found(facts, "TaxTotal/TaxSubtotal/TaxCategory/Percent") == ["5", "19"]


def test_a_document_without_lines_has_one_with_its_number() -> None:
    assert found(plain(Kind.ADVANCE), "InvoiceLine/Item/Description") == ["A-1"]
    assert found(plain(Kind.ADVANCE), "InvoiceLine/LineExtensionAmount") == ["1000.00"]


def test_the_same_facts_give_the_same_bytes() -> None:
    assert facts_to_ubl(full(Kind.CREDIT_NOTE)) == facts_to_ubl(full(Kind.CREDIT_NOTE))


def test_the_importer_refuses_the_portals_own_copies() -> None:
    with pytest.raises(Unreadable, match="copia de datos"):
        read_einvoice("copia.xml", facts_to_ubl(INVOICE))


SAME = ("kind", "number", "issue_date", "currency", "total", "line_total", "term", "method", "order")


@pytest.mark.parametrize("kind", [Kind.INVOICE, Kind.DEBIT_NOTE, Kind.CREDIT_NOTE])
def test_a_reader_of_ubl_finds_the_same_facts(kind: Kind) -> None:
    facts = full(kind)
    back = read_einvoice("otra.xml", facts_to_ubl(facts).replace(PROFILE.encode(), b"otra")).facts
    assert {name: getattr(back, name) for name in SAME} == {name: getattr(facts, name) for name in SAME}
    assert (back.issuer.tax_id, back.customer.tax_id) == (facts.issuer.tax_id, facts.customer.tax_id)
    assert [(line.description, line.quantity, line.amount) for line in back.lines] == [
        (line.description, line.quantity, line.amount) for line in facts.lines
    ]


def test_every_sample_gives_valid_ubl(samples: Path, xsd: Path) -> None:
    checked = 0
    for path in sorted(samples.rglob("*.xml")):
        try:
            facts = read_einvoice(path.name, path.read_bytes()).facts
        except Unreadable:
            continue
        assert problems(facts, xsd) == [], path.name
        checked += 1
    assert checked > 10
