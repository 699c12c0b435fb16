"""Who is reminded of what on a day, and who is not and why: straight from the ledger, for the mails and to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from portal.app.portal import Portal
from portal.app.silence import why_silent
from portal.domain.access import Actor, Right
from portal.domain.contacts import Gets, Silent
from portal.domain.reminders import Against, Reminder, Rules, next_sending, to_remind
from portal.ledger import reminders as rows
from portal.ledger.parties import Issuer, issuer_by_id
from portal.ledger.reminders import Debtor
from portal.ledger.unit import Connection

CHUNK = 100
MOST_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go out at `at` (`zone`: the issuer's) if nothing changed.

    `asked`: how many customers owe something of those dates; only the first MOST_SHOWN of them are looked at.
    """

    rules: Rules
    at: datetime
    zone: str
    going: Sequence[Reminder]
    others: Sequence[Reminder]
    asked: int

    @property
    def more(self) -> bool:
        return self.asked > MOST_SHOWN


def preview(portal: Portal, actor: Actor, issuer_id: int) -> Preview:
    """The next sending, as if the rules were on. Raises NotFound without the right to make the issuer's links."""
    actor.require(Right.LINKS, issuer_id, 0)
    found: list[Reminder] = []
    with portal.ledger.read() as conn:
        rules, issuer, now = rows.rules_of(conn, issuer_id), issuer_by_id(conn, issuer_id), portal.clock.now()
        at = next_sending(now, rules.hour, issuer.timezone)
        day = at.astimezone(ZoneInfo(issuer.timezone)).date()
        ids = rows.debtor_ids(conn, issuer_id, rules.due_dates(day))
        for some in chunks(ids[:MOST_SHOWN], CHUNK):
            found += plan(conn, issuer, rules, some, day, now)
    going = [one for one in found if one.against is None]
    others = [one for one in found if one.against is not None]
    return Preview(rules, at, issuer.timezone, going, others, len(ids))


def going_on(conn: Connection, issuer: Issuer, rules: Rules, day: date, now: datetime) -> Iterator[int]:
    """The customers that get a mail that day, as it stands now."""
    for some in chunks(rows.debtor_ids(conn, issuer.id, rules.due_dates(day)), CHUNK):
        yield from (one.customer_id for one in plan(conn, issuer, rules, some, day, now) if one.against is None)


def chunks(ids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def plan(
    conn: Connection, issuer: Issuer, rules: Rules, ids: Sequence[int], day: date, now: datetime
) -> list[Reminder]:
    """What each of these customers is told on that day, or why nothing."""
    dates, some = rules.due_dates(day), rows.debtors(conn, ids)
    owed = rows.owed_by(conn, ids, day, dates, now)
    done = rows.reminded_on(conn, ids, day)
    credits = rows.free_credits(conn, ids)
    silent = why_silent(conn, issuer.id, {one.email for one in some}, Gets.REMINDERS)
    found = []
    for one in some:
        kept, why = to_remind(owed.get(one.id, []), dates, credits.get(one.id, {}))
        told = Reminder(one.id, one.name, one.email, one.language or issuer.language, tuple(kept), why)
        if kept or why:
            found.append(replace(told, against=why or _against(one, done, silent)))
    return found


def _against(one: Debtor, done: frozenset[int], silent: Mapping[str, Silent]) -> Against | None:
    if one.email in silent:
        return Against(silent[one.email])
    return Against.TODAY if one.id in done else None
