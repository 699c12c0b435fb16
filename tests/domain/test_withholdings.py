"""What may be withheld of a document: suggested from what it says or the issuer's rates, and bounded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.documents import Facts, Kind, Tax
from portal.domain.money import percent_of
from portal.domain.withholdings import (
    Policy,
    Rate,
    Stateable,
    Withheld,
    check_stated,
    read_percent,
    stateable,
)
from portal.errors import Refused
from tests.factories import EJEMPLAR, facts

FUENTE, IVA, ICA = Withheld.RETEFUENTE, Withheld.RETEIVA, Withheld.RETEICA
OPEN = Policy(allowed=True)
SINCE = date(2026, 1, 1)
RATES = [
    Rate(FUENTE, Decimal("2.5"), 0, SINCE),
    Rate(IVA, Decimal(15), 0, SINCE),
    Rate(ICA, Decimal("0.966"), 0, SINCE),
]


def invoice(**other: Any) -> Facts:
    """1,000 pesos before taxes and 190 of VAT."""
    told: dict[str, Any] = {"line_total": Decimal(1000), "taxes": (Tax("01", "IVA", Decimal(190)),), "source": "xml"}
    return facts("FE-1", 1190, **told | other)


def states(code: str, amount: str) -> tuple[Tax, ...]:
    return (Tax(code, "", Decimal(amount)),)


class TestWhatIsSuggested:
    def test_the_rates_on_their_bases_before_taxes_or_the_vat(self) -> None:
        assert stateable(invoice(), OPEN, RATES, {}).suggested == {FUENTE: 2_500, IVA: 2_850, ICA: 966}

    def test_what_the_document_says_comes_before_the_rates(self) -> None:
        told = invoice(withholdings=states("06", "25.50") + states("05", "28.50") + states("07", "0.00"))
        assert stateable(told, OPEN, RATES, {}).suggested == {FUENTE: 2_550, IVA: 2_850, ICA: 966}

    @pytest.mark.parametrize("code", ["01", "08", "20", "ZZ"])
    def test_other_taxes_are_none_of_the_three(self, code: str) -> None:
        assert stateable(invoice(withholdings=states(code, "25")), OPEN, [], {}).suggested == {}

    def test_nothing_from_nothing(self) -> None:
        assert stateable(invoice(), OPEN, [], {}).suggested == {}

    def test_a_document_that_does_not_say_its_base_gets_no_rate(self) -> None:
        assert stateable(facts("FE-1", 1190), OPEN, RATES, {}).suggested == {}

    def test_the_newest_rate_of_its_day_counts(self) -> None:
        dated = [Rate(FUENTE, Decimal(percent), 0, date(2026, month, 1)) for percent, month in ((1, 1), (2, 3), (4, 4))]
        assert stateable(invoice(issue_date=date(2026, 3, 1)), OPEN, dated, {}).suggested == {FUENTE: 2_000}
        assert stateable(invoice(issue_date=date(2025, 12, 31)), OPEN, dated, {}).suggested == {}

    @pytest.mark.parametrize(("minimum", "suggested"), [(100_000, {FUENTE: 2_500}), (100_001, {})])
    def test_below_the_minimum_base_nothing_is(self, minimum: int, suggested: dict[Withheld, int]) -> None:
        assert stateable(invoice(), OPEN, [replace(RATES[0], minimum=minimum)], {}).suggested == suggested

    def test_discounts_and_charges_of_the_whole_document_count(self) -> None:
        told = invoice(allowances=Decimal(100), charges=Decimal(20))
        assert stateable(told, OPEN, RATES[:1], {}).suggested == {FUENTE: 2_300}

    def test_what_was_stated_already_is_not_suggested_again(self) -> None:
        may = stateable(invoice(), OPEN, RATES, {FUENTE: 2_500, ICA: 900})
        assert may.suggested == {IVA: 2_850, ICA: 66} and may.most[FUENTE] == 97_500


class TestRetefuente:
    @pytest.mark.parametrize("duty", ["O-15", "O-47"])
    def test_never_of_who_withholds_from_itself_or_is_in_the_simple_regime(self, duty: str) -> None:
        issuer = replace(EJEMPLAR, responsibilities=("O-13", duty))
        may = stateable(invoice(issuer=issuer, withholdings=states("06", "25")), OPEN, RATES, {})
        assert FUENTE not in may.suggested and FUENTE not in may.most and may.suggested[ICA] == 966

    def test_nor_where_the_issuer_says_so(self) -> None:
        assert FUENTE not in stateable(invoice(), Policy(True, exempt=True), RATES, {}).most

    def test_a_large_taxpayer_is_no_exception(self) -> None:
        issuer = replace(EJEMPLAR, responsibilities=("O-13", "O-23"))
        assert stateable(invoice(issuer=issuer), OPEN, RATES, {}).suggested[FUENTE] == 2_500


class TestWhatMayBeStated:
    @pytest.mark.parametrize(
        ("told", "policy"),
        [
            (invoice(), Policy()),
            (facts("FE-1", 1190, currency="USD"), OPEN),
            (facts("NC-1", 1190, kind=Kind.CREDIT_NOTE), OPEN),
        ],
    )
    def test_nothing_where_the_issuer_does_not_allow_it_of_credits_or_in_another_currency(
        self, told: Facts, policy: Policy
    ) -> None:
        assert stateable(told, policy, RATES, {}) == Stateable()

    def test_at_most_its_base_or_the_total_where_no_base_is_known(self) -> None:
        assert stateable(invoice(), OPEN, [], {}).most == {FUENTE: 100_000, IVA: 19_000, ICA: 100_000}
        assert stateable(facts("FE-1", 1190), OPEN, [], {}).most == dict.fromkeys(Withheld, 119_000)

    def test_no_vat_no_reteiva(self) -> None:
        assert IVA not in stateable(invoice(taxes=()), OPEN, RATES, {}).most

    @pytest.mark.parametrize(
        ("stated", "outstanding", "why"),
        [
            ({FUENTE: 100_001}, 119_000, "base"),
            ({IVA: -1}, 119_000, "base"),
            ({FUENTE: 60_000, IVA: 19_000, ICA: 1}, 79_000, "saldo"),
        ],
    )
    def test_more_is_refused_in_words(self, stated: dict[Withheld, int], outstanding: int, why: str) -> None:
        with pytest.raises(Refused, match=why):
            check_stated("FE-1", outstanding, stateable(invoice(), OPEN, [], {}), stated)

    def test_what_may_not_be_stated_is_refused(self) -> None:
        with pytest.raises(Refused, match="no recibe"):
            check_stated("FE-1", 119_000, Stateable(), {FUENTE: 1})

    @given(
        st.decimals(1, 10**9, places=2), st.decimals(0, 10**8, places=2), st.decimals(0, 100, places=4),
        st.dictionaries(st.sampled_from(list(Withheld)), st.integers(0, 10**11)),
    )  # fmt: skip
    def test_a_suggestion_is_never_more_than_may_be_stated_nor_than_the_base(
        self, net: Decimal, vat: Decimal, percent: Decimal, stated: dict[Withheld, int]
    ) -> None:
        told = replace(invoice(), line_total=net, total=net + vat, taxes=(Tax("01", "IVA", vat),))
        may = stateable(told, OPEN, [Rate(tax, percent, 0, SINCE) for tax in Withheld], stated)
        for tax, amount in may.suggested.items():
            base = int((vat if tax.on_vat else net) * 100)
            assert 0 < amount <= may.most[tax] <= base - stated.get(tax, 0)


class TestRates:
    @given(st.integers(0, 10**13), st.decimals(0, 100, places=4))
    def test_a_percentage_is_off_by_half_a_cent_at_most_and_never_more_than_all(
        self, minor: int, percent: Decimal
    ) -> None:
        found = percent_of(minor, percent)
        assert abs(found * 100 - minor * percent) <= 50 and 0 <= found <= minor

    @pytest.mark.parametrize(
        ("typed", "rate"),
        [("2,5", "2.5"), ("0.966 %", "0.966"), ("9,66 x mil", "0.966"), ("9.66x1000", "0.966"), ("15", "15")],
    )
    def test_are_read_as_people_write_them(self, typed: str, rate: str) -> None:
        assert read_percent(typed) == Decimal(rate)

    @pytest.mark.parametrize("typed", ["", "x", "dos", "-1", "101", "1.2.3", "0,12345", "1e5", "٢"])
    def test_what_is_none_is_refused(self, typed: str) -> None:
        with pytest.raises(Refused, match="tarifa"):
            read_percent(typed)
