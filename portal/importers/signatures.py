"""The signature of an e-invoice (XAdES-EPES, Anexo técnico 1.9): is it whole, over all of the document, and whose.

What is read of a signed document has to be read from `Signed.data`, which is what the signature covers.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.verifier import SignatureConfiguration, XMLVerifier

from portal.importers.certificates import Authorities, tax_ids
from portal.importers.fields import tags
from portal.importers.xml import parse

STILL_TAKEN = timedelta(days=30)  # after a certificate expired; the moment of signing is the signer's own claim
CLOCKS = timedelta(days=1)  # by which clocks and time zones may differ: DIAN writes its local time as +00:00
_MOST_REFERENCES, _MOST_CERTIFICATES = 5, 6
_PLACE = "ext:UBLExtensions/ext:UBLExtension/ext:ExtensionContent"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
_QUALIFYING = f"{_XADES}QualifyingProperties"
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_CANONICAL = {method.value for method in CanonicalizationMethod}
_METHODS = frozenset(SignatureMethod[f"{kind}_SHA{bits}"] for kind in ("RSA", "ECDSA") for bits in (256, 384, 512))
_NO_CERTIFICATE = (  # what reading a malformed one raises; TypeError: a name of the wrong type
    ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion, x509.DuplicateExtension,
)  # fmt: skip
_DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})


class Flaw(StrEnum):
    """Why a signature proves nothing."""

    UNSIGNED = "unsigned"
    SEVERAL = "several"  # which of them would be the one?
    UNTRUSTED = "untrusted"  # no authority of the operator's stands for the certificate
    EXPIRED = "expired"  # or not valid yet when it signed
    FUTURE = "future"  # it says that it signed on a day still to come
    BROKEN = "broken"  # something was changed after signing, or it doesn't cover all there is


class Flawed(Exception):
    """A signature that proves nothing; says which flaw."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw)
        self.flaw = flaw


@dataclass(frozen=True, slots=True)
class Signed:
    """All of a document as it was signed (canonical XML), and the tax ids of whoever signed it."""

    data: bytes
    tax_ids: frozenset[str]


def read_signed(data: bytes, authorities: Authorities, now: datetime) -> Signed:
    """What the one signature in an XML document covers. Raises Flawed, and Unreadable for what is no such XML."""
    root = parse(data, whole=True)
    signature = _only_signature(root)
    try:
        return _verified(root, signature, authorities, now)
    except _NO_CERTIFICATE as error:
        raise Flawed(Flaw.BROKEN) from error


def _verified(root: etree._Element, signature: etree._Element, authorities: Authorities, now: datetime) -> Signed:
    if not _covers_all_there_is(root, signature):
        raise Flawed(Flaw.BROKEN)
    leaf, *others = _certificates(signature)
    stated = _signing_time(signature) or now
    if stated > now + CLOCKS:
        raise Flawed(Flaw.FUTURE)
    at = max(stated, leaf.not_valid_before_utc)  # by a clock that is behind
    end = leaf.not_valid_after_utc
    if at > stated + CLOCKS or at > end or end < now - STILL_TAKEN:
        raise Flawed(Flaw.EXPIRED)
    if not authorities.stand_for(leaf, others, at):  # before anything dear is done for whoever sent it
        raise Flawed(Flaw.UNTRUSTED)
    return Signed(_covered(root, signature, leaf, at), tax_ids(leaf))


def _only_signature(root: etree._Element) -> etree._Element:
    found = list(root.iter(f"{_DS}Signature"))
    if not found:
        raise Flawed(Flaw.UNSIGNED)
    if len(found) > 1:
        raise Flawed(Flaw.SEVERAL)
    return found[0]


def _covers_all_there_is(root: etree._Element, signature: etree._Element) -> bool:
    """Whether nothing stands where no reference reaches: beside the document, or in objects added to the signature."""
    alone = root.getprevious() is None and root.getnext() is None
    objects = [[child.tag for child in one] for one in signature.iter(f"{_DS}Object")]
    return alone and objects in ([], [[_QUALIFYING]])


def _certificates(signature: etree._Element) -> list[x509.Certificate]:
    """The signer's first."""
    written = signature.findall(f"{_DS}KeyInfo/{_DS}X509Data/{_DS}X509Certificate")[:_MOST_CERTIFICATES]
    found = [x509.load_der_x509_certificate(base64.b64decode("".join((one.text or "").split()))) for one in written]
    if not found:
        raise Flawed(Flaw.UNTRUSTED)
    return found


def _signing_time(signature: etree._Element) -> datetime | None:
    """The moment that the signer stated, if it is signed itself."""
    properties = signature.find(f"{_DS}Object/{_QUALIFYING}/{_XADES}SignedProperties")
    named = {one.get("URI") for one in signature.iterfind(f"{_DS}SignedInfo/{_DS}Reference")}
    if properties is None or f"#{properties.get('Id')}" not in named:
        return None
    stated = properties.find(f"{_XADES}SignedSignatureProperties/{_XADES}SigningTime")
    match = _TIME.fullmatch((stated.text or "").strip()) if stated is not None else None
    try:
        return datetime.fromisoformat(match[1] + (match[2] or "-05:00").replace("Z", "+00:00")) if match else None
    except ValueError:
        return None


def _covered(root: etree._Element, signature: etree._Element, leaf: x509.Certificate, at: datetime) -> bytes:
    references = signature.findall(f"{_DS}SignedInfo/{_DS}Reference")
    whole = [place for place, one in enumerate(references) if one.get("URI") == ""]
    if len(references) > _MOST_REFERENCES or len(whole) != 1 or not _is_plain(references[whole[0]]):
        raise Flawed(Flaw.BROKEN)
    expected = SignatureConfiguration(
        location=f"./{'/'.join(tags(_PLACE))}/",  # elsewhere it is none
        expect_references=True,  # any number of them; counted above
        signature_methods=_METHODS,
        digest_algorithms=_DIGESTS,
        verification_time=at,
        default_reference_c14n_method=CanonicalizationMethod.CANONICAL_XML_1_0,
    )
    try:
        # XAdESVerifier is too strict for what DIAN and large providers really sign.
        results = XMLVerifier().verify(root, x509_cert=leaf, expect_config=expected)
    except Exception as error:
        raise Flawed(Flaw.BROKEN) from error
    results = results if isinstance(results, list) else [results]
    return results[whole[0]].signed_data


def _is_plain(reference: etree._Element) -> bool:
    """Whether it covers the document itself, not what some transformation makes of it."""
    used = [one.get("Algorithm") for one in reference.iter(f"{_DS}Transform")]
    return used.count(_ENVELOPED) == 1 and len(used) <= 2 and set(used) <= _CANONICAL | {_ENVELOPED}
