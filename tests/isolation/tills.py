"""Payments in a random world: baskets of everybody, checkouts and comprobantes of customers everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from sqlalchemy import select

from portal.app.payments.accounts import set_account
from portal.app.portal import Portal
from portal.domain.access import operator
from portal.domain.checkouts import Due, Part, Plan, new_reference
from portal.ledger.baskets import add_basket
from portal.ledger.checkouts import add_checkout
from portal.ledger.tables import documents
from tests.isolation.scene import pay


@dataclass(frozen=True)
class Owned:
    """A basket, a checkout or a comprobante: whose documents it is about, and which person filled the basket."""

    id: int
    issuer: int
    customer: int
    person: str


@dataclass
class Tills:
    """`payable`: documents on which something is outstanding."""

    baskets: list[Owned]
    checkouts: list[Owned]
    vouchers: list[Owned]
    payable: set[int]


def fill_tills(portal: Portal, people: list[str], random: Random) -> Tills:
    """Three of five that are owed lie in somebody's basket, whoever that is; two of them were paid at the sandbox."""
    made, accounts = Tills([], [], [], set()), dict[int, int]()
    c = documents.c
    owed = select(documents).where(c.kind == "invoice", c.state == "active", c.cufe.is_(None)).order_by(c.number)
    with portal.ledger.read() as conn:
        rows = conn.execute(owed).all()
    for number, row in enumerate(random.sample(rows, len(rows))):
        if row.issuer_id not in accounts:
            shown = set_account(portal, operator("test"), row.issuer_id, "sandbox", {"secret": "s" * 20})
            accounts[row.issuer_id] = shown.row.id
        if number % 5 < 2:
            made.payable.add(row.id)
            continue
        person = random.choice(people)
        with portal.ledger.write(person) as unit:
            basket = add_basket(unit, [row.id])
            part = Part(Due(row.id, row.item_id, row.total, row.issue_date), row.total, True)
            checkout = add_checkout(
                unit, Plan(row.total, (part,), ()), basket_id=basket, issuer_id=row.issuer_id,
                customer_id=row.customer_id, currency=row.currency, account_id=accounts[row.issuer_id],
                reference=new_reference(row.number), start_key=str(row.id), language="es",
                expires_at=unit.now + timedelta(hours=1),
            )  # fmt: skip
            unit.commit()
        made.baskets.append(Owned(basket, row.issuer_id, row.customer_id, person))
        made.checkouts.append(Owned(checkout, row.issuer_id, row.customer_id, person))
        if number % 5 != 3:
            made.vouchers.append(Owned(pay(portal, checkout), row.issuer_id, row.customer_id, person))
        else:
            made.payable.add(row.id)
    return made
