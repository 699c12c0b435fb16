"""Views of the documents' analysis that people keep by name, and share with who may export all of an issuer's.

What is kept is what the page's address asks for, never a row: whoever opens it sees what is theirs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.mail import one_line
from portal.errors import NotFound, Refused
from portal.ledger import saved_views as rows
from portal.ledger.saved_views import SavedRow
from portal.text import Text

MOST, LONGEST_NAME, LONGEST = 50, 60, 4_000  # of a person; letters; characters of what is asked for
Asked = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class SavedView:
    """`asked`: the address's words by key. `mine`: the actor's own. `issuer_id`: at which it is shared."""

    id: int
    name: str
    asked: Asked
    issuer_id: int | None
    mine: bool
    made_by: str


@dataclass(frozen=True, slots=True)
class KeptView:
    """What became of a view: `issuer_id` at which it is shared now, `before` the one that it took the place of."""

    id: int
    issuer_id: int | None
    replaced: bool
    before: int | None = None


def save_view(portal: Portal, actor: Actor, name: str, asked: Asked, issuer_id: int | None = None) -> KeptView:
    """Keep a view under a name, in place of the actor's own of that name.

    `issuer_id`: share it with who may export all of this issuer's documents; None: nobody new sees it, and who saw the
    one before goes on doing so where the actor still may share. Raises NotFound without that right, Refused for a name
    that is none, and for one more than `MOST`.
    """
    user_id = _person(actor)
    if issuer_id is not None:
        actor.require(Right.EXPORT, issuer_id, 0)
    name, kept = one_line(name).strip(), json.dumps({key: list(said) for key, said in asked.items()})
    _check(name, kept)
    with portal.ledger.write(actor.name) as unit:
        known, before = rows.view_named(unit, user_id, name) or (None, None)
        shared = issuer_id if issuer_id is not None else _still(actor, before)
        view_id = rows.put_view(unit, user_id, name, kept, shared, known)
        if rows.count_views(unit.conn, user_id) > MOST:
            raise Refused(Text("Ya guardaste {most} vistas: quita alguna que no uses.", most=MOST))
        unit.commit()
    return KeptView(view_id, shared, known is not None, before)


def list_views(portal: Portal, actor: Actor) -> list[SavedView]:
    """The actor's own and those shared where it may export everything, by name."""
    scope = actor.scope(Right.EXPORT)
    if actor.user_id is None or scope.empty:
        return []
    with portal.ledger.read() as conn:
        found = rows.views_for(conn, actor.user_id, None if scope.everything else scope.issuers)
    return [_shown(row, actor.user_id) for row in found]


def unshare_view(portal: Portal, actor: Actor, view_id: int) -> None:
    """Leave a view of the actor's own to its maker alone. Raises NotFound for anybody else's."""
    with portal.ledger.write(actor.name) as unit:
        if not rows.unshare_view(unit, view_id, _person(actor)):
            raise NotFound()
        unit.commit()


def remove_view(portal: Portal, actor: Actor, view_id: int) -> None:
    """Forget a view of the actor's own. Raises NotFound for anybody else's."""
    with portal.ledger.write(actor.name) as unit:
        if not rows.remove_view(unit, view_id, _person(actor)):
            raise NotFound()
        unit.commit()


def _person(actor: Actor) -> int:
    if actor.user_id is None or actor.scope(Right.EXPORT).empty:
        raise NotFound()
    return actor.user_id


def _still(actor: Actor, issuer_id: int | None) -> int | None:
    """Where a view stays shared: nobody shares what they change where they have lost the right."""
    scope = actor.scope(Right.EXPORT)
    return issuer_id if issuer_id is not None and scope.covers(issuer_id, 0) else None


def _check(name: str, kept: str) -> None:
    if not name:
        raise Refused(Text("Ponle un nombre a la vista."))
    if len(name) > LONGEST_NAME:
        raise Refused(Text("El nombre tiene más de {most} letras: escríbelo más corto.", most=LONGEST_NAME))
    if len(kept) > LONGEST:
        raise Refused(Text("La vista tiene demasiados filtros para guardarla: quita algunos."))


def _shown(row: SavedRow, user_id: int) -> SavedView:
    return SavedView(row.id, row.name, json.loads(row.asked), row.issuer_id, row.user_id == user_id, row.made_by)
