"""Webhooks: verified, kept as they came, answered at once; a job then asks the provider, whose answer counts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from portal.app.payments.accounts import opened, provider_named
from portal.app.payments.asking import ask_about, may_ask_at
from portal.app.payments.schedule import LEASE
from portal.app.portal import Portal
from portal.domain.payments import NotGenuine, Notice, ProviderDown, ProviderRefused, Question, RawNotice, Standing
from portal.errors import NotFound, Refused
from portal.ledger import checkouts, notices, payments
from portal.ledger.checkouts import Checkout
from portal.ledger.notices import NoticeRow
from portal.ledger.outbox import Job
from portal.ledger.payment_accounts import AccountRow, account_row, change_account
from portal.ledger.unit import Connection, Unit

_JOB = "job:handle_notice"
PATIENCE = 3  # tries at a transaction that its provider does not know
LONGEST_SILENCE = 5  # tries at a provider that does not answer; its checkouts are asked about on their own schedule
KEPT_FORGERIES = 200  # different ones a day and account; more are counted nowhere
KEPT_OF_ONE = 200  # a day and checkout: whoever has a signature that covers little can send it for ever
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class _Read:
    notice: Notice | None
    reason: str | None
    key: str


def receive_notice(portal: Portal, provider: str, account_id: int, raw: RawNotice, address: str) -> None:
    """Keep what came in, and have it looked into if it is genuine. Raises NotFound for an account that is not there,
    NotGenuine after it was kept as such.
    """
    with portal.ledger.read() as conn:
        row = account_row(conn, account_id)
    if row is None or row.provider != provider:
        raise NotFound()
    read = _read(portal, row, raw)
    with portal.ledger.write(f"provider:{provider}") as unit:
        if not _too_many(unit, row, read):
            _keep(unit, row, read, raw, address)
            unit.commit()
    if read.notice is None:
        raise NotGenuine(read.reason or "")


def _too_many(unit: Unit, row: AccountRow, read: _Read) -> bool:
    """Whether enough of its kind was kept today. Money waits for no notice: its checkout is asked about anyway."""
    since = unit.now - timedelta(days=1)
    if read.notice is None:
        return notices.forged_since(unit.conn, row.id, since) >= KEPT_FORGERIES
    checkout = _checkout_of(unit.conn, row.id, read.notice.reference)
    return checkout is not None and notices.told_since(unit.conn, checkout.id, since) >= KEPT_OF_ONE


def _read(portal: Portal, row: AccountRow, raw: RawNotice) -> _Read:
    try:
        notice = provider_named(portal, row.provider).read_notice(opened(portal, row), raw)
    except NotGenuine as error:
        return _Read(None, error.reason[:_LONGEST_REASON], f"forged:{hashlib.sha256(raw.body).hexdigest()}")
    except Refused:  # credentials that can't be opened: fail closed, and let the provider send it again
        raise ProviderDown("credentials") from None
    return _Read(notice, None, notice.key[:_LONGEST_REASON])


def _keep(unit: Unit, row: AccountRow, read: _Read, raw: RawNotice, address: str) -> None:
    notice = read.notice
    verdict = "forged" if notice is None else "ignored" if notice.ignored else "genuine"
    told: dict[str, object] = {"verdict": verdict, "reason": read.reason}
    if notice is not None:
        checkout = _checkout_of(unit.conn, row.id, notice.reference)
        told |= {"transaction_id": notice.transaction_id, "reference": notice.reference}
        told |= {"claimed": str(notice.claimed) if notice.claimed else None}
        told |= {"checkout_id": checkout.id if checkout else None}
    notice_id = notices.keep_notice(unit, row.id, read.key, raw, address, **told)
    change_account(unit, row.id, noticed_at=unit.now, notice_genuine=notice is not None)
    if notice_id is not None and verdict == "genuine":
        unit.job("payments", "handle_notice", {"notice": notice_id})


def handle_notice(portal: Portal, job: Job) -> None:
    """Find the checkout that a notice is about and ask the provider about it; what is not ours is marked so.

    A provider may not know yet what it has just told: then it is asked again by the job's next attempts, and after
    them by the checkout's own schedule.
    """
    notice_id = int(job.payload["notice"])
    with portal.ledger.read() as conn:
        notice = notices.find_notice(conn, notice_id)
        row = account_row(conn, notice.account_id) if notice else None
        checkout = _named_by(conn, notice) if notice else None
    if notice is None or row is None or notice.handled_at is not None:
        return
    last = job.attempt >= PATIENCE
    if checkout is None:
        try:
            checkout = _by_asking(portal, row, notice, last)
        except ProviderDown as silent:
            if job.attempt < LONGEST_SILENCE:
                raise
            _mark(portal, notice_id, reason=silent.reason[:_LONGEST_REASON])
            return
    if checkout is None:
        _mark(portal, notice_id, verdict="foreign")
        return
    _attach(portal, checkout.id, row, notice)
    answered = ask_about(portal, checkout.id, notice.transaction_id) is not None
    if answered and not last and _lags(portal, checkout.id, notice):
        raise ProviderDown("its answer is older than its notice")
    _mark(portal, notice_id)


def _checkout_of(conn: Connection, account_id: int, reference: str | None) -> Checkout | None:
    return checkouts.by_reference(conn, account_id, reference) if reference else None


def _named_by(conn: Connection, notice: NoticeRow) -> Checkout | None:
    """The checkout of its reference; of one without any, that of its transaction if money of it came before."""
    if notice.reference or not notice.transaction_id:
        return _checkout_of(conn, notice.account_id, notice.reference)
    known = payments.facts_of(conn, notice.account_id, notice.transaction_id)
    return checkouts.find_checkout(conn, known[0].checkout_id) if known and known[0].checkout_id else None


def _by_asking(portal: Portal, row: AccountRow, notice: NoticeRow, last: bool) -> Checkout | None:
    """A notice that names only a transaction: the provider says whose it is. Raises ProviderDown to be tried again,
    also while the provider does not know what it has just told of.
    """
    if notice.reference or not notice.transaction_id:
        return None
    company = provider_named(portal, row.provider)
    try:
        told = company.transactions(opened(portal, row), Question("", None, (notice.transaction_id,)))
    except ProviderRefused as refused:  # it speaks to us no more: nothing is known of whose it is
        raise ProviderDown(refused.reason) from None
    if not told and not last:
        raise ProviderDown("transaction not known yet")
    with portal.ledger.read() as conn:
        found = [_checkout_of(conn, row.id, one.reference) for one in told]
    return next((one for one in found if one is not None), None)


def _attach(portal: Portal, checkout_id: int, row: AccountRow, notice: NoticeRow) -> None:
    """Say whose notice it is; an approval that it tells of is shown as «recibido, confirmando» until it is known."""
    with portal.ledger.write(_JOB) as unit:
        checkout = checkouts.find_checkout(unit.conn, checkout_id, lock=True)
        notices.set_notice(unit, notice.id, checkout_id=checkout_id)
        if checkout is not None and checkout.open and notice.claimed == Standing.APPROVED:
            look = max(may_ask_at(portal, unit.conn, checkout, row), unit.now + LEASE)
            checkouts.set_checkout(unit, checkout_id, claimed=notice.claimed, next_look_at=look)
        unit.commit()


def _lags(portal: Portal, checkout_id: int, notice: NoticeRow) -> bool:
    """Whether the provider's answer does not show yet what its notice told."""
    with portal.ledger.read() as conn:
        said = payments.said_of(conn, checkout_id).get(notice.transaction_id or "")
    if said is None:
        return notice.transaction_id is not None
    waits = said.standing in (Standing.PENDING, Standing.UNKNOWN)
    return (waits and notice.claimed == Standing.APPROVED) or (notice.claimed == Standing.VOIDED and not said.returned)


def _mark(portal: Portal, notice_id: int, **values: object) -> None:
    with portal.ledger.write(_JOB) as unit:
        notices.set_notice(unit, notice_id, handled_at=unit.now, **values)
        unit.commit()
