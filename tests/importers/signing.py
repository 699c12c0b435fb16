"""Certificates and signatures in the shape that DIAN's documents have, made here: no key of anybody's is needed.

The signature is XAdES-EPES as real documents carry it: three references, of which those of KeyInfo and of the signed
properties have no transforms.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier
from lxml import etree

from data.demo.einvoice import application_response_xml, attached_document, document_xml
from portal.domain.documents import Facts
from portal.importers.fields import EXT, every

DIAN, SIGNED_AT = "800197268", datetime(2026, 3, 14, 15, 0, tzinfo=UTC)
GSE = ObjectIdentifier("1.3.6.1.4.1.4710.1.3.2")
DS, XADES = "http://www.w3.org/2000/09/xmldsig#", "http://uri.etsi.org/01903/v1.3.2#"
_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_PLACE = "ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent"
_STRONG, _WEAK = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", f"{DS}rsa-sha1"
_SIGNATURE = f"""\
<ds:Signature xmlns:ds="{DS}" xmlns:xades="{XADES}" Id="sig"><ds:SignedInfo>\
<ds:CanonicalizationMethod Algorithm="{_C14N}"/>\
<ds:SignatureMethod Algorithm="{{method}}"/>{{references}}</ds:SignedInfo>\
<ds:SignatureValue/><ds:KeyInfo Id="key"><ds:X509Data>{{certificates}}</ds:X509Data></ds:KeyInfo><ds:Object>\
<xades:QualifyingProperties Target="#sig"><xades:SignedProperties Id="props"><xades:SignedSignatureProperties>\
<xades:SigningTime>{{at}}</xades:SigningTime></xades:SignedSignatureProperties></xades:SignedProperties>\
</xades:QualifyingProperties></ds:Object></ds:Signature>"""
_REFERENCE = """<ds:Reference URI="{uri}">{transforms}<ds:DigestMethod \
Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference>"""
ENVELOPED = f'<ds:Transforms><ds:Transform Algorithm="{DS}enveloped-signature"/></ds:Transforms>'


@dataclass(frozen=True, slots=True)
class Certified:
    """A key, its certificate, and the certificates that a signer sends along."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey
    along: tuple[x509.Certificate, ...] = ()

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


@cache
def _key(number: int, bits: int) -> rsa.RSAPrivateKey:
    """Keys take long to make: a few do for all."""
    return rsa.generate_private_key(65537, bits)


def certified(
    name: str,
    by: Certified | None = None,
    *,
    ca: bool = False,
    nit: str = "",
    oid: ObjectIdentifier = NameOID.SERIAL_NUMBER,
    key: int = 0,
    begins: datetime = SIGNED_AT - timedelta(days=365),
    ends: datetime = SIGNED_AT + timedelta(days=365),
    usage: str = "digital_signature",
    purposes: Sequence[ObjectIdentifier] = (),
    bits: int = 2_048,
) -> Certified:
    """A certificate of `by`, or one that only its own key signed."""
    own = _key(key, bits)
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, name)]
    attributes += [x509.NameAttribute(oid, nit)] if nit else []
    subject = x509.Name(attributes)
    uses = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    uses["key_cert_sign" if ca else usage] = True
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**uses), critical=True)
    )
    if purposes:
        made = made.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return Certified(made.sign(by.key if by else own, SHA256()), own)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays: an authority that the operator trusts, one below it, and those whom they certify."""

    root: Certified
    below: Certified
    dian: Certified
    issuer: Certified
    provider: Certified


@cache
def cast() -> Cast:
    """The same for all tests."""
    root = certified("Entidad raíz", ca=True, key=1)
    below = certified("Entidad subordinada", root, ca=True, key=2)
    return Cast(
        root,
        below,
        certified("Dirección de Impuestos", below, nit=f"{DIAN}-4", oid=GSE, key=3),
        certified("Ejemplar S.A.S.", below, nit="900100200", key=4),
        certified("Proveedor Tecnológico S.A.", below, nit="NIT 860.123.456-3", key=5),
    )


def trusted_file(path: Path, *trusted: Certified) -> Path:
    """A PEM file of these."""
    path.write_bytes(b"".join(one.pem for one in trusted))
    return path


def sign(
    xml: bytes,
    who: Certified,
    at: datetime | str = SIGNED_AT,
    *,
    uri: str = "",
    transforms: str = ENVELOPED,
    weak: bool = False,
    repeated: int = 1,
    dated: bool = True,
) -> bytes:
    """The document with an enveloped signature as its last extension; `weak`: by SHA-1.

    `uri`: what is signed of it. `repeated`: how many references name its KeyInfo. `dated`: whether one names the
    properties, and with them the day.
    """
    root = etree.fromstring(xml)
    content = _room(root)
    references = _REFERENCE.format(uri=uri, transforms=transforms)
    parts = ["key"] * repeated + ["props"] * dated
    references += "".join(_REFERENCE.format(uri=f"#{one}", transforms="") for one in parts)
    encoded = [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in (who.certificate, *who.along)]
    certificates = "".join(f"<ds:X509Certificate>{one}</ds:X509Certificate>" for one in encoded)
    moment = at if isinstance(at, str) else at.isoformat()
    digests = [_digest(root if not uri else next(one for one in root.iter() if f"#{one.get('Id')}" == uri))]
    told = {"references": references, "certificates": certificates, "at": moment, "method": _WEAK if weak else _STRONG}
    signature = etree.fromstring(_SIGNATURE.format(**told))
    content.append(signature)
    digests += [_digest(next(found for found in signature.iter() if found.get("Id") == one)) for one in parts]
    for place, digest in zip(signature.iter(f"{{{DS}}}DigestValue"), digests, strict=True):
        place.text = digest
    signed = _canonical(signature.find(f"{{{DS}}}SignedInfo"))
    value = who.key.sign(signed, PKCS1v15(), SHA1() if weak else SHA256())  # noqa: S303
    signature.find(f"{{{DS}}}SignatureValue").text = base64.b64encode(value).decode()
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def signed_container(
    facts: Facts,
    *,
    by: Certified | None = None,
    answered_by: Certified | None = None,
    document: bytes | None = None,
    answer: bytes | None = None,
) -> bytes:
    """The container of a document that its issuer signed and DIAN answered, unless others are to have done it."""
    document = document or sign(document_xml(facts), by or cast().issuer)
    answer = answer or sign(application_response_xml(facts), answered_by or cast().dian)
    return attached_document(facts, document=document, response=answer)


def _room(root: etree._Element) -> etree._Element:
    """A new ext:ExtensionContent."""
    extensions = root.find(f"{{{EXT}}}UBLExtensions")
    if extensions is None:
        extensions = etree.Element(f"{{{EXT}}}UBLExtensions", nsmap={"ext": EXT})
        root.insert(0, extensions)
    etree.SubElement(etree.SubElement(extensions, f"{{{EXT}}}UBLExtension"), f"{{{EXT}}}ExtensionContent")
    return every(root, _PLACE)[-1]


def _digest(element: etree._Element) -> str:
    return base64.b64encode(hashlib.sha256(_canonical(element)).digest()).decode()


def _canonical(element: etree._Element) -> bytes:
    """With the namespaces that hold where it stands."""
    return etree.tostring(etree.fromstring(etree.tostring(element)), method="c14n")
