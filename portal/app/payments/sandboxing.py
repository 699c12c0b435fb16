"""The sandbox provider's page: what a payer may let happen there, and the notices that it then sends."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from portal.app.payments.accounts import SANDBOX, opened
from portal.app.payments.noticing import receive_notice
from portal.app.payments.own import own_checkout
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.payments import NotGenuine, RawNotice, Standing
from portal.errors import NotFound
from portal.ledger.checkouts import Checkout
from portal.ledger.outbox import Job
from portal.ledger.payment_accounts import AccountRow, account_row
from portal.ledger.sandbox import pay_sandbox, sandbox_transactions
from portal.ledger.unit import Connection
from portal.providers.sandbox import SIGNATURE, notice_body, sign
from portal.text import Text


class Outcome(StrEnum):
    """What happens after the payer pressed a button."""

    APPROVED = "approved"
    DECLINED = "declined"
    PENDING = "pending"  # approved after a minute
    SLOW = "slow"  # approved after ten seconds, without any notice
    TWICE = "twice"  # two transactions, both approved
    LATE = "late"  # approved when the checkout has expired
    LESS = "less"  # half of what was asked
    MORE = "more"


OUTCOMES = {
    Outcome.APPROVED: Text("Aprobar"),
    Outcome.DECLINED: Text("Rechazar"),
    Outcome.PENDING: Text("Dejar pendiente un minuto y aprobar"),
    Outcome.SLOW: Text("Aprobar en diez segundos, sin aviso"),
    Outcome.TWICE: Text("Cobrar dos veces"),
    Outcome.LATE: Text("Aprobar cuando haya vencido"),
    Outcome.LESS: Text("Pagar la mitad"),
    Outcome.MORE: Text("Pagar el doble"),
}


def sandbox_checkout(portal: Portal, actor: Actor, checkout_id: int) -> Checkout:
    """A checkout of the actor's at the sandbox. Raises NotFound for any other."""
    with portal.ledger.read() as conn:
        return _at_sandbox(portal, conn, actor, checkout_id)[0]


def play(portal: Portal, actor: Actor, checkout_id: int, outcome: Outcome) -> None:
    """The payer pressed a button on the sandbox's page; its notices go out by jobs. Raises NotFound."""
    with portal.ledger.write("sandbox") as unit:
        checkout, row = _at_sandbox(portal, unit.conn, actor, checkout_id)
        for amount, becomes, turns_at in _course(checkout, outcome, unit.now):
            pay_sandbox(unit, row.id, checkout.reference, checkout.currency, amount, becomes, turns_at)
        if outcome is not Outcome.SLOW:
            unit.job("payments", "sandbox_notice", {"account": row.id, "reference": checkout.reference})
        unit.commit()


def _course(checkout: Checkout, outcome: Outcome, now: datetime) -> list[tuple[int, Standing, datetime]]:
    half = checkout.amount // 2 or 1
    courses = {
        Outcome.APPROVED: [(checkout.amount, Standing.APPROVED, now)],
        Outcome.DECLINED: [(checkout.amount, Standing.DECLINED, now)],
        Outcome.PENDING: [(checkout.amount, Standing.APPROVED, now + timedelta(minutes=1))],
        Outcome.SLOW: [(checkout.amount, Standing.APPROVED, now + timedelta(seconds=10))],
        Outcome.TWICE: [(checkout.amount, Standing.APPROVED, now)] * 2,
        Outcome.LATE: [(checkout.amount, Standing.APPROVED, checkout.expires_at + timedelta(minutes=1))],
        Outcome.LESS: [(half, Standing.APPROVED, now)],
        Outcome.MORE: [(checkout.amount * 2, Standing.APPROVED, now)],
    }
    return courses[outcome]


def sandbox_notice(portal: Portal, job: Job) -> None:
    """Send what the sandbox knows of a reference now, signed, as a provider would."""
    account_id, reference = int(job.payload["account"]), str(job.payload["reference"])
    with portal.ledger.read() as conn:
        row = account_row(conn, account_id)
        told = sandbox_transactions(conn, account_id, reference, portal.clock.now())
    if row is None:
        return
    secret = opened(portal, row)["secret"]
    for one in told:
        body = notice_body(one)
        raw = RawNotice(body, ((SIGNATURE, sign(secret, body)),))
        try:
            receive_notice(portal, SANDBOX, account_id, raw, "sandbox")
        except NotGenuine:  # its secret was changed meanwhile: the payment is found by asking
            return


def _at_sandbox(portal: Portal, conn: Connection, actor: Actor, checkout_id: int) -> tuple[Checkout, AccountRow]:
    checkout = own_checkout(conn, actor, checkout_id)
    row = account_row(conn, checkout.account_id)
    if row is None or row.provider != SANDBOX or portal.settings.is_production:
        raise NotFound()
    return checkout, row
