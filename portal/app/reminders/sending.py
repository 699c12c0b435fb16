"""Reminders go out at the issuer's hour: one mail a customer and day, however often the work is begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from portal.app.mailing import Template, post_mail
from portal.app.many_links import PACE, link_of
from portal.app.portal import Portal
from portal.app.reminders.planning import chunks, going_on, plan
from portal.app.reminders.rules import next_time
from portal.domain.reminders import MOST_LISTED, Reminder, Rules
from portal.i18n import translator
from portal.ledger import audit
from portal.ledger import reminders as rows
from portal.ledger.audit import Event
from portal.ledger.holds import hold
from portal.ledger.ids import new_id
from portal.ledger.outbox import Job, done
from portal.ledger.parties import Issuer, issuer_by_id
from portal.ledger.unit import Unit
from portal.render.labels import Labels
from portal.text import Text

TOGETHER = 10  # mails of one job: the last waits a minute
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
    """Share out the customers of the day among jobs, each begun when its mails go out; or, in one of these, write.

    So nobody is asked for what was paid in the hours that many mails take.
    """
    issuer_id, day = int(job.payload["issuer"]), date.fromisoformat(job.payload["day"])
    with portal.ledger.read() as conn:
        rules, issuer = rows.rules_of(conn, issuer_id), issuer_by_id(conn, issuer_id)
        if not rules.enabled:
            return
        told = job.payload.get("customers")
        going = list(going_on(conn, issuer, rules, day, portal.clock.now())) if told is None else []
    if told is None:
        _share_out(portal, job, going)
    else:
        _write_to(portal, issuer, rules, [int(one) for one in told], day)


def _share_out(portal: Portal, job: Job, going: Sequence[int]) -> None:
    with portal.ledger.write(_PERSON) as unit:
        if not done(unit, job.id):
            return
        for place, some in enumerate(chunks(going, TOGETHER)):
            unit.job(job.queue, job.name, {**job.payload, "customers": list(some)}, PACE * TOGETHER * place)
        unit.commit()


def _write_to(portal: Portal, issuer: Issuer, rules: Rules, ids: Sequence[int], day: date) -> None:
    """A mail to each of these that nothing speaks against now, all in one transaction."""
    with portal.ledger.write(_PERSON) as unit:
        hold(unit, f"reminders {issuer.id}")
        going = [one for one in plan(unit.conn, issuer, rules, ids, day, unit.now) if one.against is None]
        for place, one in enumerate(going):
            _post(portal, unit, issuer, one, day, rules.text, PACE * place)
        unit.commit()


def _post(portal: Portal, unit: Unit, issuer: Issuer, one: Reminder, day: date, text: str, wait: timedelta) -> None:
    said = Labels(translator(one.language), one.language, issuer.timezone)
    sums = [f"{currency} {said.money(sum_, currency)}" for currency, sum_ in sorted(one.totals.items())]
    values = {
        "text": text.strip(),
        "documents": _listed(one, day, said),
        "totals": ", ".join(sums),
        "link": link_of(portal, unit, issuer.id, one.customer_id).url,
    }
    mail_id = post_mail(portal, unit, Template.REMINDER, one.email, one.language, values, issuer.id, wait)
    told = {"mail_id": mail_id, "email": one.email, "documents": len(one.documents)}
    rows.add_reminder(unit, new_id(), issuer.id, one.customer_id, day, **told)
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
