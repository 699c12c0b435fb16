"""Numbers, dates and codes are written the reader's way, and never lose a digit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.documents import Role, Tax, Term
from portal.domain.parties import ID_TYPES, Party
from portal.render import words
from portal.render.labels import Labels
from portal.text import Text

ES, EN = Labels(), Labels(language="en")


@pytest.mark.parametrize(
    ("amount", "currency", "spanish", "english"),
    [
        ("1234567.89", "COP", "1.234.567,89", "1,234,567.89"),
        ("1234.5", "COP", "1.234,50", "1,234.50"),
        ("-5", "COP", "-5,00", "-5.00"),
        ("1500", "CLP", "1.500", "1,500"),
        ("1.5", "KWD", "1,500", "1.500"),
        ("0.000125", "COP", "0,000125", "0.000125"),
    ],
)
def test_an_amount_is_written(amount: str, currency: str, spanish: str, english: str) -> None:
    assert ES.amount(Decimal(amount), currency) == spanish
    assert EN.amount(Decimal(amount), currency) == english


@given(st.integers(-(10**17), 10**17))
def test_no_digit_is_lost(minor: int) -> None:
    written = ES.money(minor, "COP")
    assert int(written.replace(".", "").replace(",", "")) == minor


def test_dates_and_moments_are_written() -> None:
    at = datetime(2026, 3, 5, 3, 4, tzinfo=UTC)
    assert (ES.day(date(2026, 3, 5)), EN.day(date(2026, 3, 5))) == ("05/03/2026", "Mar 5, 2026")
    assert ES.moment(at).startswith("04/03/2026 10:04")
    assert ES.moment(at.replace(tzinfo=None)) == ES.moment(at)
    assert EN.moment(at).startswith("Mar 4, 2026 10:04")


def test_a_sentence_of_the_catalog_is_translated_and_filled() -> None:
    labels = Labels({"Faltan {n} días": "{n} days left"}.__getitem__, "en")
    assert labels.say(Text("Faltan {n} días", n=3)) == "3 days left"
    assert labels.say("tal cual") == "tal cual"


def test_an_unknown_language_reads_as_spanish() -> None:
    assert Labels(language="xx").amount(Decimal("1.5"), "COP") == "1,50"


def test_known_codes_have_words_and_unknown_ones_stay() -> None:
    assert words.means_name("10", ES) == "Efectivo"
    assert words.unit_name("94", ES) == "Unidad"
    assert words.settlement_name("part", ES) == "Abonada en parte"
    assert words.bucket_name("91+", ES) == "Más de 90 días"
    unknown = (words.means_name, words.unit_name, words.settlement_name, words.kind_name, words.bucket_name)
    assert {name("??", ES) for name in unknown} == {"??"}


def test_the_block_about_the_software_is_named_in_words() -> None:
    assert words.software_name("ProviderID", ES) == "NIT del proveedor tecnológico"
    assert words.software_name("Otro campo", ES) == "Otro campo"


def test_terms_and_roles_have_words() -> None:
    assert [words.term_name(term, ES) for term in Term] == ["Contado", "Crédito"]
    assert len({words.role_name(role, ES) for role in Role}) == len(Role)


@pytest.mark.parametrize("id_type", ID_TYPES)
def test_every_kind_of_id_has_words(id_type: str) -> None:
    assert words.party_id(Party("CO", id_type, "900100200", "X"), ES).partition(" 9001")[0]


def test_what_a_party_is_to_the_tax_office_is_written() -> None:
    party = Party("CO", "31", "1", "X", responsibilities=("O-47", "O-99"), tax_scheme="ZZ")
    assert words.tax_duties(party, ES) == "Régimen simple de tributación · O-99 · Tributo: no aplica"


def test_a_tax_has_its_rate_if_it_states_one() -> None:
    assert words.tax_name(Tax("01", "IVA", Decimal(1), rate=Decimal(19)), EN) == "IVA 19%"
    assert words.tax_name(Tax("22", "Bolsas", Decimal(1)), ES) == "Bolsas"


def test_an_axis_writes_numbers_with_the_readers_marks() -> None:
    assert Labels(language="es").marks == (",", ".")
    assert Labels(language="en").marks == (".", ",")
