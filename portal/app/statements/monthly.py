"""Statements by mail once a month: the issuer's rule, who gets the next ones, and the work when its day has come."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from portal.app.many_links import PACE
from portal.app.portal import Portal
from portal.app.silence import why_silent
from portal.app.statements.mailing import Mailing, post_statements
from portal.app.statements.sending import JOB, QUEUE
from portal.domain.access import Actor, Right, Scope
from portal.domain.contacts import Gets, Silent
from portal.domain.monthly import MonthlyRules, NotMailed, check_monthly, month_before, month_name, next_monthly
from portal.domain.parties import is_anonymous
from portal.ledger import audit
from portal.ledger import statement_mails as rows
from portal.ledger.audit import Event, Where
from portal.ledger.holds import hold
from portal.ledger.outbox import Job, done
from portal.ledger.parties import issuer_by_id
from portal.ledger.reminders import Debtor, debtors
from portal.ledger.statement_mails import SentStatement
from portal.ledger.unit import Connection
from portal.views.many_statements import Accounts, Figures, accounts_of, statements_of

TOGETHER = 10  # customers of one job: the last mail waits a minute
MOST_SHOWN = 1_000
_PERSON = "job:send_statements"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NextMail:
    """A customer, its accounts, and why nothing would be mailed (None: it would)."""

    customer_name: str
    email: str
    accounts: tuple[Figures, ...]
    against: NotMailed | None


@dataclass(frozen=True, slots=True)
class NextMonth:
    """What would go out at `at` (`zone`: the issuer's) as the accounts stand now. `more`: not all were looked at."""

    rules: MonthlyRules
    at: datetime
    zone: str
    start: date
    end: date
    mails: Sequence[NextMail]
    more: bool


def read_monthly(portal: Portal, actor: Actor, issuer_id: int) -> MonthlyRules:
    """For who makes its links. Raises NotFound."""
    actor.require(Right.LINKS, issuer_id, 0)
    with portal.ledger.read() as conn:
        return rows.monthly_rules(conn, issuer_id)


def save_monthly(
    portal: Portal, actor: Actor, issuer_id: int, rules: MonthlyRules, where: Where | None = None
) -> None:  # fmt: skip
    """From the next time that its day comes. Raises NotFound, Refused."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    check_monthly(rules)
    with portal.ledger.write(actor.name) as unit:
        zone = issuer_by_id(unit.conn, issuer_id).timezone
        rows.set_monthly_rules(unit, issuer_id, rules, next_monthly(unit.now, rules, zone) if rules.enabled else None)
        told = {"statements": "on" if rules.enabled else "off", "day": rules.day, "hour": f"{rules.hour}:00"}
        audit.note(unit, Event.SETTINGS_CHANGED, None, issuer_id, None, where, **told)
        unit.commit()


def preview_month(portal: Portal, actor: Actor, issuer_id: int) -> NextMonth:
    """The next sending, as if the rule were on. Raises NotFound without the right to make the issuer's links."""
    actor.require(Right.LINKS, issuer_id, 0)
    now = portal.clock.now()
    with portal.ledger.read() as conn:
        rules, issuer = rows.monthly_rules(conn, issuer_id), issuer_by_id(conn, issuer_id)
        at = next_monthly(now, rules, issuer.timezone)
        start, end = month_before(at.astimezone(ZoneInfo(issuer.timezone)).date())
        scope, most = actor.scope(Right.SEE), MOST_SHOWN + 2  # one more than shown, and «consumidor final»
        found = accounts_of(portal.views, scope, issuer_id, start, end, now, rules.owing, most=most)
        whose = _by_customer(found.figures)
        to = debtors(conn, list(whose)[:MOST_SHOWN], Gets.STATEMENTS)
        against = _against(conn, issuer_id, to, month_name(start))
    mails = [NextMail(one.name, one.email, whose[one.id], against[one.id]) for one in to]
    mails.sort(key=lambda one: one.customer_name.casefold())
    return NextMonth(rules, at, issuer.timezone, start, end, mails, len(whose) > MOST_SHOWN)


def list_mailed(portal: Portal, actor: Actor, issuer_id: int, limit: int, offset: int = 0) -> list[SentStatement]:
    """What was posted in an issuer's name and how it stands, the newest first. Raises NotFound."""
    actor.require(Right.LINKS, issuer_id, 0)
    with portal.ledger.read() as conn:
        return rows.statements_sent(conn, issuer_id, portal.clock.now(), limit, offset)


def months_due(portal: Portal) -> int:
    """Post a job for each issuer whose day and hour have come, and say when they come next; returns how many.

    Had they come more than once (the portal was away), the last one counts: nobody wants two months at once, and the
    later statement begins with the balance of the one that was left out.
    """
    with portal.ledger.read() as conn:
        if not rows.any_month_due(conn, portal.clock.now()):
            return 0
    with portal.ledger.write(_PERSON) as unit:
        due = rows.take_due_months(unit)
        for issuer_id, moment in due:
            rules, zone = rows.monthly_rules(unit.conn, issuer_id), issuer_by_id(unit.conn, issuer_id).timezone
            came, next_at = moment, next_monthly(moment, rules, zone)
            while next_at <= unit.now:
                left, _ = month_before(came.astimezone(ZoneInfo(zone)).date())
                log.warning("no monthly statements of %s for issuer %s: away then", month_name(left), issuer_id)
                came, next_at = next_at, next_monthly(next_at, rules, zone)
            start, end = month_before(came.astimezone(ZoneInfo(zone)).date())
            unit.job(QUEUE, JOB, {"issuer": issuer_id, "start": start.isoformat(), "end": end.isoformat()})
            rows.set_next_month(unit, issuer_id, next_at)
        unit.commit()
    return len(due)


def send_statements(portal: Portal, job: Job) -> None:
    """Share out a month's customers among jobs, each begun when its mails go out; or, in one of these, write.

    So each account is told as it is known when its mail goes out.
    """
    issuer_id = int(job.payload["issuer"])
    start, end = (date.fromisoformat(job.payload[name]) for name in ("start", "end"))
    with portal.ledger.read() as conn:
        rules = rows.monthly_rules(conn, issuer_id)
    if not rules.enabled:
        return
    now, told = portal.clock.now(), job.payload.get("customers")
    found = accounts_of(portal.views, Scope(everything=True), issuer_id, start, end, now, rules.owing, customers=told)
    whose = _by_customer(found.figures)
    if told is None:
        _share_out(portal, job, sorted(whose))
        return
    kept = tuple(one for of in whose.values() for one in of)
    _write_to(portal, issuer_id, Accounts(kept, found.seq), start, end, now, rules.text)


def _share_out(portal: Portal, job: Job, customers: Sequence[int]) -> None:
    with portal.ledger.write(_PERSON) as unit:
        if not done(unit, job.id):
            return
        for place, first in enumerate(range(0, len(customers), TOGETHER)):
            some = list(customers[first : first + TOGETHER])
            unit.job(QUEUE, job.name, {**job.payload, "customers": some}, PACE * TOGETHER * place)
        unit.commit()


def _write_to(
    portal: Portal, issuer_id: int, accounts: Accounts, start: date, end: date, now: datetime, text: str
) -> None:
    """A mail to each customer that nothing speaks against now, its statements issued with it, in one transaction."""
    told = defaultdict(list)
    for customer_id, statement in statements_of(portal.views, issuer_id, accounts, start, end, now):
        told[customer_id].append(statement)
    with portal.ledger.write(_PERSON) as unit:
        hold(unit, f"statement mails {issuer_id}")
        to, month = debtors(unit.conn, list(told), Gets.STATEMENTS), month_name(start)
        against = _against(unit.conn, issuer_id, to, month)
        going = [one for one in to if against[one.id] is None]
        for place, one in enumerate(going):
            mailing = Mailing(issuer_id, one.id, one.email, one.language, text, month, PACE * place)
            post_statements(portal, unit, mailing, told[one.id], now)
        unit.commit()


def _against(conn: Connection, issuer_id: int, to: Sequence[Debtor], month: str) -> dict[int, NotMailed | None]:
    """By customer, why it gets none of that month by itself."""
    mailed = rows.mailed_in(conn, [one.id for one in to], month)
    silent = why_silent(conn, issuer_id, {one.email for one in to}, Gets.STATEMENTS)
    return {one.id: NotMailed.MAILED if one.id in mailed else _silence(silent.get(one.email)) for one in to}


def _silence(why: Silent | None) -> NotMailed | None:
    return NotMailed(why) if why else None


def _by_customer(figures: Sequence[Figures]) -> dict[int, tuple[Figures, ...]]:
    """Without «consumidor final», whose account is that of many strangers."""
    found = defaultdict[int, list[Figures]](list)
    for one in figures:
        if not is_anonymous(one.customer_tax_id):
            found[one.customer_id].append(one)
    return {customer_id: tuple(of) for customer_id, of in found.items()}
