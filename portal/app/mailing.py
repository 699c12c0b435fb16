"""Mails: posted within the transaction that causes them, sent by a job.

Who mails by itself (reminders, new documents, statements) asks `portal.app.silence.why_silent` first: which addresses
are not to be written to at an issuer, because mails came back or their reader stopped them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import cast

from portal.app.bouncing import bounce
from portal.app.portal import Portal
from portal.app.statements.files import statement_paper
from portal.app.stopping import stop_address
from portal.domain.looks import PLAIN, Look
from portal.domain.mail import Attachment, Mail, Mailbox, mailbox
from portal.domain.mail_tokens import Back, make_mail_token, tagged
from portal.domain.mail_trouble import MailRefused, NotSent, Trouble
from portal.errors import Refused
from portal.i18n import translator
from portal.ledger import mails as rows
from portal.ledger.looks import look_of, picture_of
from portal.ledger.mails import WaitingMail
from portal.ledger.outbox import Job
from portal.ledger.parties import Issuer, issuer_by_id
from portal.ledger.unit import Connection, Unit
from portal.mail.letter import write
from portal.mail.templates import STOPPABLE, Template, needs
from portal.sealing import seal, unseal

__all__ = ["Talk", "Template", "post_mail", "send_mail"]

_PURPOSE = "mail"
_PERSON = "job:send_mail"


@dataclass(frozen=True, slots=True)
class Talk:
    """A mail of a conversation: where a reply goes (empty: as usual), under which name, and what it follows."""

    reply_to: str
    name: str
    references: tuple[str, ...]


def post_mail(
    portal: Portal,
    unit: Unit,
    template: Template,
    to: str,
    language: str,
    values: Mapping[str, str],
    issuer_id: int | None = None,
    after: timedelta = timedelta(),
    talk: Talk | None = None,
    job: str = "send_mail",
    statements: Sequence[int] = (),
) -> int:
    """Write a mail and its job in the caller's transaction; returns their id. It goes out once that commits.

    `after`: how long it waits then, so that many don't go out at once. `job`: the work that ends in `send_mail`.
    `statements`: ids of issued ones whose PDFs go with it, made when it goes out.

    `values` fill the template's sentences (`needs(template)`); {issuer} is the name of `issuer_id`, in whose name the
    mail goes out, and {stop} the way out of what is STOPPABLE. Raises Refused for an address that can't be written to,
    ValueError when a value is missing.
    """
    recipient = mailbox(to).address
    told = {"issuer": issuer_by_id(unit.conn, issuer_id).name} if issuer_id is not None else {}
    job_id, filled = unit.job("mail", job, {}, after), dict(values)
    if what := STOPPABLE.get(template):
        filled["stop"] = stop_address(portal, job_id, what)
    if missing := needs(template) - (told | filled).keys():
        raise ValueError(f"{template} needs {', '.join(sorted(missing))}")
    kept = {"language": language, "values": filled, "talk": asdict(talk) if talk else None}
    content = json.dumps({**kept, "statements": list(statements)})
    rows.add_mail(unit, job_id, recipient, template, seal(content, portal.keys, _PURPOSE), issuer_id)
    return job_id


def send_mail(portal: Portal, job: Job) -> None:
    """Send a job's mail, unless it has gone out.

    Should a worker die between sending and saying so, the next one sends again, once: a mail may come twice, with the
    same Message-ID, never three times. An operator who retries the job begins anew.
    """
    with portal.ledger.read() as conn:
        waiting = rows.waiting_mail(conn, job.id)
        issuer = issuer_by_id(conn, waiting.issuer_id) if waiting and waiting.issuer_id is not None else None
        look = look_of(conn, issuer.id) if issuer else PLAIN
        picture = picture_of(conn, look.logo) if look.logo else None
    if waiting is None:
        return
    mail = _written(portal, waiting, issuer, look, picture)
    if not _begin(portal, job):
        return
    try:
        message_id = portal.mailer.send(mail)
    except (MailRefused, NotSent) as error:
        with portal.ledger.write(_PERSON) as unit:
            rows.not_sent(unit, job.id, error.kept)
            if isinstance(error, MailRefused) and error.bounce:
                bounce(unit, job.id, waiting.recipient, waiting.issuer_id, error.bounce)
            unit.commit()
        raise
    except Exception:
        with portal.ledger.write(_PERSON) as unit:
            rows.set_error(unit, job.id, Trouble.SILENT)
            unit.commit()
        raise
    with portal.ledger.write(_PERSON) as unit:
        rows.mark_sent(unit, job.id, message_id)
        unit.commit()


def said_in(portal: Portal, conn: Connection, mail_id: int) -> Mapping[str, str] | None:
    """The values of a mail that has not gone out; None when there is none, or nobody can read it any more."""
    waiting = rows.waiting_mail(conn, mail_id)
    content = unseal(waiting.sealed, portal.keys, _PURPOSE) if waiting else None
    return None if content is None else cast(Mapping[str, str], json.loads(content)["values"])


def _written(portal: Portal, waiting: WaitingMail, issuer: Issuer | None, look: Look, picture: bytes | None) -> Mail:
    content = unseal(waiting.sealed, portal.keys, _PURPOSE)
    if content is None:
        raise _given_up(portal, waiting.id, Trouble.SEALED)
    said = json.loads(content)
    template, language, talk = Template(waiting.template), said["language"], said.get("talk") or {}
    values = said["values"] | ({"issuer": issuer.name} if issuer else {})
    if what := STOPPABLE.get(template):  # one that waits since before its kind could be stopped has no way out yet
        values.setdefault("stop", stop_address(portal, waiting.id, what))
    letter = write(template, values, translator(language), language, look)
    return Mail(
        id=waiting.id,
        at=waiting.created_at,
        to=mailbox(waiting.recipient),
        sender_name=look.sender or (issuer.name if issuer else ""),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        language=language,
        unsubscribe=values.get("stop"),
        envelope=_envelope(portal, waiting.id),
        token=make_mail_token(Back.MESSAGE, waiting.id, portal.secret),
        logo=picture,
        reply_to=_reply_to(talk.get("reply_to"), talk.get("name"))
        or (_reply_to(issuer.email, issuer.name) if issuer else None),
        references=tuple(talk.get("references", ())),
        attachments=_attached(portal, said.get("statements", ()), language),
    )


def _envelope(portal: Portal, mail_id: int) -> str | None:
    """Where servers report about this mail, if the portal has a mailbox for it."""
    ours = portal.settings.reply_address
    return tagged(ours, make_mail_token(Back.BOUNCE, mail_id, portal.secret)) if ours else None


def _attached(portal: Portal, statement_ids: Sequence[int], language: str) -> tuple[Attachment, ...]:
    files = [statement_paper(portal, one, language) for one in statement_ids]
    return tuple(Attachment(one.name, one.media_type, one.data) for one in files)


def _reply_to(address: str | None, name: str | None) -> Mailbox | None:
    try:
        return mailbox(address, name or "") if address else None
    except Refused:  # an issuer's address may have come from anywhere; its customers still get their mail
        return None


def _begin(portal: Portal, job: Job) -> bool:
    """False when another worker has sent it meanwhile; raises MailRefused when it may not be sent any more."""
    with portal.ledger.write(_PERSON) as unit:
        if job.attempt == 1:
            rows.allow_again(unit, job.id)
        begun = rows.begin_sending(unit, job.id)
        waiting = rows.waiting_mail(unit.conn, job.id)
        unit.commit()
    if waiting and not begun:
        raise _given_up(portal, job.id, Trouble.UNSURE)
    return begun


def _given_up(portal: Portal, mail_id: int, trouble: Trouble) -> MailRefused:
    refused = MailRefused(trouble)
    with portal.ledger.write(_PERSON) as unit:
        rows.set_error(unit, mail_id, refused.kept)
        unit.commit()
    return refused
