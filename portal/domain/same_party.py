"""Which customers of an issuer may be one party spelled twice: with its check digit, another kind of id, zeros."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.domain.parties import CEDULA, NIT, check_digit

# A company's NIT has nine digits and begins so. A sheet that has it with its digit and states no kind of id brings a
# cédula of ten digits; those of people begin with 1.
_NIT_WITH_DIGIT = re.compile(r"[89]\d{9}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Spelling:
    """A customer as its documents name it."""

    id: int
    country: str
    id_type: str
    tax_id: str
    name: str


def folded_id(country: str, id_type: str, tax_id: str) -> str:
    """Letters and digits alone, without zeros in front; of a company's Colombian NIT also without its check digit."""
    folded = re.sub(r"[^0-9A-Z]", "", tax_id.upper()).lstrip("0")
    if country == "CO" and id_type in (NIT, CEDULA) and _NIT_WITH_DIGIT.fullmatch(folded):
        number, digit = folded[:-1], folded[-1]
        if check_digit(number) == digit:
            return number
    return folded


def same_party(one: Spelling, other: Spelling) -> bool:
    """Whether two may be one: ids of two countries are never the same."""
    return _key(one) == _key(other)


def same_parties(spellings: Iterable[Spelling]) -> list[Sequence[Spelling]]:
    """Groups of two or more that may be one, by folded id; in each the one spelled as folded comes first."""
    groups: defaultdict[tuple[str, str], list[Spelling]] = defaultdict(list)
    for one in spellings:
        groups[_key(one)].append(one)
    return [
        sorted(group, key=lambda one: (one.tax_id != folded, one.id))
        for (folded, _), group in sorted(groups.items())
        if len(group) > 1 and folded
    ]


def _key(one: Spelling) -> tuple[str, str]:
    return folded_id(one.country, one.id_type, one.tax_id), one.country
