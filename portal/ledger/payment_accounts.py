"""Issuers' accounts with payment providers, credentials sealed; and what issuers decided about paying."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from portal.domain.checkouts import Rules, default_rules
from portal.ledger.ids import new_id
from portal.ledger.payment_tables import payment_accounts, payment_rules
from portal.ledger.unit import Unit
from portal.text import Text, dump_text, load_text


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as it is kept. `receiver`: whose money it is, as the provider calls it."""

    id: int
    issuer_id: int
    provider: str
    receiver: str
    live: bool
    sealed: str
    previous_sealed: str | None
    previous_until: datetime | None
    api_url: str | None
    checkout_url: str | None
    enabled: bool
    created_at: datetime
    created_by: str
    removed_at: datetime | None
    tested_at: datetime | None
    test_found: Text | None
    test_passed: bool | None
    noticed_at: datetime | None
    notice_genuine: bool | None
    next_compared_at: datetime | None


UNTESTED: dict[str, None] = {"tested_at": None, "test_found": None, "test_passed": None}
_COLUMNS = tuple(payment_accounts.c[name] for name in AccountRow.__dataclass_fields__)


def add_account(unit: Unit, issuer_id: int, provider: str, receiver: str, live: bool, sealed: str, **urls: Any) -> int:
    """A new account, switched on; returns its id."""
    account_id = new_id()
    told = {"issuer_id": issuer_id, "provider": provider, "receiver": receiver, "live": live, "sealed": sealed}
    made = {"enabled": True, "created_at": unit.now, "created_by": unit.person}
    unit.conn.execute(insert(payment_accounts).values(id=account_id, **told, **made, **urls))
    return account_id


def set_tested(unit: Unit, account_id: int, found: Text, passed: bool) -> None:
    """What a try of the credentials showed."""
    change_account(unit, account_id, tested_at=unit.now, test_found=dump_text(found), test_passed=passed)


def change_account(unit: Unit, account_id: int, **values: Any) -> None:
    unit.conn.execute(update(payment_accounts).where(payment_accounts.c.id == account_id).values(**values))


def account_row(conn: Connection, account_id: int) -> AccountRow | None:
    """An account, removed ones too: money may still come for them."""
    row = conn.execute(select(*_COLUMNS).where(payment_accounts.c.id == account_id)).one_or_none()
    return _account(row) if row else None


def accounts_at(conn: Connection, issuer_ids: Sequence[int]) -> list[AccountRow]:
    """The accounts of these issuers that were not removed, the oldest first."""
    mine = payment_accounts.c.issuer_id.in_(issuer_ids), payment_accounts.c.removed_at.is_(None)
    return [_account(row) for row in conn.execute(select(*_COLUMNS).where(*mine).order_by(payment_accounts.c.id))]


def _account(row: Sequence[Any]) -> AccountRow:
    found = dict(zip(AccountRow.__dataclass_fields__, row, strict=True))
    return AccountRow(**found | {"test_found": load_text(found["test_found"]) if found["test_found"] else None})


def rules_of(conn: Connection, issuer_id: int, currency: str) -> Rules:
    """What an issuer decided for a currency, or the defaults."""
    c = payment_rules.c
    wanted = select(c.parts, c.smallest, c.tolerance).where(c.issuer_id == issuer_id, c.currency == currency)
    row = conn.execute(wanted).one_or_none()
    return Rules(*row) if row else default_rules(currency)


def ruled_currencies(conn: Connection, issuer_id: int) -> set[str]:
    """The currencies for which an issuer decided something."""
    return set(conn.execute(select(payment_rules.c.currency).where(payment_rules.c.issuer_id == issuer_id)).scalars())


def set_rules(unit: Unit, issuer_id: int, currency: str, rules: Rules) -> None:
    c = payment_rules.c
    unit.conn.execute(delete(payment_rules).where(c.issuer_id == issuer_id, c.currency == currency))
    told = {"parts": rules.parts, "smallest": rules.smallest, "tolerance": rules.tolerance}
    unit.conn.execute(insert(payment_rules).values(issuer_id=issuer_id, currency=currency, **told))
