"""Make documentos.xlsx and saldos.xlsx beside the CSV of the same names: `python docs/examples/make_xlsx.py`."""

import csv
from datetime import datetime
from pathlib import Path

import xlsxwriter

FOLDER = Path(__file__).parent
DATES = {"Fecha", "Vencimiento", "Fecha de corte"}
AMOUNTS = {"Total", "Saldo", "Anticipo descontado"}


def make(name: str) -> None:
    """One workbook with real dates and numbers instead of texts."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        heading, *rows = csv.reader(file, delimiter=";")
    with xlsxwriter.Workbook(FOLDER / f"{name}.xlsx") as book:
        book.set_properties({"created": datetime(2026, 1, 1)})  # noqa: DTZ001  the same bytes every time
        sheet = book.add_worksheet(name)
        formats = {"bold": book.add_format({"bold": True}), "date": book.add_format({"num_format": "dd/mm/yyyy"})}
        formats["amount"] = book.add_format({"num_format": "#,##0.00"})
        sheet.write_row(0, 0, heading, formats["bold"])
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heading) - 1, 16)
        for number, row in enumerate(rows, 1):
            for column, (title, text) in enumerate(zip(heading, row, strict=True)):
                if title in DATES and text:
                    day = datetime.strptime(text, "%d/%m/%Y")  # noqa: DTZ007  a calendar date
                    sheet.write_datetime(number, column, day, formats["date"])
                elif title in AMOUNTS and text:
                    sheet.write_number(
                        number, column, float(text.replace(".", "").replace(",", ".")), formats["amount"]
                    )
                else:
                    sheet.write_string(number, column, text)


if __name__ == "__main__":
    make("documentos")
    make("saldos")
