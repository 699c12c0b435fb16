"""Tokens of an issuer: told once, good until they are revoked, reaching that issuer and nothing else."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from portal.app import api_tokens
from portal.app.api_tokens import BadToken, Scope, list_tokens, make_token, revoke_token, token_actor
from portal.app.portal import Portal
from portal.domain.access import Right
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger import people_tables
from portal.ledger.audit import Event
from tests.app.people import BOSS, add_party, issuer_of, noted, staff
from tests.factories import FrozenClock


@pytest.fixture
def issuer(portal: Portal) -> int:
    return issuer_of(portal, add_party(portal, "900100200", "800555777")[0])


def test_a_token_is_told_once_and_only_its_hash_is_kept(portal: Portal, issuer: int) -> None:
    token = make_token(portal, BOSS, issuer, " Siigo ")
    assert token.startswith("pdc_") and len(token) == 47
    with portal.ledger.read() as conn:
        row = conn.execute(select(people_tables.api_tokens)).one()
    (shown,) = list_tokens(portal, BOSS, issuer)
    assert token not in repr(row) + repr(shown) + repr(noted(portal))
    assert (shown.row.name, shown.row.hint) == ("Siigo", token[-4:])
    assert make_token(portal, BOSS, issuer, "otro") != token


def test_who_comes_with_it_reads_payments_of_that_issuer_and_does_nothing_else(portal: Portal, issuer: int) -> None:
    actor = token_actor(portal, make_token(portal, BOSS, issuer, "Siigo"))
    assert actor.issuer_id == issuer
    for right in Right:
        scope = actor.scope(right)
        assert scope.issuers == ({issuer} if right is Right.EXPORT else frozenset()), right
        assert not scope.everything and not scope.customers


@pytest.mark.parametrize(
    "token", ["", "x", "pdc_", "pdc_" + "A" * 43, "pdc_" + "A" * 44, "pdc_" + "é" * 43, "a" * 9_999]
)
def test_no_other_token_is_good(portal: Portal, issuer: int, token: str) -> None:
    make_token(portal, BOSS, issuer, "Siigo")
    with pytest.raises(BadToken):
        token_actor(portal, token)


def test_a_revoked_token_is_good_for_nothing_at_once(portal: Portal, issuer: int) -> None:
    token = make_token(portal, BOSS, issuer, "Siigo")
    (shown,) = list_tokens(portal, BOSS, issuer)
    for _ in range(2):
        revoke_token(portal, BOSS, shown.row.id)
        with pytest.raises(BadToken):
            token_actor(portal, token)
    assert [one.event for one in noted(portal, Event.TOKEN_MADE, Event.TOKEN_REVOKED)] == [
        Event.TOKEN_MADE, Event.TOKEN_REVOKED,
    ]  # fmt: skip


def test_the_last_use_is_known_to_the_minute(portal: Portal, issuer: int, clock: FrozenClock) -> None:
    token = make_token(portal, BOSS, issuer, "Siigo")
    first = clock.at
    for seconds, known in ((0, first), (30, first), (31, first.replace(minute=first.minute + 1, second=1))):
        clock.forward(seconds=seconds)
        token_actor(portal, token)
        assert list_tokens(portal, BOSS, issuer)[0].row.last_used_at == known


def test_only_who_decides_about_settings_makes_lists_and_revokes(portal: Portal, issuer: int) -> None:
    owner, collector = staff(portal, issuer, Role.OWNER), staff(portal, issuer, Role.COLLECTOR)
    make_token(portal, owner, issuer, "Siigo")
    token_id = list_tokens(portal, owner, issuer)[0].row.id
    other = staff(portal, issuer_of(portal, add_party(portal, "900300400", "800555777")[0]), Role.OWNER)
    for actor in (collector, other):
        for act in (
            lambda who=actor: make_token(portal, who, issuer, "x"),
            lambda who=actor: list_tokens(portal, who, issuer),
            lambda who=actor: revoke_token(portal, who, token_id),
            lambda who=actor: revoke_token(portal, who, 1),
        ):
            with pytest.raises(NotFound):
                act()


def test_a_name_is_needed_and_there_is_an_end_to_them(
    portal: Portal, issuer: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_tokens, "MOST", 2)
    with pytest.raises(Refused, match="para qué"):
        make_token(portal, BOSS, issuer, "  ")
    for name in ("uno", "dos"):
        make_token(portal, BOSS, issuer, name)
    with pytest.raises(Refused, match="Revoca una"):
        make_token(portal, BOSS, issuer, "tres")
    revoke_token(portal, BOSS, list_tokens(portal, BOSS, issuer)[0].row.id)
    make_token(portal, BOSS, issuer, "tres")


def test_the_audit_names_the_token_and_not_what_it_is(portal: Portal, issuer: int) -> None:
    make_token(portal, BOSS, issuer, "Siigo")
    (entry,) = noted(portal, Event.TOKEN_MADE)
    assert json.loads(entry.detail or "") == {"token": "Siigo", "scopes": "payments"}


@pytest.mark.parametrize(
    ("scopes", "rights"),
    [
        ((Scope.PAYMENTS,), {Right.EXPORT}),
        ((Scope.DOCUMENTS,), {Right.IMPORT}),
        (tuple(Scope), {Right.EXPORT, Right.IMPORT}),
    ],
)
def test_a_token_may_what_it_was_made_for(
    portal: Portal, issuer: int, scopes: tuple[Scope, ...], rights: set[Right]
) -> None:
    actor = token_actor(portal, make_token(portal, BOSS, issuer, "Siigo", scopes=scopes))
    assert {right for right in Right if actor.scope(right).covers(issuer, 0)} == rights
    with pytest.raises(Refused, match="para qué sirve"):
        make_token(portal, BOSS, issuer, "Siigo", scopes=())
