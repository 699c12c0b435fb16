from typing import Any

import pytest

from portal.domain.parties import Party
from portal.errors import Refused
from portal.importers.sheet_parties import read_customer, read_issuer, read_tax_id
from tests.importers.made_sheets import ISSUER, row


def customer(customer_id: Any, **cells: Any) -> Party:
    party, warnings = read_customer(row(customer_id=customer_id, **cells))
    assert not warnings
    return party


def warning(customer_id: Any, **cells: Any) -> str:
    _, (only,) = read_customer(row(customer_id=customer_id, **cells))
    return str(only)


@pytest.mark.parametrize(
    ("cell", "id_type", "tax_id"),
    [
        ("900123456-8", "31", "900123456"),
        ("900.123.456-8", "31", "900123456"),
        ("900,123,456 - 8", "31", "900123456"),
        ("900123456", "31", "900123456"),
        (900123456, "31", "900123456"),
        (900123456.0, "31", "900123456"),
        ("800197268", "31", "800197268"),
        ("52.123.456", "13", "52123456"),
        ("0052123456", "13", "52123456"),
        ("700123456", "13", "700123456"),
        ("1020304050", "13", "1020304050"),
        ("222222222222", "13", "222222222222"),
    ],
)
def test_a_type_that_is_not_stated_follows_from_the_id(cell: str | float, id_type: str, tax_id: str) -> None:
    party = customer(cell)
    assert (party.country, party.id_type, party.tax_id) == ("CO", id_type, tax_id)


def test_a_stated_type_wins() -> None:
    assert customer("900123456", id_type="CC").id_type == "13"
    assert customer("AB 123-4", id_type="pasaporte").tax_id == "AB1234"


def test_ids_from_abroad_keep_their_letters() -> None:
    party = customer("b-1234567x", country="ec")
    assert (party.country, party.id_type, party.tax_id) == ("EC", "50", "B1234567X")
    assert customer("123", country="Colombia").country == "CO"


@pytest.mark.parametrize(
    "cell", ["", "abc", "900123456.8", "900-123-456", "NIT 900123456", "000", "1.2", "9" * 41, "=1+1"]
)
def test_what_is_no_id_is_refused(cell: str) -> None:
    with pytest.raises(Refused):
        customer(cell)


def test_what_is_no_country_is_refused() -> None:
    with pytest.raises(Refused, match="código de dos letras"):
        customer("1", country="Ecuador")


def test_a_customer_without_name_is_called_by_its_id() -> None:
    assert customer("900123456-8").name == "900123456"
    assert customer("900123456-8", customer_name="Río Claro").name == "Río Claro"


def test_a_wrong_check_digit_is_told() -> None:
    assert warning("900123456-7") == "El dígito de verificación de 900123456-7 sería 8."


def test_a_check_digit_glued_on_is_told_and_not_cut() -> None:
    assert warning("9001234568") == "9001234568 se tomó como cédula: si es un NIT, escríbelo 900123456-8."
    assert customer("9001234568", id_type="CC").tax_id == "9001234568"


def test_a_wrong_address_is_told_and_left_out() -> None:
    assert "no es una dirección de correo" in warning("1", customer_email="pagos@rioclaro")
    assert customer("1", customer_email="pagos@rioclaro.example").email == "pagos@rioclaro.example"


def test_the_issuer_of_the_row_wins_over_that_of_the_import() -> None:
    other = read_issuer(row(issuer_id="901234567-7", issuer_name="Otra SAS"), ISSUER)
    assert (other.tax_id, other.name, other.check_digit) == ("901234567", "Otra SAS", "7")
    assert read_issuer(row(issuer_id="901234567"), None).name == "901234567"


def test_the_issuer_of_the_import_stands_in_and_is_not_renamed() -> None:
    assert read_issuer(row(issuer_id=""), ISSUER) is ISSUER
    assert read_issuer(row(issuer_id="900.555.111-6", issuer_name="Tornillo"), ISSUER) is ISSUER


def test_a_row_without_any_issuer_is_refused() -> None:
    with pytest.raises(Refused, match="importa con --issuer"):
        read_issuer(row(issuer_id=None), None)


def test_a_tax_id_alone_is_normalised() -> None:
    assert read_tax_id("900.123.456-8") == "900123456"


def test_an_id_is_read_the_way_of_its_country() -> None:
    peruvian = read_issuer(row(issuer_id="20100070970", issuer_country="PE"), None)
    assert (peruvian.country, peruvian.tax_id) == ("PE", "20100070970")
    assert read_issuer(row(issuer_id="2010-0070970"), peruvian) is peruvian
    assert read_customer(row(customer_id="2055A"), peruvian.country)[0].country == "PE"
    assert read_tax_id("20555-6", "PE") == "205556"


def test_the_same_number_in_another_country_is_another_issuer() -> None:
    other = read_issuer(row(issuer_id=ISSUER.tax_id, issuer_country="EC", issuer_name="Otra"), ISSUER)
    assert (other.country, other.name) == ("EC", "Otra")
