import pytest

from portal.domain.documents import Kind, Term
from portal.errors import Refused
from portal.importers.sheet_words import read_id_type, read_kind, read_method, read_term, read_voided


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (Kind.INVOICE, "factura|Factura de Venta|INVOICE"),
        (Kind.DEBIT_NOTE, "nota débito|nota_debito|debit note|debit_note"),
        (Kind.CREDIT_NOTE, "Nota Crédito|credit note"),
        (Kind.ADVANCE, "anticipo|advance"),
        (Kind.RECEIPT, "recibo de caja|recibo|receipt"),
    ],
)
def test_kinds_are_read_in_spanish_and_english(kind: Kind, words: str) -> None:
    assert {read_kind(word) for word in words.split("|")} == {kind}


def test_the_words_of_the_code_are_read_too() -> None:
    assert [read_kind(kind.value) for kind in Kind] == list(Kind)


@pytest.mark.parametrize(
    ("word", "term"), [("Contado", Term.CASH), ("crédito", Term.CREDIT), (1, Term.CASH), ("2", Term.CREDIT)]
)
def test_terms_are_read(word: str | int, term: Term) -> None:
    assert read_term(word) is term


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Efectivo", "10"),
        ("transferencia", "47"),
        ("PSE", "47"),
        ("47", "47"),
        (47.0, "47"),
        ("01", "1"),
        ("zzz", "ZZZ"),
    ],
)
def test_methods_are_names_or_codes(word: str | float, code: str) -> None:
    assert read_method(word) == code


@pytest.mark.parametrize(
    ("word", "code"), [("NIT", "31"), ("C.C.", "13"), ("Pasaporte", "41"), ("31", "31"), (22, "22")]
)
def test_types_of_id_are_names_or_codes(word: str | int, code: str) -> None:
    assert read_id_type(word) == code


def test_only_annulled_documents_are_void() -> None:
    assert read_voided("Anulada")
    assert read_voided("void")
    assert not read_voided("vigente")


def test_cancelada_is_refused_because_it_means_paid_as_well_as_annulled() -> None:
    with pytest.raises(Refused, match=r"No conocemos «Cancelada»: escribe «anulada» o nada; lo pagado"):
        read_voided("Cancelada")


@pytest.mark.parametrize("read", [read_kind, read_term, read_method, read_id_type])
def test_unknown_words_are_refused_with_the_known_ones(read: object) -> None:
    with pytest.raises(Refused, match="No conocemos «qué es esto»: escribe "):
        read("qué es esto")  # type: ignore[operator]
