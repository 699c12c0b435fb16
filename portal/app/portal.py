"""The parts that use cases work with; `portal.bootstrap` puts them together."""

from __future__ import annotations

from dataclasses import dataclass

from portal.config import Settings
from portal.ledger.unit import Ledger
from portal.ports import Clock, FileStore
from portal.views.store import Views


@dataclass(frozen=True)
class Portal:
    """One running portal. `secret` signs links; `previous_secret` still opens links made before a rotation."""

    settings: Settings
    ledger: Ledger
    files: FileStore
    views: Views
    clock: Clock
    secret: bytes
    previous_secret: bytes | None = None

    def close(self) -> None:
        """Let go of the database and of the views' file."""
        self.views.close()
        self.ledger.engine.dispose()
