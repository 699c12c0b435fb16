"""Links to the account of «consumidor final» that were once made are closed, and the audit says so."""

from __future__ import annotations

import importlib
from datetime import timedelta

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from portal.app.checking import diagnose
from portal.app.links import LinkClosed, check_link
from portal.app.portal import Portal
from portal.domain.access import LINK_RIGHTS
from portal.domain.roles import Role
from portal.domain.tokens import make_link_token
from portal.ledger.audit import Event
from portal.ledger.grants import add_grant
from portal.ledger.links import add_link
from tests.app.people import CONSUMER, add_party, held, issuer_of, noted, person

CLOSED = importlib.import_module("portal.ledger.migrations.versions.0030_links_of_strangers")


def test_they_open_nothing_any_more_and_what_was_joined_by_them_ends(portal: Portal) -> None:
    strangers, known = add_party(portal, "900100200", CONSUMER, "900555666")
    reader, issuer_id = person(portal, "ana@peña.example"), issuer_of(portal, known)
    with portal.ledger.write("job:send_statements") as unit:
        until = unit.now + timedelta(days=90)
        bad, good = (add_link(unit, issuer_id, one, until) for one in (strangers, known))
        for customer_id in (strangers, known):
            add_grant(unit, reader, issuer_id, customer_id, Role.CUSTOMER, LINK_RIGHTS, "link")
        unit.commit()
    assert ["consumidor final" in str(one) for one in diagnose(portal)] == [True]
    for _ in range(2):
        with portal.ledger.engine.begin() as conn, Operations.context(MigrationContext.configure(conn)):
            CLOSED.upgrade()
    assert list(diagnose(portal)) == []
    with pytest.raises(LinkClosed):
        check_link(portal, make_link_token(bad, 1, portal.secret))
    assert check_link(portal, make_link_token(good, 1, portal.secret)).customer_id == known
    assert [customer_id for customer_id, *_ in held(portal, reader)] == [known]
    assert [one.subject for one in noted(portal, Event.LINK_REVOKED)] == [f"link:{bad}"]
