"""The documents that somebody may see, added up by customer, issuer, month, status or currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.app.portal import Portal
from portal.app.reading import everywhere
from portal.domain.access import Actor, Right
from portal.ledger import parties
from portal.views import groups
from portal.views.filters import DocumentFilter
from portal.views.groups import Grouping, Groups, Measure


@dataclass(frozen=True, slots=True)
class Analysis:
    """`names` of the customers and issuers that are shown, by id; empty of other groups.

    A customer is an account at one issuer: where there are several issuers, its name is said with it.
    """

    groups: Groups
    names: Mapping[int, str] = field(default_factory=dict)


def analyse(
    portal: Portal,
    actor: Actor,
    filter: DocumentFilter,
    by: Grouping,
    currency: str | None,
    measure: Measure,
    limit: int,
    offset: int,
) -> Analysis:
    """A page of the groups of one currency, the largest of all pages, and the totals of all that match."""
    scope, today = actor.scope(Right.SEE), everywhere(portal)
    found = groups.groups(portal.views, scope, filter, by, currency, measure, limit, offset, today)
    ids = {row.key for row in (*found.rows, *found.largest) if isinstance(row.key, int)}
    if not ids:
        return Analysis(found)
    with portal.ledger.read() as conn:
        if by is not Grouping.CUSTOMER:
            return Analysis(found, parties.issuer_names(conn, ids))
        both = parties.names_of_accounts(conn, ids)
    alone = len({issuer for _, issuer in both.values()}) == 1
    return Analysis(found, {key: name if alone else f"{name} · {issuer}" for key, (name, issuer) in both.items()})
