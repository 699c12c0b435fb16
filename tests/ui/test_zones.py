"""Instants stand in the zone of the issuer that a page is about; those of several zones in the portal's own."""

from __future__ import annotations

import pytest

from portal.app.portal import Portal
from portal.app.reading import zone_of
from portal.app.threads.writing import Said, write_comment
from portal.clock import BOGOTA
from portal.domain.places import COMMENTS
from portal.ledger.looks import change_place
from portal.render.labels import Labels
from tests.factories import FrozenClock
from tests.signed_in import issuer_named
from tests.ui.hands import acting, as_user
from tests.ui.test_threads_page import document, on_document

TOKYO = "Asia/Tokyo"


@pytest.fixture
def issuer(portal: Portal) -> int:
    """Ejemplar, which is in Tokyo."""
    found = issuer_named(portal, "Ejemplar S.A.S.")
    with portal.ledger.write("test") as unit:
        change_place(unit, found, "es", TOKYO)
        unit.commit()
    return found


def test_both_sides_read_on_the_issuers_clock(
    portal: Portal, clock: FrozenClock, issuer: int, pedro: int, owner: int
) -> None:
    write_comment(portal, acting(portal, pedro), document(portal), Said("¿Y el flete?", "k"))
    there, here = Labels(timezone=TOKYO).moment(clock.now()), Labels().moment(clock.now())
    assert there != here
    for person in (pedro, owner):
        captions = [one.value for one in on_document(portal, person).caption]
        assert there in captions and here not in captions
    (table,) = as_user(portal, owner, COMMENTS).dataframe
    assert f'"timezone": "{TOKYO}"' in table.proto.columns and BOGOTA not in table.proto.columns


def test_issuers_of_several_zones_have_none_in_common(portal: Portal, issuer: int) -> None:
    assert zone_of(portal, {issuer}) == TOKYO
    assert zone_of(portal, {issuer, issuer + 1}) == zone_of(portal, set()) == BOGOTA
