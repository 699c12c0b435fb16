"""The relay: a thread that sends overdue jobs again, so that no lost message loses a job; once a day it tidies up."""

from __future__ import annotations

import logging
import threading
import time

from portal.app.accounts.purging import purge_stale
from portal.app.announcing import announcements_due
from portal.app.export_keeping import remove_expired
from portal.app.jobs import relay
from portal.app.payments.asking import look_due
from portal.app.payments.daily import comparisons_due
from portal.app.portal import Portal
from portal.app.reminders.sending import reminders_due
from portal.app.statements.monthly import months_due

EVERY, DAY = 1.0, 86_400.0  # seconds
log = logging.getLogger(__name__)


class Relay(threading.Thread):
    """Looks every second; what fails (the database is away) is tried again at the next look."""

    def __init__(self, portal: Portal) -> None:
        super().__init__(name="relay", daemon=True)
        self.portal = portal
        self._stopping = threading.Event()

    def run(self) -> None:
        tidied = -DAY
        while not self._stopping.is_set():
            try:
                look_due(self.portal)
                relay(self.portal)
                comparisons_due(self.portal)
                announcements_due(self.portal)
                reminders_due(self.portal)
                months_due(self.portal)
                if time.monotonic() - tidied >= DAY:
                    tidied = time.monotonic()
                    purge_stale(self.portal)
                    remove_expired(self.portal)
            except Exception:
                log.exception("the relay could not look for overdue jobs; trying again")
            self._stopping.wait(EVERY)

    def stop(self) -> None:
        """End the thread; a look that has begun is finished first."""
        self._stopping.set()
        if self.is_alive():
            self.join()
