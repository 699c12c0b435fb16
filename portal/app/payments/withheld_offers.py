"""What may be stated as withheld, document by document: from what it says, and what its issuer decided."""

from __future__ import annotations

from collections.abc import Collection

from portal.domain.documents import load_facts
from portal.domain.withholdings import CURRENCY, Policy, Stateable, stateable
from portal.ledger import withholding_policies as policies
from portal.ledger import withholdings
from portal.ledger.documents import facts_of
from portal.ledger.unit import Connection

MOST = 20  # documents of one bill for which withholdings are stated


def too_many(conn: Connection, issuer_id: int, currency: str, count: int) -> bool:
    """Whether withholdings could be stated if there were fewer documents."""
    return count > MOST and currency == CURRENCY and policies.policy_of(conn, issuer_id).allowed


def stateable_on(conn: Connection, issuer_id: int, document_ids: Collection[int]) -> dict[int, Stateable]:
    """By document of an issuer; empty where the issuer lets nobody state anything, and for more than MOST."""
    policy = policies.policy_of(conn, issuer_id)
    few = len(document_ids) <= MOST
    return stateable_by(conn, issuer_id, policy, document_ids) if few and policy.allowed else {}


def stateable_by(
    conn: Connection, issuer_id: int, policy: Policy, document_ids: Collection[int]
) -> dict[int, Stateable]:
    """As `stateable_on`, by a policy that is known."""
    rates = [one.rate for one in policies.rates_of(conn, issuer_id)]
    stated = withholdings.standing_on(conn, document_ids)
    told = facts_of(conn, list(document_ids))
    found = {one: stateable(load_facts(told[one][0]), policy, rates, stated.get(one, {})) for one in told}
    return {one: may for one, may in found.items() if may.most}
