"""A contact that mails come back from says so, and is tried again by its button; who gets no mails is told so."""

from __future__ import annotations

from portal.app.bouncing import bounce
from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.app.standing import standings
from portal.domain.access import operator
from portal.domain.bounces import Failure
from portal.domain.places import CUSTOMERS, PREFERENCES
from portal.ledger.links import owner_of
from tests.factories import ABC
from tests.signed_in import new_user
from tests.ui.hands import as_user, ran, toasts

BOSS = operator("test")


def test_a_contact_that_nothing_reaches_says_why_and_is_tried_again(portal: Portal, owner: int, abc: int) -> None:
    with portal.ledger.write("test") as unit:
        issuer = owner_of(unit.conn, abc)
        assert issuer is not None
        mail_id = post_mail(portal, unit, Template.PASSWORD_CHANGED, ABC.email, "es", {"link": "https://x.example"})
        bounce(unit, mail_id, ABC.email, issuer[0], Failure("5.1.1", "550 no"))
        unit.commit()
    app = as_user(portal, owner, CUSTOMERS)
    app.query_params["cliente"] = str(abc)
    told = [one.value for one in ran(app).warning]
    assert any("la dirección no existe" in one and f"`{ABC.email}`" in one for one in told)
    next(one for one in app.button if str(one.key).startswith("intentar-")).click()
    assert toasts(ran(app)) == ["Se le vuelve a escribir a esa dirección."]
    assert standings(portal, BOSS, abc) == {}


def test_who_gets_no_mails_is_told_so(portal: Portal, abc: int) -> None:
    app = as_user(portal, new_user(portal, "nadie@x.example", "Nadie"), PREFERENCES)
    assert "Ningún proveedor" in app.info[0].value
