"""Proofs by mail: a link, and six digits in its place, that show who reads a mailbox. Bound to the asking browser."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.app.accounts.refusals import OtherBrowser, ProofClosed
from portal.app.portal import Portal
from portal.domain.one_time import code_fits, code_hash, looks_like_token, new_code, typed_code
from portal.domain.tokens import new_session_token, session_hash
from portal.ledger.codes import Code, Purpose, add_code, close_code, open_code, take, try_typed
from portal.ledger.holds import hold_person
from portal.ledger.unit import Unit

PROOF_LIFE = timedelta(minutes=10)  # OWASP ASVS 5.0, 6.5.5
_PATHS = {Purpose.SIGN_IN: "proof", Purpose.SIGN_UP: "proof", Purpose.RESET: "reset", Purpose.INVITATION: "invitation"}


@dataclass(frozen=True, slots=True)
class Made:
    """A proof as its mail tells it, and nobody else."""

    id: int
    link: str
    code: str

    @property
    def said(self) -> dict[str, str]:
        return {"link": self.link, "code": self.code}


def make_proof(
    portal: Portal,
    unit: Unit,
    purpose: Purpose,
    email: str,
    browser: str | None,
    payload: Mapping[str, Any] | None = None,
    life: timedelta = PROOF_LIFE,
    digits: bool = False,
) -> Made:
    """A new proof; only its hashes are kept. Without `digits` no code is good for it.

    One is made for an address that has no account too: what follows on screen is then the same.
    """
    token, code = new_session_token(), new_code()
    token_hash = session_hash(token)
    kept = code_hash(code, token_hash, portal.secret) if digits else None
    proof_id = add_code(unit, purpose, token_hash, email, unit.now + life, browser, kept, payload)
    return Made(proof_id, f"{portal.settings.base_url}/auth/{_PATHS[purpose]}/{token}", code)


def check_proof(portal: Portal, token: str, purposes: Collection[Purpose], browser: str) -> Code:
    """The open proof of a link, or ProofClosed or OtherBrowser. Only looks: mail scanners may ask as they like."""
    token_hash = token_hash_of(token)
    with portal.ledger.read() as conn:
        proof = open_code(conn, token_hash, purposes, portal.clock.now())
    if proof is None:
        raise ProofClosed()
    if proof.browser not in (None, browser):
        raise OtherBrowser()
    return proof


def take_proof(unit: Unit, token: str, purposes: Collection[Purpose], browser: str) -> Code:
    """Use up the proof of a link; of several at once one gets it. Raises ProofClosed, OtherBrowser."""
    token_hash = token_hash_of(token)
    seen = open_code(unit.conn, token_hash, purposes, unit.now)
    if seen is None:
        raise ProofClosed()
    hold_person(unit, seen.email)
    proof = take(unit, token_hash, purposes, browser)
    if proof is None:
        raise OtherBrowser() if open_code(unit.conn, token_hash, purposes, unit.now) else ProofClosed()
    return proof


def take_typed(
    portal: Portal, unit: Unit, email: str, purposes: Collection[Purpose], browser: str, typed: str
) -> Code | None:
    """Use up the newest proof by its six digits; None when they are wrong, and then the try stays counted."""
    hold_person(unit, email)
    tried, code = try_typed(unit, email, purposes, browser), typed_code(typed)
    if tried is None or tried.code_hash is None or code is None:
        return None
    right = code_fits(code, tried.token_hash, tried.code_hash, portal.keys)
    return tried if right and close_code(unit, tried.id) else None


def token_hash_of(token: str) -> str:
    """The hash under which a link's or ticket's token is kept. Raises ProofClosed for what is none."""
    if not looks_like_token(token):
        raise ProofClosed()
    return session_hash(token)
