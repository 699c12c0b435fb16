"""Issuer and customer out of a UBL party element."""

from __future__ import annotations

import re

from lxml import etree

from portal.domain.parties import NIT, Party, check_digit, normalise_id
from portal.importers.fields import every, first, missing, squeezed, text
from portal.text import Text

ISSUER = "cac:AccountingSupplierParty"
CUSTOMER = "cac:AccountingCustomerParty"
ID_PATHS = (
    "cac:PartyTaxScheme/cbc:CompanyID",
    "cac:PartyLegalEntity/cbc:CompanyID",
    "cac:PartyIdentification/cbc:ID",
    "cbc:EndpointID",
)
_NAME_PATHS = (
    "cac:PartyTaxScheme/cbc:RegistrationName",
    "cac:PartyLegalEntity/cbc:RegistrationName",
    "cac:PartyName/cbc:Name",
)
_ADDRESS_PATHS = (
    "cac:PhysicalLocation/cac:Address",
    "cac:PartyTaxScheme/cac:RegistrationAddress",
    "cac:PostalAddress",
    "cac:PartyLegalEntity/cac:RegistrationAddress",
)
_DIGITS = tuple("0123456789")
_COUNTRY = "cac:Country/cbc:IdentificationCode"
_ISSUED_ABROAD = frozenset({"41", "42", "50"})  # passport, foreign document, NIT of another country
_VAT_PREFIX = re.compile(r"(AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK)")


def read_party(root: etree._Element, role: str, *, dian: bool) -> Party:
    """The party under `role` (ISSUER or CUSTOMER); without id or name it is refused by element."""
    holder = first(root, role)
    element = first(holder, "cac:Party") if holder is not None else None
    if holder is None or element is None:
        raise missing(role)
    source = _id_element(element)
    if source is None:
        raise missing(f"{role}/cac:Party/{ID_PATHS[0]}")
    id_type = _dian_id_type(element, source) if dian else source.get("schemeID") or source.get("schemeName") or ""
    country = _dian_country(element, id_type) if dian else _country(element, source)
    tax_id = normalise_id(squeezed(source), country, id_type)
    if not tax_id:
        raise missing(f"{role}/cac:Party/{ID_PATHS[0]}")
    name = _name(element, role)
    address = first_address(element)
    digit = source.get("schemeID") or ""
    return Party(
        country=country,
        id_type=id_type,
        tax_id=tax_id,
        name=name,
        check_digit=digit if dian and id_type == NIT and digit in _DIGITS else None,
        trade_name=_trade_name(element, name),
        legal_form=text(holder, "cbc:AdditionalAccountID"),
        responsibilities=_responsibilities(element),
        tax_scheme=text(element, "cac:PartyTaxScheme/cac:TaxScheme/cbc:ID"),
        address=None if address is None else _street(address),
        city=None if address is None else text(address, "cbc:CityName"),
        region=None if address is None else text(address, "cbc:CountrySubentity", "cbc:CountrySubentityCode"),
        email=text(element, "cac:Contact/cbc:ElectronicMail"),
        phone=text(element, "cac:Contact/cbc:Telephone"),
    )


def glued_check_digit(party: Party) -> Text | None:
    """A doubt worth telling: a ten-digit NIT whose last digit is the check digit of the first nine."""
    glued = (
        party.country == "CO"
        and party.id_type == NIT
        and len(party.tax_id) == 10
        and party.tax_id[-1] == party.check_digit == check_digit(party.tax_id[:-1])
    )
    if not glued:
        return None
    return Text(
        "El NIT {tax_id} de {name} parece llevar pegado el dígito de verificación. Se guardó como viene: revísalo.",
        tax_id=party.tax_id,
        name=party.name,
    )


def first_address(element: etree._Element) -> etree._Element | None:
    """The first of the party's addresses that says anything."""
    candidates = (found for path in _ADDRESS_PATHS for found in every(element, path))
    return next((found for found in candidates if len(found)), None)


def _id_element(element: etree._Element) -> etree._Element | None:
    candidates = (found for path in ID_PATHS for found in every(element, path))
    return next((found for found in candidates if squeezed(found)), None)


def _dian_id_type(element: etree._Element, source: etree._Element) -> str:
    same = squeezed(source)
    found = [source, *(other for path in ID_PATHS for other in every(element, path) if squeezed(other) == same)]
    return next((scheme for one in found if (scheme := one.get("schemeName"))), NIT)


def _dian_country(element: etree._Element, id_type: str) -> str:
    """The country that gave the id: Colombia's own kinds of id are Colombian wherever their holder lives."""
    return (_stated_country(element) or "CO") if id_type in _ISSUED_ABROAD else "CO"


def _country(element: etree._Element, source: etree._Element) -> str:
    agency = (source.get("schemeAgencyName") or "").upper()
    if stated := _stated_country(element):
        return stated
    if len(agency) > 2 and agency[2] == ":" and agency[:2].isalpha():  # «PE:SUNAT»
        return agency[:2]
    vat = _VAT_PREFIX.match(squeezed(source)) if source.tag.endswith("CompanyID") else None
    return vat[1].replace("EL", "GR") if vat else ""


def _stated_country(element: etree._Element) -> str | None:
    code = text(element, *(f"{path}/{_COUNTRY}" for path in _ADDRESS_PATHS))
    return code.upper() if code and len(code) == 2 and code.isalpha() else None


def _name(element: etree._Element, role: str) -> str:
    person = " ".join(
        part
        for path in ("cac:Person/cbc:FirstName", "cac:Person/cbc:MiddleName", "cac:Person/cbc:FamilyName")
        if (part := text(element, path))
    )
    name = text(element, *_NAME_PATHS) or person
    if not name:
        raise missing(f"{role}/cac:Party/{_NAME_PATHS[0]}")
    return name


def _trade_name(element: etree._Element, name: str) -> str | None:
    names = (squeezed(found) for found in every(element, "cac:PartyName/cbc:Name"))
    return next((other for other in names if other and other != name), None)


def _responsibilities(element: etree._Element) -> tuple[str, ...]:
    levels = text(element, "cac:PartyTaxScheme/cbc:TaxLevelCode") or ""
    return tuple(level for part in levels.split(";") if (level := part.strip()))


def _street(address: etree._Element) -> str | None:
    lines = [squeezed(found) for found in every(address, "cac:AddressLine/cbc:Line")]
    if not any(lines):
        parts = ("cbc:StreetName", "cbc:BuildingNumber", "cbc:AdditionalStreetName")
        lines = [text(address, path) or "" for path in parts]
    return ", ".join(filter(None, lines)) or None
