"""Who is reminded of what on a day, and who is not and why: straight from the ledger, for the mails and to look at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from portal.app.many_links import writable
from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.reminders import Against, Reminder, Rules, folded, next_sending, to_remind
from portal.ledger import reminders as rows
from portal.ledger.parties import Issuer, issuer_by_id
from portal.ledger.reminders import Debtor
from portal.ledger.unit import Connection

CHUNK = 100
MOST_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go out at `at` (`zone`: the issuer's) if nothing changed. `more`: not all customers were looked at."""

    rules: Rules
    at: datetime
    zone: str
    going: Sequence[Reminder]
    others: Sequence[Reminder]
    more: bool


def preview(portal: Portal, actor: Actor, issuer_id: int) -> Preview:
    """The next sending, as if the rules were on. Raises NotFound without the right to make the issuer's links."""
    actor.require(Right.LINKS, issuer_id, 0)
    found: list[Reminder] = []
    with portal.ledger.read() as conn:
        rules, issuer, now = rows.rules_of(conn, issuer_id), issuer_by_id(conn, issuer_id), portal.clock.now()
        at = next_sending(now, rules.hour, issuer.timezone)
        day = at.astimezone(ZoneInfo(issuer.timezone)).date()
        for some in steps(conn, issuer_id, rules, day):
            found += plan(conn, issuer, rules, some, day, now)
            if len(found) >= MOST_SHOWN:
                break
    going = [one for one in found if one.against is None]
    others = [one for one in found if one.against is not None]
    return Preview(rules, at, issuer.timezone, going, others, len(found) >= MOST_SHOWN)


def steps(conn: Connection, issuer_id: int, rules: Rules, day: date) -> Iterator[list[Debtor]]:
    """Those that owe something which is reminded of on this day, a hundred at a time."""
    last, dates = 0, rules.due_dates(day)
    while some := rows.debtors(conn, issuer_id, dates, CHUNK, after=last):
        last = some[-1].id
        yield some


def plan(
    conn: Connection, issuer: Issuer, rules: Rules, some: Sequence[Debtor], day: date, now: datetime
) -> list[Reminder]:
    """What each of these customers is told on that day, or why nothing."""
    dates, ids = rules.due_dates(day), [one.id for one in some]
    owed = rows.owed_by(conn, ids, day, dates, now)
    done = rows.reminded_on(conn, ids, day)
    stopped = rows.stopped(conn, issuer.id, {folded(one.email) for one in some if one.email})
    found = []
    for one in some:
        mine = owed.get(one.id, [])
        credit = rows.free_credit(conn, one.id, {each.currency for each in mine})
        kept, why = to_remind(mine, dates, credit)
        told = Reminder(one.id, one.name, one.email, one.language or issuer.language, tuple(kept), why)
        if kept or why:
            found.append(replace(told, against=why or _against(one, done, stopped)))
    return found


def _against(one: Debtor, done: frozenset[int], stopped: frozenset[str]) -> Against | None:
    if one.id in done:
        return Against.TODAY
    if not writable(one.email):
        return Against.ADDRESS
    return Against.STOPPED if folded(one.email) in stopped else None
