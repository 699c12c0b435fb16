"""Documents and statements to draw, and what can be read back from a PDF."""

from __future__ import annotations

import re
import subprocess
import zlib
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from portal.domain.aging import Bucket
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
    Validation,
)
from portal.domain.parties import Party
from portal.domain.statement import AgingRow, Movement, Statement
from tests import services

AT = datetime(2026, 3, 20, 14, 0, tzinfo=UTC)
CUFE = "0123456789abcdef" * 6
ISSUER = Party(
    country="CO",
    id_type="31",
    tax_id="900100200",
    name="Aguas y Suministros del Caribe S.A.S.",
    trade_name="Suministros Caribe",
    responsibilities=("O-13", "O-15"),
    tax_scheme="01",
    address="Calle 72 n.º 54-35",
    city="Barranquilla",
    region="Atlántico",
    email="facturas@caribe.example",
    phone="605 555 0101",
)
CUSTOMER = Party("CO", "31", "900300400", "Cafetería La Esquina & Cía. Ltda.", city="Bogotá, D.C.")
VALIDATION = Validation("02", "Documento validado por la DIAN", CUFE, datetime(2026, 3, 5, 14, 16, tzinfo=UTC))


def iva(rate: str, base: str, amount: str) -> Tax:
    return Tax("01", "IVA", Decimal(amount), Decimal(base), Decimal(rate))


LINES = (
    Line(
        number="1",
        description="Botellón de agua",
        quantity=Decimal(40),
        amount=Decimal(480000),
        unit="94",
        unit_price=Decimal(12000),
        code="AG-020",
        taxes=(iva("5", "480000", "24000"),),
    ),
    Line(
        number="2",
        description="Mantenimiento",
        quantity=Decimal("2.5"),
        amount=Decimal(337500),
        unit="HUR",
        unit_price=Decimal(150000),
        discount=Decimal(37500),
        taxes=(iva("19", "337500", "64125"),),
    ),
)
INVOICE = Facts(
    kind=Kind.INVOICE,
    number="SETP990000002",
    issuer=ISSUER,
    customer=CUSTOMER,
    issue_date=date(2026, 3, 5),
    currency="COP",
    total=Decimal("905625.00"),
    source="xml",
    due_date=date(2026, 4, 4),
    issue_time="09:15:23-05:00",
    cufe=CUFE,
    cufe_scheme="CUFE-SHA384",
    type_code="01",
    environment="1",
    line_total=Decimal("817500.00"),
    taxes=(iva("5", "480000", "24000"), iva("19", "337500", "64125")),
    withholdings=(Tax("06", "ReteFuente", Decimal("20437.50"), Decimal(817500), Decimal("2.5")),),
    lines=LINES,
    term=Term.CREDIT,
    method="47",
    order="OC-2231",
    prepayments=(Prepayment(Decimal(100000), "ANT-12", date(2026, 2, 20)),),
    notes=("Gracias por su compra.",),
    authorisation=Authorisation("18760000001", "SETP", "990000000", "995000000", date(2019, 1, 19), date(2030, 1, 19)),
    software=(("Fabricante", "Soluciones de Prueba S.A.S."), ("Software", "FacturaYa 3.2")),
)


def plain(kind: Kind, **other: Any) -> Facts:
    """A document that came in a sheet: without lines, without CUFE."""
    given: dict[str, Any] = {"number": "A-1", "total": Decimal("1000.00"), **other}
    return Facts(kind=kind, issuer=ISSUER, customer=CUSTOMER, issue_date=date(2026, 3, 5), currency="COP", **given)


def full(kind: Kind) -> Facts:
    """A document that states everything that facts can hold."""
    return replace(
        INVOICE,
        kind=kind,
        type_code={Kind.INVOICE: "01", Kind.CREDIT_NOTE: "91"}.get(kind),
        references=(Reference(Role.CORRECTS, "FE-1", Kind.INVOICE, CUFE, date(2026, 3, 1), Decimal(5)),),
        adjustments=(Adjustment(False, Decimal(10), "Pronto pago", Decimal(2)), Adjustment(True, Decimal(20), "Flete")),
        allowances=Decimal(10),
        charges=Decimal(20),
        prepaid=Decimal("0.00"),
        rounding=Decimal("-0.25"),
        tax_base=Decimal(817500),
        reason_code="1",
        reason="Devolución parcial",
        payment_reference="REF-9",
        period=(date(2026, 2, 1), date(2026, 2, 28)),
        exchange=("USD", "COP", Decimal("4105.5")),
        lines=tuple(replace(line, charge=Decimal(1), properties=(("Sede", "Norte"),)) for line in LINES),
    )


def long_invoice(lines: int) -> Facts:
    return replace(INVOICE, lines=tuple(replace(LINES[i % 2], number=str(i + 1)) for i in range(lines)))


def statement(movements: int = 4, currency: str = "COP") -> Statement:
    """A statement that adds up: an invoice of 45,000 and a payment of 40,000, in turn."""
    rows, balance = [], 1_500_000
    for number in range(movements):
        debit, credit = (4_500_000, 0) if number % 2 == 0 else (0, 4_000_000)
        balance += debit - credit
        cause, kind = ("invoice", "invoice") if debit else ("payment", "receipt")
        rows.append(Movement(date(2026, 1, 5), cause, kind, f"FE-{number}", number, debit, credit, balance))
    return Statement(
        issuer_name=ISSUER.name,
        issuer_tax_id=ISSUER.tax_id,
        customer_name=CUSTOMER.name,
        customer_tax_id=CUSTOMER.tax_id,
        currency=currency,
        start=date(2026, 1, 1),
        end=date(2026, 3, 31),
        known_at=AT,
        opening=1_500_000,
        closing=balance,
        debits=sum(row.debit for row in rows),
        credits=sum(row.credit for row in rows),
        count=len(rows),
        movements=tuple(rows),
        aging=AgingRow({Bucket.CURRENT: balance - 500_000, Bucket.D30: 600_000}, 100_000),
    )


def text_of(pdf: bytes) -> str:
    """The words of a PDF written in Helvetica, line by line, in the order they were drawn."""
    streams = (_inflated(found) for found in re.findall(rb"stream\n(.*?)\nendstream", pdf, re.S))
    shown = (text for stream in streams for text in re.findall(rb"\(((?:[^\\()]|\\.)*)\) Tj", stream, re.S))
    return "\n".join(re.sub(rb"\\(.)", rb"\1", text, flags=re.S).decode("cp1252", "replace") for text in shown)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\n", pdf))


def poppler_text(pdf: bytes, directory: Path, *options: str) -> str:
    """The text as a reader's program finds it."""
    path = directory / "paper.pdf"
    path.write_bytes(pdf)
    program = services.find("pdftotext") or services.absent("pdftotext", "poppler-utils")
    done = subprocess.run([program, *options, str(path), "-"], capture_output=True, check=True)
    return done.stdout.decode()


def overlaps(pdf: bytes, directory: Path) -> list[tuple[str, str]]:
    """Pairs of words of one page whose boxes cover each other."""
    root = etree.fromstring(poppler_text(pdf, directory, "-bbox").encode(), etree.XMLParser(recover=True))
    found = []
    for page in root.iter("{*}page"):
        words = sorted((_box(word), word.text or "") for word in page.iter("{*}word"))
        for index, ((left, top, right, bottom), text) in enumerate(words):
            for (other_left, other_top, other_right, other_bottom), other in words[index + 1 :]:
                if other_left >= right:
                    break
                wide = min(right, other_right) - max(left, other_left)
                high = min(bottom, other_bottom) - max(top, other_top)
                if wide > 0.6 and high > 0.35 * min(bottom - top, other_bottom - other_top):
                    found.append((text, other))
    return found


def _box(word: Any) -> tuple[float, ...]:
    return tuple(float(word.get(name)) for name in ("xMin", "yMin", "xMax", "yMax"))
