"""The watcher: a thread that looks where documents arrive by themselves; a slow folder must not hold the relay back."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from portal.app.importing.folders import look_into_folders
from portal.app.incoming.reading import look_into_postbox
from portal.app.portal import Portal
from portal.files.inbox import Inbox

EVERY = 5.0  # seconds between two looks
_PATIENCE = 5.0  # seconds for a look to end when the process does
log = logging.getLogger(__name__)


class Watcher(threading.Thread):
    """What fails is tried again at the next look."""

    def __init__(self, portal: Portal) -> None:
        super().__init__(name="watcher", daemon=True)
        self.portal = portal
        self.inbox = Inbox(portal.settings.inbox)
        self._stopping = threading.Event()

    def run(self) -> None:
        while not self._stopping.is_set():
            self._try(self._folders)
            self._try(self._postbox)
            self._stopping.wait(EVERY)

    def stop(self) -> None:
        """End the thread; a look that hangs is left to the process's end: what it does may be done again."""
        self._stopping.set()
        if self.is_alive():
            self.join(_PATIENCE)

    def _folders(self) -> None:
        look_into_folders(self.portal, self.inbox)

    def _postbox(self) -> None:
        look_into_postbox(self.portal)

    def _try(self, look: Callable[[], None]) -> None:
        try:
            look()
        except Exception:
            log.exception("the watcher could not look; trying again")
