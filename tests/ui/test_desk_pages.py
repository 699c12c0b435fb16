"""What an issuer's people do on their pages, and that nobody else gets there."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from portal.app.access_requests import ask_access, waiting_requests
from portal.app.accounts.invitations import open_invitations
from portal.app.desks import to_confirm
from portal.app.issuer_settings import read_settings
from portal.app.joining import join_link
from portal.app.links import State, create_link, list_links
from portal.app.looks import Look, read_look
from portal.app.mail_lists import list_mails
from portal.app.mailing import Template
from portal.app.people import people_of_customer, staff_of_issuer
from portal.app.portal import Portal
from portal.domain.access import Right, operator
from portal.domain.places import AUDIT, LINKS, METHODS, RECEIVABLES, REQUESTS, SETTINGS, STAFF, Place
from portal.domain.roles import Role
from portal.domain.tokens import session_hash
from portal.ledger.audit import Where
from portal.ui.nav import script
from tests.factories import ABC, OTRA, bring, facts
from tests.signed_in import grant, issuer_named, new_user, signed_in
from tests.ui.conftest import SHELL, Click, Visit
from tests.ui.hands import acting, as_user, errors, press, ran, tables, toasts

HERE = Where("203.0.113.9", "Firefox")
NOT_FOUND = "No encontramos lo que buscas. Revisa la dirección o vuelve al inicio."


@pytest.mark.parametrize("place", [LINKS, REQUESTS, METHODS, STAFF, SETTINGS, AUDIT], ids=lambda place: place.address)
def test_a_customers_person_finds_no_desk(portal: Portal, pedro: int, place: Place) -> None:
    app = AppTest.from_file(str(script(place)), default_timeout=30)
    app.user = {"sid": session_hash(signed_in(portal, pedro))}
    assert [one.value for one in ran(app).info] == [NOT_FOUND] and not app.dataframe


@pytest.mark.parametrize("page", sorted((script(LINKS).parent).glob("*.py")), ids=lambda page: page.name)
def test_a_desk_asked_for_cold_and_signed_out_shows_one_sentence(portal: Portal, page: Path) -> None:
    app = AppTest.from_file(str(page), default_timeout=30)
    app.user = {}
    assert len(ran(app).info) == 1 and not app.dataframe and not app.button


class TestLinks:
    def test_a_link_is_made_and_its_address_stands_there_to_copy(
        self, portal: Portal, owner: int, abc: int, issuer: int
    ) -> None:
        app = as_user(portal, owner, LINKS)
        app.selectbox(key="cliente-enlace").set_value(abc)
        app.number_input(key="dias").set_value(30)
        press(ran(app), "Crear enlace")
        (made,) = list_links(portal, operator("test"))
        assert [code.value for code in app.code] == [made.url]
        assert (made.link.expires_at - made.link.created_at).days == 30 and made.made_by == "Marta Ríos"
        assert "Empresa ABC" in tables(press(app, "Volver a la lista"))

    def test_the_register_is_searched_by_the_customers_name(self, portal: Portal, owner: int, abc: int) -> None:
        create_link(portal, operator("test"), abc)
        app = as_user(portal, owner, LINKS)
        app.text_input(key="buscar-enlace").set_value("nadie")
        assert "Ningún enlace" in ran(app).info[0].value
        app.text_input(key="buscar-enlace").set_value("abc empresa")
        assert "Empresa ABC" in tables(ran(app))

    def test_renewed_mailed_and_revoked(self, portal: Portal, owner: int, abc: int, click: Click) -> None:
        made = create_link(portal, operator("test"), abc)
        app = as_user(portal, owner, LINKS)
        click("enlaces-boton-0", 0)
        assert ran(app).code[0].value == made.url
        assert toasts(press(app, "Renovar el enlace")) == ["Enlace renovado: envía la dirección nueva."]
        assert app.code[0].value not in (made.url, None)
        app.text_input(key=f"para-{made.link.id}").set_value("no es una dirección")
        assert "no es una dirección de correo" in errors(press(app, "Enviar"))[0]
        app.text_input(key=f"para-{made.link.id}").set_value("otra@abc.example")
        assert toasts(press(app, "Enviar")) == ["Correo en camino."]
        (mail,) = list_mails(portal, operator("test"), 10)
        assert (mail.template, mail.recipient) == (Template.PERSONAL_LINK, "otra@abc.example")
        assert toasts(press(app, "Revocar")) == ["Enlace revocado."]
        assert list_links(portal, operator("test"))[0].state is State.REVOKED and not app.code

    def test_the_mail_begins_with_the_customers_own_address(
        self, portal: Portal, owner: int, abc: int, click: Click
    ) -> None:
        made = create_link(portal, operator("test"), abc)
        app = as_user(portal, owner, LINKS)
        click("enlaces-boton-0", 0)
        assert ran(app).text_input(key=f"para-{made.link.id}").value == ABC.email

    def test_somebody_elses_link_is_not_there(self, portal: Portal, owner: int, abc: int) -> None:
        bring(portal, facts("FE-9", issuer=OTRA))
        stranger = new_user(portal, "dueno@otra.example", "Otro")
        grant(portal, stranger, Role.OWNER, issuer_named(portal, OTRA.name))
        made = create_link(portal, acting(portal, owner), abc)
        app = as_user(portal, stranger, LINKS)
        assert not app.dataframe
        app.session_state["abierto-enlace"] = made.link.id
        assert errors(ran(app)) == [NOT_FOUND] and not app.code

    def test_who_looks_after_two_issuers_chooses_and_an_operator_may_too(
        self, portal: Portal, owner: int, abc: int
    ) -> None:
        bring(portal, facts("FE-9", issuer=OTRA))
        other = issuer_named(portal, OTRA.name)
        grant(portal, owner, Role.COLLECTOR, other)
        create_link(portal, operator("test"), abc)
        for user_id in (owner, new_user(portal, "op@portal.example", "Olga", operator=True)):
            app = as_user(portal, user_id, LINKS)
            assert "Empresa ABC" in tables(app)
            app.selectbox(key="emisor").set_value(str(other))
            assert "Empresa ABC" not in tables(ran(app))


class TestLook:
    def test_the_preview_says_what_stands_in_the_fields_and_a_button_keeps_it(
        self, portal: Portal, owner: int, issuer: int, visit: Visit
    ) -> None:
        app = as_user(portal, owner, SETTINGS)
        app.text_area(key=f"marca-{issuer}-saludo").set_value("Bienvenidos")
        app.text_input(key=f"marca-{issuer}-nombre").set_value("Cartera")
        assert {"Bienvenidos", "De: Cartera"} <= {one.value for one in ran(app).text}
        assert read_look(portal, operator("test"), issuer).look == Look()
        assert toasts(press(app, "Guardar marca")) == ["Marca guardada."]
        assert read_look(portal, operator("test"), issuer).look == Look(sender="Cartera", greeting="Bienvenidos")
        customers = AppTest.from_file(SHELL, default_timeout=30)
        customers.user = {"sid": visit(ABC.name)}
        assert "Bienvenidos" in [one.value for one in ran(customers).text]


class TestManyLinks:
    def test_all_of_the_list_get_a_link_and_who_has_an_address_a_mail(self, portal: Portal, owner: int) -> None:
        app = as_user(portal, owner, LINKS)
        app.session_state["parte"] = "Para varios clientes"
        assert "Sin enlace activo" in tables(ran(app))
        app.toggle(key="correo-varios").set_value(True)
        said = [one.value for one in press(ran(app), "Crear y enviar por correo").success]
        assert [one.split(". ")[0] for one in said] == [
            "Enlaces nuevos: 2", "Correos en camino: 1", "Sin un correo al que escribir: 1",
        ]  # fmt: skip
        assert [one.recipient for one in list_mails(portal, operator("test"), 10)] == [ABC.email]
        assert not [one.value for one in ran(app).success] and "Sin abrir" in tables(app)

    def test_a_list_of_nobody_says_what_to_do(self, portal: Portal, owner: int) -> None:
        app = as_user(portal, owner, LINKS)
        app.session_state["parte"] = "Para varios clientes"
        ran(app).text_input(key="buscar-varios").set_value("nadie")
        assert "Cambia el filtro" in ran(app).info[0].value and not app.dataframe


class TestRequests:
    @pytest.fixture
    def asked(self, portal: Portal, issuer: int) -> int:
        """Two requests: the first one fits, the second names nobody's document. The person who asked."""
        user_id = new_user(portal, "nueva@abc.example", "Nueva")
        actor = acting(portal, user_id)
        ask_access(portal, actor, issuer, ABC.tax_id, "FE-1", "1000", HERE)
        ask_access(portal, actor, issuer, "900999888", "FE-77", "5000", HERE)
        return user_id

    def test_one_that_fits_is_approved_in_one_click(
        self, portal: Portal, owner: int, asked: int, abc: int, click: Click
    ) -> None:
        app = as_user(portal, owner, REQUESTS)
        assert "FE-77" in tables(app)
        click("solicitudes-boton-0", 0)
        assert toasts(ran(app)) == ["Solicitud aprobada: la persona recibe un correo."]
        assert acting(portal, asked).scope().customers == {abc} and "FE-77" in tables(app)

    def test_one_that_does_not_fit_needs_a_customer_and_gets_the_rights_chosen(
        self, portal: Portal, owner: int, asked: int, abc: int, click: Click
    ) -> None:
        app = as_user(portal, owner, REQUESTS)
        click("solicitudes-boton-1", 1)
        (waiting,) = [one for one in waiting_requests(portal, acting(portal, owner)) if not one.fits]
        assert ran(app).button(key="aprobar").disabled
        app.text_input(key=f"cliente-{waiting.id}-buscado").set_value("ABC")
        ran(app)
        app.multiselect(key=f"permisos-{waiting.id}").set_value([Right.DOWNLOAD])
        ran(app).button(key="aprobar").click()
        ran(app)
        assert {grant.rights for grant in acting(portal, asked).grants} == {frozenset({Right.SEE, Right.DOWNLOAD})}

    def test_one_is_refused_after_a_second_click(self, portal: Portal, owner: int, asked: int, click: Click) -> None:
        app = as_user(portal, owner, REQUESTS)
        click("solicitudes-boton-1", 0)
        assert toasts(press(ran(app), "Rechazar")) == ["Solicitud rechazada."]
        assert acting(portal, asked).scope().empty

    def test_the_empty_desk_says_where_requests_come_from(self, portal: Portal, owner: int) -> None:
        assert "QR de tu tienda" in as_user(portal, owner, REQUESTS).info[0].value

    @pytest.mark.parametrize("confirms", [True, False])
    def test_who_came_by_a_link_is_confirmed_or_ended(
        self, portal: Portal, owner: int, abc: int, click: Click, confirms: bool
    ) -> None:
        link = create_link(portal, operator("test"), abc)
        joined = new_user(portal, "sumada@abc.example", "Sumada")
        join_link(portal, acting(portal, joined), (link.url or "").rpartition("/")[2], HERE)
        app = as_user(portal, owner, REQUESTS)
        click("por-confirmar-boton-0" if confirms else "por-confirmar-boton-1", 0)
        ran(app)
        assert toasts(app if confirms else press(app, "Quitar acceso"))
        assert to_confirm(portal, acting(portal, owner), 10) == []
        assert acting(portal, joined).scope().empty is not confirms


class TestStaff:
    def test_somebody_is_invited_and_the_invitation_withdrawn(
        self, portal: Portal, owner: int, issuer: int, click: Click
    ) -> None:
        app = as_user(portal, owner, STAFF)
        app.text_input(key="invitar-correo").set_value("lectora@ejemplar.example")
        app.radio(key="invitar-nivel").set_value(Role.READER)
        press(app, "Enviar invitación")
        (invitation,) = open_invitations(portal, acting(portal, owner))
        assert (invitation.email, invitation.offer.role) == ("lectora@ejemplar.example", Role.READER)
        assert "lectora@ejemplar.example,Solo lectura" in tables(app)
        click("invitaciones-equipo-boton-0", 0)
        assert toasts(ran(app)) == ["Invitación retirada."] and not open_invitations(portal, acting(portal, owner))

    def test_somebody_leaves_but_not_the_last_owner(
        self, portal: Portal, owner: int, issuer: int, click: Click
    ) -> None:
        grant(portal, new_user(portal, "luis@ejemplar.example", "Luis"), Role.COLLECTOR, issuer)
        app = as_user(portal, owner, STAFF)
        team = staff_of_issuer(portal, acting(portal, owner), issuer)
        for name, said in (("Luis", []), ("Marta Ríos", ["Marta Ríos es la única persona dueña"])):
            click("equipo-boton-0", [one.grant.user_name for one in team].index(name))
            refused = errors(press(ran(app), "Quitar del equipo"))
            assert [one[:36] for one in refused] == said
        assert [one.grant.user_name for one in staff_of_issuer(portal, acting(portal, owner), issuer)] == ["Marta Ríos"]

    def test_another_level_counts_from_the_members_next_step(
        self, portal: Portal, owner: int, issuer: int, click: Click
    ) -> None:
        luis = new_user(portal, "luis@ejemplar.example", "Luis")
        member = grant(portal, luis, Role.READER, issuer)
        at_work = as_user(portal, luis, RECEIVABLES)
        with pytest.raises(ValueError, match="Could not find"):
            at_work.switch_page(str(script(LINKS)))
        app = as_user(portal, owner, STAFF)
        team = staff_of_issuer(portal, acting(portal, owner), issuer)
        click("equipo-boton-0", [one.grant.id for one in team].index(member))
        ran(app).radio(key=f"nivel-{member}").set_value(Role.COLLECTOR)
        assert toasts(press(ran(app), "Guardar el nivel")) == ["Nivel guardado: vale desde ya."]
        assert "Luis,Cartera" in tables(app)
        ran(ran(at_work).switch_page(str(script(LINKS))))
        assert at_work.number_input(key="dias").value == 90

    def test_nobody_raises_or_lowers_themselves(self, portal: Portal, owner: int, issuer: int, click: Click) -> None:
        app = as_user(portal, owner, STAFF)
        click("equipo-boton-0", 0)
        (mine,) = staff_of_issuer(portal, acting(portal, owner), issuer)
        assert ran(app).button(key="cambiar-nivel").disabled
        app.radio(key=f"nivel-{mine.grant.id}").set_value(Role.READER)
        assert errors(press(ran(app), "Guardar el nivel")) == [
            "Nadie cambia su propio nivel: pídeselo a otra persona dueña."
        ]


def test_settings_are_saved_together(portal: Portal, owner: int, issuer: int) -> None:
    app = as_user(portal, owner, SETTINGS)
    app.toggle(key="ajuste-dispositivo").set_value(True)
    app.toggle(key="ajuste-automatico").set_value(True)
    assert toasts(press(app, "Guardar")) == ["Ajustes guardados."]
    now = read_settings(portal, acting(portal, owner), issuer)
    assert (now.second_factor, now.device_code, now.auto_requests) == (False, True, True)


class TestAudit:
    def test_an_issuer_reads_its_own_and_no_other_ones(self, portal: Portal, owner: int, abc: int) -> None:
        bring(portal, facts("FE-9", issuer=OTRA))
        theirs = new_user(portal, "dueno@otra.example", "Otro")
        grant(portal, theirs, Role.OWNER, issuer_named(portal, OTRA.name))
        create_link(portal, acting(portal, owner), abc)
        assert "Creó un enlace,Marta Ríos,,Empresa ABC S.A.S.,días: 90" in tables(as_user(portal, owner, AUDIT))
        assert not as_user(portal, theirs, AUDIT).dataframe

    def test_it_is_filtered_by_what_happened(self, portal: Portal, owner: int, abc: int) -> None:
        create_link(portal, acting(portal, owner), abc)
        app = as_user(portal, owner, AUDIT)
        app.multiselect(key="evento").set_value(["link_opened"])
        assert "Quita el filtro" in ran(app).info[0].value


def test_the_people_of_a_customer_stand_beside_its_link(
    portal: Portal, owner: int, pedro: int, abc: int, click: Click
) -> None:
    create_link(portal, operator("test"), abc)
    app = as_user(portal, owner, LINKS)
    click("enlaces-boton-0", 0)
    assert "pedro@abc.example" in tables(ran(app))
    app.text_input(key="invitar-correo").set_value("colega@abc.example")
    press(app, "Enviar invitación")
    assert [one.offer.customer_id for one in open_invitations(portal, acting(portal, owner))] == [abc]
    assert len(people_of_customer(portal, acting(portal, owner), abc)) == 1
