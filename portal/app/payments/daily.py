"""Every morning each account's last days are compared with its provider; who reads payments reads what was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.app.mailing import Template, post_mail
from portal.app.payments.accounts import provider_named
from portal.app.payments.comparing import compare_day
from portal.app.portal import Portal
from portal.clock import today
from portal.domain.access import Actor, Right
from portal.domain.comparing import Compared, span
from portal.errors import Refused
from portal.i18n import translator
from portal.ledger import comparisons as rows
from portal.ledger.comparisons import Comparison
from portal.ledger.holds import hold
from portal.ledger.outbox import Job
from portal.ledger.parties import issuer_by_id
from portal.ledger.payment_accounts import AccountRow, account_row, accounts_at, change_account
from portal.ledger.unit import Unit
from portal.render.labels import Labels
from portal.text import Text

MORNING = timedelta(hours=5)  # on the issuer's clock: yesterday is over, and its notices have come
SPREAD = 60  # minutes over which accounts begin
CATCH_UP = 7  # days that are compared after a time in which nothing could be
LEASE = timedelta(hours=2)  # until a comparison that was begun and never ended is due again
AGAIN = timedelta(hours=3)  # until a day that could not be compared is tried again
SHOWN_DAYS = 14
_JOB = "job:compare_days"


def comparisons_due(portal: Portal) -> int:
    """Post a job for each account whose morning has come; returns how many. An account begins on its next morning."""
    with portal.ledger.read() as conn:
        if not rows.any_account_due(conn, portal.clock.now()):
            return 0
    posted = 0
    with portal.ledger.write(_JOB) as unit:
        for row in rows.take_due_accounts(unit, unit.now + LEASE):
            if row.next_compared_at is None:
                change_account(unit, row.id, next_compared_at=_next_morning(unit, row))
            else:
                unit.job("exports", "compare_days", {"account": row.id})
                posted += 1
        unit.commit()
    return posted


def compare_days(portal: Portal, job: Job) -> None:
    """Compare each of the account's last days that was not compared whole yet; what could not be is tried again."""
    with portal.ledger.read() as conn:
        row = account_row(conn, int(job.payload["account"]))
    if row is None or row.removed_at is not None:
        return
    whole = [_compare(portal, row, day, _JOB).trouble is None for day in _days_left(portal, row)]
    with portal.ledger.write(_JOB) as unit:
        morning = _next_morning(unit, row)
        change_account(unit, row.id, next_compared_at=morning if all(whole) else min(morning, unit.now + AGAIN))
        unit.commit()


def compare_by_hand(portal: Portal, actor: Actor, issuer_id: int, day: date | None = None) -> list[Comparison]:
    """Compare a day, by default yesterday, of each of the issuer's accounts now. Raises Refused for a day to come."""
    actor.require(Right.BOOK, issuer_id, 0)
    with portal.ledger.read() as conn:
        now = today(portal.clock, issuer_by_id(conn, issuer_id).timezone)
        accounts = accounts_at(conn, [issuer_id])
    wanted = day or now - timedelta(days=1)
    if wanted > now:
        raise Refused(Text("El {day} todavía no llega: elige hoy o un día anterior.", day=wanted.isoformat()))
    for row in accounts:
        _compare(portal, row, wanted, actor.name, keep_all=True)
    with portal.ledger.read() as conn:
        return [rows.comparisons_of(conn, row.id, wanted)[0] for row in accounts]


@dataclass(frozen=True, slots=True)
class ComparedDays:
    """`yesterday`, on the issuer's calendar, and every comparison of the last days, the newest first."""

    yesterday: date
    found: list[Comparison]

    def of_yesterday(self) -> list[Comparison]:
        """The newest of each account."""
        newest = {one.account_id: one for one in reversed(self.found) if one.compared.day == self.yesterday}
        return sorted(newest.values(), key=lambda one: one.account_id)

    def before(self) -> list[Comparison]:
        """The rest, without what a later comparison of the same day replaced and had no differences."""
        shown = {one.id for one in self.of_yesterday()}
        newest = {(one.account_id, one.compared.day): one.id for one in reversed(self.found)}
        told = [one for one in self.found if one.id in newest.values() or one.compared.differences]
        return [one for one in told if one.id not in shown]


def read_comparisons(portal: Portal, actor: Actor, issuer_id: int) -> ComparedDays:
    """What was found in the last days, for who reads the issuer's payments. Raises NotFound."""
    actor.require(Right.EXPORT, issuer_id, 0)
    with portal.ledger.read() as conn:
        now = today(portal.clock, issuer_by_id(conn, issuer_id).timezone)
        return ComparedDays(
            now - timedelta(days=1), rows.comparisons_at(conn, issuer_id, now - timedelta(days=SHOWN_DAYS))
        )


def _days_left(portal: Portal, row: AccountRow) -> list[date]:
    """The oldest first: after a time without answers, some days of it."""
    with portal.ledger.read() as conn:
        zone = issuer_by_id(conn, row.issuer_id).timezone
        first = row.created_at.astimezone(ZoneInfo(zone)).date()
        now = today(portal.clock, zone)
        days = [now - timedelta(days=back) for back in range(CATCH_UP, 0, -1)]
        whole = rows.whole_days(conn, row.id, days[0])
    return [day for day in days if day >= first and day not in whole]


def _compare(portal: Portal, row: AccountRow, day: date, person: str, keep_all: bool = False) -> Compared:
    """Compare and keep what was found; the issuer hears of a day's differences once. What says just what the last try
    said (nothing could be asked) is not written again.
    """
    found = compare_day(portal, row, day, person)
    with portal.ledger.write(person) as unit:
        hold(unit, f"comparison {row.id} {day}")
        before = rows.comparisons_of(unit.conn, row.id, day)
        again = bool(before) and before[0].compared == found and found.trouble is not None
        if keep_all or not again:
            mailed = bool(found.differences) and not any(one.mailed for one in before)
            rows.add_comparison(unit, row, found, mailed and _tell(portal, unit, row, found))
        unit.commit()
    return found


def _tell(portal: Portal, unit: Unit, row: AccountRow, found: Compared) -> bool:
    """Mail the issuer; False where there is no address."""
    issuer = issuer_by_id(unit.conn, row.issuer_id)
    labels = Labels(translator(issuer.language), issuer.language, issuer.timezone)
    told = {
        "provider": provider_named(portal, row.provider).title,
        "day": labels.day(found.day),
        "count": str(len(found.differences)),
        "link": f"{portal.settings.base_url}/cobros?emisor={issuer.id}",
    }
    try:
        post_mail(portal, unit, Template.DAY_DIFFERS, issuer.email or "", issuer.language, told, issuer.id)
    except Refused:  # no address, or one that can't be written to
        return False
    return True


def _next_morning(unit: Unit, row: AccountRow) -> datetime:
    zone = ZoneInfo(issuer_by_id(unit.conn, row.issuer_id).timezone)
    _, tomorrow = span(unit.now.astimezone(zone).date(), zone)
    return tomorrow + MORNING + timedelta(minutes=row.id % SPREAD)
