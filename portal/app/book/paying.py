"""A payment registered by hand: money in the ledger, set against documents; the rest is saldo a favor."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from portal.app.book.desk import Desk, Whose, Wish, at_desk, by_debit, check_owner, rows_made
from portal.app.mailing import Template, post_mail
from portal.app.payments.deciding import SameMoney
from portal.app.payments.vouchers import voucher_facts
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.acts import LONGEST_REASON, LONGEST_REFERENCE, Act, Money, check_value_date, share_money, words
from portal.domain.application import same_reference
from portal.domain.book import Book, Cause, Item, Side
from portal.domain.checkouts import Due
from portal.domain.settling import due_on, round_away
from portal.domain.transfers import MEANS
from portal.errors import Refused
from portal.i18n import translator
from portal.ledger import withholdings
from portal.ledger.books import load_book
from portal.ledger.ids import new_id
from portal.ledger.papers import Account, Twin, money_like
from portal.ledger.parties import issuer_by_id
from portal.ledger.payables import Payable
from portal.ledger.payment_accounts import rules_of
from portal.ledger.unit import Connection
from portal.ledger.vouchers import issue_voucher
from portal.render.labels import Labels
from portal.text import Text


@dataclass(frozen=True, slots=True)
class Receipt:
    """Whether the portal issues its comprobante, and to whom it is mailed (nobody: empty)."""

    issued: bool = True
    mail_to: str = ""


def register_payment(
    portal: Portal,
    actor: Actor,
    wish: Wish,
    document_ids: Collection[int],
    money: Money,
    other: bool = False,
    receipt: Receipt | None = None,
) -> int:
    """Post a payment of one customer; returns the act, the same for the same form.

    Without documents all of it is saldo a favor. `other`: whoever registers it knows that it is not money of the same
    sum that came in those days. Raises SameMoney else; Refused with what to do; NotFound.
    """
    with at_desk(portal, actor, wish) as desk:
        if desk.again is not None:
            return desk.again
        act_id = post_payment(portal, desk, check_payment(desk, document_ids, money, other), receipt or Receipt())
        desk.unit.commit()
    return act_id


def money_known(portal: Portal, actor: Actor, whose: Whose, money: Money) -> list[Twin]:
    """Money that is there already and may be this payment, for whoever registers it. Raises NotFound."""
    with portal.ledger.read() as conn:
        check_owner(conn, actor, whose)
        return _twins(conn, whose, money)


@dataclass(frozen=True, slots=True)
class Checked:
    """A payment that may be posted. `amounts`: by document."""

    lines: Sequence[Payable]
    amounts: Mapping[int, int]
    money: Money
    reference: str
    note: str


def check_payment(desk: Desk, document_ids: Collection[int], money: Money, other: bool) -> Checked:
    """Everything that may speak against it; nothing is written. Raises Refused, SameMoney, NotFound."""
    check_value_date(money.on, desk.today)
    if money.method not in MEANS:
        raise Refused(Text("Elige con qué se pagó."))
    lines = desk.lines(document_ids)
    dues = [Due(one.document_id, one.item_id, one.outstanding, one.payable_on) for one in lines]
    amounts = share_money(dues, money)
    twins = [] if other else _twins(desk.unit.conn, desk.whose, money)
    if twins:
        raise SameMoney(twins)
    reference, note = words(money.reference, LONGEST_REFERENCE), words(money.note, LONGEST_REASON)
    return Checked(lines, amounts, money, reference, note)


def post_payment(portal: Portal, desk: Desk, checked: Checked, receipt: Receipt) -> int:
    """Post what was checked, in the desk's unit; returns the act."""
    unit, money, whose = desk.unit, checked.money, desk.whose
    book = load_book(unit.conn, {one.item_id for one in checked.lines})
    account = (whose.issuer_id, whose.customer_id, whose.currency)
    credit = book.open(
        Item(new_id(), *account, Side.CREDIT, money.on), money.amount, Cause.PAYMENT, note=checked.note or None
    )
    _allocate(desk, book, credit, checked)
    told: dict[str, Any] = {"method": money.method, "reference": checked.reference or None}
    unit.book(book, {credit.id: {"cause": Cause.PAYMENT, **told}})
    act_id = desk.keep(
        Act.PAYMENT, money.amount, rows_made(book, by_debit(checked.lines)),
        effective_on=money.on, reason=checked.note, item_id=credit.id, **told,
    )  # fmt: skip
    if receipt.issued:
        _issue(portal, desk, checked, credit.id, act_id, receipt.mail_to)
    return act_id


def _allocate(desk: Desk, book: Book, credit: Item, checked: Checked) -> None:
    """A residue within the issuer's tolerance is rounded away, on what got something of it."""
    unit, whose = desk.unit, desk.whose
    kept = withholdings.kept_on(unit.conn, list(checked.amounts))
    tolerance = rules_of(unit.conn, whose.issuer_id, whose.currency).tolerance
    for line in checked.lines:
        if amount := checked.amounts.get(line.document_id, 0):
            book.allocate(credit.id, line.item_id, min(amount, due_on(book, line.item_id, kept)), Cause.PAYMENT)
            round_away(book, line.item_id, tolerance, kept)


def _twins(conn: Connection, whose: Whose, money: Money) -> list[Twin]:
    """Money of that sum and those days; two references that people wrote tell two payments apart."""
    found = money_like(conn, Account(whose.customer_id, whose.currency), money.amount, money.on)
    told_apart = [one.typed and one.reference and money.reference for one in found]
    return [
        one
        for one, apart in zip(found, told_apart, strict=True)
        if not apart or same_reference(one.reference, money.reference)
    ]


def _issue(portal: Portal, desk: Desk, checked: Checked, item_id: int, act_id: int, mail_to: str) -> None:
    unit, money, whose = desk.unit, checked.money, desk.whose
    paid: dict[str, Any] = {
        "amount": money.amount, "currency": whose.currency, "method": money.method, "provider": "", "live": True,
        "on": money.on, "transaction": checked.reference, "reference": "",
    }  # fmt: skip
    facts = voucher_facts(unit.conn, whose.issuer_id, whose.customer_id, item_id, None, **paid)
    voucher_id, number = issue_voucher(unit, whose.issuer_id, facts, act_id=act_id)
    if not mail_to.strip():
        return
    language = issuer_by_id(unit.conn, whose.issuer_id).language
    amount = f"{whose.currency} {Labels(translator(language), language).money(money.amount, whose.currency)}"
    told = {"amount": amount, "number": str(number), "link": f"{portal.settings.base_url}/pago?v={voucher_id}"}
    with suppress(Refused):  # an address that can't be written to: the money is booked all the same
        post_mail(portal, unit, Template.VOUCHER, mail_to, language, told, whose.issuer_id)
