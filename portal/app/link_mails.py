"""A personal link by mail, in the issuer's name and with its own words."""

from __future__ import annotations

from datetime import timedelta

from portal.app.accounts.refusals import TooMany
from portal.app.links import managed, shown
from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.errors import Refused
from portal.ledger import audit
from portal.ledger.attempts import Counter, key_hash, take_room
from portal.ledger.audit import Event, Where
from portal.ledger.unit import Unit
from portal.text import Text

LONGEST = 2_000
MOST_TO_ONE, MOST_FROM_ONE = 10, 300  # a day to one mailbox, an hour from one issuer: the words are the issuer's own
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


def mail_link(
    portal: Portal, actor: Actor, link_id: int, to: str, text: str, language: str, where: Where | None = None
) -> None:
    """Send a link's address to somebody, with the issuer's `text` (may be empty).

    Raises NotFound without the right to give links out; Refused for a link that is not open, a text that is too long
    and an address that can't be written to; TooMany.
    """
    if len(text) > LONGEST:
        raise Refused(Text("El mensaje tiene más de {most} caracteres: escríbelo más corto.", most=LONGEST))
    with portal.ledger.write(actor.name) as unit:
        link = managed(unit, actor, link_id)
        url = shown(portal, unit.conn, link).url
        if url is None:
            raise Refused(Text("Este enlace ya no está abierto: renuévalo antes de enviarlo."))
        _count(unit, link.issuer_id, to)
        values = {"link": url, "days": str((link.expires_at - unit.now).days), "text": text.strip()}
        post_mail(portal, unit, Template.PERSONAL_LINK, to, language, values, link.issuer_id)
        audit.note(unit, Event.LINK_MAILED, f"link:{link.id}", link.issuer_id, link.customer_id, where, to=to.strip())
        unit.commit()


def _count(unit: Unit, issuer_id: int, to: str) -> None:
    """A portal's good name with mail servers is soon lost."""
    one, whole = key_hash("to", str(issuer_id), to.strip().lower()), key_hash("from", str(issuer_id))
    counters = [Counter("link mail", one, MOST_TO_ONE, _DAY), Counter("link mail", whole, MOST_FROM_ONE, _HOUR)]
    if not take_room(unit, counters):
        raise TooMany(
            Text("Ya enviaste muchos enlaces: {one} a un mismo correo en un día, o {all} en una hora. Envía este más "
                 "tarde, o copia el enlace y mándalo tú.", one=MOST_TO_ONE, all=MOST_FROM_ONE)
        )  # fmt: skip
