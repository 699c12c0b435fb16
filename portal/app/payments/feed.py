"""Payments for an issuer's billing system, in the order of their changes: nothing is missed, whatever commits late."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.collected import Collected
from portal.errors import NotFound, Refused
from portal.ledger.collected import collected_since
from portal.text import Text

MOST, USUAL = 500, 100
_LARGEST = 2**63 - 1
_CURSOR = re.compile(r"(?P<seq>[0-9]{1,18})\.(?P<id>[0-9]{1,19})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Feed:
    """`next`: where to go on, now or later; `more`: whether there are rows there already."""

    rows: list[Collected]
    next: str
    more: bool


def payments_since(portal: Portal, actor: Actor, since: str = "", limit: int = USUAL) -> Feed:
    """The facts of the actor's issuer that are new or changed since a cursor, a day or an instant; "": all of them.

    A row comes again, under the same id, when somebody decides about it. Raises Refused, NotFound.
    """
    if actor.issuer_id is None:
        raise NotFound()
    actor.require(Right.EXPORT, actor.issuer_id, 0)
    if not 1 <= limit <= MOST:
        raise Refused(Text("«limit» va de 1 a {most}.", most=MOST))
    place = _place(since)
    start = None if place or not since else _instant(since)
    after = place or (0, 0)
    with portal.ledger.read() as conn:
        found = collected_since(conn, actor.issuer_id, after, limit + 1, start)
    rows = found[:limit]
    last = (rows[-1].seq, rows[-1].id) if rows else after
    return Feed(rows, f"{last[0]}.{last[1]}", len(found) > limit)


def _place(text: str) -> tuple[int, int] | None:
    found = _CURSOR.fullmatch(text)
    place = (int(found["seq"]), int(found["id"])) if found else None
    return place if place and max(place) <= _LARGEST else None


def _instant(text: str) -> datetime:
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(
            Text("«since» es el «next» de la respuesta anterior, o una fecha como 2026-12-31 o 2026-12-31T15:00:00Z.")
        ) from None
    return told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
