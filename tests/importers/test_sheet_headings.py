import pytest

from portal.importers.sheet_columns import BALANCES, DOCUMENTS, Column, fold_heading
from portal.importers.sheet_headings import Heading, heading_problem, read_heading

REQUIRED = ("tipo", "número", "cliente NIT", "fecha", "total")


def heading(*cells: object) -> Heading:
    found = read_heading(1, cells)  # type: ignore[arg-type]
    assert found is not None
    return found


def told(*cells: object) -> str:
    return str(heading_problem(heading(*cells)))


@pytest.mark.parametrize("column", [*DOCUMENTS, *BALANCES], ids=lambda column: column.name)
def test_every_column_is_known_by_each_of_its_headings(column: Column) -> None:
    others = ("documento", "saldo") if column in BALANCES else ("tipo", "total")
    for name in column.headings:
        rest = [other for other in others if fold_heading(other) not in {fold_heading(n) for n in column.headings}]
        found = heading(*rest, f"  {name.upper()} ".replace(" ", "_"))
        assert column.name in found.index, name


@pytest.mark.parametrize("columns", [DOCUMENTS, BALANCES])
def test_no_heading_means_two_columns(columns: tuple[Column, ...]) -> None:
    names = [name for column in columns for name in {fold_heading(heading) for heading in column.headings}]
    assert len(names) == len(set(names))


def test_order_capitals_accents_blanks_and_underscores_make_no_difference() -> None:
    found = heading("TOTAL", None, "Cliente_Nit", "FECHA", "numero", "  Tipo ")
    assert found.index == {"kind": 5, "number": 4, "customer_id": 2, "issue_date": 3, "total": 0}
    assert found.titles["customer_id"] == "Cliente_Nit"
    assert heading_problem(found) is None


def test_other_columns_are_ignored() -> None:
    assert heading(*REQUIRED, "vendedor", 2026, "").complete


def test_a_balance_without_kind_and_total_makes_a_sheet_of_balances() -> None:
    assert heading("documento", "saldo", "fecha").holds_balances
    assert heading("Number", "Outstanding", "Date").complete
    assert not heading("tipo", "documento", "saldo", "fecha").holds_balances
    assert not heading(*REQUIRED, "saldo").holds_balances


@pytest.mark.parametrize("cells", [(), ("x", "y"), ("tipo",), (1, 2, 3), ("Ventas de enero", "total")])
def test_a_row_with_fewer_than_two_known_headings_is_none(cells: tuple[object, ...]) -> None:
    assert read_heading(1, cells) is None  # type: ignore[arg-type]


def test_missing_columns_are_named_together() -> None:
    assert told("tipo", "número") == (
        "Faltan las columnas «cliente NIT», «fecha», «total»: agrégalas según la lista de docs/spreadsheets.md."
    )


def test_near_misses_are_named() -> None:
    text = told("tipo", "número", "NIT", "fecha emicion", "Total COP", "subtotal", "vendedor")
    assert "(parecidos: «NIT» por «cliente NIT», «fecha emicion» por «fecha», «Total COP» por «total»)" in text


def test_a_subtotal_is_not_offered_as_the_total() -> None:
    assert "subtotal" not in told("tipo", "número", "cliente NIT", "fecha", "subtotal")


def test_a_column_twice_is_refused() -> None:
    assert told(*REQUIRED, "Total") == "La columna «Total» está dos veces: deja solo una."
    assert "está dos veces" in told(*REQUIRED, "observaciones", "concepto")


def test_a_columns_own_heading_wins_over_its_other_names() -> None:
    found = heading("tipo", "documento", "número", "cliente NIT", "fecha", "total", "cliente", "cliente nombre")
    assert heading_problem(found) is None
    assert (found.titles["number"], found.titles["customer_name"]) == ("número", "cliente nombre")
