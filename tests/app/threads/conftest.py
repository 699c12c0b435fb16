"""Two issuers, a customer each, a document each; collectors, a customer's person, and who holds its link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from email.message import EmailMessage
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from portal.app.links import create_link
from portal.app.portal import Portal
from portal.app.sessions import link_actor
from portal.app.threads.reading import read_thread
from portal.app.threads.writing import Said, write_comment
from portal.domain.access import Actor
from portal.domain.mail import Mail
from portal.domain.roles import Role
from portal.ledger.tables import documents
from tests.app.people import BOSS, acting, give, person, set_issuer, staff
from tests.factories import ABC, EJEMPLAR, OTRA, XYZ, bring, facts

REPLIES = "respuestas@portal.example"
_keys = count()


class Postbox:
    """A mailer that keeps what it gets."""

    def __init__(self) -> None:
        self.taken: list[Mail] = []

    def send(self, mail: Mail) -> str:
        self.taken.append(mail)
        return f"<{mail.id}@portal.example>"


@dataclass
class Desk:
    """`document`: of ABC at Ejemplar. `ana` holds ABC's link, `pedro` is its person; `rosa` collects for Ejemplar."""

    portal: Portal
    postbox: Postbox
    issuer: int
    customer: int
    document: int
    foreign: int
    ana: Actor
    pedro: Actor
    rosa: Actor
    other: Actor

    def says(self, who: Actor, words: str = "Hola", document: int | None = None, **more: Any) -> int:
        key = more.pop("key", None) or f"key-{next(_keys)}"
        return write_comment(self.portal, who, document or self.document, Said(words, key, **more))

    def words(self, who: Actor) -> list[str]:
        return [one.words for one in read_thread(self.portal, who, self.document).messages]

    def mails(self) -> list[Mail]:
        """What has been posted since the last time, sent."""
        from portal.app.jobs import run_job
        from portal.ledger.people_tables import mails

        with self.portal.ledger.read() as conn:
            waiting = conn.execute(select(mails.c.id).where(mails.c.sent_at.is_(None)).order_by(mails.c.id)).scalars()
            ids = list(waiting)
        self.postbox.taken.clear()
        for mail_id in ids:
            run_job(self.portal, mail_id)
        return list(self.postbox.taken)


def reply(mail: Mail, words: str = "Gracias, lo reviso.", sender: str = "", **headers: str) -> bytes:
    """What a mail program sends back."""
    assert mail.reply_to is not None
    message = EmailMessage()
    told = {
        "From": sender or mail.to.address,
        "To": mail.reply_to.address,
        "Subject": f"Re: {mail.subject}",
        "Message-ID": f"<{next(_keys)}@correo.example>",
        **headers,
    }
    for name, value in told.items():
        if value:
            message[name.replace("_", "-")] = value
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    message.set_content(f"{words}\n\nEl lun, 16 mar 2026 a las 9:00, {mail.sender_name} escribió:\n\n{quoted}\n")
    return message.as_bytes()


def withdraw(desk: Desk) -> None:
    with desk.portal.ledger.write("test") as unit:
        unit.conn.execute(documents.update().where(documents.c.id == desk.document).values(state="withdrawn"))
        unit.commit()


@pytest.fixture
def desk(portal: Portal) -> Desk:
    postbox = Postbox()
    settings = portal.settings.model_copy(update={"reply_address": REPLIES})
    portal = replace(portal, mailer=postbox, settings=settings)
    bring(portal, facts("FE-1", issuer=EJEMPLAR, customer=ABC), facts("FE-2", issuer=OTRA, customer=XYZ))
    with portal.ledger.read() as conn:
        found = {row.number: row for row in conn.execute(select(documents))}
    one, other = found["FE-1"], found["FE-2"]
    set_issuer(portal, one.issuer_id, email="cartera@ejemplar.example")
    pedro = person(portal, "pedro@abc.example", "Pedro")
    give(portal, pedro, one.issuer_id, one.customer_id)
    return Desk(
        portal=portal,
        postbox=postbox,
        issuer=one.issuer_id,
        customer=one.customer_id,
        document=one.id,
        foreign=other.id,
        ana=link_actor(create_link(portal, BOSS, one.customer_id).link),
        pedro=acting(portal, pedro),
        rosa=staff(portal, one.issuer_id),
        other=staff(portal, other.issuer_id, Role.OWNER),
    )


@pytest.fixture
def alone(desk: Desk) -> Callable[[], Desk]:
    """The same without a reply address."""
    return lambda: replace(
        desk, portal=replace(desk.portal, settings=desk.portal.settings.model_copy(update={"reply_address": None}))
    )
