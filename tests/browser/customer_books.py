"""A customer's documents as they come: an e-mailed ZIP and a sheet with receipts, for a customer with two pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import text

from data.demo.einvoice import code_of, document_xml, zip_as_mailed
from portal.app.importing.run import Source, import_files
from portal.app.portal import Portal
from portal.app.voiding import withdraw
from portal.clock import today
from portal.domain.access import operator
from portal.domain.documents import Facts
from portal.domain.parties import Party, check_digit
from portal.render.labels import Labels
from tests.factories import bring
from tests.importers.einvoice_facts import facts as einvoice

BOSS = operator("test")
TORNILLO = Party("CO", "31", "811022033", "Ferretería El Tornillo S.A.S.", check_digit("811022033"))
NORTE = Party("CO", "31", "800700600", "Comercial Norte S.A.S.", check_digit("800700600"))
SOLA = Party("CO", "13", "41000111", "Rosa Díaz")
VACIA = Party("CO", "13", "41000222", "Luis Gómez")
COUNT = 64  # invoices of the sheet
PDF = b"%PDF-1.7\nla hoja del emisor\n%%EOF"
_HEADING = (
    "tipo;número;emisor NIT;emisor nombre;cliente NIT;cliente nombre;fecha;vencimiento;moneda;total;medio de pago;"
    "aplica a;descripción"
)


@dataclass(frozen=True)
class Books:
    """What was imported for Comercial Norte, and what the ledger says of it."""

    portal: Portal
    day: date
    einvoice: Facts

    @property
    def xml(self) -> bytes:
        return document_xml(self.einvoice)

    @property
    def cufe(self) -> str:
        return code_of(self.einvoice)

    def id_of(self, number: str) -> int:
        """The document's id."""
        return self.minor("SELECT id FROM documents WHERE number = :n", n=number)

    def money(self, minor: int) -> str:
        """As the screen shows it."""
        return Labels().money(minor, "COP")

    def minor(self, sql: str, **values: object) -> int:
        """One whole number out of the ledger, with Norte's id as :c."""
        with self.portal.ledger.read() as conn:
            customer = conn.execute(text("SELECT id FROM customers WHERE name = :n"), {"n": NORTE.name}).scalar_one()
            return int(conn.execute(text(sql), {"c": customer, **values}).scalar_one() or 0)

    def entered(self, before: date) -> int:
        """Σ of Norte's entries in COP that take effect before that day."""
        return self.minor(
            "SELECT SUM(amount) FROM entries WHERE customer_id = :c AND currency = 'COP' AND effective_on < :d",
            d=before.isoformat(),
        )


def import_books(portal: Portal) -> Books:
    """Norte: one e-invoice with its PDF, 64 invoices, two receipts, one in dollars. Sola: one invoice. Vacía: none."""
    day = today(portal.clock)
    mailed = replace(
        einvoice(number="SETP900", issue_date=day - timedelta(days=20), due_date=day - timedelta(days=5)),
        issuer=TORNILLO,
        customer=NORTE,
        notes=("Entregar en la bodega 3.",),
    )
    archive, sheet = zip_as_mailed(mailed, PDF), _sheet(day)
    report = import_files(
        portal, BOSS, [Source("correo.zip", lambda: archive), Source("ventas.csv", lambda: sheet.encode())]
    )
    assert (report.problems, len(report.imported)) == ([], COUNT + 4)
    bring(portal, replace(mailed, number="S-1", customer=SOLA, source="sheet", lines=(), cufe=None))
    bring(portal, replace(mailed, number="V-1", customer=VACIA, source="sheet", lines=(), cufe=None))
    books = Books(portal, day, mailed)
    with portal.ledger.write("test") as unit:
        withdraw(unit, books.id_of("V-1"), "prueba")
        unit.commit()
    return books


def _sheet(day: date) -> str:
    rows = [
        _row("factura", f"V-{n:03}", day - timedelta(days=100 - n), 1000 + n, 60, n)
        for n in range(100, 100 - COUNT, -1)
    ]
    rows += [
        _row("factura", "USD-1", day - timedelta(days=500), 20, 30, 0, "USD"),
        _row("recibo de caja", "RC-1", day, 500, None, 0, applies="SETP900:490; V-099:10", method="transferencia"),
        _row("recibo de caja", "RC-2", day - timedelta(days=400), 300, None, 0, method="efectivo"),
    ]
    return "\n".join((_HEADING, *rows))


def _row(
    kind: str,
    number: str,
    on: date,
    total: int,
    days: int | None,
    order: int,
    currency: str = "COP",
    applies: str = "",
    method: str = "",
) -> str:
    due = "" if days is None else f"{on + timedelta(days=days):%d/%m/%Y}"
    issuer = f"{TORNILLO.tax_id};{TORNILLO.name}"
    customer = f"{NORTE.tax_id}-{NORTE.check_digit};{NORTE.name}"
    named = f'"{applies}"' if applies else ""
    told = "tubería galvanizada" if order == 77 else "" if order % 2 else "varilla corrugada"
    return f"{kind};{number};{issuer};{customer};{on:%d/%m/%Y};{due};{currency};{total};{method};{named};{told}"
