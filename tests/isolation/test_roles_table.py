"""docs/roles.md says what the code does: no right, role, page, route or job more, and none less."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.app.jobs import WORK
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import Right
from portal.domain.places import PLACES, Place
from portal.domain.roles import CUSTOMER_RIGHTS, Role, rights_of
from portal.web.app import WebParts
from tests.isolation.matrix import CUSTOMER, GIVEN, ISSUER, NEVER, YES, actors, holding, routes_of, table
from workers.actors import LANES

RIGHTS_TABLE, PAGES_TABLE, ROUTES_TABLE, JOBS_TABLE = (table(name) for name in ("Rights", "Pages", "Routes", "Jobs"))


def test_every_right_and_every_role_has_its_place() -> None:
    assert set(RIGHTS_TABLE) == {str(right) for right in Right}
    columns = {*map(str, Role), "link", "operator"}
    assert {name for row in RIGHTS_TABLE.values() for name in row} == columns | {"what it is for"}
    assert {name for row in PAGES_TABLE.values() for name in row} == columns | {"stranger"}


@pytest.mark.parametrize("role", actors())
def test_a_role_has_the_rights_that_the_table_says(role: str) -> None:
    actor = actors()[role]
    held = {str(right) for right in Right if actor.scope(right).covers(ISSUER, CUSTOMER)}
    assert held == {right for right, row in RIGHTS_TABLE.items() if row[role] in (YES, GIVEN)}


def test_a_customers_person_has_what_the_grant_names_and_sees_always() -> None:
    given = {Right(right) for right, row in RIGHTS_TABLE.items() if row["customer"] == GIVEN}
    assert given | {Right.SEE} == CUSTOMER_RIGHTS
    for right in Right:
        named = rights_of(Role.CUSTOMER, frozenset({right}))
        assert named == ({right, Right.SEE} if right in given else {Right.SEE})


def test_nobody_but_customers_is_given_rights_one_by_one() -> None:
    assert {name for row in RIGHTS_TABLE.values() for name, cell in row.items() if cell == GIVEN} == {"customer"}


def test_every_page_has_a_row_and_every_row_a_page() -> None:
    assert set(PAGES_TABLE) == {f"/{place.address}" for place in PLACES}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.address)
def test_a_page_opens_to_the_roles_that_the_table_says(place: Place) -> None:
    row = PAGES_TABLE[f"/{place.address}"]
    assert place.opens_to(None) is (row["stranger"] == YES)
    for role, actor in actors().items():
        assert place.opens_to(actor) is (row[role] != NEVER), role
    if row["customer"] not in (YES, NEVER):
        wanted = Right(row["customer"])
        assert place.opens_to(holding(frozenset({wanted})))
        assert not place.opens_to(holding(CUSTOMER_RIGHTS - {wanted}))


def test_every_route_has_a_row_and_every_row_a_route(tmp_path: Path) -> None:
    portal = build(Settings(home=tmp_path))
    assert sorted(ROUTES_TABLE) == sorted(set(routes_of(WebParts(portal).routes)))
    portal.close()


def test_every_job_and_queue_has_a_row() -> None:
    assert set(JOBS_TABLE) == set(WORK)
    assert {row["queue"] for row in JOBS_TABLE.values()} == set(LANES)
