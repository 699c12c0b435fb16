"""How tests use a page: as somebody who has signed in, by its buttons, reading what it says."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from portal.app.portal import Portal
from portal.app.sessions import user_actor
from portal.domain.access import Actor
from portal.domain.places import Place
from portal.domain.tokens import session_hash
from portal.ledger.users import user_by_id
from portal.ui.nav import script
from tests.signed_in import signed_in
from tests.ui.conftest import SHELL


def acting(portal: Portal, user_id: int) -> Actor:
    with portal.ledger.read() as conn:
        user = user_by_id(conn, user_id)
    assert user is not None
    return user_actor(portal, user)


def as_user(portal: Portal, user_id: int, place: Place) -> AppTest:
    """The page of a place, as this person sees it."""
    app = AppTest.from_file(SHELL, default_timeout=30)
    app.user = {"sid": session_hash(signed_in(portal, user_id))}
    return ran(ran(app).switch_page(str(script(place))))


def ran(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception
    return app


def press(app: AppTest, name: str) -> AppTest:
    """The button with this name."""
    found = [one for one in app.button if one.label == name]
    assert found, [one.label for one in app.button]
    found[-1].click()
    return ran(app)


def toasts(app: AppTest) -> list[str]:
    return [one.value.replace("\\", "") for one in app.toast]


def errors(app: AppTest) -> list[str]:
    return [one.value.replace("\\", "") for one in app.error]


def tables(app: AppTest) -> str:
    return "\n".join(one.value.to_csv() for one in app.dataframe)
