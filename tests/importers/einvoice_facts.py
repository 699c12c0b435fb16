"""Documents for the e-invoice readers' tests, complete enough for every field that XML can state."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from lxml import etree

from data.demo.einvoice import document_xml
from portal.domain.documents import (
    Adjustment,
    Authorisation,
    Facts,
    Kind,
    Line,
    Prepayment,
    Reference,
    Role,
    Tax,
    Term,
)
from portal.domain.parties import Party
from portal.importers.found import Found, Reading
from portal.importers.recognise import read

IVA = Tax("01", "IVA", Decimal("190.00"), Decimal("1000.00"), Decimal("19.00"))
RETEFUENTE = Tax("06", "ReteFuente", Decimal("25.00"), Decimal("1000.00"), Decimal("2.50"))
FERRETERIA = Party(
    "CO",
    "31",
    "900100200",
    "Ferretería El Tornillo S.A.S.",
    check_digit="1",
    trade_name="El Tornillo",
    legal_form="1",
    responsibilities=("O-13", "O-15"),
    tax_scheme="01",
    address="Calle 10 # 5-20",
    city="Cali",
    region="Valle del Cauca",
    email="cartera@tornillo.example",
    phone="6025550000",
)
ANA = Party("CO", "13", "52123456", "Ana María Peña", legal_form="2", tax_scheme="ZZ")
LINE = Line(
    "1",
    "Tornillos & tuercas <M8>",
    Decimal("10.000000"),
    Decimal("1000.00"),
    unit="94",
    unit_price=Decimal("110.00"),
    code="T-8",
    discount=Decimal("100.00"),
    taxes=(IVA,),
    properties=(("Color", "gris"),),
)
RANGE = Authorisation("18760000001", "FE", "1", "5000", date(2025, 1, 1), date(2026, 12, 31))


def facts(kind: Kind = Kind.INVOICE, **changed: Any) -> Facts:
    """An invoice of 1,190 COP that states nearly everything, or a note, with `changed` fields."""
    stated: dict[str, Any] = {
        "issuer": FERRETERIA,
        "customer": ANA,
        "issue_date": date(2025, 9, 4),
        "currency": "COP",
        "total": Decimal("1190.00"),
        "source": "xml",
        "due_date": date(2025, 10, 4),
        "issue_time": "10:30:00-05:00",
        "operation": "10",
        "environment": "1",
        "line_total": Decimal("1000.00"),
        "tax_base": Decimal("1000.00"),
        "taxes": (IVA,),
        "lines": (LINE,),
        "term": Term.CREDIT,
        "method": "47",
        **changed,
    }
    number = stated.pop("number", {Kind.INVOICE: "FE12", Kind.CREDIT_NOTE: "NC3", Kind.DEBIT_NOTE: "ND4"}[kind])
    return Facts(kind=kind, number=number, **stated)


def full_invoice() -> Facts:
    """An invoice with prepayment, withholding, discount, order, period, exchange rate and range."""
    return facts(
        currency="USD",
        total=Decimal("1081.30"),
        allowances=Decimal("20.00"),
        charges=Decimal("11.00"),
        prepaid=Decimal("100.00"),
        rounding=Decimal("0.30"),
        withholdings=(RETEFUENTE,),
        adjustments=(Adjustment(False, Decimal("20.00"), "Pronto pago", Decimal("2")),),
        prepayments=(Prepayment(Decimal("100.00"), "ANT-7", date(2025, 9, 1)),),
        references=(Reference(Role.CONSUMES, "ANT-7", amount=Decimal("100.00")),),
        payment_reference="PAGO-1",
        order="OC 77",
        period=(date(2025, 8, 1), date(2025, 8, 31)),
        exchange=("USD", "COP", Decimal("4100.5")),
        notes=("Gracias por su compra.\nVuelva pronto.",),
        authorisation=RANGE,
        software=(("ProviderID", "900555111"),),
    )


def note(kind: Kind) -> Facts:
    """A credit or debit note over invoice FE12."""
    corrected = Reference(Role.CORRECTS, "FE12", Kind.INVOICE, "ab" * 48, date(2025, 9, 4))
    return facts(kind, references=(corrected,), reason_code="1", reason="Devolución", due_date=None, notes=("Ajuste",))


def only(reading: Reading) -> Found:
    """The one document of a reading without problems."""
    assert reading.problems == []
    (found,) = reading.found
    return found


def reason(data: bytes, name: str = "factura.xml") -> str:
    """The sentence of the one problem that keeps a file out."""
    reading = read(name, data)
    assert reading.found == []
    (problem,) = reading.problems
    return str(problem.reason)


def edited(given: Facts, **changes: str | None) -> bytes:
    """The XML of facts with the first element of a name given another text, or (None) taken out."""
    root = etree.fromstring(document_xml(given))
    for name, text in changes.items():
        element = next(root.iter(f"{{*}}{name}"))
        if text is None:
            element.getparent().remove(element)
        else:
            element.text = text
    return bytes(etree.tostring(root))


def with_code(given: Facts, found: Found) -> Facts:
    """The facts as they read back: with the code and its scheme that the XML adds."""
    read_back = found.facts
    return replace(given, cufe=read_back.cufe, cufe_scheme=read_back.cufe_scheme, type_code=read_back.type_code)
