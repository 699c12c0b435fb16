"""Accounts with providers: kept sealed, told apart, changed by who decides, tried, taken away."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select

from portal.app.payments.accounts import list_accounts, opened, remove_account, set_account, show_account
from portal.app.payments.probing import ask_probe, probe_account
from portal.app.portal import Portal
from portal.domain.payments import AccountFacts, ProviderDown
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from portal.ledger.payment_tables import payment_accounts
from portal.text import Text
from tests.app.payments.till import Till
from tests.app.people import BOSS, noted, staff

SECRET = "s3cr3t-of-the-shop"  # what the till's own account has


def keep(portal: Portal, issuer_id: int, receiver: str = "tienda", key: str = SECRET, **more: object) -> int:
    told = {"receiver": receiver, "key": key}
    return set_account(portal, BOSS, issuer_id, "fake", told, **more).row.id  # type: ignore[arg-type]


def test_a_credential_stands_nowhere_in_the_open(till: Till) -> None:
    with till.portal.ledger.read() as conn:
        row = conn.execute(select(payment_accounts)).one()
    shown = show_account(till.portal, BOSS, till.account_id)
    assert SECRET not in repr(row) + repr(shown) + repr(opened(till.portal, shown.row)) + repr(noted(till.portal))


def test_other_keys_of_the_same_receiver_are_the_same_account_and_both_are_good_for_a_day(
    till: Till, issuer: int
) -> None:
    assert keep(till.portal, issuer, key="another") == till.account_id
    row = show_account(till.portal, BOSS, till.account_id).row
    assert [one["key"] for one in opened(till.portal, row).credentials] == ["another", SECRET]
    till.clock.forward(hours=25)
    assert [one["key"] for one in opened(till.portal, row).credentials] == ["another"]


def test_another_receiver_is_another_account_unless_the_account_is_named(till: Till, issuer: int) -> None:
    other = keep(till.portal, issuer, "sucursal")
    assert other != till.account_id
    assert keep(till.portal, issuer, "tienda-2", account_id=till.account_id) == till.account_id
    with pytest.raises(Refused, match="otra cuenta que ya está aquí"):
        keep(till.portal, issuer, "sucursal", account_id=till.account_id)
    with pytest.raises(NotFound):
        keep(till.portal, issuer, account_id=1)
    assert [one.row.receiver for one in list_accounts(till.portal, BOSS, issuer)] == ["tienda-2", "sucursal"]


@pytest.mark.parametrize("named", [True, False])
def test_an_account_never_turns_from_test_money_to_real_money(
    till: Till, issuer: int, named: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(till.provider, "facts", lambda told: AccountFacts(told["receiver"], live=False))
    with pytest.raises(Refused, match="es de producción"):
        keep(till.portal, issuer, account_id=till.account_id if named else None)


def test_a_mistyped_name_is_refused_and_its_value_not_repeated(till: Till, issuer: int) -> None:
    with pytest.raises(Refused, match="receiver, key") as refused:
        set_account(till.portal, BOSS, issuer, "fake", {"receiver": "tienda", SECRET: SECRET})
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "https://user:pass@x.example/", "gopher://x", "https://"])
def test_an_address_of_another_kind_is_refused(till: Till, issuer: int, address: str) -> None:
    for name in ("api_url", "checkout_url"):
        with pytest.raises(Refused, match="https://"):
            keep(till.portal, issuer, **{name: address})


def test_production_takes_no_test_keys_and_no_other_addresses(
    till: Till, issuer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = till.portal.settings.model_copy(update={"env": "production"})
    real = replace(till.portal, settings=settings)
    with pytest.raises(Refused, match="solo habla con"):
        keep(real, issuer, api_url="https://127.0.0.1/")
    assert keep(real, issuer) == till.account_id
    monkeypatch.setattr(till.provider, "facts", lambda told: AccountFacts(told["receiver"], live=False))
    with pytest.raises(Refused, match="de prueba"):
        keep(real, issuer)


def test_only_who_decides_about_settings_reaches_an_account(till: Till, issuer: int) -> None:
    owner, collector = staff(till.portal, issuer, Role.OWNER), staff(till.portal, issuer, Role.COLLECTOR)
    assert show_account(till.portal, owner, till.account_id).title == "Falsa"
    for act in (show_account, remove_account, probe_account, ask_probe):
        with pytest.raises(NotFound):
            act(till.portal, collector, till.account_id)  # type: ignore[operator]


def test_a_try_by_a_job_keeps_what_was_found_and_leaves_no_dead_job(
    till: Till, issuer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ask_probe(till.portal, BOSS, till.account_id)
    till.clock.forward(seconds=1)
    till.work()
    row = show_account(till.portal, BOSS, till.account_id).row
    assert row.tested_at is not None and row.tested_at > asked
    assert (str(row.test_found), row.test_passed) == ("Todo en orden.", True)

    def down(_account: object) -> Text:
        raise ProviderDown("HTTP 503")

    monkeypatch.setattr(till.provider, "probe", down)
    ask_probe(till.portal, BOSS, till.account_id)
    till.work()
    row = show_account(till.portal, BOSS, till.account_id).row
    assert "no responde ahora (HTTP 503)" in str(row.test_found) and row.test_passed is False


def test_new_keys_are_untried(till: Till, issuer: int) -> None:
    probe_account(till.portal, BOSS, till.account_id)
    keep(till.portal, issuer, key="another")
    assert show_account(till.portal, BOSS, till.account_id).row.test_passed is None


def test_keys_that_can_not_be_opened_are_said_to_be_so(till: Till) -> None:
    blind = replace(till.portal, secret=b"x" * 32)
    with pytest.raises(Refused, match="cárgalas de nuevo"):
        probe_account(blind, BOSS, till.account_id)


def test_what_is_removed_is_gone_and_money_begun_there_is_still_credited(till: Till, issuer: int) -> None:
    checkout = till.start("FE-1")
    remove_account(till.portal, BOSS, till.account_id)
    assert list_accounts(till.portal, BOSS, issuer) == []
    with pytest.raises(NotFound):
        show_account(till.portal, BOSS, till.account_id)
    till.approve(checkout)
    assert [fact.amount for fact in till.payments()] == [100_000]


def test_each_change_is_in_the_audit(till: Till, issuer: int) -> None:
    keep(till.portal, issuer)
    remove_account(till.portal, BOSS, till.account_id)
    told = [json.loads(one.detail or "{}") for one in noted(till.portal, Event.SETTINGS_CHANGED)]
    assert [one["what"] for one in told] == ["credentials", "credentials", "removed"]
