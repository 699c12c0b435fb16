"""An issuer's accounts with payment providers: set, shown without their secrets, switched, tested, removed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.app.portal import Portal
from portal.domain.access import Actor, Right
from portal.domain.payments import Account, AccountFacts
from portal.errors import NotFound, Refused
from portal.ledger import payment_accounts as rows
from portal.ledger.audit import Event, Where, note
from portal.ledger.payment_accounts import AccountRow
from portal.ledger.unit import Connection, Unit
from portal.ports import PaymentProvider
from portal.sealing import seal, unseal
from portal.text import Text

_PURPOSE = "payment account"
BOTH_GOOD = timedelta(hours=24)  # how long signatures under replaced credentials are still taken
SANDBOX = "sandbox"
_SHORT = 16
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[!-?A-~]*)?", re.ASCII)
MODES = {True: Text("producción"), False: Text("pruebas")}


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """An account as people see it: never a credential."""

    row: AccountRow
    title: str
    webhook: str

    @property
    def short(self) -> str:
        """Whose money it is, as far as tells accounts apart."""
        whole = self.row.receiver
        return whole if len(whole) <= _SHORT else f"{whole[:9]}…{whole[-4:]}"


def set_account(
    portal: Portal,
    actor: Actor,
    issuer_id: int,
    provider: str,
    credentials: Mapping[str, str],
    account_id: int | None = None,
    api_url: str | None = None,
    checkout_url: str | None = None,
    where: Where | None = None,
) -> ShownAccount:
    """Keep credentials, sealed: of a new account, or others for the same receiver's, or for `account_id`.

    Raises Refused, NotFound. No sentence holds what was given.
    """
    actor.require(Right.SETTINGS, issuer_id, 0)
    company = provider_named(portal, provider)
    told = _known_ones(company, credentials)
    facts = company.facts(told)
    _refuse_unreal(portal, provider, facts.live, [one for one in (api_url, checkout_url) if one])
    values: dict[str, Any] = {
        "sealed": seal(json.dumps(told), portal.keys, _PURPOSE),
        "api_url": api_url,
        "checkout_url": checkout_url,
    }
    with portal.ledger.write(actor.name) as unit:
        here = [r for r in rows.accounts_at(unit.conn, [issuer_id]) if r.provider == provider]
        same = _which(here, facts, account_id)
        if same is None:
            account_id = rows.add_account(unit, issuer_id, provider, facts.receiver, facts.live, **values)
        else:
            account_id = same.id
            before = {"previous_sealed": same.sealed, "previous_until": unit.now + BOTH_GOOD}
            rows.change_account(unit, account_id, receiver=facts.receiver, **before, **values, **rows.UNTESTED)
        _noted(unit, issuer_id, account_id, where, provider=provider, what="credentials")
        unit.commit()
    return show_account(portal, actor, account_id)


def _known_ones(company: PaymentProvider, credentials: Mapping[str, str]) -> dict[str, str]:
    """What was given, trimmed, without what is empty. A name that is not the provider's may be a mistyped one."""
    names = [field.name for field in company.fields]
    if not set(credentials) <= set(names):
        raise Refused(
            Text("{provider} pide estas credenciales: {names}.", provider=company.title, names=", ".join(names))
        )
    return {name: value.strip() for name, value in credentials.items() if value.strip()}


def _which(here: Sequence[AccountRow], facts: AccountFacts, account_id: int | None) -> AccountRow | None:
    """The account that credentials are for; None for a new one.

    A company may change an account's keys and with them its public name, so an account that is named may get another
    one; but never real money for test money, which the ledger tells apart by the account.
    """
    same = next((row for row in here if row.receiver == facts.receiver), None)
    chosen = same if account_id is None else next((row for row in here if row.id == account_id), None)
    if chosen is None and account_id is not None:
        raise NotFound()
    if chosen is not None and chosen.live != facts.live:
        raise Refused(
            Text("Esa cuenta es de {mode}: quítala y agrega la otra como cuenta nueva.", mode=MODES[chosen.live])
        )
    if chosen is not None and same is not None and chosen.id != same.id:
        raise Refused(Text("Esas credenciales son de otra cuenta que ya está aquí: cámbialas en ella."))
    return chosen


def _refuse_unreal(portal: Portal, provider: str, live: bool, other_urls: Sequence[str]) -> None:
    if not portal.settings.is_production:
        if not all(_ADDRESS.fullmatch(one) for one in other_urls):
            raise Refused(Text("La dirección del proveedor empieza por https:// (o http://) y no lleva usuario."))
        return
    if provider == SANDBOX or not live:
        raise Refused(Text("Son credenciales de prueba: en producción usa las reales."))
    if other_urls:
        raise Refused(Text("En producción el portal solo habla con las direcciones del proveedor."))


def show_account(portal: Portal, actor: Actor, account_id: int) -> ShownAccount:
    """One account, for whoever decides about the issuer's settings. Raises NotFound."""
    with portal.ledger.read() as conn:
        return _shown(portal, mine(conn, actor, account_id))


def list_accounts(portal: Portal, actor: Actor, issuer_id: int) -> list[ShownAccount]:
    """The issuer's accounts, the oldest first. Raises NotFound."""
    actor.require(Right.SETTINGS, issuer_id, 0)
    with portal.ledger.read() as conn:
        return [_shown(portal, row) for row in rows.accounts_at(conn, [issuer_id])]


def switch_account(portal: Portal, actor: Actor, account_id: int, on: bool, where: Where | None = None) -> None:
    """Offer an account to payers, or no longer: what was begun there goes on."""
    _change(portal, actor, account_id, {"enabled": on}, "on" if on else "off", where)


def remove_account(portal: Portal, actor: Actor, account_id: int, where: Where | None = None) -> None:
    """Take an account away: no new checkouts; its open ones are still asked about, its notices still read."""
    with portal.ledger.write(actor.name) as unit:
        row = mine(unit.conn, actor, account_id)
        rows.change_account(unit, account_id, enabled=False, removed_at=unit.now)
        _noted(unit, row.issuer_id, account_id, where, provider=row.provider, what="removed")
        unit.commit()


def _change(
    portal: Portal, actor: Actor, account_id: int, values: Mapping[str, object], what: str, where: Where | None
) -> None:
    with portal.ledger.write(actor.name) as unit:
        row = mine(unit.conn, actor, account_id)
        rows.change_account(unit, account_id, **values)
        _noted(unit, row.issuer_id, account_id, where, provider=row.provider, what=what)
        unit.commit()


def opened(portal: Portal, row: AccountRow) -> Account:
    """An account with its credentials, for the provider's code. Raises Refused when the secret key can't open them."""
    sets = [row.sealed]
    if row.previous_sealed and row.previous_until and row.previous_until > portal.clock.now():
        sets.append(row.previous_sealed)
    texts = [unseal(one, portal.keys, _PURPOSE) for one in sets]
    if texts[0] is None:
        raise Refused(
            Text("Las credenciales del proveedor no se pueden abrir con esta clave secreta: cárgalas de nuevo.")
        )
    return Account(
        id=row.id,
        receiver=row.receiver,
        live=row.live,
        credentials=tuple(json.loads(text) for text in texts if text is not None),
        api_url=row.api_url,
        checkout_url=row.checkout_url,
    )


def provider_named(portal: Portal, name: str) -> PaymentProvider:
    """Raises Refused for a company that the portal does not know."""
    found = portal.providers.get(name)
    if found is None:
        raise Refused(
            Text(
                "No conocemos el proveedor «{name}». Hay: {known}.",
                name=name,
                known=", ".join(sorted(portal.providers)),
            )
        )
    return found


def companies(portal: Portal) -> list[PaymentProvider]:
    """The providers that an account may be set up with here, by title; the sandbox last, outside production only."""
    found = [one for one in portal.providers.values() if one.name != SANDBOX or not portal.settings.is_production]
    return sorted(found, key=lambda one: (one.name == SANDBOX, one.title))


def notice_address(portal: Portal, row: AccountRow) -> str:
    """Where the provider sends its notices."""
    return f"{portal.settings.base_url}/webhooks/{row.provider}/{row.id}"


def _shown(portal: Portal, row: AccountRow) -> ShownAccount:
    return ShownAccount(row, provider_named(portal, row.provider).title, notice_address(portal, row))


def mine(conn: Connection, actor: Actor, account_id: int) -> AccountRow:
    """An account that the actor decides about. Raises NotFound."""
    row = rows.account_row(conn, account_id)
    if row is None or row.removed_at is not None:
        raise NotFound()
    actor.require(Right.SETTINGS, row.issuer_id, 0)
    return row


def _noted(unit: Unit, issuer_id: int, account_id: int, where: Where | None, provider: str, what: str) -> None:
    subject = f"payment_account:{account_id}"
    note(unit, Event.SETTINGS_CHANGED, subject, issuer_id, where=where, provider=provider, what=what)
