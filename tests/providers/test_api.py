"""What is sent to a provider, and how."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from portal.providers.api import exact_json


def test_numbers_go_out_with_just_their_own_digits() -> None:
    told = {
        "price": Decimal("119000.05"),
        "whole": 119000,
        "small": Decimal("1E-2"),
        "rows": [Decimal("0.10"), None, True],
    }

    assert exact_json(told) == '{"price":119000.05,"whole":119000,"small":0.01,"rows":[0.10,null,true]}'


def test_texts_go_out_so_that_they_come_back_the_same() -> None:
    told = {'ñ "á"': ["línea\n", "\ud800", "</script>", "💸"]}

    assert json.loads(exact_json(told).encode("ascii")) == told


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="float"):
        exact_json({"price": 119000.05})
