"""The first page of customers speaks of what they owe, also to somebody who works for an issuer as well."""

from __future__ import annotations

from portal.app.portal import Portal
from portal.domain.places import HOME
from portal.domain.roles import Role
from tests.signed_in import grant
from tests.ui.hands import as_user


def test_who_works_for_an_issuer_reads_there_only_what_is_owed_as_its_customer(
    portal: Portal, owner: int, pedro: int, issuer: int, abc: int
) -> None:
    grant(portal, owner, Role.CUSTOMER, issuer, abc)
    seen = [as_user(portal, person, HOME) for person in (owner, pedro)]
    mine, theirs = ([one.value for one in app.metric] for app in seen)
    assert mine == theirs != []
    assert not any("deben" in one.value for one in seen[0].markdown)
