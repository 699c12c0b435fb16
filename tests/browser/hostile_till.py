"""Payments whose payer, provider and notes say what would run as a script if a page took it for markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from portal.app.payments.accounts import set_account
from portal.app.payments.asking import begin_look, record
from portal.app.payments.settling import acknowledge, leave_out
from portal.app.portal import Portal
from portal.domain.access import operator
from portal.domain.checkouts import Due, Part, Plan, new_reference
from portal.domain.payments import Standing, Transaction
from portal.errors import Refused
from portal.ledger.baskets import add_basket
from portal.ledger.checkouts import add_checkout, find_checkout
from portal.ledger.payments import payments_in
from portal.ledger.tables import documents

BOSS = operator("test")
COUNT = 6


def fill_till(portal: Portal, link: str, texts: list[str]) -> tuple[list[int], list[int]]:
    """(payments, baskets): some documents are paid twice by whoever holds a link; half of what is odd has a note."""
    with portal.ledger.read() as conn:
        rows = conn.execute(select(documents).order_by(documents.c.issue_date.desc()).limit(COUNT)).all()
    account = set_account(portal, BOSS, rows[0].issuer_id, "sandbox", {"secret": "s" * 20}).row.id
    baskets = []
    for number, row in enumerate(rows):
        with portal.ledger.write(link) as unit:
            baskets.append(add_basket(unit, [row.id]))
            part = Part(Due(row.id, row.item_id, row.total, row.issue_date), row.total, True)
            checkout = add_checkout(
                unit, Plan(row.total, (part,), ()), basket_id=baskets[-1], issuer_id=row.issuer_id,
                customer_id=row.customer_id, currency=row.currency, account_id=account,
                reference=new_reference(f"H{number}"), start_key=str(row.id), language="es", name=texts[number],
                email=f"p{number}@correo.example", expires_at=unit.now + timedelta(hours=1),
            )  # fmt: skip
            unit.commit()
        _pay_twice(portal, checkout, [f"{number}{part} {texts[number]}"[:120] for part in "ab"])
    with portal.ledger.read() as conn:
        made = payments_in(conn, BOSS.scope(), False, 100)
    for number, payment in enumerate(one for one in made if one.trouble is not None):
        if number % 2:
            _decide(portal, payment.id, texts[-1 - number])
    return [payment.id for payment in made], baskets


def _pay_twice(portal: Portal, checkout: int, ids: list[str]) -> None:
    with portal.ledger.read() as conn:
        order = find_checkout(conn, checkout)
    look = begin_look(portal, checkout)
    assert look is not None and order is not None
    paid = Transaction(ids[0], order.reference, Standing.APPROVED, order.amount, order.currency, False)
    record(portal, look, [paid, replace(paid, id=ids[1])])


def _decide(portal: Portal, payment_id: int, said: str) -> None:
    try:
        leave_out(portal, BOSS, payment_id, said)
    except Refused:  # it is in the ledger
        acknowledge(portal, BOSS, payment_id, said)
