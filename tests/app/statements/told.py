"""What each rendering of a statement says, read back from it alone, in the oracle's shape."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import openpyxl

from portal.domain.aging import BUCKETS
from portal.domain.statement import Statement
from tests.app.statements.oracle import Account
from tests.render.papers import text_of

_SUM = re.compile(r"-?\d{1,3}(?:\.\d{3})*,\d{2}")
_DAY = re.compile(r"^(\d\d/\d\d/\d{4})$", re.MULTILINE)
Told = tuple[int, int, tuple[tuple[str, int, int], ...], tuple[int, ...], int]


def by_hand(account: Account) -> Told:
    return account.opening, account.closing, account.rows, account.ages, account.credit


def on_screen(found: Statement) -> Told:
    rows = tuple((one.on.isoformat(), one.debit - one.credit, one.balance) for one in found.movements)
    ages = tuple(found.aging.buckets[one] for one in BUCKETS)
    return found.opening, found.closing, rows, ages, found.aging.credit


def in_json(data: bytes) -> Told:
    return _in_rows(json.loads(data)["rows"])


def in_csv(data: bytes) -> Told:
    return _in_rows(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def in_xlsx(data: bytes) -> Told:
    head, *rows = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)
    return _in_rows(dict(zip(map(str, head), row, strict=True)) for row in rows)


def _in_rows(rows: Iterable[Mapping[str, Any]]) -> Told:
    of: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        of.setdefault(row["section"], []).append(row)
    moves = tuple((str(row["date"])[:10], _debit(row), _minor(row["balance"])) for row in of.get("movement", []))
    ages = {row["cause"]: row for row in of["aging"]}
    closing = _minor(of["closing"][0]["balance"])
    assert _minor(ages["net"]["balance"]) == closing
    assert _debit(of["closing"][0]) == sum(amount for _, amount, _ in moves)
    buckets = tuple(_minor(ages[str(one)]["debit"]) for one in BUCKETS)
    return _minor(of["opening"][0]["balance"]), closing, moves, buckets, _minor(ages["credit"]["credit"])


def _debit(row: Mapping[str, Any]) -> int:
    return _minor(row["debit"]) - _minor(row["credit"])


def _minor(cell: object) -> int:
    return round(Decimal(str(cell or 0)) * 100)


def on_paper(pdf: bytes) -> Told:
    """The sums as they stand on the paper: four figures, a line for each movement, the aging.

    A movement of nothing (a document of zero) shows its balance alone.
    """
    head, *lines = re.split(_DAY, text_of(pdf))
    days, sums = lines[0::2], [list(map(_paper, _SUM.findall(line))) for line in lines[1::2]]
    opening, debits, credits, closing = map(_paper, _SUM.findall(head))
    (first,), *moves, (last, *aging) = sums
    assert (first, last, aging[-1]) == (opening, closing, closing)
    rows, balance = [], opening
    for day, move in zip(days[1:], moves, strict=False):
        change, balance = move[-1] - balance, move[-1]
        assert move[:-1] == ([abs(change)] if change else [])
        rows.append(("-".join(reversed(day.split("/"))), change, balance))
    assert sum(change for _, change, _ in rows) == debits - credits and balance == closing
    return opening, closing, tuple(rows), tuple(aging[:5]), -aging[5]


def _paper(told: str) -> int:
    return int(told.replace(".", "").replace(",", ""))


def in_mail(values: Mapping[str, str]) -> tuple[int, int, int, int, int]:
    """Opening, debits, credits, closing, credit, as the mail's line says them."""
    opening, debits, credits, closing, *credit = map(_paper, _SUM.findall(values["accounts"]))
    assert values["totals"].endswith(_SUM.findall(values["accounts"])[3])
    return opening, debits, credits, closing, credit[0] if credit else 0
