"""What a webhook carries is read strictly."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from portal.domain.payments import NotGenuine
from portal.providers.reading import form_fields, instant, json_object, minor_units, whole_number


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"a":1,"a":2}', b'{"a":NaN}', b"\xff\xfe", b"{" * 100_000, b'{"a":'])
def test_what_is_no_plain_object_is_not_genuine(raw: bytes) -> None:
    with pytest.raises(NotGenuine):
        json_object(raw)


def test_a_byte_order_mark_does_no_harm_and_numbers_are_exact() -> None:
    assert json_object(b'\xef\xbb\xbf{"a": 119000.05}') == {"a": Decimal("119000.05")}


@pytest.mark.parametrize("raw", [b"value=1&value=119000.00", "ñ=1".encode(), b"a=1&" * 400])
def test_an_ambiguous_form_is_not_genuine(raw: bytes) -> None:
    with pytest.raises(NotGenuine):
        form_fields(raw)


def test_a_form_in_latin_1_is_read() -> None:
    assert form_fields(b"name=Pe%F1a&value=1") == {"name": "Peña", "value": "1"}


@pytest.mark.parametrize(
    ("said", "minor"),
    [(119000, 11_900_000), ("119000", 11_900_000), ("119000.0", 11_900_000), (Decimal("0.10"), 10), ("150.05", 15_005)],
)
def test_an_amount_is_exact(said: object, minor: int) -> None:
    assert minor_units(said, "COP") == minor


@pytest.mark.parametrize(
    "said",
    [
        "1.19e5",
        "119000,00",
        "NaN",
        "-119000",
        "1e400",
        "",
        " 1",
        "1.001",
        1.5,
        True,
        None,
        "٣",
        Decimal("NaN"),
        Decimal("1e999999999999999999"),
    ],
)
def test_an_odd_number_is_no_amount(said: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        minor_units(said, "COP")


@pytest.mark.parametrize("said", [11_900_000, "11900000", Decimal("11900000.0"), Decimal("1.19e7")])
def test_a_count_of_minor_units_is_whole(said: object) -> None:
    assert whole_number(said) == 11_900_000


@pytest.mark.parametrize(
    "said", ["1.5", 1.0, True, None, "", -1, "1e3", "1,000", "٣", ".", Decimal("1e999999999999999999")]
)
def test_what_is_not_whole_is_no_count(said: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        whole_number(said)


@pytest.mark.parametrize(
    "said", ["2026-10-05T21:09:27.000Z", "2026-10-05T16:09:27.000-05:00", "2026-10-05T21:09:27", "2026-10-05 21:09:27"]
)
def test_an_instant_is_in_utc(said: str) -> None:
    assert instant(said) == datetime(2026, 10, 5, 21, 9, 27, tzinfo=UTC)


@pytest.mark.parametrize("said", ["", "ayer", None, 5, "0001-01-01T00:00:00+23:00"])
def test_what_is_no_instant_is_none(said: object) -> None:
    assert instant(said) is None
