"""What makes a UBL document DIAN's (Anexo técnico 1.9), which types come in, and DIAN's own extension."""

from __future__ import annotations

import re

from lxml import etree

from portal.domain.documents import Authorisation, Kind
from portal.importers.fields import every, first, loose_day, required, squeezed, text
from portal.importers.roots import BEFORE_2019
from portal.importers.xml import Unreadable, shown
from portal.text import Text

AGENCY = "195"
_CONTENT = "ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent"
_EXTENSION = f"{_CONTENT}/sts:DianExtensions"
_SUPPLIER_ID = "cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID"
_CODE = re.compile(r"[0-9a-f]{96}")
_SALES = frozenset({"01", "02", "03", "04"})
_SUPPORT = frozenset({"05", "95"})
_EQUIVALENTS = frozenset(map(str, range(20, 61)))  # POS ticket and the other documentos equivalentes electrónicos


def is_dian(root: etree._Element) -> bool:
    """Whether a UBL document is Colombian, by any of the marks that only DIAN's documents carry."""
    if first(root, _EXTENSION) is not None or (text(root, "cbc:ProfileID") or "").startswith("DIAN "):
        return True
    if _scheme(root).startswith(("CUFE", "CUDE", "CUDS")):
        return True
    return any(found.get("schemeAgencyID") == AGENCY for found in every(root, _SUPPLIER_ID))


def type_code(root: etree._Element, kind: Kind) -> str:
    """DIAN's document type; support documents and types that are no sale are refused."""
    if kind is Kind.DEBIT_NOTE:
        return "92"
    element = "cbc:InvoiceTypeCode" if kind is Kind.INVOICE else "cbc:CreditNoteTypeCode"
    code = required(root, element) if kind is Kind.INVOICE else text(root, element) or "91"
    if code in _SUPPORT or _scheme(root).startswith("CUDS"):
        raise Unreadable(
            Text("Es un documento soporte de compra a no obligados a facturar, no una venta. El portal no lo recibe."),
            element,
        )
    if kind is Kind.CREDIT_NOTE or code in _SALES | _EQUIVALENTS:
        return code
    raise Unreadable(
        Text(
            "El tipo de documento «{code}» no es factura de venta (01 a 04) ni documento equivalente (20 a 60).",
            code=shown(code),
        ),
        element,
    )


def stated_code(root: etree._Element) -> str | None:
    """The CUFE or CUDE, lower case; None when blank. Anything but 96 hexadecimal digits is refused."""
    code = (text(root, "cbc:UUID") or "").lower()
    if "SHA1" in _scheme(root).replace("-", "") or (text(root, "cbc:UBLVersionID") or "").endswith("2.0"):
        raise Unreadable(BEFORE_2019, "cbc:UUID")
    if code and not _CODE.fullmatch(code):
        raise Unreadable(
            Text(
                "El CUFE o CUDE «{code}» no tiene 96 cifras hexadecimales. Pide al emisor el XML validado por la DIAN.",
                code=shown(code),
            ),
            "cbc:UUID",
        )
    return code or None


def without_code() -> Unreadable:
    """The refusal for a DIAN document whose CUFE or CUDE is blank."""
    return Unreadable(
        Text("El documento no tiene CUFE ni CUDE: no se ha emitido ante la DIAN. Pide al emisor el XML validado."),
        "cbc:UUID",
    )


def environment(root: etree._Element) -> str | None:
    """'1' production, '2' test (habilitación)."""
    uuid = first(root, "cbc:UUID")
    return text(root, "cbc:ProfileExecutionID") or (uuid.get("schemeID") if uuid is not None else None)


def authorisation(root: etree._Element) -> Authorisation | None:
    """The numbering range of an invoice; notes have none."""
    control = first(root, f"{_EXTENSION}/sts:InvoiceControl")
    number = text(control, "sts:InvoiceAuthorization") if control is not None else None
    if control is None or number is None:
        return None
    return Authorisation(
        number=number,
        prefix=text(control, "sts:AuthorizedInvoices/sts:Prefix"),
        first=text(control, "sts:AuthorizedInvoices/sts:From"),
        last=text(control, "sts:AuthorizedInvoices/sts:To"),
        valid_from=loose_day(control, "sts:AuthorizationPeriod/cbc:StartDate"),
        valid_to=loose_day(control, "sts:AuthorizationPeriod/cbc:EndDate"),
    )


def software(root: etree._Element) -> tuple[tuple[str, str], ...]:
    """Who made the software, as (name, value) pairs: the provider's id, and the maker's own block as printed."""
    provider = text(root, f"{_EXTENSION}/sts:SoftwareProvider/sts:ProviderID")
    pairs = [("ProviderID", provider)] if provider else []
    for maker in every(root, f"{_CONTENT}/FabricanteSoftware/InformacionDelFabricanteDelSoftware"):
        names = [squeezed(name) for name in maker.iterchildren("{*}Name")]
        values = [squeezed(value) for value in maker.iterchildren("{*}Value")]
        pairs += [(name, value) for name, value in zip(names, values, strict=False) if name and value]
    return tuple(pairs)


def _scheme(root: etree._Element) -> str:
    uuid = first(root, "cbc:UUID")
    return (uuid.get("schemeName") or "").upper() if uuid is not None else ""
