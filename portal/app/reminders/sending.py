"""Reminders go out at the issuer's hour: one mail a customer and day, however often the work is begun."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from portal.app.mailing import Template, post_mail
from portal.app.many_links import PACE, link_of
from portal.app.portal import Portal
from portal.app.reminders.planning import plan, steps
from portal.app.reminders.rules import next_time
from portal.app.reminders.stopping import stop_address
from portal.domain.reminders import MOST_LISTED, Reminder
from portal.i18n import translator
from portal.ledger import audit
from portal.ledger import reminders as rows
from portal.ledger.audit import Event
from portal.ledger.holds import hold
from portal.ledger.ids import new_id
from portal.ledger.outbox import Job
from portal.ledger.parties import Issuer, issuer_by_id
from portal.ledger.unit import Unit
from portal.render.labels import Labels
from portal.text import Text

_PERSON = "job:send_reminders"
_LINE = Text("{number} · venció el {day} · {sum}")
_SOON = Text("{number} · vence el {day} · {sum}")


def reminders_due(portal: Portal) -> int:
    """Post a job for each issuer whose hour has come, and say when it comes next; returns how many."""
    with portal.ledger.read() as conn:
        if not rows.any_due(conn, portal.clock.now()):
            return 0
    with portal.ledger.write(_PERSON) as unit:
        due = rows.take_due(unit)
        for issuer_id in due:
            rules, zone = rows.rules_of(unit.conn, issuer_id), issuer_by_id(unit.conn, issuer_id).timezone
            day = unit.now.astimezone(ZoneInfo(zone)).date()
            unit.job("exports", "send_reminders", {"issuer": issuer_id, "day": day.isoformat()})
            rows.set_next(unit, issuer_id, next_time(unit, issuer_id, rules))
        unit.commit()
    return len(due)


def send_reminders(portal: Portal, job: Job) -> None:
    """Write to each customer of the day that nothing speaks against now, a hundred in one transaction."""
    issuer_id, day = int(job.payload["issuer"]), date.fromisoformat(job.payload["day"])
    with portal.ledger.read() as conn:
        rules, issuer = rows.rules_of(conn, issuer_id), issuer_by_id(conn, issuer_id)
        if not rules.enabled:
            return
        ids = [[one.id for one in some] for some in steps(conn, issuer_id, rules, day)]
    posted = 0
    for some in ids:
        with portal.ledger.write(_PERSON) as unit:
            hold(unit, f"reminders {issuer_id}")
            wanted = rows.debtors(unit.conn, issuer_id, rules.due_dates(day), len(some), after=some[0] - 1)
            mine = [one for one in wanted if one.id in some]
            for one in plan(unit.conn, issuer, rules, mine, day, unit.now):
                if one.against is None:
                    _post(portal, unit, issuer, one, day, rules.text, PACE * posted)
                    posted += 1
            unit.commit()


def _post(portal: Portal, unit: Unit, issuer: Issuer, one: Reminder, day: date, text: str, wait: timedelta) -> None:
    said = Labels(translator(one.language), one.language, issuer.timezone)
    sums = [f"{currency} {said.money(sum_, currency)}" for currency, sum_ in sorted(one.totals.items())]
    reminder_id = new_id()
    values = {
        "text": text.strip(),
        "documents": _listed(one, day, said),
        "totals": ", ".join(sums),
        "link": link_of(portal, unit, issuer.id, one.customer_id).url,
        "stop": stop_address(portal, reminder_id),
    }
    mail_id = post_mail(portal, unit, Template.REMINDER, one.email, one.language, values, issuer.id, wait)
    told = {"mail_id": mail_id, "email": one.email, "documents": len(one.documents)}
    rows.add_reminder(unit, reminder_id, issuer.id, one.customer_id, day, **told)
    audit.note(unit, Event.REMINDED, None, issuer.id, one.customer_id, to=one.email, amount=", ".join(sums))


def _listed(one: Reminder, day: date, said: Labels) -> str:
    lines = []
    for owed in one.documents[:MOST_LISTED]:
        sum_ = f"{owed.currency} {said.money(owed.outstanding, owed.currency)}"
        line = _LINE if owed.payable_on < day else _SOON
        lines.append(said.say(line.filled(number=owed.number, day=said.day(owed.payable_on), sum=sum_)))
    if len(one.documents) > MOST_LISTED:
        lines.append(said.say(Text("Y {n} más.", n=len(one.documents) - MOST_LISTED)))
    return "\n".join(lines)
