"""XML that must be refused: broken, oversized, misleading, or not a document for the portal."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from data.demo.einvoice import application_response_xml, attached_document, document_xml
from portal.domain.documents import Kind
from portal.importers.fields import CAC, CBC
from portal.importers.roots import UBL
from tests.importers.einvoice_facts import edited, facts

INVOICE = document_xml(facts())
TEXT = INVOICE.decode().split("?>", 1)[1].strip()  # without its declaration
LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def with_doctype(subset: str, content: str = TEXT) -> bytes:
    return f'<?xml version="1.0"?><!DOCTYPE Invoice {subset}>{content}'.encode()


def doctypes(outside: str, address: str) -> Iterator[tuple[str, bytes]]:
    """Every way to make a parser fetch or grow; `outside` is a file, `address` a server."""
    using = TEXT.replace("Ana María Peña", "&x;")
    yield "billion laughs", with_doctype(f"[{LAUGHS}]", TEXT.replace("Ana María Peña", "&i;"))
    yield "quadratic blow-up", with_doctype(f'[<!ENTITY x "{"A" * 50_000}">]', TEXT.replace("Peña", "&x;" * 50_000))
    yield "external entity, file", with_doctype(f'[<!ENTITY x SYSTEM "file://{outside}">]', using)
    yield "external entity, http", with_doctype(f'[<!ENTITY x SYSTEM "{address}/x">]', using)
    yield "parameter entity", with_doctype(f'[<!ENTITY % x SYSTEM "{address}/x"> %x;]')
    yield "external DTD, file", with_doctype(f'SYSTEM "file://{outside}"')
    yield "external DTD, http", with_doctype(f'SYSTEM "{address}/x.dtd"')
    yield "public DTD", with_doctype(f'PUBLIC "-//x" "{address}/x.dtd"')
    yield "empty DOCTYPE", with_doctype("")
    yield "DOCTYPE behind comments", b"<!-- > --><?a b?>\n<!-- <x/> -->" + with_doctype("")[21:]
    yield "DOCTYPE, lower case", with_doctype("").replace(b"DOCTYPE", b"doctype")
    yield "DOCTYPE after a BOM", b"\xef\xbb\xbf" + with_doctype(f"[{LAUGHS}]")
    yield "DOCTYPE in UTF-16", with_doctype(f"[{LAUGHS}]").decode().encode("utf-16")
    yield "DOCTYPE in UTF-16BE without a BOM", with_doctype("").decode().encode("utf-16-be")
    yield "DOCTYPE in UTF-7", b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-' + TEXT.encode()
    container = attached_document(facts(), document=with_doctype(f'[<!ENTITY x SYSTEM "file://{outside}">]', using))
    yield "DOCTYPE inside a container", container
    include = f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="file://{outside}" parse="text"/>'
    yield "XInclude as the number", TEXT.replace("<cbc:ID>FE12</cbc:ID>", f"<cbc:ID>{include}</cbc:ID>").encode()
    yield "XInclude as the root", include.encode()


def encodings() -> Iterator[tuple[str, bytes]]:
    for name in ("utf-16", "utf-32", "ebcdic-cp-us", "utf-7", "shift_jis", "rot13", "no-such-thing", "x" * 39):
        yield f"declared {name}", f'<?xml version="1.0" encoding="{name}"?>{TEXT}'.encode()
    yield "UTF-16", TEXT.encode("utf-16")
    yield "UTF-32", TEXT.encode("utf-32")
    yield "Latin-1 not declared", TEXT.encode("latin-1")
    yield "overlong UTF-8", INVOICE.replace(b"Ferr", b"\xc0\xbcx", 1)
    yield "a lone surrogate", INVOICE.replace(b"Ferr", b"\xed\xa0\x80", 1)
    yield "a NUL", INVOICE.replace(b"Ferr", b"\x00", 1)
    yield "bad Windows-1252", b'<?xml version="1.0" encoding="windows-1252"?><a>\x81</a>'


def shapes() -> Iterator[tuple[str, bytes]]:
    """Too deep, too long, too many; cut off; not XML."""
    head = TEXT[: TEXT.index("<cbc:UBLVersionID>")]
    yield "100,000 deep", b"<a>" * 100_000 + b"</a>" * 100_000
    yield "a text of 20 MB", INVOICE.replace(b"Ferr", b"F" * 20_000_000, 1)
    yield "a text just below the limit", INVOICE.replace(b"Ferr", b"F" * 9_900_000, 1)
    yield "two million elements", b"<r>" + b"<a/>x" * 1_999_990 + b"</r>"
    yield "as many elements as fit", b"<r>" + b"<a/>x" * 199_000 + b"</r>"
    yield "as many attributes as fit", b"<r>" + b'<a b="c"/>x' * 99_000 + b"</r>"
    yield "one element with 190,000 attributes", b"<r " + b" ".join(b'a%d=""' % i for i in range(190_000)) + b"/>"
    yield "100,000 namespaces", b"<r " + b" ".join(b'xmlns:p%d="u%d"' % (i, i) for i in range(100_000)) + b"/>"
    yield "two million character references", b"<r>" + b"&#65;" * 1_900_000 + b"</r>"
    yield "two million comments opened", b"<!--" * 2_000_000
    yield "instructions without end", b"<?a" * 1_000_000
    yield "a root name of 100 KB", b"<" + b"a" * 100_000 + b"/>"
    yield "190,000 empty tax totals", (head + "<cac:TaxTotal/>" * 190_000 + "</Invoice>").encode()
    yield "45,000 empty lines", (head + "<cac:InvoiceLine/>" * 45_000 + "</Invoice>").encode()
    line = "<cac:InvoiceLine><cbc:LineExtensionAmount>1</cbc:LineExtensionAmount></cac:InvoiceLine>"
    tax = "<cac:TaxTotal><cbc:TaxAmount>1</cbc:TaxAmount></cac:TaxTotal>"
    yield "45,000 lines", TEXT.replace("</Invoice>", line * 45_000 + "</Invoice>").encode()
    yield (
        "9,900 lines, the last one bad",
        TEXT.replace("</Invoice>", line * 9_900 + line.replace("1", "x") + "</Invoice>").encode(),
    )
    yield (
        "45,000 taxes on a line, the last one bad",
        TEXT.replace("<cac:Item>", tax * 45_000 + tax.replace("1", "x") + "<cac:Item>").encode(),
    )
    yield (
        "9,900 notes and no party",
        edited(facts(notes=("Nota ab",) * 9_900), CompanyID="-").replace(b">900100200<", b"><"),
    )
    yield "nothing", b""
    yield "blanks", b" \r\n\t" * 10
    yield "only a BOM", b"\xef\xbb\xbf"
    yield "cut off", INVOICE[: len(INVOICE) // 2]
    yield "two roots", INVOICE + b"<a/>"
    yield "an undefined entity", INVOICE.replace(b"Ferr", b"&x;", 1)
    yield "HTML", b"<html><body>Su factura</body></html>"


def other_documents() -> Iterator[tuple[str, bytes]]:
    roots = {
        "payroll": "{dian:gov:co:facturaelectronica:NominaIndividual}NominaIndividual",
        "payroll adjustment": "{dian:gov:co:facturaelectronica:NominaIndividualDeAjuste}NominaIndividualDeAjuste",
        "before 2019": "{http://www.dian.gov.co/contratos/facturaelectronica/v1}Invoice",
        "CII": "{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice",
        "CFDI": "{http://www.sat.gob.mx/cfd/4}Comprobante",
        "DTE": "{http://www.sii.cl/SiiDte}EnvioDTE",
        "NF-e": "{http://www.portalfiscal.inf.br/nfe}nfeProc",
        "an order": f"{{{UBL}Order-2}}Order",
        "no namespace": "Invoice",
    }
    for name, root in roots.items():
        namespace, _, local = root.rpartition("}")
        yield name, f'<{local} xmlns="{namespace[1:]}"/>'.encode() if namespace else f"<{local}/>".encode()
    yield "DIAN's answer alone", application_response_xml(facts())
    yield "a buyer's event", application_response_xml(facts()).replace(b"800197268", b"900100200")
    yield "a support document", edited(facts(), InvoiceTypeCode="05")
    yield "a note on a support document", edited(facts(Kind.CREDIT_NOTE), CreditNoteTypeCode="95")
    yield "an unknown type", edited(facts(), InvoiceTypeCode="91")
    yield "a container in a container", attached_document(facts(), document=attached_document(facts()))
    yield "an answer in a container", attached_document(facts(), document=application_response_xml(facts()))
    yield "an empty container", attached_document(facts(), document=b" ")
    yield "a container of nonsense", attached_document(facts(), document="¡hola!".encode())
    yield "CUFE with SHA-1", INVOICE.replace(b"CUFE-SHA384", b"CUFE-SHA1")


def wrong_values() -> Iterator[tuple[str, bytes]]:
    for value in ("NaN", "INF", "-1190.00", "1e3", "1.190,00", "1,190.00", "0x10", "", "9" * 16, "9" * 30, "9" * 5000):
        yield f"total {value[:20]}", edited(facts(), PayableAmount=value)
    yield "a tenth of a cent", edited(facts(), PayableAmount="1190.005")
    yield "a negative line", edited(facts(), PriceAmount="-5")
    yield (
        "a total in another currency",
        INVOICE.replace(b'<cbc:PayableAmount currencyID="COP"', b'<cbc:PayableAmount currencyID="USD"'),
    )
    yield "no such currency", INVOICE.replace(b"COP", b"XQQ")
    yield "decimals in yen", document_xml(facts(currency="JPY", total=Decimal("10.5")))
    for value in ("2025-02-30", "04/09/2025", "20250904", "0001-01-01", "9999-01-01", "ayer"):
        yield f"issued {value}", edited(facts(), IssueDate=value)
        yield f"due {value}", edited(facts(), DueDate=value)
    for name in ("ID", "IssueDate", "AccountingSupplierParty", "AccountingCustomerParty", "PayableAmount"):
        yield f"without {name}", edited(facts(), **{name: None})
    for name in ("LegalMonetaryTotal", "InvoiceLine", "UUID", "InvoiceTypeCode"):
        yield f"without {name}", edited(facts(), **{name: None})
    for code in ("abc", "a" * 95, "a" * 97, "g" * 96):
        yield f"CUFE of {len(code)} {code[0]}", edited(facts(), UUID=code)
    yield "a number of 61 signs", edited(facts(), ID="1" * 61)
    yield (
        "a plain invoice that is a credit",
        (
            f'<Invoice xmlns="{UBL}Invoice-2" xmlns:c="{CBC}" xmlns:a="{CAC}"><c:ID>1</c:ID>'
            "<c:IssueDate>2025-01-01</c:IssueDate><c:InvoiceTypeCode>381</c:InvoiceTypeCode></Invoice>"
        ).encode(),
    )


def hostile_xml(outside: str = "/nowhere", address: str = "http://127.0.0.1:1") -> dict[str, bytes]:
    """All of it by name."""
    corpus = dict(doctypes(outside, address))
    for part in (encodings(), shapes(), other_documents(), wrong_values()):
        corpus.update(part)
    return corpus
