"""CPU time and size of what is rendered: `python -m benchmarks.render`. One page must take at most 100 ms."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import median
from time import process_time

from portal.domain.aging import Bucket
from portal.domain.documents import Facts, Kind, Line, Tax
from portal.domain.parties import Party
from portal.domain.statement import AgingRow, Movement, Statement
from portal.render.invoice_pdf import document_pdf
from portal.render.labels import Labels
from portal.render.qr import qr_matrix
from portal.render.statement_pdf import statement_pdf
from portal.render.ubl_xml import facts_to_ubl

ONE_PAGE_LIMIT_MS = 100
NOW = datetime(2026, 3, 20, 14, 0, tzinfo=UTC)


def invoice(lines: int) -> Facts:
    issuer = Party("CO", "31", "900100200", "Ejemplar S.A.S.", address="Calle 1", city="Bogotá", email="a@b.example")
    tax = Tax("01", "IVA", Decimal(19000), Decimal(100000), Decimal(19))
    line = Line("1", "Servicio de mantenimiento preventivo, visita técnica", Decimal(2), Decimal(100000), "94")
    return Facts(
        kind=Kind.INVOICE,
        number="FE-1",
        issuer=issuer,
        customer=Party("CO", "31", "900300400", "Cafetería La Esquina"),
        issue_date=date(2026, 3, 5),
        currency="COP",
        total=Decimal(119000) * lines,
        cufe="ab" * 48,
        line_total=Decimal(100000) * lines,
        taxes=(tax,),
        lines=tuple(replace(line, number=str(i + 1), taxes=(tax,)) for i in range(lines)),
    )


def statement(movements: int) -> Statement:
    row = Movement(date(2026, 1, 5), "invoice", "invoice", "FE-1", 1, 100, 0, 100)
    parties = ("Ejemplar S.A.S.", "900100200", "Cafetería La Esquina", "900300400")
    period = (date(2026, 1, 1), date(2026, 3, 31))
    sums = (0, 100 * movements, 100 * movements, 0, movements)
    aging = AgingRow({Bucket.CURRENT: 100 * movements}, 0)
    return Statement(*parties, "COP", *period, NOW, *sums, (row,) * movements, aging)


def one_page(facts: Facts) -> Callable[[], bytes]:
    def run() -> bytes:
        qr_matrix.cache_clear()  # every document has a QR of its own
        return document_pdf(facts, Labels(), made_at=NOW)

    return run


def measure(name: str, run: Callable[[], bytes], times: int) -> float:
    run()
    spent = []
    for _ in range(times):
        start = process_time()
        data = run()
        spent.append((process_time() - start) * 1000)
    print(f"{name:38} {median(spent):9.1f} ms CPU (worst {max(spent):.1f}) {len(data) / 1024:9.1f} KB")
    return median(spent)


def main() -> None:
    print(f"Python {platform.python_version()}, {platform.machine()}")
    odd = replace(invoice(12), notes=("Łódź Ωmega",))
    pages = [
        measure("invoice, 12 lines, one page", one_page(invoice(12)), 30),
        measure("invoice, one page, packaged font", one_page(odd), 10),
    ]
    measure("invoice, 500 lines", one_page(invoice(500)), 3)
    measure("statement, 500 movements", lambda: statement_pdf(statement(500), Labels()), 3)
    measure("UBL copy, 12 lines", lambda: facts_to_ubl(invoice(12)), 20)
    print(f"one page within {ONE_PAGE_LIMIT_MS} ms: {'yes' if max(pages) <= ONE_PAGE_LIMIT_MS else 'NO'}")


if __name__ == "__main__":
    main()
