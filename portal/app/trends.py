"""Books over time, for whoever may export them: what stood, what came in, who paid late; as of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.app.portal import Portal
from portal.app.receivables import issuer_today
from portal.domain.access import Actor, Right
from portal.domain.lateness import Lateness
from portal.domain.trends import Aged, Books, Received, Slot, slots
from portal.ledger import parties
from portal.ledger.parties import Account
from portal.views import lateness, trends

MOST_ACCOUNTS = 200


@dataclass(frozen=True, slots=True)
class Payers:
    """`names` of the customers who paid latest, by id."""

    lateness: Lateness
    names: Mapping[int, str] = field(default_factory=dict)


def accounts_with_books(portal: Portal, actor: Actor) -> tuple[Account, ...]:
    """Whole issuers and single customers of others whose books the actor may export, by name; an operator: issuers."""
    scope = actor.scope(Right.EXPORT)
    with portal.ledger.read() as conn:
        if scope.everything:
            return tuple(Account(one.id, None, one.name, None) for one in parties.all_issuers(conn)[:MOST_ACCOUNTS])
        return parties.accounts_in(conn, scope, MOST_ACCOUNTS)


def currencies_of(portal: Portal, actor: Actor, issuer_id: int, customer_id: int | None) -> tuple[str, ...]:
    """The currencies of the books, the one with most entries first. Raises NotFound for what isn't the actor's."""
    return trends.currencies(portal.views, actor.scope(Right.EXPORT), issuer_id, customer_id)


def aged_over_time(portal: Portal, actor: Actor, books: Books, start: date, end: date) -> tuple[Aged, ...]:
    """What stood at the end of each step of the period, up to today. Raises NotFound."""
    return trends.aged(portal.views, actor.scope(Right.EXPORT), books, _steps(portal, books, start, end))


def received_over_time(portal: Portal, actor: Actor, books: Books, start: date, end: date) -> tuple[Received, ...]:
    """The money of each step of the period by method, up to today. Raises NotFound."""
    return trends.received(portal.views, actor.scope(Right.EXPORT), books, _steps(portal, books, start, end))


def late_payers(portal: Portal, actor: Actor, books: Books, start: date, end: date) -> Payers:
    """How late what was paid in the period had become, and by whom. Raises NotFound."""
    today = issuer_today(portal, books.issuer_id)
    found = lateness.lateness(portal.views, actor.scope(Right.EXPORT), books, start, min(end, today), today)
    with portal.ledger.read() as conn:
        return Payers(found, parties.customer_names(conn, {one.customer_id for one in found.customers}))


def _steps(portal: Portal, books: Books, start: date, end: date) -> tuple[Slot, ...]:
    end = min(end, issuer_today(portal, books.issuer_id))
    return slots(min(start, end), end)
