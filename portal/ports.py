"""Protocols, only where two implementations exist."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import BinaryIO, Protocol

from portal.clock import Clock
from portal.domain.mail import Mail
from portal.domain.payments import (
    Account,
    AccountFacts,
    CredentialField,
    Door,
    Method,
    Notice,
    Order,
    Question,
    RawNotice,
    Terms,
    Transaction,
)
from portal.text import Text

__all__ = ["Clock", "FileStore", "Mailer", "PaymentProvider", "Postbox", "PostboxSession", "Queue"]


class FileStore(Protocol):
    """Bytes by their SHA-256. Putting the same bytes twice is one file; a stored file never changes."""

    def put(self, data: bytes) -> str:
        """Store bytes durably; returns their SHA-256 (64 hex digits)."""
        ...

    def put_stream(self, stream: BinaryIO) -> str:
        """Store what a stream holds, without holding it in memory; returns its SHA-256."""
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes; raises NotFound when they are not there, FileDamaged when they don't match their name."""
        ...

    def blocks(self, sha256: str) -> Iterator[bytes]:
        """The bytes a block at a time, for what is too large to hold; they are not compared with their name.

        Raises NotFound at once when they are not there.
        """
        ...

    def size(self, sha256: str) -> int:
        """Bytes stored under a name; raises NotFound."""
        ...

    def remove(self, sha256: str) -> None:
        """Delete bytes that nothing names any more; what is not there stays so."""
        ...


class Queue(Protocol):
    """Hands committed outbox rows to the workers. Losing a call is harmless: the relay sends again."""

    def send(self, outbox_ids: Sequence[int]) -> None: ...


class Mailer(Protocol):
    """Sends a mail."""

    def send(self, mail: Mail) -> str:
        """Returns its Message-ID once the mail has been handed over.

        Raises MailRefused (final) or NotSent (try later); after any other error nobody knows whether it went out.
        """
        ...


class PostboxSession(Protocol):
    """An open mailbox. Nothing in it is ever deleted or moved."""

    validity: int  # while it is the same, a uid means the same message

    def after(self, uid: int, since: date, limit: int) -> Sequence[tuple[int, int]]:
        """(uid, bytes) of messages above `uid` that came on that day or later, the oldest first."""
        ...

    def read(self, uid: int) -> bytes:
        """A message, all of it; it does not count as read by that. Empty when somebody took it away meanwhile."""
        ...

    def mark(self, uid: int) -> None:
        """Flag a message as read."""
        ...


class Postbox(Protocol):
    """The portal's mailbox, for documents and replies. All of it raises PostboxDown when it can't be read now.

    What comes in goes to the handlers of `portal.app.incoming.handlers`, one message at a time: a new kind of mail (a
    reply to a comment, a bounce) is one more handler there, and needs nothing here.
    """

    def open(self) -> AbstractContextManager[PostboxSession]: ...


class PaymentProvider(Protocol):
    """One payment company. It keeps nothing and decides nothing: it speaks the company's protocol.

    Whatever goes over the network raises ProviderDown (nothing is known, try later) or ProviderRefused (a clear no).
    """

    name: str  # in addresses, on the command line and in the ledger
    title: str  # as people know it
    methods: tuple[Method, ...]  # what a payer can usually pay with there
    fields: tuple[CredentialField, ...]

    def facts(self, credentials: Mapping[str, str]) -> AccountFacts:
        """Whose account this is. Raises Refused for credentials that are missing, malformed, or mix test and live."""
        ...

    def terms(self, account: Account, currency: str) -> Terms | None:
        """What amounts may be paid in a currency; None when this account does not take it."""
        ...

    def open(self, account: Account, order: Order) -> Door:
        """The way to the provider's page for an order. Called again with the same order it opens no second one."""
        ...

    def read_notice(self, account: Account, raw: RawNotice) -> Notice:
        """What a webhook claims, once its signature holds. Raises NotGenuine; never asks the network, never crashes."""
        ...

    def transactions(self, account: Account, question: Question) -> Sequence[Transaction]:
        """All transactions of a checkout as the provider knows them now, the oldest first; empty when it knows none."""
        ...

    def listed(self, account: Account, start: datetime, end: datetime) -> Sequence[Transaction] | None:
        """All that was paid at the account from `start` until before `end`, the portal's or not, as it stands now; None
        where the company documents no such list. A part of it is never answered: ProviderDown instead.
        """
        ...

    def may_ask_at(self, created_at: datetime, asked_at: datetime | None, by_cash: bool) -> datetime:
        """From when on `transactions` may be called for a checkout, as the provider's limits want it."""
        ...

    def probe(self, account: Account) -> Text:
        """Try the credentials without moving money: what was found. Raises Refused saying what is wrong."""
        ...
