"""What is decided once is read again under its customer's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from portal.domain.access import Actor, Right
from portal.errors import NotFound
from portal.ledger.books import lock_customers
from portal.ledger.unit import Unit


class Owned(Protocol):
    """A row of a customer's account."""

    @property
    def issuer_id(self) -> int: ...
    @property
    def customer_id(self) -> int: ...


T = TypeVar("T", bound=Owned)


def under_lock(unit: Unit, actor: Actor, find: Callable[..., T | None], row_id: int) -> T:
    """The row as it stands while nobody else decides. Raises NotFound without the right to book there.

    `find` takes a connection, an id, and `lock`. Two customers may be joined while this waits: then the row is the
    other one's, whose lock is taken too.
    """
    found = find(unit.conn, row_id)
    if found is None:
        raise NotFound()
    actor.require(Right.BOOK, found.issuer_id, found.customer_id)
    lock_customers(unit.conn, {found.customer_id})
    now = find(unit.conn, row_id, lock=True) or found
    if now.customer_id != found.customer_id:
        lock_customers(unit.conn, {now.customer_id})
    return now
