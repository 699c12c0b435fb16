from decimal import Decimal
from typing import Any

import pytest

from portal.domain.documents import Kind, Reference, Role
from portal.errors import Refused
from portal.importers.sheet_amounts import Style
from portal.importers.sheet_references import amounts_in, read_prepaid, read_references
from tests.importers.made_sheets import row


def references(cell: Any, kind: Kind = Kind.RECEIPT, style: Style | None = None) -> tuple[Reference, ...]:
    return read_references(row(applies_to=cell), kind, "COP", Decimal(1000), lambda _: style)


def prepaid(kind: Kind = Kind.INVOICE, **cells: Any) -> tuple[Decimal | None, tuple[Reference, ...]]:
    return read_prepaid(row(**cells), kind, "COP", lambda _: None)


def test_documents_are_named_with_or_without_amounts() -> None:
    named = references("FE-1; FE-2:20.50\nFE-3;")
    assert [(one.number, one.amount) for one in named] == [("FE-1", None), ("FE-2", Decimal("20.50")), ("FE-3", None)]
    assert references(1001)[0].number == "1001"
    assert references(None) == ()


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (Kind.RECEIPT, Role.PAYS),
        (Kind.ADVANCE, Role.PAYS),
        (Kind.CREDIT_NOTE, Role.CORRECTS),
        (Kind.DEBIT_NOTE, Role.CORRECTS),
    ],
)
def test_money_pays_and_notes_correct(kind: Kind, role: Role) -> None:
    assert references("FE-1", kind)[0].role is role


def test_an_invoice_applies_to_nothing() -> None:
    with pytest.raises(Refused, match="Una factura no se aplica"):
        references("FE-1", Kind.INVOICE)


@pytest.mark.parametrize("cell", ["FE-1, FE-2", "FE-1:", ":500", "FE-1:abc", "FE-1:-5", "FE-1:1.234"])
def test_what_names_no_documents_is_refused(cell: str) -> None:
    with pytest.raises(Refused):
        references(cell)


def test_parts_follow_the_style_of_their_column() -> None:
    assert references("FE-1:0,50; FE-2:999", style=Style.COMMA)[1].amount == 999
    assert read_references(row(applies_to="FE-1:1.234"), Kind.RECEIPT, "COP", Decimal(2000), lambda _: Style.COMMA)
    assert list(amounts_in("FE-1; FE-2:1.234; FE:3: 2,5")) == ["1.234", "2,5"]


def test_parts_of_a_credit_may_not_exceed_its_total() -> None:
    assert len(references("FE-1:500;FE-2:500")) == 2
    with pytest.raises(Refused, match="suman más que el total"):
        references("FE-1:500;FE-2:500.01")


def test_an_invoice_names_the_advance_that_it_is_net_of() -> None:
    amount, (consumed,) = prepaid(prepaid="300", prepaid_by="AN-1")
    assert amount == 300
    assert (consumed.role, consumed.number, consumed.kind, consumed.amount) == (
        Role.CONSUMES,
        "AN-1",
        Kind.ADVANCE,
        300,
    )


def test_a_prepaid_amount_may_stand_alone_but_not_its_advance() -> None:
    assert prepaid(prepaid="300") == (Decimal(300), ())
    assert prepaid() == (None, ())
    with pytest.raises(Refused, match="Falta el valor"):
        prepaid(prepaid_by="AN-1")


@pytest.mark.parametrize("cells", [{"prepaid": "300"}, {"prepaid_by": "AN-1"}])
def test_only_debits_are_net_of_advances(cells: dict[str, str]) -> None:
    with pytest.raises(Refused, match="Solo una factura o nota débito"):
        prepaid(Kind.RECEIPT, **cells)
