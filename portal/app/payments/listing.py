"""The payments that came in, for an issuer's people: as a list, what waits for a decision, and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from portal.app.files import FileAnswer
from portal.app.portal import Portal
from portal.clock import today
from portal.domain.access import Actor, Right, Scope
from portal.domain.collected import Collected, Wanted
from portal.errors import NotFound
from portal.ledger.collected import collected_page, collected_totals
from portal.ledger.shops import shop_by_id
from portal.render.labels import Labels
from portal.render.payments_file import payments_csv
from portal.text import Text

_CHUNK = 1_000


@dataclass(frozen=True, slots=True)
class PaymentList:
    """`total` rows are asked for, of which these are a page; `sums`: what all of them add up to, by currency."""

    rows: list[Collected]
    total: int
    sums: Mapping[str, int]


def list_payments(portal: Portal, actor: Actor, wanted: Wanted, limit: int, offset: int = 0) -> PaymentList:
    """What the actor may read of it, the newest first."""
    scope = actor.scope(Right.EXPORT)
    with portal.ledger.read() as conn:
        total, sums = collected_totals(conn, scope, wanted)
        return PaymentList(collected_page(conn, scope, wanted, limit, offset), total, sums)


def waiting_payments(portal: Portal, actor: Actor, limit: int) -> list[Collected]:
    """What somebody has to decide about, the newest first."""
    with portal.ledger.read() as conn:
        return collected_page(conn, actor.scope(Right.EXPORT), Wanted(waiting=True), limit)


def payments_file(portal: Portal, actor: Actor, issuer_id: int, wanted: Wanted, labels: Labels | None) -> FileAnswer:
    """An issuer's list, all of it, as CSV; without labels with the names that docs/payments.md lists.

    Raises NotFound for an issuer that is not the actor's.
    """
    actor.require(Right.EXPORT, issuer_id, 0)
    with portal.ledger.read() as conn:
        if shop_by_id(conn, issuer_id) is None:
            raise NotFound()
    out = BytesIO()
    payments_csv(_all(portal, Scope(issuers=frozenset({issuer_id})), wanted), out, labels)
    name = (labels or Labels()).say(Text("pagos-{day}.csv", day=today(portal.clock)))
    return FileAnswer(name, "text/csv", out.getvalue())


def _all(portal: Portal, scope: Scope, wanted: Wanted) -> Iterator[Collected]:
    """One snapshot, read in pieces."""
    with portal.ledger.read() as conn:
        last: int | None = None
        while rows := collected_page(conn, scope, wanted, _CHUNK, before=last):
            yield from rows
            last = rows[-1].id
