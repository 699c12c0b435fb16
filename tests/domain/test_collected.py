"""Where the money of a fact is in the books, and lists that can be asked for by their address."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.collected import KINDS, Booked, Collected, Wanted, from_query, to_query
from portal.domain.crediting import Trouble
from portal.errors import Refused

NOW = datetime(2026, 3, 15, 15, tzinfo=UTC)


def fact(**told: Any) -> Collected:
    usual: dict[str, Any] = {
        "id": 2, "payment_id": 1, "kind": "payment", "issuer_id": 1, "issuer_tax_id": "900", "customer_id": 1,
        "customer_tax_id": "800", "customer_name": "ABC", "account_id": 1, "provider": "fake", "transaction": "t1",
        "checkout_id": 1, "reference": "FE1X", "method": "pse", "currency": "COP", "amount": 100,
        "effective_on": date(2026, 3, 15), "recorded_at": NOW, "item_id": None, "trouble": None, "settled_at": None,
        "settled_by": None, "settled_note": None, "voucher": None, "seq": 1,
    }  # fmt: skip
    return Collected(**usual | told)


@pytest.mark.parametrize(
    ("told", "state", "booked", "waits"),
    [
        ({"item_id": 7}, Booked.BOOKED, 100, False),
        ({"item_id": 7, "trouble": Trouble.LESS}, Booked.BOOKED, 100, True),
        ({"item_id": 7, "trouble": Trouble.LESS, "settled_at": NOW}, Booked.BOOKED, 100, False),
        ({"item_id": 7, "kind": "refund"}, Booked.BOOKED, -100, False),
        ({"item_id": 7, "kind": "chargeback"}, Booked.BOOKED, -100, False),
        ({"item_id": 7, "kind": "reinstated"}, Booked.BOOKED, 100, False),
        ({"trouble": Trouble.CURRENCY}, Booked.APART, 0, True),
        ({"trouble": Trouble.CURRENCY, "settled_at": NOW}, Booked.LEFT_OUT, 0, False),
        ({"trouble": Trouble.CURRENCY, "settled_at": NOW, "item_id": 7}, Booked.BOOKED, 100, False),
        ({}, Booked.NEVER, 0, False),
        ({"kind": "refund", "trouble": Trouble.OVERDRAWN}, Booked.OVERDRAWN, 0, True),
        ({"kind": "refund", "trouble": Trouble.OVERDRAWN, "settled_at": NOW}, Booked.OVERDRAWN, 0, False),
    ],
)
def test_where_the_money_is(told: dict[str, Any], state: Booked, booked: int, waits: bool) -> None:
    one = fact(**told)
    assert (one.state, one.booked, one.waits) == (state, booked, waits)


days = st.one_of(st.none(), st.dates())
names = st.lists(st.sampled_from(["wompi", "payu"]), unique=True).map(tuple)


@given(
    st.builds(
        Wanted, days, days, st.lists(st.sampled_from(KINDS), unique=True).map(tuple), names, st.booleans(),
        st.text(max_size=200).filter(lambda text: text == text.encode("utf-8", "ignore").decode()),
    )
)  # fmt: skip
def test_a_list_is_what_its_address_says(wanted: Wanted) -> None:
    assert from_query(dict(parse_qsl(to_query(wanted), keep_blank_values=True))) == wanted


@pytest.mark.parametrize("asked", [{"from": "ayer"}, {"to": "2026-13-01"}, {"kind": "payment,gift"}])
def test_what_is_no_date_and_no_kind_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(Refused):
        from_query(asked)
