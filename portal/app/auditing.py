"""The audit for those who may read it: an issuer's people what was done at theirs, operators all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.ledger.audit import Event
from portal.ledger.audit_pages import NamedEntry, audit_page, count_audit


@dataclass(frozen=True, slots=True)
class AuditPage:
    """`total` rows are to be read; `rows` are those of this page, the newest first."""

    rows: list[NamedEntry]
    total: int


def read_audit(portal: Portal, actor: Actor, events: Collection[Event], limit: int, offset: int = 0) -> AuditPage:
    """A page of what the actor may read, of these kinds only (none named: of all)."""
    scope = actor.scope(Right.AUDIT)
    with portal.ledger.read() as conn:
        return AuditPage(audit_page(conn, scope, events, limit, offset), count_audit(conn, scope, events))
