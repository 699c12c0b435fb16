"""Who owes and who is owed: identity of a party, tax ids and their check digit."""

from __future__ import annotations

import re
from dataclasses import dataclass

NIT, CEDULA = "31", "13"
ID_TYPES = {
    "11": "Registro civil",
    "12": "Tarjeta de identidad",
    "13": "Cédula de ciudadanía",
    "21": "Tarjeta de extranjería",
    "22": "Cédula de extranjería",
    "31": "NIT",
    "41": "Pasaporte",
    "42": "Documento de identificación extranjero",
    "47": "PEP",
    "48": "PPT",
    "50": "NIT de otro país",
    "91": "NUIP",
}
_WEIGHTS = (3, 7, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 67, 71)


@dataclass(frozen=True, slots=True)
class PartyKey:
    """What makes a party the same party: country, kind of id, normalised id. Names never do."""

    country: str
    id_type: str
    tax_id: str


@dataclass(frozen=True, slots=True)
class Party:
    """A party as a document states it. `tax_id` is normalised; everything below it is as printed."""

    country: str
    id_type: str
    tax_id: str
    name: str
    check_digit: str | None = None
    trade_name: str | None = None
    legal_form: str | None = None  # "1" legal person, "2" natural person
    responsibilities: tuple[str, ...] = ()
    tax_scheme: str | None = None
    address: str | None = None
    city: str | None = None
    region: str | None = None
    email: str | None = None
    phone: str | None = None

    @property
    def key(self) -> PartyKey:
        return PartyKey(self.country, self.id_type, self.tax_id)

    @property
    def anonymous(self) -> bool:
        return is_anonymous(self.tax_id)


def normalise_id(raw: str, country: str = "CO", id_type: str = NIT) -> str:
    """A tax id without separators: digits only in Colombia, upper-case letters and digits elsewhere.

    Leading zeros go (buyers' systems pad); a check digit after a hyphen goes. A glued one stays:
    ten-digit NITs of natural persons exist.
    """
    text = raw.strip().upper()
    if country != "CO" or id_type in {"41", "42", "50"}:
        return re.sub(r"[^0-9A-Z]", "", text)
    base, _, digit = text.rpartition("-")
    if base and len(digit.strip()) == 1:
        text = base
    return re.sub(r"[^0-9]", "", text).lstrip("0")


def check_digit(nit: str) -> str:
    """The NIT's check digit by DIAN's weights (Orden Administrativa 4 of 1989), '4' for 800197268."""
    total = sum(int(d) * w for d, w in zip(reversed(nit), _WEIGHTS, strict=False)) % 11
    return str(total if total < 2 else 11 - total)


def show_id(id_type: str, tax_id: str) -> str:
    """A tax id as people write it: a NIT with its check digit, '800197268-4'."""
    return f"{tax_id}-{check_digit(tax_id)}" if id_type == NIT and tax_id.isdigit() and len(tax_id) <= 15 else tax_id


def is_anonymous(tax_id: str) -> bool:
    """«Consumidor final»: 222222222222, and any id of only 2s with ten digits or more (DIAN's own example has ten)."""
    return len(tax_id) >= 10 and set(tax_id) == {"2"}
