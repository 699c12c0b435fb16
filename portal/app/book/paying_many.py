"""Many documents of several customers, each wholly paid: one payment for each customer and currency, all at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from portal.app.book.desk import Whose, Wish, check_owner, desk_of, reasons_against, whose_of
from portal.app.book.paying import Receipt, check_payment, post_payment
from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.acts import Money
from portal.domain.folding import fold_number
from portal.errors import NotFound, PortalError, Refused
from portal.ledger.audit import Where
from portal.ledger.balances import find_debits
from portal.ledger.books import lock_customers
from portal.ledger.payables import Payable, payables
from portal.ledger.unit import Unit
from portal.text import Text

MOST = 500


@dataclass(frozen=True, slots=True)
class Named:
    """What people mean by the numbers they gave: open documents, and what is none, with the reason."""

    lines: tuple[Payable, ...]
    others: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Account:
    """What became of one customer's payment. `why`: it was left out; else `act_id` is the act."""

    customer_name: str
    currency: str
    amount: int
    act_id: int | None = None
    why: Text | None = None


def named_documents(portal: Portal, actor: Actor, issuer_id: int, numbers: Sequence[str]) -> Named:
    """The issuer's open documents with these numbers. Raises NotFound; Refused for too many."""
    actor.require(Right.BOOK, issuer_id, 0)
    wanted = {fold_number(one): one.strip() for one in numbers if one.strip()}
    if len(wanted) > MOST:
        raise Refused(Text("Son más de {most} documentos: regístralos por partes.", most=MOST))
    with portal.ledger.read() as conn:
        found = find_debits(conn, list(wanted), issuer_id)
        ids = {number: [one.document_id for one in debits] for number, debits in found.items()}
        lines = {one.document_id: one for one in payables(conn, [one for many in ids.values() for one in many])}
        against = reasons_against(conn, lines.values(), portal.clock.now())
    told = [(typed, [lines[one] for one in ids.get(number, ()) if one in lines]) for number, typed in wanted.items()]
    others = [(typed, why) for typed, mine in told if (why := _why_not(mine, against))]
    left_out = {typed for typed, _ in others}
    return Named(tuple(mine[0] for typed, mine in told if typed not in left_out), tuple(others))


def _why_not(mine: Sequence[Payable], against: dict[int, Text]) -> Text | None:
    if not mine:
        return Text("no es una factura ni una nota débito activa de este emisor.")
    if len(mine) > 1:
        return Text("hay una factura y una nota débito con ese número: regístralo en la cuenta de su cliente.")
    if not mine[0].outstanding:
        return Text("ya no tiene saldo.")
    return against.get(mine[0].document_id)


def register_many(
    portal: Portal,
    actor: Actor,
    issuer_id: int,
    key: str,
    document_ids: Collection[int],
    money: Money,
    receipt: Receipt | None = None,
    where: Where | None = None,
) -> list[Account]:
    """Pay each of these documents wholly, in one transaction; says of each customer what came in, or why not.

    `money.amount` and `money.parts` are not looked at. A customer's payment that may be there already is left out.
    Raises NotFound for documents that are not all this issuer's.
    """
    actor.require(Right.BOOK, issuer_id, 0)
    with portal.ledger.write(actor.name) as unit:
        groups: dict[Whose, list[Payable]] = {}
        for line in _locked(unit, document_ids, issuer_id):
            groups.setdefault(whose_of(line), []).append(line)
        done = []
        for whose, lines in groups.items():
            check_owner(unit.conn, actor, whose)
            desk = desk_of(portal, unit, actor, Wish(whose, key, where))
            amount = sum(line.outstanding for line in lines)
            told = Account(lines[0].customer_name, whose.currency, amount, desk.again)
            if desk.again is None:
                try:
                    wanted = replace(money, amount=amount, parts=None)
                    checked = check_payment(desk, [line.document_id for line in lines], wanted, other=False)
                except PortalError as refused:
                    if refused.status >= 500:
                        raise
                    told = replace(told, why=refused.text)
                else:
                    told = replace(told, act_id=post_payment(portal, desk, checked, receipt or Receipt()))
            done.append(told)
        unit.commit()
    return done


def _locked(unit: Unit, document_ids: Collection[int], issuer_id: int) -> Sequence[Payable]:
    """These documents under the locks of their customers, whom somebody may join into others while we wait."""
    held = set[int]()
    while True:
        lines = _of_issuer(payables(unit.conn, list(document_ids)), issuer_id)
        late = {one.customer_id for one in lines} - held
        if not late:
            return lines
        lock_customers(unit.conn, late)
        held |= late


def _of_issuer(lines: Sequence[Payable], issuer_id: int) -> Sequence[Payable]:
    if not lines or any(line.issuer_id != issuer_id for line in lines):
        raise NotFound()
    return lines
