"""Documents in a mail: brought in from whom the issuer allowed and its mail server vouches for, or by their signatures.

All else waits in quarantine.
"""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

from portal.app.importing.arrivals import SIGNED
from portal.app.importing.asking import LARGEST, LARGEST_TOGETHER, MOST_FILES, Key, ask_import
from portal.app.importing.folders import folder_actor
from portal.app.incoming.signed import prove_mail
from portal.app.portal import Portal
from portal.domain.letters import Attachment, Letter, Outcome, Taken
from portal.importers.certificates import Authorities
from portal.importers.kinds import kind_of
from portal.importers.recognise import read
from portal.importers.xml import Unreadable
from portal.ledger import letters, parties
from portal.text import Text

_ENDINGS = frozenset({".xml", ".zip", ".csv", ".xlsx", ".xlsm"})
MOST_WAITING = 500  # messages of an issuer in quarantine; what comes beyond stays in the mailbox alone


def take_documents(portal: Portal, letter: Letter) -> Taken | None:
    """None for a mail without documents."""
    files = tuple(one for one in letter.attachments if _may_be_documents(one))
    if not files:
        return None
    named = _issuers_named(portal, files)
    with portal.ledger.read() as conn:
        allowed = letters.issuers_allowing(conn, letter.sender) if letter.sender else set()
    whose = allowed & named if named else allowed
    reason = _reason(letter, files, allowed, whose)
    if reason is None:
        (issuer_id,) = whose
        return Taken(Outcome.IMPORTED, issuer_id, run_id=_ask(portal, issuer_id, letter, files))
    if portal.authorities is not None and not _too_much(files):
        try:
            return _by_signature(portal, portal.authorities, files)
        except Unreadable as unproven:
            reason = Text("{reason} {signature}", reason=reason, signature=unproven.text)
    likely = named or allowed
    return Taken(Outcome.WAITING, next(iter(likely)) if len(likely) == 1 else None, reason, files=files)


def _reason(letter: Letter, files: tuple[Attachment, ...], allowed: set[int], whose: set[int]) -> Text | None:
    """Why somebody has to look at it; None for what comes in by itself."""
    if not letter.sender:
        return Text("No dice claramente quién lo envía.")
    if _too_much(files):
        return Text("Trae demasiado para entrar solo: tráelo en la página.")
    if not allowed:
        return Text("No está entre los remitentes permitidos.")
    if not letter.verified:
        return Text("Tu servidor de correo no confirma que sea de quien dice.")
    if not whose:
        return Text("Este remitente no puede traer lo que otro emitió.")
    return None if len(whose) == 1 else Text("No dice de cuál de varios emisores es.")


def _by_signature(portal: Portal, authorities: Authorities, files: tuple[Attachment, ...]) -> Taken:
    """Raises Unreadable for what doesn't prove itself."""
    proven = prove_mail(portal, authorities, files)
    issuer_id = proven.issuer.id
    if not proven.files:
        return Taken(Outcome.HANDLED, issuer_id)
    with portal.ledger.read() as conn:
        key = proven.key(conn, portal.clock.now().date().isoformat())
    run_id = ask_import(portal, folder_actor(issuer_id, SIGNED), issuer_id, proven.files, "mail", key)
    return Taken(Outcome.IMPORTED, issuer_id, run_id=run_id)


def _ask(portal: Portal, issuer_id: int, letter: Letter, files: tuple[Attachment, ...]) -> int:
    sent = [(one.name, one.data) for one in files]
    body = hashlib.sha256(b"".join(hashlib.sha256(data).digest() for _, data in sent)).hexdigest()
    key = Key(hashlib.sha256(f"mail:{letter.digest}".encode()).hexdigest(), body)
    return ask_import(portal, folder_actor(issuer_id, "mail"), issuer_id, sent, "mail", key)


def _may_be_documents(one: Attachment) -> bool:
    ending = PurePosixPath(one.name.lower()).suffix
    return ending in _ENDINGS and kind_of(one.name, one.data) in ("xml", "zip", "sheet")


def _too_much(files: tuple[Attachment, ...]) -> bool:
    sizes = [len(one.data) for one in files]
    return len(files) > MOST_FILES or max(sizes) > LARGEST or sum(sizes) > LARGEST_TOGETHER


def _issuers_named(portal: Portal, files: tuple[Attachment, ...]) -> set[int]:
    """The portal's issuers of the e-invoices among them."""
    found: set[int] = set()
    with portal.ledger.read() as conn:
        for one in files:
            if kind_of(one.name, one.data) == "sheet":
                continue
            for document in read(one.name, one.data).found:
                party = document.facts.issuer
                issuer = parties.issuer_by_tax_id(conn, party.tax_id, party.country)
                found |= {issuer.id} if issuer else set()
    return found
