"""JSON documents are read as the rows of a sheet: numbers mean what they say, and what is no field is refused."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from portal.domain.parties import Party
from portal.importers.found import Found, Problem, StatedBalance
from portal.importers.sheets import read_sheet
from tests.factories import EJEMPLAR

ONE = {"kind": "invoice", "number": "J-1", "customer_tax_id": "900555666", "customer_name": "ABC",
       "issue_date": "2026-11-05", "total": 1000}  # fmt: skip


def read(told: object, issuer: Party | None = EJEMPLAR) -> list[Found | StatedBalance | Problem]:
    return list(read_sheet("api.json", json.dumps(told).encode(), issuer))


def total(**fields: object) -> Decimal:
    (found,) = read(ONE | fields)
    assert isinstance(found, Found), found
    return found.facts.total


@pytest.mark.parametrize(
    ("sent", "currency", "meant"),
    [(1000, "COP", "1000"), (1000.5, "COP", "1000.5"), (1.234, "KWD", "1.234"), ("1.000,50", "COP", "1000.50")],
)
def test_a_number_means_what_it_says(sent: object, currency: str, meant: str) -> None:
    assert total(total=sent, currency=currency) == Decimal(meant)


def test_what_a_receipt_pays_may_be_a_list() -> None:
    for amount in (1.234, "1.2340"):
        pays = [{"number": "FE-1", "amount": amount}, {"number": "FE-2", "amount": 2}, "FE-3"]
        (found,) = read(ONE | {"kind": "receipt", "currency": "KWD", "applies_to": pays})
        assert isinstance(found, Found), found
        told = [(one.number, one.amount) for one in found.facts.references]
        assert told == [("FE-1", Decimal("1.234")), ("FE-2", Decimal(2)), ("FE-3", None)]


def test_ids_keep_all_their_digits_as_text_or_number() -> None:
    for sent in ("1790012345001234567", 1790012345001234567):
        (found,) = read(ONE | {"customer_tax_id": sent, "country": "EC"} | {"number": sent})
        assert isinstance(found, Found) and found.facts.number == "1790012345001234567"


def test_spanish_and_english_names_are_fields_and_balances_are_read_too() -> None:
    spanish = {"tipo": "factura", "número": "J-2", "cliente NIT": "900555666", "cliente nombre": "ABC",
               "fecha": "2026-11-05", "total": 5}  # fmt: skip
    assert isinstance(read([spanish])[0], Found)
    assert isinstance(read({"number": "J-1", "date": "2026-11-30", "outstanding": 0})[0], StatedBalance)


@pytest.mark.parametrize(
    ("sent", "place", "sentence"),
    [
        ([ONE, ONE | {"total": "mil"}], "fila 2, columna «total»", "no es un valor"),
        ([ONE, ONE], "fila 2, columna «number»", "ya está en la fila 1"),
        (ONE | {"sorpresa": 1}, "", "«sorpresa» no es un campo"),
        ([ONE, "x"], "fila 2", "es un objeto"),
        ({f"f{n}": n for n in range(100)}, "fila 1", "no conoce"),
        ([ONE, ONE | {"number": "J\0-2"}], "fila 2", "«number» tiene un carácter que no existe"),
        (ONE | {"customer_name": "ABC \ud83d"}, "fila 1", "«customer_name» tiene"),
        (ONE | {"applies_to": [{"number": "FE\0"}]}, "fila 1", "«applies_to» tiene"),
        (ONE | {"applies_to": [{"number": "FE", "amount": "1\udfff"}]}, "fila 1", "«applies_to» tiene"),
        (ONE | {"pla\0zo": 1}, "fila 1", "nombre de campo"),
        (ONE | {"\ud800": 1}, "fila 1", "nombre de campo"),
    ],
)
def test_a_refusal_has_its_place(sent: object, place: str, sentence: str) -> None:
    problem = read(sent)[-1]
    assert isinstance(problem, Problem) and problem.place == place and sentence in str(problem.reason)
