"""A statement by mail: issued, with its PDF where it is small and the personal link; one, or those of a month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.app.mailing import Template, post_mail
from portal.app.many_links import link_of
from portal.app.portal import Portal
from portal.app.statements.addressee import addressee
from portal.app.statements.files import MOST_AT_ONCE, begin_file
from portal.app.statements.issuing import Wish, check_period, keep
from portal.domain.access import Actor, Right
from portal.domain.issued import Side, StatementFormat, series_number, short_print
from portal.domain.monthly import LONGEST_TEXT
from portal.domain.statement import Statement
from portal.errors import Refused
from portal.i18n import translator
from portal.ledger import audit
from portal.ledger.attempts import Counter, key_hash, take_room
from portal.ledger.audit import Event, Where
from portal.ledger.parties import issuer_by_id
from portal.ledger.statement_mails import add_statement_mail
from portal.ledger.statements import IssuedRow
from portal.ledger.unit import Unit
from portal.render.labels import Labels
from portal.text import Text
from portal.views.statements import statement

MOST_ATTACHED = 500  # movements of the statements that go along as PDF: about half a megabyte
_MOST_A_DAY = 5  # sent by hand to a customer
_LINE = Text("{number} · {currency}: saldo inicial {opening}, cargos {debits}, abonos {credits}, saldo final {closing}."
             " Huella {print}")  # fmt: skip
_FAVOUR = Text("Saldo a favor sin aplicar: {sum}")
_ATTACHED, _LONG = Text("Va adjunto en PDF."), Text("Es largo: descárgalo en el portal.")


@dataclass(frozen=True, slots=True)
class Mailing:
    """To whom, in which language (None: the issuer's), with which words of the issuer; `month`: of a monthly one."""

    issuer_id: int
    customer_id: int
    email: str
    language: str | None
    text: str = ""
    month: str | None = None
    after: timedelta = timedelta()


def mail_statement(
    portal: Portal, actor: Actor, wish: Wish, text: str = "", where: Where | None = None
) -> str:  # fmt: skip
    """Issue a statement and mail it to the `addressee`; returns the address.

    Raises NotFound without the right to make its links; Refused where nothing may be mailed, and for too many a day.
    """
    actor.require(Right.LINKS, wish.issuer_id, wish.customer_id)
    check_period(wish.start, wish.end)
    if len(text) > LONGEST_TEXT:
        raise Refused(Text("El mensaje tiene más de {most} caracteres: escríbelo más corto.", most=LONGEST_TEXT))
    now, account = portal.clock.now(), (wish.issuer_id, wish.customer_id, wish.currency)
    known_at = min(wish.known_at or now, now)
    found = statement(portal.views, actor.scope(Right.LINKS), *account, wish.start, wish.end, known_at)
    with portal.ledger.write(actor.name) as unit:
        to = addressee(unit.conn, wish.issuer_id, wish.customer_id)
        if to.against:
            raise Refused(to.against)
        today = Counter("statement", key_hash(str(wish.customer_id)), _MOST_A_DAY, timedelta(days=1))
        if not take_room(unit, [today]):
            raise Refused(Text("Hoy ya le enviaste {most} estados de cuenta: sigue mañana.", most=_MOST_A_DAY))
        mailing = Mailing(wish.issuer_id, wish.customer_id, to.email, to.language, text)
        post_statements(portal, unit, mailing, [found], now, wish.known_at, where)
        unit.commit()
    return to.email


def post_statements(
    portal: Portal, unit: Unit, mailing: Mailing, found: Sequence[Statement], at: datetime,
    asked: datetime | None = None, where: Where | None = None,
) -> None:  # fmt: skip
    """Issue these of one customer and post one mail about them, in the caller's transaction."""
    issuer = issuer_by_id(unit.conn, mailing.issuer_id)
    language = mailing.language or issuer.language
    said = Labels(translator(language), language, issuer.timezone)
    issued = [
        keep(portal, unit, Wish(mailing.issuer_id, mailing.customer_id, one.currency, one.start, one.end, asked), one,
             Side.ISSUER, at, where)
        for one in found
    ]  # fmt: skip
    small = sum(one.count for one in found) <= MOST_ATTACHED
    closings = ", ".join(f"{one.currency} {said.money(one.closing, one.currency)}" for one in found)
    values = {
        "text": mailing.text.strip(),
        "start": said.day(found[0].start),
        "end": said.day(found[0].end),
        "totals": closings,
        "accounts": "\n".join(_line(row, one, said) for row, one in zip(issued, found, strict=True)),
        "attached": said.say(_ATTACHED if small else _LONG),
        "verify": f"{portal.settings.base_url}/verificar",
        "link": link_of(portal, unit, mailing.issuer_id, mailing.customer_id).url,
    }
    papers = [one.id for one in issued] if small else []
    for row, one in zip(issued, found, strict=True):
        if one.count > MOST_AT_ONCE:  # made before its reader comes for it
            begin_file(unit, row.id, StatementFormat.PDF, language)
    mail_id = post_mail(
        portal,
        unit,
        Template.STATEMENT,
        mailing.email,
        language,
        values,
        issuer.id,
        mailing.after,
        job="send_statement",
        statements=papers,
    )
    add_statement_mail(unit, issuer.id, mailing.customer_id, mailing.month, mail_id, mailing.email)
    numbers = ", ".join(series_number(one.number) for one in issued)
    whose = (issuer.id, mailing.customer_id, where)
    audit.note(unit, Event.STATEMENT_MAILED, None, *whose, to=mailing.email, number=numbers, amount=closings)


def _line(row: IssuedRow, one: Statement, said: Labels) -> str:
    sums = {name: said.money(getattr(one, name), one.currency) for name in ("opening", "debits", "credits", "closing")}
    named = {"number": series_number(row.number), "currency": one.currency, "print": short_print(row.fingerprint)}
    line = said.say(_LINE.filled(**named, **sums))
    if not one.aging.credit:
        return line
    return f"{line}\n{said.say(_FAVOUR.filled(sum=said.money(one.aging.credit, one.currency)))}"
