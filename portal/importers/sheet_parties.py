"""Issuer and customer of a row."""

from __future__ import annotations

import re
from functools import lru_cache, partial

from portal.domain.parties import NIT, Party, check_digit, normalise_id
from portal.errors import Refused
from portal.importers.sheet_cells import Cell, Row
from portal.importers.sheet_values import read_code, read_text
from portal.importers.sheet_words import read_id_type
from portal.text import Text

HOME = "CO"  # where a sheet that names no country is from
ISSUER_COLUMNS = ("issuer_country", "issuer_id", "issuer_name")
CUSTOMER_COLUMNS = ("country", "id_type", "customer_id", "customer_name", "customer_email")
CEDULA, FOREIGN_NIT = "13", "50"
_LETTERED = {"41", "42", "47", "48", FOREIGN_NIT}  # passports and papers from abroad hold letters
_COLOMBIAN_ID = re.compile(r"([0-9]+|[0-9]{1,3}(?:[., ][0-9]{3})+)(?: ?- ?([0-9]))?")
_OTHER_ID = re.compile(r"([0-9A-Za-z](?:[ ./-]?[0-9A-Za-z])*)")
_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>.]+(?:\.[^\s@,;<>.]+)+")
_LONGEST_ID = 40


def read_issuer(row: Row, default: Party | None) -> Party:
    """Who issued the document: the row's own column, else the issuer of the import."""
    country = row.get("issuer_country", _country) or (default.country if default else HOME)
    found = row.get("issuer_id", partial(_tax_id, country=country, stated=NIT if country == HOME else None))
    if found is None:
        if default is None:
            raise row.refusal("issuer_id", Text("La celda está vacía: llénala, o importa con --issuer."))
        return default
    id_type, tax_id, digit = found
    if default is not None and (country, tax_id) == (default.country, default.tax_id):
        return default
    return Party(country, id_type, tax_id, row.get("issuer_name", read_text) or tax_id, digit)


def read_customer(row: Row, home: str = HOME) -> tuple[Party, tuple[Text, ...]]:
    """Who owes, and what looks wrong with it without being a reason to refuse. `home`: its issuer's country."""
    country = row.get("country", _country) or home
    stated = row.get("id_type", read_id_type)
    id_type, tax_id, digit = row.need("customer_id", partial(_tax_id, country=country, stated=stated))
    name = row.get("customer_name", read_text) or tax_id
    email = row.get("customer_email", read_text)
    warnings = _id_warnings(id_type, tax_id, digit, stated)
    if email and not _EMAIL.fullmatch(email):
        warnings += (Text("«{value}» no es una dirección de correo: el documento entra sin ella.", value=email[:40]),)
        email = None
    return Party(country, id_type, tax_id, name, digit, email=email), warnings


def read_tax_id(cell: Cell, country: str = HOME) -> str:
    """A tax id alone, normalised: what a sheet of balances holds."""
    return _tax_id(cell, country=country, stated=None)[1]


@lru_cache(maxsize=16_384, typed=True)
def _tax_id(cell: Cell, country: str, stated: str | None) -> tuple[str, str, str | None]:
    """Type, normalised id and stated check digit."""
    text = read_code(cell)
    if country != HOME or stated in _LETTERED:
        id_type = stated or FOREIGN_NIT
        match, digit = _OTHER_ID.fullmatch(text), None
    else:
        match = _COLOMBIAN_ID.fullmatch(text)
        digit = match and match[2]
        id_type = stated or (NIT if digit or _looks_like_nit(text) else CEDULA)
    tax_id = normalise_id(match[1], country, id_type) if match and len(text) <= _LONGEST_ID else ""
    if not tax_id:
        raise Refused(
            Text("«{value}» no es un NIT ni una cédula: escribe algo como 900123456-8 o 52123456.", value=text[:40])
        )
    return id_type, tax_id, digit


def _looks_like_nit(text: str) -> bool:
    digits = normalise_id(text)
    return len(digits) == 9 and digits[0] in "89"


def _id_warnings(id_type: str, tax_id: str, digit: str | None, stated: str | None) -> tuple[Text, ...]:
    if id_type == NIT and digit and check_digit(tax_id) != digit:
        right = check_digit(tax_id)
        return (Text("El dígito de verificación de {id}-{digit} sería {right}.", id=tax_id, digit=digit, right=right),)
    glued = stated is None and len(tax_id) == 10 and tax_id[0] in "89" and check_digit(tax_id[:9]) == tax_id[9]
    if glued and id_type == CEDULA:
        nit = f"{tax_id[:9]}-{tax_id[9]}"
        return (Text("{id} se tomó como cédula: si es un NIT, escríbelo {nit}.", id=tax_id, nit=nit),)
    return ()


def _country(cell: Cell) -> str:
    text = read_text(cell).upper()
    if text == "COLOMBIA":
        return HOME
    if not re.fullmatch("[A-Z]{2}", text):
        raise Refused(Text("«{value}» no es un país: escribe su código de dos letras, como CO o EC.", value=text[:40]))
    return text
