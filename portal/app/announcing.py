"""Mails about new documents: a few minutes after they came in, one to each customer, with its personal link.

Off until the issuer switches it on; what was recorded before then, and what was issued long ago, is not told of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from portal.app.link_mails import LONGEST
from portal.app.mailing import Template, post_mail
from portal.app.many_links import PACE, link_of
from portal.app.portal import Portal
from portal.app.silence import why_silent
from portal.clock import today
from portal.domain.access import Actor, Right
from portal.domain.contacts import Gets
from portal.errors import Refused
from portal.i18n import translator
from portal.ledger import announcements as rows
from portal.ledger import audit
from portal.ledger.announcements import NewDocument, Rule
from portal.ledger.audit import Event, Where
from portal.ledger.outbox import Job
from portal.ledger.parties import Issuer, issuer_by_id
from portal.ledger.unit import Unit
from portal.render.labels import Labels
from portal.render.words import kind_name
from portal.text import Text

EVERY = timedelta(minutes=5)  # documents that are pushed one by one come in one mail
RECENT = timedelta(days=15)  # a whole history that is brought in is no news
MOST_AT_ONCE = 2_000
SHOWN = 15  # documents named in one mail
_JOB = "job:announce"
_LAST = 2**63 - 1  # no id is greater


@dataclass(frozen=True, slots=True)
class Announcing:
    """What an issuer decided: whether its customers hear of new documents, and in which words of its own."""

    enabled: bool = False
    words: str = ""


def read_announcing(portal: Portal, actor: Actor, issuer_id: int) -> Announcing:
    """Raises NotFound without the right to decide it."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    with portal.ledger.read() as conn:
        rule = rows.rule_of(conn, issuer_id)
    return Announcing(rule.enabled, rule.words) if rule else Announcing()


def decide_announcing(
    portal: Portal, actor: Actor, issuer_id: int, wanted: Announcing, where: Where | None = None
) -> None:
    """From now on. Raises NotFound; Refused for words that are too long."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    words = wanted.words.strip()
    if len(words) > LONGEST:
        raise Refused(Text("El mensaje tiene más de {most} caracteres: escríbelo más corto.", most=LONGEST))
    with portal.ledger.write(actor.name) as unit:
        before = rows.rule_of(unit.conn, issuer_id)
        changes: dict[str, object] = {"enabled": wanted.enabled, "words": words}
        if wanted.enabled and not (before and before.enabled):
            changes |= {"since": unit.now, "next_at": unit.now, **_passed(rows.counter(unit.conn))}
        if before or wanted.enabled:
            rows.set_rule(unit, issuer_id, **changes)
            said = "on" if wanted.enabled else "off"
            audit.note(unit, Event.SETTINGS_CHANGED, issuer_id=issuer_id, where=where, announced=said)
        unit.commit()


def announcements_due(portal: Portal) -> int:
    """Post a job for each issuer whose turn it is; returns how many."""
    with portal.ledger.read() as conn:
        if not rows.any_due(conn, portal.clock.now()):
            return 0
    with portal.ledger.write(_JOB) as unit:
        issuers = rows.take_due(unit, unit.now + EVERY)
        for issuer_id in issuers:
            unit.job("mail", "announce", {"issuer": issuer_id})
        unit.commit()
    return len(issuers)


def announce(portal: Portal, job: Job) -> None:
    """Tell an issuer's customers of what is new. Documents told of and mails posted are one transaction, so twice is
    once; what is too much for one goes on with the next.
    """
    issuer_id = int(job.payload["issuer"])
    with portal.ledger.write(_JOB) as unit:
        rule, seen = rows.rule_of(unit.conn, issuer_id), rows.counter(unit.conn)
        if rule is None or not rule.enabled:
            return
        issuer = issuer_by_id(unit.conn, issuer_id)
        oldest = today(portal.clock, issuer.timezone) - RECENT
        found = rows.new_documents(unit.conn, rule, oldest, MOST_AT_ONCE)
        fitting = [one for one in found if one.fits]
        silent = why_silent(unit.conn, issuer_id, {one.email for one in fitting}, Gets.INVOICES)
        _tell(portal, unit, issuer, rule, [one for one in fitting if one.email not in silent])
        rows.set_rule(unit, issuer_id, **_place(unit, seen, found))
        unit.commit()


def _place(unit: Unit, seen: int, found: Sequence[NewDocument]) -> dict[str, object]:
    """Up to where all have been looked at; with more to come, the next look is now."""
    if len(found) == MOST_AT_ONCE:
        return {"through_seq": found[-1].seq, "through_id": found[-1].id, "next_at": unit.now}
    return _passed(seen)


def _passed(seq: int) -> dict[str, object]:
    return {"through_seq": seq, "through_id": _LAST}


def _tell(portal: Portal, unit: Unit, issuer: Issuer, rule: Rule, found: Sequence[NewDocument]) -> None:
    said = Labels(translator(issuer.language), issuer.language)
    by_customer = groupby(sorted(found, key=lambda one: (one.customer_id, one.id)), key=lambda one: one.customer_id)
    for place, (customer_id, some) in enumerate(by_customer):
        documents = list(some)
        link = link_of(portal, unit, issuer.id, customer_id)
        values = {"text": rule.words, "lines": _lines(documents, said), "count": str(len(documents))}
        values |= {"link": link.url, "days": str(link.days)}
        template = Template.NEW_DOCUMENTS
        if len(documents) == 1:
            template = Template.NEW_DOCUMENT
            values |= {"link": f"{link.url}?d={documents[0].id}", "kind": kind_name(documents[0].kind, said)}
            values["number"] = documents[0].number
        wait = PACE * place
        mail_id = post_mail(portal, unit, template, documents[0].email, issuer.language, values, issuer.id, wait)
        rows.add_told(unit, [one.id for one in documents], mail_id)


def _lines(found: Sequence[NewDocument], said: Labels) -> str:
    lines = [_line(one, said) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(said.say(Text("… y {count} más.", count=len(found) - SHOWN)))
    return "\n".join(lines)


def _line(one: NewDocument, said: Labels) -> str:
    amount = f"{one.currency} {said.money(one.total, one.currency)}"
    words = {"kind": kind_name(one.kind, said), "number": one.number, "amount": amount}
    if one.due_date:
        return said.say(Text("{kind} {number}: {amount}, vence {day}", day=said.day(one.due_date), **words))
    return said.say(Text("{kind} {number}: {amount}", **words))
