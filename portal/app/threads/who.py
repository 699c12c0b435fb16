"""Who writes, who is written to, and whether somebody who answers by mail still may."""

from __future__ import annotations

from datetime import datetime

from portal.app.sessions import link_actor, person_actor
from portal.domain.access import Actor, By, Grant, Right
from portal.domain.roles import RIGHTS, STAFF
from portal.domain.threads import Side
from portal.ledger.correspondents import Correspondent, Reader, people_of_customer, people_of_issuer, writers
from portal.ledger.links import find_link
from portal.ledger.parties import customer_by_id, issuer_by_id
from portal.ledger.payers import payer_of
from portal.ledger.threads import Thread
from portal.ledger.unit import Connection
from portal.ledger.users import fold_email, user_by_id

COMMENTING = [role for role in STAFF if Right.COMMENT in RIGHTS[role]]
_RIGHTS = frozenset({Right.SEE, Right.COMMENT})


def writer_of(
    conn: Connection, actor: Actor, side: Side, issuer_id: int, customer_id: int, language: str | None
) -> Reader:
    """The actor as a thread names it; its address is empty where none is known.

    `language`: in which it writes; None: the one that the person chose, or else its issuer's.
    """
    language = language or _chosen(conn, actor) or issuer_by_id(conn, issuer_id).language
    if side is Side.CUSTOMER or actor.user_id is not None:
        payer = payer_of(conn, actor.user_id, customer_id)
        return Reader(actor.name, payer.email or "", payer.name, language)
    issuer = issuer_by_id(conn, issuer_id)
    return Reader(actor.name, issuer.email or "", issuer.name, language)


def _chosen(conn: Connection, actor: Actor) -> str | None:
    user = user_by_id(conn, actor.user_id) if actor.user_id is not None else None
    return user.language if user else None


def readers_at_issuer(conn: Connection, thread: Thread) -> list[Reader]:
    """Its people who may answer; without any, the issuer's own address."""
    issuer = issuer_by_id(conn, thread.issuer_id)
    found = people_of_issuer(conn, issuer.id, COMMENTING, issuer.language)
    itself = Reader(f"issuer:{issuer.id}", issuer.email or "", issuer.name, issuer.language)
    return found or ([itself] if issuer.email else [])


def readers_at_customer(conn: Connection, thread: Thread) -> list[Reader]:
    """Who has written; if nobody has, the customer's people who may answer; without any, the customer's address."""
    wrote = [Reader(one.person, one.email, one.name, one.language) for one in writers(conn, thread.id, Side.CUSTOMER)]
    if wrote:
        return wrote
    language = issuer_by_id(conn, thread.issuer_id).language
    customer = customer_by_id(conn, thread.customer_id)
    itself = Reader(f"customer:{customer.id}", customer.email or "", customer.name, language)
    known = customer.email and not customer.anonymous
    return people_of_customer(conn, customer.id, Right.COMMENT, language) or ([itself] if known else [])


def actor_of(conn: Connection, one: Correspondent, thread: Thread, now: datetime) -> Actor | None:
    """Whoever answers from a correspondent's address, with the rights it has now; None when it has none any more.

    Behind a personal link stands the customer's own address, which may answer after the link has closed too.
    """
    kind, _, number = one.person.partition(":")
    if kind == "user":
        user = user_by_id(conn, int(number))
        return person_actor(conn, user, now) if user and user.may_enter else None
    if kind == "link":
        link = find_link(conn, int(number))
        if link and link.opens(link.version, now):
            return link_actor(link) if _customers(conn, one, thread) else None
    if kind == "issuer":
        known = issuer_by_id(conn, thread.issuer_id).email
        grant = Grant(thread.issuer_id, None, _RIGHTS)
        return Actor(By.ISSUER, one.person, (grant,)) if _same(known, one.email) else None
    grant = Grant(thread.issuer_id, thread.customer_id, _RIGHTS)
    return Actor(By.LINK, one.person, (grant,)) if _customers(conn, one, thread) else None


def _customers(conn: Connection, one: Correspondent, thread: Thread) -> bool:
    """Whether the address is still the customer's own."""
    return _same(customer_by_id(conn, thread.customer_id).email, one.email)


def _same(known: str | None, address: str) -> bool:
    return bool(known) and fold_email(known or "") == fold_email(address)
