"""Reminders go out at the issuer's hour: one mail a customer and day, however often the work is begun."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from portal.app.mailing import Template, post_mail, said_in, send_mail
from portal.app.many_links import PACE, link_of
from portal.app.portal import Portal
from portal.app.reminders.planning import chunks, going_on, plan
from portal.app.reminders.rules import next_time
from portal.domain.reminders import MOST_LISTED, Against, Reminder, Rules
from portal.i18n import translator
from portal.ledger import audit
from portal.ledger import reminders as rows
from portal.ledger.audit import Event
from portal.ledger.holds import hold
from portal.ledger.ids import new_id
from portal.ledger.mails import drop_mail, may_have_gone
from portal.ledger.outbox import Job, done
from portal.ledger.parties import Issuer, issuer_by_id
from portal.ledger.spellings import present_customer
from portal.ledger.unit import Unit
from portal.render.labels import Labels
from portal.text import Text

TOGETHER = 10  # mails of one job: the last waits a minute
QUEUE, _PERSON = "plans", "job:send_reminders"
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
            unit.job(QUEUE, "send_reminders", {"issuer": issuer_id, "day": day.isoformat()})
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
            unit.job(QUEUE, job.name, {**job.payload, "customers": list(some)}, PACE * TOGETHER * place)
        unit.commit()


def _write_to(portal: Portal, issuer: Issuer, rules: Rules, ids: Sequence[int], day: date) -> None:
    """A mail to each of these that nothing speaks against now, all in one transaction."""
    with portal.ledger.write(_PERSON) as unit:
        hold(unit, f"reminders {issuer.id}")
        whose = sorted({present_customer(unit.conn, one) for one in ids})  # some may have been joined meanwhile
        going = [one for one in plan(unit.conn, issuer, rules, whose, day, unit.now) if one.against is None]
        for place, one in enumerate(going):
            _post(portal, unit, issuer, one, day, rules.text, PACE * place)
        unit.commit()


def send_reminder(portal: Portal, job: Job) -> None:
    """Send a reminder if all that it says is still so; else its customer is looked at anew, as if for the first time.

    So who pays or objects in the last minute, or while the mail server was away, is not asked for it. One that may
    have gone out already is then cancelled: nobody gets two different ones on a day.
    """
    if _still_so(portal, job):
        send_mail(portal, job)


def _still_so(portal: Portal, job: Job) -> bool:
    with portal.ledger.write(_PERSON) as unit:
        said = said_in(portal, unit.conn, job.id)
        if said is None:
            return True
        issuer = issuer_by_id(unit.conn, int(said["issuer_id"]))
        hold(unit, f"reminders {issuer.id}")
        customer_id = present_customer(unit.conn, int(said["customer_id"]))
        day, rules = date.fromisoformat(said["day"]), rows.rules_of(unit.conn, issuer.id)
        planned = plan(unit.conn, issuer, rules, [customer_id], day, unit.now)
        if any(_words(one, day, issuer).items() <= said.items() for one in planned if one.against is Against.TODAY):
            return True
        if not may_have_gone(unit.conn, job.id):
            rows.drop_reminder(unit, job.id)
            unit.job(QUEUE, "send_reminders", {"issuer": issuer.id, "day": said["day"], "customers": [customer_id]})
        drop_mail(unit, job.id)
        unit.commit()
    return False


def _words(one: Reminder, day: date, issuer: Issuer) -> dict[str, str]:
    """What of a reminder's words depends on what is owed."""
    said = Labels(translator(one.language), one.language, issuer.timezone)
    sums = [f"{currency} {said.money(sum_, currency)}" for currency, sum_ in sorted(one.totals.items())]
    return {"documents": _listed(one, day, said), "totals": ", ".join(sums), "to": one.email}


def _post(portal: Portal, unit: Unit, issuer: Issuer, one: Reminder, day: date, text: str, wait: timedelta) -> None:
    words = _words(one, day, issuer)
    whose = {"issuer_id": str(issuer.id), "customer_id": str(one.customer_id), "day": day.isoformat()}
    link = link_of(portal, unit, issuer.id, one.customer_id).url
    values = words | whose | {"text": text.strip(), "link": link}
    post = partial(post_mail, portal, unit, Template.REMINDER, one.email, one.language, values, issuer.id)
    mail_id = post(wait, job="send_reminder")
    told = {"mail_id": mail_id, "email": one.email, "documents": len(one.documents)}
    rows.add_reminder(unit, new_id(), issuer.id, one.customer_id, day, **told)
    audit.note(unit, Event.REMINDED, None, issuer.id, one.customer_id, to=one.email, amount=words["totals"])


def _listed(one: Reminder, day: date, said: Labels) -> str:
    lines = []
    for owed in one.documents[:MOST_LISTED]:
        sum_ = f"{owed.currency} {said.money(owed.outstanding, owed.currency)}"
        line = _LINE if owed.payable_on < day else _SOON
        lines.append(said.say(line.filled(number=owed.number, day=said.day(owed.payable_on), sum=sum_)))
    if len(one.documents) > MOST_LISTED:
        lines.append(said.say(Text("Y {n} más.", n=len(one.documents) - MOST_LISTED)))
    return "\n".join(lines)
