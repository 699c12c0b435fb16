"""What proves itself: a document that was signed, with DIAN's signed answer to it; and every way of pretending so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from data.demo.einvoice import (
    application_response_xml,
    attached_document,
    code_of,
    credit_note_xml,
    document_xml,
    zip_as_mailed,
)
from portal.domain.documents import Facts, Kind
from portal.importers.certificates import Authorities
from portal.importers.fields import CBC
from portal.importers.proofs import Proof, prove
from portal.importers.recognise import read
from portal.importers.signatures import Flaw, Flawed, read_signed
from portal.importers.xml import Unreadable
from tests.app.test_import_files import electronic
from tests.factories import OTRA
from tests.importers.signing import DIAN, DS, ENVELOPED, SIGNED_AT, Certified, cast, certified, sign, signed_container

NOW = SIGNED_AT + timedelta(days=1)
FACTS = electronic()
DAY = timedelta(days=1)


def trusted() -> Authorities:
    return Authorities([cast().root.certificate, cast().below.certificate])


def proof_of(data: bytes, now: datetime = NOW) -> Proof:
    reading = read("ad.xml", data)
    assert reading.problems == []
    return prove(reading.found[0], trusted(), now)


def document(**changes: object) -> bytes:
    """The issuer's signed document, with changes to its facts."""
    return sign(document_xml(replace(FACTS, **changes)), cast().issuer)  # type: ignore[arg-type]


def answer(facts: Facts = FACTS, **told: str) -> bytes:
    return sign(application_response_xml(facts, **told), cast().dian)


def edited(data: bytes, old: bytes, new: bytes) -> bytes:
    assert data.count(old) >= 1
    return data.replace(old, new)


def moved(data: bytes) -> bytes:
    """The signature taken out of its place, to the document's end."""
    root = etree.fromstring(data)
    root.append(next(root.iter(f"{{{DS}}}Signature")))
    return etree.tostring(root)


def wrapped() -> bytes:
    """A signature over a part of the document: the party, not the total."""
    root = etree.fromstring(document_xml(FACTS))
    root.find(f"{{{CBC}}}ID").set("Id", "part")
    return sign(etree.tostring(root), cast().issuer, uri="#part", transforms="")


def transformed(algorithm: str) -> bytes:
    more = f'<ds:Transform Algorithm="{algorithm}"/></ds:Transforms>'
    return sign(document_xml(FACTS), cast().issuer, transforms=ENVELOPED.replace("</ds:Transforms>", more))


def beside(before: bytes, after: bytes) -> bytes:
    """A container of what was signed, with something around it that no signature covers."""
    head, body = document().split(b"?>", 1)
    return signed_container(FACTS, document=head + b"?>" + before + body + after)


def added(content: bytes) -> bytes:
    """A container of what was signed, with an object in the signature that it doesn't cover, before the true one."""
    told = b"</ds:KeyInfo><ds:Object>" + content + b"</ds:Object>"
    return signed_container(FACTS, document=edited(document(), b"</ds:KeyInfo>", told))


def misnamed() -> Certified:
    """Not for signatures, with bits for its holder's name, as no library writes it."""
    made = certified("Mal", cast().below, key=6, usage="key_encipherment")
    der = edited(made.certificate.public_bytes(Encoding.DER), b"\x0c\x03Mal", b"\x03\x03Mal")
    return replace(made, certificate=x509.load_der_x509_certificate(der))


def dian(**told: object) -> Certified:
    return certified("DIAN", **{"by": cast().below, "nit": DIAN, "key": 6, **told})  # type: ignore[arg-type]


def test_a_signed_document_with_dians_signed_answer_proves_itself() -> None:
    proof = proof_of(signed_container(FACTS))
    assert proof.signers == {"900100200"} and proof.code == code_of(FACTS)
    assert proof.container.data == signed_container(FACTS)


def test_what_was_read_must_be_what_was_signed() -> None:
    found = read("ad.xml", signed_container(FACTS)).found[0]
    with pytest.raises(Unreadable, match="no se pudo comprobar"):
        prove(replace(found, facts=replace(found.facts, order="OC-1")), trusted(), NOW)


def test_what_is_taken_must_read_as_that_document_under_its_own_name() -> None:
    proof = proof_of(signed_container(FACTS))
    assert proof.container.name == f"{proof.code}.xml"
    genuine = read("ad.xml", signed_container(FACTS)).found[0]
    container, *others = genuine.evidence
    other = replace(container, data=b"\xef\xbb\xbf\n<!-- %PDF-1.7 -->" + container.data.split(b"?>", 1)[1])
    with pytest.raises(Unreadable, match="se lee otra cosa"):
        prove(replace(genuine, evidence=(other, *others)), trusted(), NOW)


def test_so_does_a_credit_note_and_what_came_in_a_zip() -> None:
    note = replace(FACTS, kind=Kind.CREDIT_NOTE, cufe=None)
    assert proof_of(signed_container(note, document=sign(credit_note_xml(note), cast().issuer)))
    assert proof_of(signed_container(FACTS, by=cast().provider)).signers == {"860123456"}


def test_comments_are_no_change_instructions_are_signed_and_a_canonical_form_may_be_named() -> None:
    signed = edited(document(), b"<cbc:UBLVersionID>", b"<!-- hola --><cbc:UBLVersionID>")
    assert proof_of(signed_container(FACTS, document=signed))
    told = document_xml(FACTS).replace(b"<cbc:UBLVersionID>", b"<?orden 7?><cbc:UBLVersionID>")
    assert proof_of(signed_container(FACTS, document=sign(told, cast().issuer)))
    named = transformed("http://www.w3.org/TR/2001/REC-xml-c14n-20010315")
    assert proof_of(signed_container(FACTS, document=named))


CASES: dict[str, tuple[Callable[[], bytes], str]] = {
    "no container": (document, "No trae la respuesta de la DIAN"),
    "an unsigned answer": (
        lambda: signed_container(FACTS, answer=application_response_xml(FACTS)),
        "No lleva firma la respuesta de la DIAN",
    ),
    "an unsigned document": (
        lambda: signed_container(FACTS, document=document_xml(FACTS)),
        "No lleva firma la factura o nota",
    ),
    "nothing is signed, as in the demo": (lambda: attached_document(FACTS), "No lleva firma la respuesta"),
    "an answer signed by oneself in DIAN's name": (
        lambda: signed_container(FACTS, answered_by=dian(by=None)),
        "responde por quien firmó la respuesta de la DIAN",
    ),
    "an answer signed by another of the authority's": (
        lambda: signed_container(FACTS, answered_by=cast().provider),
        "no la firmó la DIAN",
    ),
    "an answer by whom somebody's certificate certifies": (
        lambda: signed_container(
            FACTS, answered_by=replace(dian(by=cast().provider), along=(cast().provider.certificate,))
        ),
        "responde por quien firmó la respuesta de la DIAN",
    ),
    "a document signed by oneself": (
        lambda: signed_container(FACTS, by=certified("Ejemplar S.A.S.", nit="900100200", key=6)),
        "responde por quien firmó la factura o nota",
    ),
    "DIAN's answer to another document": (
        lambda: signed_container(FACTS, answer=answer(electronic("SETP2"))),
        "es de otro documento",
    ),
    "DIAN's refusal": (lambda: signed_container(FACTS, answer=answer(response_code="04")), "no dice que la DIAN"),
    "an answer that names another number": (
        lambda: signed_container(FACTS, answer=answer(replace(FACTS, number="SETP2"))),
        "otro número u otro emisor",
    ),
    "an answer that names another issuer": (
        lambda: signed_container(FACTS, answer=answer(replace(FACTS, issuer=OTRA))),
        "otro número u otro emisor",
    ),
    "another total put in after signing": (
        lambda: signed_container(FACTS, document=edited(document(), b"1190.00", b"1.00")),
        "La firma de la factura o nota no se pudo comprobar entera",
    ),
    "an answer changed after signing": (
        lambda: signed_container(FACTS, answer=edited(answer(response_code="04"), b">04<", b">02<")),
        "La firma de la respuesta de la DIAN no se pudo comprobar entera",
    ),
    "two signatures": (
        lambda: signed_container(FACTS, document=sign(document(), cast().provider)),
        "más de una firma",
    ),
    "a signature in another place": (
        lambda: signed_container(FACTS, document=moved(document())),
        "no se pudo comprobar",
    ),
    "a signature over a part": (lambda: signed_container(FACTS, document=wrapped()), "no se pudo comprobar"),
    "a signature over what is decoded of it": (
        lambda: signed_container(FACTS, document=transformed("http://www.w3.org/2000/09/xmldsig#base64")),
        "no se pudo comprobar",
    ),
    "a signature over what is chosen of it": (
        lambda: signed_container(FACTS, document=transformed("http://www.w3.org/TR/1999/REC-xpath-19991116")),
        "no se pudo comprobar",
    ),
    "a hash that can be forged": (
        lambda: signed_container(FACTS, document=sign(document_xml(FACTS), cast().issuer, weak=True)),
        "no se pudo comprobar",
    ),
    "more references than any document has": (
        lambda: signed_container(FACTS, document=sign(document_xml(FACTS), cast().issuer, repeated=9)),
        "no se pudo comprobar",
    ),
    "an instruction before what is signed": (lambda: beside(b"<?xml-stylesheet href='x.xsl'?>", b""), "no se pudo"),
    "an instruction after it": (lambda: beside(b"", b"<?paga a-otra-cuenta?>"), "no se pudo comprobar"),
    "a comment before it": (lambda: beside(b"<!-- paga a otra cuenta -->", b""), "no se pudo comprobar"),
    "a comment after it": (lambda: beside(b"", b"<!-- paga a otra cuenta -->"), "no se pudo comprobar"),
    "an object added to the signature": (lambda: added(b"<x xmlns='urn:x'>otro total</x>"), "no se pudo comprobar"),
    "an empty object": (lambda: added(b""), "no se pudo comprobar"),
    "another day added to the signature": (
        lambda: added(
            b'<xades:QualifyingProperties Target="#sig"><xades:SignedProperties><xades:SignedSignatureProperties>'
            b"<xades:SigningTime>2026-01-01T00:00:00Z</xades:SigningTime></xades:SignedSignatureProperties>"
            b"</xades:SignedProperties></xades:QualifyingProperties>"
        ),
        "no se pudo comprobar",
    ),
    "a certificate that is none": (
        lambda: signed_container(
            FACTS, document=edited(document(), b"<ds:X509Certificate>MI", b"<ds:X509Certificate>")
        ),
        "no se pudo comprobar",
    ),
    "a certificate whose holder's name is of no type": (
        lambda: signed_container(FACTS, by=misnamed()),
        "no se pudo comprobar",
    ),
    "no certificate": (
        lambda: signed_container(FACTS, document=edited(document(), b"X509Certificate>", b"X509SKI>")),
        "responde por quien firmó",
    ),
    "a document of DIAN's tests": (
        lambda: signed_container(FACTS, document=document(environment="2")),
        "documento de prueba",
    ),
    "an answer of DIAN's tests": (
        lambda: signed_container(FACTS, answer=answer(replace(FACTS, environment="2"))),
        "documento de prueba",
    ),
    "a certificate that expired before it signed": (
        lambda: signed_container(FACTS, answered_by=dian(ends=SIGNED_AT - DAY)),
        "no valía ese día",
    ),
    "a certificate that was not valid yet": (
        lambda: signed_container(FACTS, answered_by=dian(begins=SIGNED_AT + 1.1 * DAY)),
        "no valía ese día",
    ),
    "a signature from the future": (
        lambda: signed_container(FACTS, answer=sign(application_response_xml(FACTS), cast().dian, NOW + 2 * DAY)),
        "La firma de la respuesta de la DIAN lleva una fecha futura",
    ),
}


@pytest.mark.parametrize(("made", "sentence"), CASES.values(), ids=CASES)
def test_what_only_pretends_is_told_in_one_sentence(made: Callable[[], bytes], sentence: str) -> None:
    with pytest.raises(Unreadable) as caught:
        proof_of(made())
    assert sentence in str(caught.value.text) and str(caught.value.text).endswith(".")


def test_an_expired_certificate_counts_for_a_month_by_the_day_on_which_it_signed() -> None:
    answered = signed_container(FACTS, answered_by=dian(ends=SIGNED_AT + DAY))
    assert proof_of(answered, SIGNED_AT + 30 * DAY)
    with pytest.raises(Unreadable, match="venció hace más de un mes"):
        proof_of(answered, SIGNED_AT + 32 * DAY)


def test_without_a_day_of_signing_today_counts() -> None:
    ended = dian(ends=SIGNED_AT + DAY)
    for stated in ("", "ayer", "2026-13-45T00:00:00Z"):
        undated = signed_container(FACTS, answer=sign(application_response_xml(FACTS), ended, stated))
        assert proof_of(undated, SIGNED_AT)
        with pytest.raises(Unreadable, match="no valía ese día"):
            proof_of(undated, SIGNED_AT + 2 * DAY)


def test_a_day_that_is_not_signed_itself_does_not_count() -> None:
    ended = dian(ends=SIGNED_AT + DAY)
    loose = signed_container(FACTS, answer=sign(application_response_xml(FACTS), ended, dated=False))
    assert proof_of(loose, SIGNED_AT)
    with pytest.raises(Unreadable, match="no valía ese día"):
        proof_of(loose, SIGNED_AT + 2 * DAY)


def test_a_certificate_of_the_same_morning_counts_though_dians_local_time_says_utc() -> None:
    new = dian(begins=SIGNED_AT - timedelta(hours=1))
    local = (SIGNED_AT - timedelta(hours=5)).isoformat()
    assert proof_of(signed_container(FACTS, answer=sign(application_response_xml(FACTS), new, local)))


@pytest.mark.parametrize("stated", ["2026-03-14T10:00:00.1234567-05:00", "2026-03-14T10:00:00", "2026-03-14T15:00:00Z"])
def test_days_of_signing_are_read_as_they_are_written_in_the_wild(stated: str) -> None:
    ended = dian(begins=SIGNED_AT - timedelta(minutes=1), ends=SIGNED_AT + timedelta(minutes=1))
    assert proof_of(signed_container(FACTS, answer=sign(application_response_xml(FACTS), ended, stated)))


def test_a_document_type_in_what_was_signed_is_never_looked_into() -> None:
    hostile = document().replace(b"<Invoice", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Invoice', 1)
    with pytest.raises(Unreadable, match="DOCTYPE"):
        read_signed(hostile, trusted(), NOW)


class Everybody(Authorities):
    """Stands for anybody."""

    def __init__(self) -> None:
        super().__init__([cast().root.certificate])

    def stand_for(self, *_: object) -> bool:
        return True


def test_dians_own_example_is_whole_and_what_was_edited_since_is_not(samples: Path) -> None:
    then = datetime(2019, 7, 1, tzinfo=UTC)
    toolbox = samples / "dian" / "dian-toolbox-1.9"
    signed = read_signed((toolbox / "CreditNote.xml").read_bytes(), Everybody(), then)
    assert signed.tax_ids == {"11111111"} and b"NC3" in signed.data
    for name in ("Generica.xml", "Exportacion.xml", "Mandatos.xml"):
        with pytest.raises(Flawed) as caught:
            read_signed((toolbox / name).read_bytes(), Everybody(), then)
        assert caught.value.flaw is Flaw.BROKEN


def test_no_anonymised_document_passes(samples: Path) -> None:
    for path in sorted((samples / "dian" / "anonymised").glob("*.xml")):
        with pytest.raises(Flawed):
            read_signed(path.read_bytes(), Everybody(), datetime(2025, 10, 1, tzinfo=UTC))


def test_a_zip_as_it_is_mailed_holds_the_same_container() -> None:
    reading = read("a.zip", zip_as_mailed(FACTS, pdf=b"%PDF-1.7"))
    with pytest.raises(Unreadable, match="No lleva firma"):
        prove(reading.found[0], trusted(), NOW)
