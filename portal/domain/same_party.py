"""Which customers of an issuer may be one party spelled twice: with its check digit, another kind of id, zeros."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.domain.parties import check_digit

_NIT_WITH_DIGIT = 10


@dataclass(frozen=True, slots=True)
class Spelling:
    """A customer as its documents name it."""

    id: int
    country: str
    id_type: str
    tax_id: str
    name: str


def folded_id(country: str, tax_id: str) -> str:
    """Letters and digits alone, without zeros in front; of a Colombian NIT also without its check digit."""
    folded = re.sub(r"[^0-9A-Z]", "", tax_id.upper()).lstrip("0")
    if country == "CO" and len(folded) == _NIT_WITH_DIGIT and folded.isdigit():
        number, digit = folded[:-1], folded[-1]
        if check_digit(number) == digit:
            return number
    return folded


def same_parties(spellings: Iterable[Spelling]) -> list[Sequence[Spelling]]:
    """Groups of two or more that may be one, by folded id; in each the one spelled as folded comes first."""
    groups: defaultdict[str, list[Spelling]] = defaultdict(list)
    for one in spellings:
        if folded := folded_id(one.country, one.tax_id):
            groups[folded].append(one)
    return [
        sorted(group, key=lambda one: (one.tax_id != folded, one.id))
        for folded, group in sorted(groups.items())
        if len(group) > 1
    ]
