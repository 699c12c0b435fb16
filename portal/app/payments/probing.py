"""Trying an account's credentials at its provider, without moving money: at once, or by a job for a page."""

from __future__ import annotations

from datetime import datetime

from portal.app.payments.accounts import mine, opened, provider_named
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.payments import ProviderDown
from portal.errors import PortalError, Refused
from portal.ledger.outbox import Job
from portal.ledger.payment_accounts import AccountRow, account_row, set_tested
from portal.text import Text

_JOB = "job:probe_account"


def probe_account(portal: Portal, actor: Actor, account_id: int) -> Text:
    """Ask the provider whether the credentials are good and keep what it said. Raises Refused with why they are not."""
    with portal.ledger.read() as conn:
        row = mine(conn, actor, account_id)
    found, passed = _probe(portal, row, actor.name)
    if not passed:
        raise Refused(found)
    return found


def ask_probe(portal: Portal, actor: Actor, account_id: int) -> datetime:
    """Have the credentials tried by a job; `tested_at` of the account will be later than what is returned."""
    with portal.ledger.write(actor.name) as unit:
        mine(unit.conn, actor, account_id)
        unit.job("payments", "probe_account", {"account": account_id})
        unit.commit()
        return unit.now


def probe_by_job(portal: Portal, job: Job) -> None:
    """The job that `ask_probe` posted. It is not tried again: a provider that does not answer is what was found."""
    with portal.ledger.read() as conn:
        row = account_row(conn, int(job.payload["account"]))
    if row is not None and row.removed_at is None:
        _probe(portal, row, _JOB)


def _probe(portal: Portal, row: AccountRow, person: str) -> tuple[Text, bool]:
    try:
        found, passed = provider_named(portal, row.provider).probe(opened(portal, row)), True
    except ProviderDown as down:
        found = Text("El proveedor no responde ahora ({reason}). Prueba otra vez en unos minutos.", reason=down.reason)
        passed = False
    except PortalError as error:
        found, passed = error.text, False
    with portal.ledger.write(person) as unit:
        set_tested(unit, row.id, found, passed)
        unit.commit()
    return found, passed
