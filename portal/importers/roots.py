"""What an XML document is, by its root element and namespace; what doesn't come in is told by name."""

from __future__ import annotations

from typing import NoReturn

from lxml import etree

from portal.domain.documents import Kind
from portal.importers.fields import text
from portal.importers.xml import Unreadable, shown
from portal.text import Text

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CONTAINER = f"{{{UBL}AttachedDocument-2}}AttachedDocument"
RESPONSE = f"{{{UBL}ApplicationResponse-2}}ApplicationResponse"
KINDS = {
    f"{{{UBL}Invoice-2}}Invoice": Kind.INVOICE,
    f"{{{UBL}CreditNote-2}}CreditNote": Kind.CREDIT_NOTE,
    f"{{{UBL}DebitNote-2}}DebitNote": Kind.DEBIT_NOTE,
}
DIAN_ID = "800197268"
RESPONSE_SENDER = "cac:SenderParty/cac:PartyTaxScheme/cbc:CompanyID"

BEFORE_2019 = Text("Está en el formato de la DIAN anterior a 2019. Regístralo con una hoja de cálculo.")
_CII = Text("Es una factura en el formato CII. El portal lee UBL 2.1: pide al emisor la versión UBL.")
_OTHERS = (
    (
        "dian:gov:co:facturaelectronica:NominaIndividual",
        Text("Es una nómina electrónica, no una factura. El portal no recibe nómina."),
    ),
    ("http://www.dian.gov.co/contratos/facturaelectronica/v1", BEFORE_2019),
    ("urn:un:unece:uncefact:data:standard:CrossIndustry", _CII),
    ("urn:ferd:CrossIndustryDocument", _CII),
    (
        "http://www.sat.gob.mx/cfd/",
        Text("Es un CFDI de México, un formato que el portal no lee. Regístralo con una hoja de cálculo."),
    ),
    (
        "http://www.sii.cl/SiiDte",
        Text("Es un DTE de Chile, un formato que el portal no lee. Regístralo con una hoja de cálculo."),
    ),
    (
        "http://www.portalfiscal.inf.br/nfe",
        Text("Es una NF-e de Brasil, un formato que el portal no lee. Regístralo con una hoja de cálculo."),
    ),
)


def kind(root: etree._Element) -> Kind:
    """The kind of a UBL invoice, credit note or debit note; any other document is refused by its name."""
    found = KINDS.get(root.tag)
    if found is None:
        _refuse(root)
    return found


def _refuse(root: etree._Element) -> NoReturn:
    name = etree.QName(root)
    if root.tag == CONTAINER:
        raise Unreadable(Text("El contenedor trae otro contenedor dentro. Sube el contenedor interior."))
    if root.tag == RESPONSE:
        _refuse_response(root)
    for namespace, sentence in _OTHERS:
        if (name.namespace or "").startswith(namespace):
            raise Unreadable(sentence)
    raise Unreadable(
        Text(
            "«{root}» no es una factura ni una nota en UBL 2.1. Sube el XML que envió el emisor.",
            root=shown(root.tag.replace("{", "").replace("}", " ")),
        ),
        shown(name.localname),
    )


def _refuse_response(root: etree._Element) -> NoReturn:
    if text(root, RESPONSE_SENDER) == DIAN_ID:
        raise Unreadable(
            Text("Es la respuesta de validación de la DIAN, no la factura. Sube el contenedor (AttachedDocument).")
        )
    raise Unreadable(
        Text(
            "Es un evento o respuesta sobre el documento {number}, no una factura. Sube la factura.",
            number=shown(text(root, "cac:DocumentResponse/cac:DocumentReference/cbc:ID") or "—"),
        )
    )
