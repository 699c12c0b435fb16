"""The documents added up: within what the actor sees, with the names of the groups."""

from __future__ import annotations

from portal.app.analysis import analyse
from portal.app.portal import Portal
from portal.domain.access import Actor, By
from portal.views.filters import DocumentFilter
from portal.views.groups import Grouping, Measure
from tests.app.people import BOSS
from tests.factories import ABC, EJEMPLAR, OTRA, bring, facts


def named(portal: Portal, actor: Actor, by: Grouping) -> list[tuple[str, int]]:
    found = analyse(portal, actor, DocumentFilter(), by, None, Measure.DEBITS, 50, 0)
    rows = found.groups.rows
    return [
        (found.names.get(row.key, "") if isinstance(row.key, int) else str(row.key), row.sums.debits) for row in rows
    ]


def test_groups_bear_names_and_the_largest_comes_first(portal: Portal) -> None:
    bring(portal, facts("FE-1", 100, customer=ABC), facts("FE-2", 300, customer=OTRA), facts("FE-3", 50, customer=ABC))
    assert named(portal, BOSS, Grouping.CUSTOMER) == [(OTRA.name, 30_000), (ABC.name, 15_000)]
    assert [sums for _, sums in named(portal, BOSS, Grouping.ISSUER)] == [45_000]
    assert named(portal, BOSS, Grouping.SETTLEMENT) == [("open", 45_000)]
    assert named(portal, BOSS, Grouping.CURRENCY) == [("COP", 45_000)]


def test_a_customer_of_several_issuers_is_a_group_at_each_and_says_which(portal: Portal) -> None:
    bring(portal, facts("FE-1", 100, customer=ABC), facts("FE-1", 300, customer=ABC, issuer=OTRA))
    assert named(portal, BOSS, Grouping.CUSTOMER) == [
        (f"{ABC.name} · {OTRA.name}", 30_000),
        (f"{ABC.name} · {EJEMPLAR.name}", 10_000),
    ]


def test_whoever_sees_nothing_finds_no_group(portal: Portal) -> None:
    bring(portal, facts("FE-1", 100, customer=ABC))
    assert named(portal, Actor(By.USER, "user:1", user_id=1), Grouping.CUSTOMER) == []
