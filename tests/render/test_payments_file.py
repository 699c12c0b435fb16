"""The file of payments has the columns that the docs list, and says the same in codes and in words."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from portal.domain.collected import Booked, PaidDocument
from portal.domain.crediting import Trouble
from portal.render import payment_words as words
from portal.render.labels import Labels
from portal.render.payments_file import payment_columns, payments_csv
from tests.domain.test_collected import fact

PAGE = (Path(__file__).parents[2] / "docs" / "payments.md").read_text(encoding="utf-8")


def written(*rows: object, labels: Labels | None = None) -> list[dict[str, str]]:
    out = io.BytesIO()
    assert payments_csv(rows, out, labels) == len(rows)  # type: ignore[arg-type]
    return list(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"))))


def test_the_page_lists_the_columns() -> None:
    listed = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|", PAGE, re.M)
    assert listed == [(c.name, c.heading, c.shape.value) for c in payment_columns(None)]


def test_the_page_names_every_reason_and_every_state() -> None:
    named = set(re.findall(r"`(\w+)`", PAGE))
    assert named >= {*map(str, Trouble), *map(str, Booked)}


def test_every_reason_and_every_state_has_its_words() -> None:
    assert (set(words.TROUBLES), set(words.STATES)) == (set(Trouble), set(Booked))


def test_for_programs_there_are_codes_and_plain_decimals() -> None:
    paid = (PaidDocument("invoice", "FE-1", 119_000_00), PaidDocument("invoice", "FE-2", 1))
    (row,) = written(fact(item_id=7, amount=119_000_01, documents=paid, trouble=Trouble.LATE, voucher=3))
    assert (row["kind"], row["amount"], row["booked"], row["state"]) == ("payment", "119000.01", "119000.01", "booked")
    assert (row["documents"], row["reason"]) == ("FE-1 119000.00; FE-2 0.01", "late")
    assert (row["recorded_at"], row["date"], row["receipt"]) == ("2026-03-15T15:00:00Z", "2026-03-15", "3")


def test_for_people_there_are_words() -> None:
    (row,) = written(fact(kind="refund", trouble=Trouble.OVERDRAWN), labels=Labels())
    assert (row["Tipo"], row["Estado"], row["En la cuenta"]) == ("Reembolso", "No alcanzó el saldo", "0.00")


def test_a_name_that_a_program_would_compute_is_text() -> None:
    (row,) = written(fact(customer_name="=1+1"))
    assert row["customer_name"] == "'=1+1"
