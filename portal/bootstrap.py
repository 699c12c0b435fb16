"""The one place where the parts are put together."""

from __future__ import annotations

from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from portal.app.portal import Portal
from portal.clock import Clock, SystemClock
from portal.config import Settings
from portal.domain.mail import Mailbox, mailbox
from portal.errors import Refused, SettingsError
from portal.files.local import LocalFiles
from portal.files.s3 import S3Files
from portal.importers.certificates import load_authorities
from portal.ledger.changes import Changes
from portal.ledger.engine import make_engine
from portal.ledger.sandbox import sandbox_book
from portal.ledger.schema import migrate
from portal.ledger.unit import Ledger
from portal.mail.eml import EmlMailer
from portal.mail.imap import ImapPostbox
from portal.mail.smtp import SmtpMailer
from portal.ports import FileStore, Mailer
from portal.providers.registry import make_providers
from portal.providers.sandbox import Sandbox
from portal.views.store import Views


def build(settings: Settings, clock: Clock | None = None) -> Portal:
    """A portal over these settings: the ledger at the newest schema, the views made on their first read."""
    clock = clock or SystemClock()
    mailer = make_mailer(settings)
    authorities = load_authorities(settings.signing_cas) if settings.signing_cas else None
    settings.home.mkdir(parents=True, exist_ok=True)
    engine = make_engine(settings.database_url)
    migrate(engine)
    secret, *previous = settings.keys()
    ledger = Ledger(engine, clock)
    return Portal(
        settings=settings,
        ledger=ledger,
        files=file_store(settings.files_url),
        views=Views(settings.views_dir, Changes(engine)),
        clock=clock,
        mailer=mailer,
        providers=make_providers(Sandbox(sandbox_book(ledger, clock))),
        secret=secret,
        previous_secret=previous[0] if previous else None,
        postbox=ImapPostbox(settings.imap_url) if settings.imap_url else None,
        authorities=authorities,
    )


def file_store(url: str) -> FileStore:
    """The store of `file:///directory` or `s3://bucket/prefix`."""
    parts = urlsplit(url)
    return S3Files(url) if parts.scheme == "s3" else LocalFiles(Path(parts.path))


def make_mailer(settings: Settings) -> Mailer:
    """SMTP where a mail server is set, else `.eml` files. Raises SettingsError for a sender that can't send."""
    sender = _sender(settings)
    return SmtpMailer(settings.smtp_url, sender) if settings.smtp_url else EmlMailer(settings.mail_dir, sender)


def _sender(settings: Settings) -> Mailbox:
    name, address = parseaddr(settings.mail_from or "Portal de clientes <portal@localhost>")
    try:
        return mailbox(address, name)
    except Refused:
        raise SettingsError(["PORTAL_MAIL_FROM must be an address that a mail server takes: name@domain."]) from None
