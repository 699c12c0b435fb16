"""What an issuer decides about paying: kept per currency, held to by the next checkout, told in the audit."""

from __future__ import annotations

import json

import pytest

from portal.app.payments.accounts import switch_account
from portal.app.payments.rules import decide_rules, most_tolerance, read_offers
from portal.domain.checkouts import Rules, default_rules
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from tests.app.payments.till import Till
from tests.app.people import BOSS, noted, staff
from tests.factories import OTRA, bring, facts


def test_the_currencies_are_those_of_the_issuers_own_documents(till: Till, issuer: int) -> None:
    bring(till.portal, facts("EX-1", currency="USD"), facts("OT-1", issuer=OTRA, currency="EUR"))
    offers = read_offers(till.portal, BOSS, issuer)
    assert [(one.currency, one.rules) for one in offers] == [("COP", default_rules("COP")), ("USD", Rules())]
    assert [[way.title for way in one.ways] for one in offers] == [["Falsa"], ["Falsa"]]


def test_what_is_switched_off_is_not_offered(till: Till, issuer: int) -> None:
    switch_account(till.portal, BOSS, till.account_id, on=False)
    assert [one.ways for one in read_offers(till.portal, BOSS, issuer)] == [()]
    switch_account(till.portal, BOSS, till.account_id, on=True)
    assert len(read_offers(till.portal, BOSS, issuer)[0].ways) == 1


def test_the_next_checkout_holds_to_the_rules(till: Till, issuer: int) -> None:
    part = {till.document("FE-1"): 40_000}
    decide_rules(till.portal, BOSS, issuer, "COP", Rules(True, 50_000, 0))
    with pytest.raises(Refused, match="abono mínimo"):
        till.start("FE-1", expected=40_000, chosen=part)
    decide_rules(till.portal, BOSS, issuer, "COP", Rules(False, 0, 0))
    with pytest.raises(Refused, match="pago completo"):
        till.start("FE-1", expected=40_000, chosen=part)


@pytest.mark.parametrize(
    ("currency", "rules"),
    [
        ("COP", Rules(True, -1, 0)),
        ("COP", Rules(True, 10**17, 0)),
        ("COP", Rules(True, 0, -1)),
        ("COP", Rules(True, 0, 10_001)),
        ("USD", Rules(True, 0, 11)),
        ("CLP", Rules(True, 0, 1)),
        ("PESOS", Rules()),
    ],
)
def test_rules_that_would_give_money_away_are_refused(till: Till, issuer: int, currency: str, rules: Rules) -> None:
    with pytest.raises(Refused):
        decide_rules(till.portal, BOSS, issuer, currency, rules)


def test_a_small_residue_may_be_rounded_away(till: Till, issuer: int) -> None:
    for currency in ("COP", "USD", "KWD"):
        decide_rules(till.portal, BOSS, issuer, currency, Rules(True, 0, most_tolerance(currency)))
    assert [most_tolerance(one) for one in ("COP", "USD", "CLP", "KWD")] == [10_000, 10, 0, 100]


def test_only_who_decides_about_settings_reads_and_sets_them(till: Till, issuer: int) -> None:
    owner, collector = staff(till.portal, issuer, Role.OWNER), staff(till.portal, issuer, Role.COLLECTOR)
    assert read_offers(till.portal, owner, issuer)
    for actor in (collector, till.payer):
        with pytest.raises(NotFound):
            read_offers(till.portal, actor, issuer)
        with pytest.raises(NotFound):
            decide_rules(till.portal, actor, issuer, "COP", Rules())


def test_a_change_is_in_the_audit_once(till: Till, issuer: int) -> None:
    before = len(noted(till.portal, Event.SETTINGS_CHANGED))
    for _ in range(2):
        decide_rules(till.portal, BOSS, issuer, "COP", Rules(False, 50_000, 100))
    (entry,) = noted(till.portal, Event.SETTINGS_CHANGED)[before:]
    assert json.loads(entry.detail or "") == {
        "currency": "COP", "parts": "off", "smallest": "500.00", "tolerance": "1.00",
    }  # fmt: skip
