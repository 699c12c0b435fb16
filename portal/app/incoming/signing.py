"""An issuer decides whether its documents come in by their signatures, and who signs for it besides itself."""

from __future__ import annotations

import re
from collections.abc import Collection

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.parties import check_digit
from portal.errors import Refused
from portal.importers.certificates import plain_id
from portal.ledger import letters
from portal.ledger.audit import Event, Where, note
from portal.ledger.letters import SignedRule
from portal.text import Text

MOST_SIGNERS = 20
_NIT = re.compile(r"\d{6,10}", re.ASCII)
_DIGIT = re.compile(r".*-\s*(\d)\s*", re.ASCII)
_WRONG_DIGIT = re.compile(r"[89]\d{9}", re.ASCII)  # a company's ten digits: the last was to be the check digit


def read_signing(portal: Portal, actor: Actor, issuer_id: int) -> SignedRule:
    """Raises NotFound."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    with portal.ledger.read() as conn:
        return letters.signed_rule(conn, issuer_id)


def set_signing(
    portal: Portal, actor: Actor, issuer_id: int, enabled: bool, signers: Collection[str], where: Where | None = None
) -> None:
    """`signers`: tax ids as people write them. Raises NotFound, Refused for what is none."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    wanted = SignedRule(enabled, tuple(sorted({_tax_id(one) for one in signers if one.strip()})))
    if len(wanted.signers) > MOST_SIGNERS:
        raise Refused(Text("Son más de {most} NIT: deja solo los de quienes firman por ti.", most=MOST_SIGNERS))
    with portal.ledger.write(actor.name) as unit:
        if wanted != letters.signed_rule(unit.conn, issuer_id):
            letters.set_signed_rule(unit, issuer_id, wanted)
            said = {"signed": "on" if enabled else "off", "signers": ", ".join(wanted.signers)}
            note(unit, Event.SENDERS_CHANGED, f"issuer:{issuer_id}", issuer_id, None, where, **said)
        unit.commit()


def _tax_id(given: str) -> str:
    found = plain_id(given)
    if not _NIT.fullmatch(found):
        raise Refused(Text("«{given}» no es un NIT: escríbelo con sus cifras, como 900123456-8.", given=given.strip()))
    digit = _DIGIT.fullmatch(given)
    if _WRONG_DIGIT.fullmatch(found) or (digit and digit[1] != check_digit(found)):
        raise Refused(
            Text("El dígito de verificación de «{given}» no es el de ese NIT: revisa el número.", given=given.strip())
        )
    return found
