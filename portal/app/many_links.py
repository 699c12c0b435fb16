"""Personal links for many customers at once: found by what they owe and whether they have one, made, and mailed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from portal.app.link_mails import LONGEST
from portal.app.links import DAYS, check_days, refuse_strangers
from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.app.reading import everywhere
from portal.app.silence import why_silent
from portal.domain.access import Actor, Right
from portal.domain.contacts import Gets, Silent
from portal.domain.tokens import make_link_token
from portal.errors import Refused
from portal.ledger import audit, links
from portal.ledger.attempts import Counter, key_hash, take_room
from portal.ledger.audit import Event, Where
from portal.ledger.link_customers import Among, Having, LinkCustomer, count_link_customers, link_customers
from portal.ledger.unit import Unit
from portal.text import Text
from portal.views.owing import owing

__all__ = ["Among", "Having", "LinkCustomer", "Owing", "Shared", "Sharing", "Wanted", "list_for_links", "share_links"]

_CHUNK = 100
LASTS = timedelta(days=15)  # that a link in a mail opens at least: mails wait in boxes
PACE = timedelta(seconds=6)  # between two mails of one sending: mail servers distrust who sends many at once
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link that opens: its address, the days it still does, and whether it was made just now."""

    id: int
    url: str
    days: int
    made: bool


class Owing(StrEnum):
    ANY = "any"
    SOMETHING = "something"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which customers of an issuer. `only`: of these ids, as they were ticked; None: all that match."""

    search: str = ""
    having: Having = Having.ANY
    owing: Owing = Owing.ANY
    only: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of them, how many match, and how many of those have an address."""

    rows: list[LinkCustomer]
    total: int
    with_address: int


@dataclass(frozen=True, slots=True)
class Sharing:
    """What they get: a link good for `days` if they have none; by mail too, with the issuer's own `text`."""

    days: int = DAYS
    mail: bool = False
    text: str = ""
    language: str = "es"


@dataclass
class Shared:
    """What came of it. `last_at`: when the last mail goes out."""

    made: int = 0
    had: int = 0
    mailed: int = 0
    without_address: int = 0
    bounced: int = 0
    mailed_today: int = 0
    last_at: datetime | None = None
    done: int = field(default=0, repr=False)


def list_for_links(portal: Portal, actor: Actor, issuer_id: int, wanted: Wanted, limit: int, offset: int = 0) -> Found:
    """An issuer's customers by name. Raises NotFound without the right to make links for all of them."""
    actor.require(Right.LINKS, issuer_id, 0)
    among, now = _among(portal, actor, issuer_id, wanted), portal.clock.now()
    with portal.ledger.read() as conn:
        total, with_address = count_link_customers(conn, issuer_id, among, now)
        rows = link_customers(conn, issuer_id, among, now, limit, offset) if total else []
    return Found(rows, total, with_address)


def share_links(
    portal: Portal,
    actor: Actor,
    issuer_id: int,
    wanted: Wanted,
    sharing: Sharing,
    where: Where | None = None,
    progress: Callable[[int], object] = lambda _done: None,
) -> Shared:
    """Give everybody in `wanted` a link, and mail it to who has an address.

    In steps of a hundred customers, each whole: begun again after a crash it makes no second link and writes to nobody
    a second time that day. `progress` is told how many are done. Raises NotFound, Refused.
    """
    actor.require(Right.LINKS, issuer_id, 0)
    check_days(sharing.days)
    if len(sharing.text) > LONGEST:
        raise Refused(Text("El mensaje tiene más de {most} caracteres: escríbelo más corto.", most=LONGEST))
    shared = Shared()
    for some in _in_steps(portal, issuer_id, _among(portal, actor, issuer_id, wanted)):
        with portal.ledger.write(actor.name) as unit:
            silent = why_silent(unit.conn, issuer_id, {one.email for one in some}, Gets.INVOICES)
            for one in some:
                _share(portal, unit, issuer_id, one, sharing, silent.get(one.email), where, shared)
            unit.commit()
        shared.done += len(some)
        progress(shared.done)
    return shared


def _in_steps(portal: Portal, issuer_id: int, among: Among) -> Iterator[list[LinkCustomer]]:
    """By id, so that what a step changes does not move the next; of ids that are known, so many at a time."""
    if among.ids is not None:
        ids = sorted(among.ids)
        for start in range(0, len(ids), _CHUNK):
            with portal.ledger.read() as conn:
                few = replace(among, ids=frozenset(ids[start : start + _CHUNK]))
                some = link_customers(conn, issuer_id, few, portal.clock.now(), _CHUNK)
            if some:
                yield some
        return
    last = 1
    while True:
        with portal.ledger.read() as conn:
            some = link_customers(conn, issuer_id, among, portal.clock.now(), _CHUNK, after=last)
        if not some:
            return
        last = some[-1].id
        yield some


def _share(
    portal: Portal, unit: Unit, issuer_id: int, one: LinkCustomer, sharing: Sharing, silent: Silent | None,
    where: Where | None, shared: Shared,
) -> None:  # fmt: skip
    link = link_of(portal, unit, issuer_id, one.id, sharing.days, where)
    shared.made += link.made
    shared.had += not link.made
    if not sharing.mail:
        return
    if silent is Silent.ADDRESS:
        shared.without_address += 1
    elif silent is Silent.BOUNCED:
        shared.bounced += 1
    elif not take_room(unit, [Counter("links mail", key_hash(str(issuer_id), str(one.id)), 1, _DAY)]):
        shared.mailed_today += 1
    else:
        _mail(portal, unit, issuer_id, one, link, sharing, shared)
        audit.note(unit, Event.LINK_MAILED, f"link:{link.id}", issuer_id, one.id, where, to=one.email)


def _mail(
    portal: Portal, unit: Unit, issuer_id: int, one: LinkCustomer, link: OpenLink, sharing: Sharing, shared: Shared
) -> None:
    wait = PACE * shared.mailed
    values = {"link": link.url, "days": str(link.days), "text": sharing.text.strip()}
    post_mail(portal, unit, Template.PERSONAL_LINK, one.email, sharing.language, values, issuer_id, wait)
    shared.mailed += 1
    shared.last_at = unit.now + wait


def link_of(
    portal: Portal, unit: Unit, issuer_id: int, customer_id: int, days: int = DAYS, where: Where | None = None
) -> OpenLink:
    """A customer's newest link that opens for a while yet, else a new one: for mails that bring their reader in.

    Raises Refused for «consumidor final», who has none whatever asks for it.
    """
    owner = links.owner_of(unit.conn, customer_id)
    refuse_strangers(owner is not None and owner[1])
    found = links.newest_open(unit.conn, customer_id, unit.now + min(LASTS, timedelta(days=days) / 2))
    if found is not None:
        link_id, version, ends = found
    else:
        version, ends = 1, unit.now + timedelta(days=days)
        link_id = links.add_link(unit, issuer_id, customer_id, ends)
        audit.note(unit, Event.LINK_MADE, f"link:{link_id}", issuer_id, customer_id, where, days=days)
    url = f"{portal.settings.base_url}/l/{make_link_token(link_id, version, portal.secret)}"
    return OpenLink(link_id, url, (ends - unit.now).days, found is None)


def _among(portal: Portal, actor: Actor, issuer_id: int, wanted: Wanted) -> Among:
    ids: Collection[int] | None = wanted.only
    if wanted.owing is not Owing.ANY:
        late = wanted.owing is Owing.OVERDUE
        owed = owing(portal.views, actor.scope(Right.SEE), issuer_id, everywhere(portal), late)
        ids = owed if ids is None else owed & set(ids)
    return Among(wanted.search, wanted.having, None if ids is None else frozenset(ids))
