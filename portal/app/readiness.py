"""Whether this process can serve: the reasons why not, in words that tell a stranger nothing."""

from __future__ import annotations

import logging

from portal.app.portal import Portal
from portal.ledger.schema import current, newest

log = logging.getLogger(__name__)


def problems(portal: Portal) -> list[str]:
    """What keeps the portal from serving; empty when it is ready. Details go to the log."""
    return [*_ledger(portal), *_views(portal)]


def _ledger(portal: Portal) -> list[str]:
    try:
        migrated = current(portal.ledger.engine) == newest()
    except Exception:
        log.exception("the ledger can't be reached")
        return ["ledger: unreachable"]
    return [] if migrated else ["ledger: schema is not the newest, run migrate"]


def _views(portal: Portal) -> list[str]:
    try:
        portal.views.fresh()
    except Exception:
        log.exception("the views can't be brought up to date")
        return ["views: not up to date"]
    return []
