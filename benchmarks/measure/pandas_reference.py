"""The reference in pandas: the documents as one CSV, read whole, then asked in memory."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.measure.reference_sql import Books, batches
from portal.views.groups import Grouping
from portal.views.store import Views

_KEYS = {
    Grouping.CUSTOMER: "customer_id",
    Grouping.ISSUER: "issuer_id",
    Grouping.SETTLEMENT: "settlement",
    Grouping.CURRENCY: "currency",
}


def write_csv(path: Path, views: Views) -> None:
    """What an export of everything gives."""
    with views.cursor() as cursor, path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        for number, rows in enumerate(batches(cursor, "documents")):
            if not number:
                out.writerow(column[0] for column in cursor.description or ())
            out.writerows(rows)


class PandasReference:
    """Questions as a notebook asks them. Texts and dates are Arrow's: pandas' own take several times as much."""

    name = "pandas"

    def __init__(self, path: Path) -> None:
        self.frame = pd.read_csv(path, engine="pyarrow", dtype_backend="pyarrow")

    def page(self, books: Books, on: date) -> Any:
        """Open invoices in pesos, the newest fifty, and the totals of all."""
        frame = self._whose(books)
        wanted = frame["settlement"].isin(["open", "part"]) & (frame["currency"] == "COP")
        return self._listed(frame[wanted & (frame["kind"] == "invoice")], on)

    def search(self, books: Books, word: str) -> Any:
        """The newest fifty of what holds a word, and the totals of all."""
        frame = self._whose(books)
        return self._listed(frame[frame["search"].str.contains(word, regex=False)], None)

    def groups(self, books: Books, by: Grouping, on: date) -> Any:
        """The fifty groups in pesos with most outstanding (months: the latest), and the totals of every currency."""
        frame = self._whose(books)
        debit, active = frame["debit"] == 1, frame["settlement"] != "void"
        late = debit & (frame["payable_on"] < on)
        key = frame["issue_date"].dt.strftime("%Y-%m") if by is Grouping.MONTH else frame[_KEYS[by]]
        sums = pd.DataFrame(
            {
                "key": key,
                "money": frame["currency"],
                "debits": frame["total"].where(debit & active, 0),
                "credits": frame["total"].where(~debit & active, 0),
                "outstanding": frame["balance"].where(debit, 0),
                "overdue": frame["balance"].where(late, 0),
                "available": frame["balance"].where(~debit, 0),
            }
        )
        added = sums.groupby(["key", "money"]).sum()
        pesos = added.xs("COP", level="money")
        shown = pesos.sort_index().tail(50) if by is Grouping.MONTH else pesos.nlargest(50, "outstanding")
        return shown, added.groupby(level="money").sum()

    def _listed(self, frame: pd.DataFrame, on: date | None) -> Any:
        keys: list[Any] = ["currency", "debit"]
        if on:
            keys.append(frame["payable_on"] < on)
        totals = frame.groupby(keys).agg({"id": "count", "total": "sum", "balance": "sum"})
        return totals, frame.sort_values(["issue_date", "id"]).tail(50)

    def _whose(self, books: Books) -> pd.DataFrame:
        return self.frame if not books.column else self.frame[self.frame[books.column] == books.id]
