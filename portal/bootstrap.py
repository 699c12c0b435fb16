"""The one place where the parts are put together."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from portal.app.portal import Portal
from portal.clock import Clock, SystemClock
from portal.config import Settings
from portal.files.local import LocalFiles
from portal.files.s3 import S3Files
from portal.ledger.changes import Changes
from portal.ledger.engine import make_engine
from portal.ledger.schema import migrate
from portal.ledger.unit import Ledger
from portal.ports import FileStore
from portal.views.store import Views


def build(settings: Settings, clock: Clock | None = None) -> Portal:
    """A portal over these settings: the ledger at the newest schema, the views made on their first read."""
    clock = clock or SystemClock()
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database_url)
    migrate(engine)
    secret, *previous = settings.keys()
    return Portal(
        settings=settings,
        ledger=Ledger(engine, clock),
        files=file_store(settings.files_url),
        views=Views(settings.views_dir, Changes(engine)),
        clock=clock,
        secret=secret,
        previous_secret=previous[0] if previous else None,
    )


def file_store(url: str) -> FileStore:
    """The store of `file:///directory` or `s3://bucket/prefix`."""
    parts = urlsplit(url)
    return S3Files(url) if parts.scheme == "s3" else LocalFiles(Path(parts.path))
