"""A container that proves by itself what is in it: the document as its issuer signed it, and DIAN's signed answer.

DIAN's answer names the document's CUFE, and holds nothing of its bytes; the CUFE can't be computed again without a
secret. Whoever got a genuine container could put another total under its CUFE and sign that anew. So the answer alone
proves nothing of what the document says: it counts together with the signature of somebody who signs for the issuer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from portal.domain.documents import Facts
from portal.domain.folding import fold_number
from portal.importers.certificates import Authorities, plain_id
from portal.importers.containers import open_container
from portal.importers.fields import text
from portal.importers.found import Evidence, EvidenceRole, Found
from portal.importers.recognise import read
from portal.importers.responses import doubt, read_response
from portal.importers.roots import DIAN_ID, RESPONSE_SENDER
from portal.importers.signatures import Flaw, Flawed, Signed, read_signed
from portal.importers.ubl import read_ubl
from portal.importers.xml import Unreadable, parse
from portal.text import Text

_PRODUCTION = "1"
_NUMBER = "cac:DocumentResponse/cac:DocumentReference/cbc:ID"
_RECEIVER = RESPONSE_SENDER.replace("Sender", "Receiver")
_DOCUMENT, _ANSWER = Text("la factura o nota"), Text("la respuesta de la DIAN")
_FLAWS: dict[Flaw, Text] = {
    Flaw.UNSIGNED: Text("No lleva firma {what}."),
    Flaw.SEVERAL: Text("Lleva más de una firma {what}."),
    Flaw.UNTRUSTED: Text(
        "Ninguna entidad de certificación en la que este portal confíe responde por quien firmó {what}."
    ),
    Flaw.EXPIRED: Text("El certificado con que se firmó {what} no valía ese día, o venció hace más de un mes."),
    Flaw.FUTURE: Text("La firma de {what} lleva una fecha futura: el reloj de quien firmó estaba mal."),
    Flaw.BROKEN: Text(
        "La firma de {what} no se pudo comprobar entera: algo cambió después de firmar, "
        "o está hecha de una manera que el portal no acepta."
    ),
}


class Unproven(Unreadable):
    """Why a document doesn't prove by itself that it may come in."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The container that proves it, as it came; the document's CUFE or CUDE; the tax ids of whoever signed it.

    The container is named by the code: nobody signs the name that a file has, nor what stands around what is signed.
    """

    container: Evidence
    code: str
    signers: frozenset[str]


def prove(found: Found, authorities: Authorities, now: datetime) -> Proof:
    """What proves that an issuer signed just this document and DIAN validated it. Raises Unreadable."""
    came = next((one for one in found.evidence if one.role is EvidenceRole.CONTAINER), None)
    container = open_container(parse(came.data)) if came is not None else None
    if came is None or container is None or container.response is None:
        raise Unproven(Text("No trae la respuesta de la DIAN: pide el contenedor (AttachedDocument)."))
    answer = _signed(_ANSWER, container.response, authorities, now)
    if DIAN_ID not in answer.tax_ids:
        raise Unproven(Text("La respuesta que acompaña al documento no la firmó la DIAN."))
    document = _signed(_DOCUMENT, container.document, authorities, now)
    facts, _ = read_ubl(parse(document.data))
    if facts != found.facts:
        raise Unproven(_flaw(_DOCUMENT, Flaw.BROKEN))
    _check_answer(answer.data, facts)
    code = facts.cufe or ""
    taken = replace(came, name=f"{code}.xml")
    reading = read(taken.name, taken.data)
    if reading.problems or [one.facts for one in reading.found] != [facts]:
        raise Unproven(Text("Según cómo se llame el archivo se lee otra cosa: pide al emisor que lo envíe otra vez."))
    return Proof(taken, code, document.tax_ids)


def _signed(what: Text, data: bytes, authorities: Authorities, now: datetime) -> Signed:
    try:
        return read_signed(data, authorities, now)
    except Flawed as flawed:
        raise Unproven(_flaw(what, flawed.flaw)) from flawed


def _flaw(what: Text, flaw: Flaw) -> Text:
    return _FLAWS[flaw].filled(what=what)


def _check_answer(data: bytes, facts: Facts) -> None:
    """Whether DIAN's answer, as it was signed, says «validated» of this very document, in production."""
    validation, from_dian = read_response(data)
    if problem := doubt(validation, from_dian, facts.cufe):
        raise Unproven(problem)
    root = parse(data)
    same_number = fold_number(text(root, _NUMBER) or "") == facts.folded_number
    issuer = plain_id(facts.issuer.tax_id)
    if not same_number or not issuer or plain_id(text(root, _RECEIVER) or "") != issuer:
        raise Unproven(Text("La respuesta de la DIAN nombra otro número u otro emisor."))
    if facts.environment != _PRODUCTION or text(root, "cbc:ProfileExecutionID") != _PRODUCTION:
        raise Unproven(Text("Es un documento de prueba de la DIAN (ambiente 2)."))
