"""Who looks after a customer's people gives what they hold themselves, and no more."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.accounts.invitations import open_invitations
from portal.app.portal import Portal
from portal.domain.access import Right
from portal.domain.places import PEOPLE
from portal.domain.roles import Role
from portal.domain.tokens import session_hash
from portal.ui.nav import script
from tests.factories import XYZ
from tests.signed_in import customer_named, grant, new_user, signed_in
from tests.ui.conftest import Click
from tests.ui.hands import acting, as_user, press, ran, tables, toasts

HELD = frozenset({Right.SEE, Right.DOWNLOAD, Right.MANAGE})


@pytest.fixture
def manager(portal: Portal, issuer: int, abc: int) -> int:
    user_id = new_user(portal, "gerente@abc.example", "Gerente")
    grant(portal, user_id, Role.CUSTOMER, issuer, abc, HELD)
    return user_id


def row_of(app: AppTest, abc: int, name: str) -> int:
    return [*app.dataframe[0].value["Persona"]].index(name)


def test_who_may_not_manage_does_not_find_the_page(portal: Portal, pedro: int) -> None:
    app = AppTest.from_file(str(script(PEOPLE)), default_timeout=30)
    app.user = {"sid": session_hash(signed_in(portal, pedro))}
    assert len(ran(app).info) == 1 and not app.dataframe


def test_only_the_people_of_the_own_customer_are_listed(portal: Portal, manager: int, pedro: int, issuer: int) -> None:
    grant(portal, new_user(portal, "x@xyz.example", "De Otro"), Role.CUSTOMER, issuer, customer_named(portal, XYZ.name))
    said = tables(as_user(portal, manager, PEOPLE))
    assert "Pedro" in said and "Gerente" in said and "De Otro" not in said


def test_a_colleague_is_invited_with_the_rights_that_one_holds(portal: Portal, manager: int, abc: int) -> None:
    app = as_user(portal, manager, PEOPLE)
    offered = app.multiselect(key="invitar-permisos")
    assert offered.options == ["Descargar", "Administrar personas"]
    app.text_input(key="invitar-correo").set_value("colega@abc.example")
    assert toasts(press(app, "Enviar invitación"))
    (invitation,) = open_invitations(portal, acting(portal, manager))
    assert (invitation.offer.customer_id, invitation.offer.rights) == (abc, {Right.SEE, Right.DOWNLOAD})


def test_rights_are_changed_and_taken_away(portal: Portal, manager: int, pedro: int, abc: int, click: Click) -> None:
    app = as_user(portal, manager, PEOPLE)
    click("personas-" + str(abc) + "-boton-0", row_of(app, abc, "Pedro"))
    (held,) = acting(portal, pedro).grants
    rights = next(one for one in ran(app).multiselect if one.key != "invitar-permisos")
    rights.set_value([Right.DOWNLOAD])
    assert toasts(press(ran(app), "Guardar permisos")) == ["Permisos guardados."]
    assert [one.rights for one in acting(portal, pedro).grants] == [{Right.SEE, Right.DOWNLOAD}] != [held.rights]
    click("personas-" + str(abc) + "-boton-0", row_of(app, abc, "Pedro"))
    assert toasts(press(ran(app), "Quitar acceso")) == ["Acceso quitado."]
    assert acting(portal, pedro).scope().empty
