"""Two spellings of one tax id become one customer: proposed, looked at, and done once; never while one is paying."""

from __future__ import annotations

from dataclasses import dataclass

from portal.app.portal import Portal
from portal.app.reading import everywhere
from portal.domain.access import Actor, Right
from portal.domain.same_party import Spelling, same_parties, same_party
from portal.errors import NotFound, Refused
from portal.ledger import audit, books, parties, spellings
from portal.ledger.audit import Event, Where
from portal.ledger.customer_joins import join
from portal.ledger.grants import grants_at
from portal.ledger.links import links_of_customer
from portal.ledger.unit import Connection
from portal.text import Text
from portal.views.customer_sums import CustomerSums, customer_sums


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: what it has."""

    spelling: Spelling
    documents: int
    people: int
    links: int
    sums: tuple[CustomerSums, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would become of them: `goes` is a spelling of `stays` from then on. `paying`: one of them is at it."""

    stays: Side
    goes: Side
    paying: bool


def proposals(portal: Portal, actor: Actor, issuer_id: int) -> list[list[Spelling]]:
    """Customers of an issuer that may be one. Raises NotFound without Right.APPROVE for all of them."""
    actor.require(Right.APPROVE, issuer_id, 0)
    with portal.ledger.read() as conn:
        return [list(group) for group in same_parties(spellings.spellings_at(conn, issuer_id))]


def preview_join(portal: Portal, actor: Actor, stays_id: int, goes_id: int) -> Preview:
    """What joining would do. Raises NotFound, Refused for two that are not one party."""
    with portal.ledger.read() as conn:
        issuer_id, stays, goes = _both(conn, actor, stays_id, goes_id)
        documents = spellings.counted(conn, [stays_id, goes_id])
        now = portal.clock.now()
        people = [len(grants_at(conn, issuer_id, now, one.id)) for one in (stays, goes)]
        opened = [sum(link.opens(link.version, now) for link in links_of_customer(conn, one.id, 1_000))
                  for one in (stays, goes)]  # fmt: skip
        paying = spellings.under_way(conn, [stays_id, goes_id])
    sums = customer_sums(portal.views, actor.scope(Right.SEE), [stays_id, goes_id], everywhere(portal))
    first, second = (
        Side(one, documents.get(one.id, 0), people[place], opened[place], tuple(sums.get(one.id, ())))
        for place, one in enumerate((stays, goes))
    )
    return Preview(first, second, paying)


def join_customers(portal: Portal, actor: Actor, stays_id: int, goes_id: int, where: Where | None = None) -> None:
    """Make `goes_id` a spelling of `stays_id`: all that is the one's becomes the other's, and what comes later too.

    Raises NotFound without Right.APPROVE for both; Refused for two that are not one party, or while somebody pays.
    """
    with portal.ledger.write(actor.name) as unit:
        _both(unit.conn, actor, stays_id, goes_id)
        books.lock_customers(unit.conn, {stays_id, goes_id})
        issuer_id, stays, goes = _both(unit.conn, actor, stays_id, goes_id)
        if spellings.under_way(unit.conn, [stays_id, goes_id]):
            raise Refused(Text("Hay un pago en curso de uno de los dos: espera a que termine y vuelve a intentarlo."))
        join(unit, issuer_id, goes_id, stays_id)
        about = (f"customer:{goes_id}", issuer_id, stays_id, where)
        audit.note(unit, Event.CUSTOMERS_JOINED, *about, spelled=goes.tax_id, into=stays.tax_id)
        unit.commit()


def _both(conn: Connection, actor: Actor, stays_id: int, goes_id: int) -> tuple[int, Spelling, Spelling]:
    found = {one.id: (issuer_id, one) for issuer_id, one in spellings.spellings_of(conn, [stays_id, goes_id])}
    if len(found) != 2:
        raise NotFound()
    (issuer_id, stays), (other, goes) = found[stays_id], found[goes_id]
    for whose, one in ((issuer_id, stays_id), (other, goes_id)):
        actor.require(Right.APPROVE, whose, one)
    if (
        issuer_id != other
        or not same_party(stays, goes)
        or any(parties.customer_by_id(conn, one).anonymous for one in found)
    ):
        raise Refused(Text("Solo se juntan dos formas de escribir la misma identificación, de un mismo emisor."))
    return issuer_id, stays, goes
