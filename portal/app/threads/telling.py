"""The mails about a comment: to the issuer's people, or to those of the customer, each under an address of its own."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import urlsplit

from portal.app.links import shown
from portal.app.mailing import Talk, Template, post_mail
from portal.app.portal import Portal
from portal.app.threads.who import actor_of, readers_at_customer, readers_at_issuer
from portal.domain.access import Right
from portal.domain.mail_tokens import Back, make_mail_token, tagged
from portal.domain.places import DOCUMENT
from portal.domain.threads import Side
from portal.errors import Refused
from portal.i18n import translator
from portal.ledger.correspondents import Correspondent, Reader, note_correspondent
from portal.ledger.documents import find
from portal.ledger.links import find_link
from portal.ledger.parties import customer_by_id, issuer_by_id
from portal.ledger.threads import Thread, mailed_ids
from portal.ledger.unit import Unit
from portal.mail.quoted import MARK
from portal.render.dispute_words import with_head
from portal.render.labels import Labels
from portal.text import Text

_ABOVE = Text("{mark} Responde por encima de esta línea {mark}")
_BY_MAIL = Text("Responde este correo y tu respuesta queda en la conversación del documento.")
_TO_PERSON = Text("Tu respuesta a este correo le llega a {name}; la conversación está en el portal.")
_IN_PORTAL = Text("Responde en el portal: allí está toda la conversación.")
_MESSAGE_ID = re.compile(r"<[^<>@\s]{1,200}@[^<>@\s]{1,200}>", re.ASCII)
_MOST_REFERENCES = 5


def tell_other_side(
    portal: Portal, unit: Unit, thread: Thread, side: Side, writer: Reader, words: str, head: str | None = None
) -> None:  # fmt: skip
    """One mail to each reader of the other side who may still see the document."""
    ids = mailed_ids(unit.conn, thread.id, _MOST_REFERENCES)
    to_issuer = side is Side.CUSTOMER
    readers = readers_at_issuer(unit.conn, thread) if to_issuer else readers_at_customer(unit.conn, thread)
    for reader in readers:
        other = Side.ISSUER if to_issuer else Side.CUSTOMER
        one = note_correspondent(unit, thread.id, other, reader)
        actor = actor_of(unit.conn, one, thread, unit.now)
        if one.email and actor and actor.scope(Right.SEE).covers(thread.issuer_id, thread.customer_id):
            with suppress(Refused):  # an address may have come from anywhere; the thread stands in the portal anyway
                said = Labels(translator(one.language), one.language)
                _post(portal, unit, thread, one, writer, with_head(head, words, said), ids)


def _post(
    portal: Portal, unit: Unit, thread: Thread, one: Correspondent, writer: Reader, words: str, ids: list[str]
) -> None:
    say = translator(one.language)
    document = find(unit.conn, thread.document_id)
    own = portal.settings.reply_address
    how = _BY_MAIL if own else _TO_PERSON.filled(name=writer.name) if writer.email else _IN_PORTAL
    values = {
        "above": _ABOVE.filled(mark=MARK).render(say) if own else "",
        "person": writer.name,
        "customer": customer_by_id(unit.conn, thread.customer_id).name,
        "number": document.number if document else "",
        "text": words,
        "how": how.render(say),
        "link": _way(portal, unit, thread, one),
    }
    back = tagged(own, make_mail_token(Back.REPLY, one.id, portal.secret)) if own else writer.email
    template = Template.COMMENT_CAME if one.side is Side.ISSUER else Template.COMMENT_ANSWERED
    name = _name(unit, thread, writer, own is not None)
    talk = Talk(back, name, (_root(portal, thread), *filter(_MESSAGE_ID.fullmatch, ids)))
    post_mail(portal, unit, template, one.email, one.language, values, thread.issuer_id, talk=talk)


def _name(unit: Unit, thread: Thread, writer: Reader, by_portal: bool) -> str:
    """With the address that a reply goes to: the issuer's name stands for the portal's own."""
    return issuer_by_id(unit.conn, thread.issuer_id).name if by_portal else writer.name


def _way(portal: Portal, unit: Unit, thread: Thread, one: Correspondent) -> str:
    """The document's page; for whoever came by a personal link, that link while it is open."""
    page = f"{portal.settings.base_url}/{DOCUMENT.address}?id={thread.document_id}"
    kind, _, number = one.person.partition(":")
    link = find_link(unit.conn, int(number)) if kind == "link" else None
    return (shown(portal, unit.conn, link).url if link else None) or page


def _root(portal: Portal, thread: Thread) -> str:
    """What all mails of a thread answer, as mail programs see it; no mail has this id."""
    return f"<hilo-{thread.id}@{urlsplit(portal.settings.base_url).hostname}>"
