"""An issuer's own settings: by owners, and every change in the audit."""

from __future__ import annotations

import pytest

from portal.app.issuer_settings import read_settings, set_settings
from portal.app.portal import Portal
from portal.domain.roles import Role
from portal.errors import NotFound
from portal.ledger.audit import Event
from portal.ledger.issuer_settings import IssuerSettings
from tests.app.people import BOSS, HERE, add_party, issuer_of, noted, staff


@pytest.fixture
def issuer(portal: Portal) -> int:
    return issuer_of(portal, add_party(portal, "900100200", "900555666")[0])


def test_all_is_off_until_an_owner_says_so(portal: Portal, issuer: int) -> None:
    owner = staff(portal, issuer, Role.OWNER)
    assert read_settings(portal, owner, issuer) == IssuerSettings(False, False, False)
    now = set_settings(portal, owner, issuer, device_code=True, second_factor=True, where=HERE)
    assert now == read_settings(portal, owner, issuer) == IssuerSettings(True, True, False)
    assert set_settings(portal, owner, issuer, second_factor=False).second_factor is False
    told = [(one.actor, one.issuer_id, one.detail) for one in noted(portal, Event.SETTINGS_CHANGED)]
    assert told == [
        (owner.name, issuer, '{"second_factor": "on", "device_code": "on"}'),
        (owner.name, issuer, '{"second_factor": "off"}'),
    ]


def test_what_is_so_already_is_no_change(portal: Portal, issuer: int) -> None:
    set_settings(portal, BOSS, issuer, auto_requests=False)
    assert noted(portal, Event.SETTINGS_CHANGED) == []


def test_nobody_else_reads_or_sets_them(portal: Portal, issuer: int) -> None:
    foreign = issuer_of(portal, add_party(portal, "900300400", "900555666")[0])
    for actor in (staff(portal, issuer, Role.COLLECTOR), staff(portal, foreign, Role.OWNER)):
        with pytest.raises(NotFound):
            read_settings(portal, actor, issuer)
        with pytest.raises(NotFound):
            set_settings(portal, actor, issuer, auto_requests=True)
    with pytest.raises(NotFound):
        read_settings(portal, BOSS, 99)
    assert read_settings(portal, BOSS, issuer) == IssuerSettings(False, False, False)
