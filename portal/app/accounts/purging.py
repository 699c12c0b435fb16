"""Nothing is kept that has run out: codes, attempts, and places where nobody has signed in for long."""

from __future__ import annotations

from datetime import timedelta

from portal.app.accounts.throttle import KNOWN_FOR
from portal.app.portal import Portal
from portal.ledger.attempts import purge_attempts
from portal.ledger.codes import purge_codes
from portal.ledger.outbox import purge_done
from portal.ledger.sessions import purge_sessions

_LONGEST_COUNT = timedelta(days=1)
_CODES_AFTER = timedelta(days=1)
_SESSIONS_AFTER = timedelta(days=30)
_JOBS_AFTER = timedelta(days=90)


def purge_stale(portal: Portal) -> None:
    """Run it once a day or so. Deletes nothing that still counts."""
    with portal.ledger.write("job:purge") as unit:
        purge_attempts(unit, unit.now - _LONGEST_COUNT, unit.now - KNOWN_FOR)
        purge_codes(unit, unit.now - _CODES_AFTER)
        purge_sessions(unit, unit.now - _SESSIONS_AFTER)
        purge_done(unit, unit.now - _JOBS_AFTER)
        unit.commit()
