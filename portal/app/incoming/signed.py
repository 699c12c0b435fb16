"""Mailed documents that prove themselves, whoever sent them: signed for their issuer, and answered by DIAN's signature.

Only the containers count and come in. A PDF that came along is signed by nobody: whoever sent it may have written any
bank account into it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from portal.app.importing.asking import Key
from portal.app.portal import Portal
from portal.domain.letters import Attachment
from portal.importers.certificates import Authorities, plain_id
from portal.importers.found import Found
from portal.importers.kinds import kind_of
from portal.importers.proofs import Proof, Unproven, prove
from portal.importers.recognise import read
from portal.importers.xml import shown
from portal.ledger import documents, import_runs, letters, parties
from portal.ledger.parties import Issuer
from portal.ledger.unit import Connection
from portal.text import Text

MOST_DOCUMENTS = 50  # in a mail; whoever issues mails each document alone


@dataclass(slots=True)
class Proven:
    """An issuer's containers that aren't in the ledger yet; none when all are."""

    issuer: Issuer
    files: list[tuple[str, bytes]] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def key(self, conn: Connection, day: str) -> Key:
        """What makes it one import a day, however often and however wrapped the same documents are sent.

        Once that one failed, other bytes are another import: whoever sends first keeps nobody's documents out.
        """
        said = " ".join([day, *sorted(self.codes)])
        key = Key.of(f"signed:{said}", b"")
        before = import_runs.run_by_key(conn, self.issuer.id, key.hash)
        if before is None or not before.failed:
            return key
        digests = sorted(hashlib.sha256(data).hexdigest() for _, data in self.files)
        return Key.of(f"signed again:{said} {' '.join(digests)}", b"")


def prove_mail(portal: Portal, authorities: Authorities, files: Sequence[Attachment]) -> Proven:
    """What of a mail may come in by its signatures: all of it or nothing. Raises Unreadable with the reason."""
    proven: Proven | None = None
    for count, found in enumerate(_documents(files)):
        if count >= MOST_DOCUMENTS:
            raise Unproven(Text("Trae más de {most} documentos.", most=MOST_DOCUMENTS))
        with portal.ledger.read() as conn:
            issuer = _issuer(conn, found)
            signers = _signers(conn, issuer)
        proven = proven or Proven(issuer)
        if proven.issuer != issuer:
            raise Unproven(Text("Trae documentos de varios emisores."))
        proof = prove(found, authorities, portal.clock.now())
        if not proof.signers & signers:
            raise _stranger(proof.signers, issuer)
        with portal.ledger.read() as conn:
            there = _is_there(conn, issuer, found, proof)
        if not there:
            proven.files.append((proof.container.name, proof.container.data))
            proven.codes.append(proof.code)
    if proven is None:
        raise Unproven(Text("No trae facturas ni notas electrónicas."))
    return proven


def _documents(files: Sequence[Attachment]) -> Iterator[Found]:
    for one in files:
        if kind_of(one.name, one.data) == "sheet":
            raise Unproven(Text("Una hoja de cálculo no lleva firma de la DIAN."))
        reading = read(one.name, one.data)
        if reading.problems:
            raise Unproven(reading.problems[0].reason)
        yield from reading.found


def _issuer(conn: Connection, found: Found) -> Issuer:
    party = found.facts.issuer
    issuer = parties.issuer_by_tax_id(conn, party.tax_id, party.country)
    if issuer is None:
        raise Unproven(Text("Lo emitió {name}, que no es emisor de este portal.", name=shown(party.name)))
    return issuer


def _signers(conn: Connection, issuer: Issuer) -> set[str]:
    """The tax ids of who signs for an issuer: itself, and whom it named. Raises Unproven if it doesn't want it."""
    rule = letters.signed_rule(conn, issuer.id)
    if not rule.enabled:
        raise Unproven(Text("{issuer} pidió revisar también lo que trae la firma de la DIAN.", issuer=issuer.name))
    return {plain_id(issuer.tax_id), *rule.signers}


def _is_there(conn: Connection, issuer: Issuer, found: Found, proof: Proof) -> bool:
    """Whether it is in the ledger with its proof. What was taken back only a person brings in again."""
    facts = found.facts
    same = documents.same_documents(conn, issuer.id, facts.kind, facts.folded_number, proof.code)
    if any(one.cufe == proof.code and one.validated and not one.gone for one in same):
        return True
    if any(one.gone for one in same):
        raise Unproven(Text("El documento {number} se retiró o anuló en el portal.", number=facts.number))
    return False


def _stranger(signers: frozenset[str], issuer: Issuer) -> Unproven:
    if not signers:
        return Unproven(Text("El certificado con que se firmó la factura o nota no dice de quién es."))
    return Unproven(
        Text(
            "La firmó {who}, que no firma por {issuer}: si es su proveedor, añade su NIT en «Remitentes permitidos».",
            who=shown(", ".join(sorted(signers))),
            issuer=issuer.name,
        )
    )
