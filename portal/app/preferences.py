"""What a customer wants mailed to it, decided by itself: by whoever has its link, by a person for its own address.

A link goes from hand to hand: who has it decides nothing for an address that another customer has too, and does not
start again what the reader of an address stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.app.portal import Portal
from portal.app.stopping import set_stop
from portal.domain.access import Actor, By, Right
from portal.domain.contacts import Gets
from portal.domain.mail import address_key
from portal.errors import NotFound
from portal.ledger import addresses
from portal.ledger.audit import Where
from portal.ledger.contacts import Mailbox, mailboxes_of, shared_mailboxes
from portal.ledger.unit import Connection
from portal.ledger.users import user_by_id

MOST = 200  # customers of one visitor that are looked at


@dataclass(frozen=True, slots=True)
class Preference:
    """An address that an issuer writes to, and what of it is wanted. `fixed`: what only its reader can start again."""

    issuer_id: int
    issuer_name: str
    email: str
    wanted: Mapping[Gets, bool]
    fixed: frozenset[Gets] = frozenset()


def list_preferences(portal: Portal, actor: Actor) -> list[Preference]:
    """By issuer. Empty for who looks as a customer, and for an issuer's people."""
    with portal.ledger.read() as conn:
        return _preferences(conn, actor)


def set_preference(
    portal: Portal, actor: Actor, issuer_id: int, email: str, wanted: Mapping[Gets, bool], where: Where | None = None
) -> None:
    """Stop or start kinds of mails to one of the addresses in `list_preferences`; what is `fixed` stays stopped.

    Raises NotFound for any other address.
    """
    with portal.ledger.write(actor.name) as unit:
        mine = _preferences(unit.conn, actor)
        one = next((one for one in mine if (one.issuer_id, one.email) == (issuer_id, email)), None)
        if one is None:
            raise NotFound()
        for what, wants in wanted.items():
            if one.wanted.get(what) not in (None, wants) and what not in one.fixed:
                set_stop(unit, issuer_id, address_key(email), what, not wants, where, actor.by is By.LINK)
        unit.commit()


def _preferences(conn: Connection, actor: Actor) -> list[Preference]:
    found: dict[tuple[int, str], Preference] = {}
    for box in _mailboxes(conn, actor):
        key = address_key(box.email)
        gets = box.gets | (frozenset(found[mine].wanted) if (mine := (box.issuer_id, key)) in found else frozenset())
        stopped = addresses.stops(conn, box.issuer_id, [key]).get(key, {})
        wanted = {what: what not in stopped for what in Gets if what in gets}
        fixed = addresses.stopped_by_reader(conn, box.issuer_id, key) if actor.by is By.LINK else frozenset()
        found[mine] = Preference(box.issuer_id, box.issuer_name, key, wanted, fixed)
    return [one for one in found.values() if one.wanted]


def _mailboxes(conn: Connection, actor: Actor) -> list[Mailbox]:
    """Those of its customers; of a person only its own."""
    if actor.looks_as_customer or actor.by not in (By.LINK, By.USER):
        return []
    mine = [one.customer_id for one in actor.grants if one.customer_id is not None and Right.SEE in one.rights]
    boxes = mailboxes_of(conn, mine[:MOST])
    if actor.by is By.LINK:
        return _own(conn, boxes, mine)
    user = user_by_id(conn, actor.user_id) if actor.user_id is not None else None
    return [box for box in boxes if user is not None and address_key(box.email) == address_key(user.email)]


def _own(conn: Connection, boxes: list[Mailbox], mine: list[int]) -> list[Mailbox]:
    """Those that no other customer of the issuer has too."""
    keys: dict[int, set[str]] = {}
    for box in boxes:
        keys.setdefault(box.issuer_id, set()).add(address_key(box.email))
    shared = {issuer_id: shared_mailboxes(conn, issuer_id, some, mine) for issuer_id, some in keys.items()}
    return [box for box in boxes if address_key(box.email) not in shared[box.issuer_id]]
