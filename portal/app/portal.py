"""The parts that use cases work with; `portal.bootstrap` puts them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.config import Settings
from portal.importers.certificates import Authorities
from portal.ledger.unit import Ledger
from portal.ports import Clock, FileStore, Mailer, PaymentProvider, Postbox
from portal.views.store import Views


@dataclass(frozen=True)
class Portal:
    """One running portal. `secret` signs and seals; `previous_secret` still opens what was made before a rotation."""

    settings: Settings
    ledger: Ledger
    files: FileStore
    views: Views
    clock: Clock
    mailer: Mailer
    providers: Mapping[str, PaymentProvider]
    secret: bytes = field(repr=False)
    previous_secret: bytes | None = field(default=None, repr=False)
    postbox: Postbox | None = None  # where a mailbox is read
    authorities: Authorities | None = None  # whose word on who signed a document is taken

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The secrets that sign and seal, the present one first."""
        return (self.secret, self.previous_secret) if self.previous_secret else (self.secret,)

    def close(self) -> None:
        """Let go of the database and of the views' file."""
        self.views.close()
        self.ledger.engine.dispose()
