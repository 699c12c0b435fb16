"""The ways in over HTTP, against the real server, with the mails that it writes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from itertools import count

import httpx
import pyotp
import pytest

from portal.app.accounts import passwords
from portal.app.accounts.invitations import invite
from portal.app.accounts.second_factor import begin_totp, confirm_totp
from portal.app.issuer_settings import set_settings
from portal.app.jobs import hurry_unclaimed
from portal.domain.access import Right, operator
from portal.domain.roles import Role
from portal.domain.tokens import session_hash
from portal.ledger.audit import Where
from portal.ledger.grants import add_grant
from portal.ledger.parties import customer_by_id
from portal.ledger.users import add_user, set_user, user_by_email
from tests.app.accounts.ways import sign_in_password
from tests.web.conftest import OURS, World, path_of
from tests.web.mailbox import code_in, next_mail, path_in

PASSWORD = "correcto caballo grapa"
BOSS, HERE = operator("test"), Where("127.0.0.1", "test")
NUMBERS = count(1)


@pytest.fixture
def address() -> str:
    """Nobody's yet."""
    return f"persona{next(NUMBERS)}@correo.example"


@pytest.fixture
def browser(world: World) -> Iterator[httpx.Client]:
    """A browser that has looked at the sign-in page."""
    with httpx.Client(base_url=world.running.url, timeout=30, headers=OURS) as client:
        client.get("/sign-in")
        yield client


def made(world: World, address: str, **columns: object) -> int:
    """A user; returns the id."""
    with world.running.portal.ledger.write("test") as unit:
        user_id = add_user(unit, address, "Persona")
        set_user(unit, user_id, password_hash=passwords.hash_new_password(PASSWORD, address), **columns)
        unit.commit()
    return user_id


def is_in(client: httpx.Client) -> bool:
    return client.get("/sign-out").status_code == 200


def ticket(world: World, client: httpx.Client, address: str) -> str:
    browser = session_hash(client.cookies["portal-pre"])
    return sign_in_password(world.running.portal, address, PASSWORD, browser, HERE).token


class TestFinish:
    def test_the_ticket_of_a_right_password_lets_its_browser_in(
        self, world: World, browser: httpx.Client, address: str
    ) -> None:
        made(world, address)
        answer = browser.get("/auth/finish", params={"ticket": ticket(world, browser, address), "next": "/documentos"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/documentos")
        assert is_in(browser)

    def test_the_session_that_the_browser_had_ends(self, world: World, browser: httpx.Client, address: str) -> None:
        made(world, address)
        browser.get("/auth/finish", params={"ticket": ticket(world, browser, address)})
        before = browser.cookies["portal"]
        browser.get("/auth/finish", params={"ticket": ticket(world, browser, address)})
        assert browser.cookies["portal"] != before and is_in(browser)
        with httpx.Client(base_url=world.running.url, cookies={"portal": before}) as thief:
            assert not is_in(thief)

    def test_it_is_good_once_and_in_no_other_browser(self, world: World, browser: httpx.Client, address: str) -> None:
        made(world, address)
        token = ticket(world, browser, address)
        with httpx.Client(base_url=world.running.url, headers=OURS) as other:
            other.get("/sign-in")
            assert other.get("/auth/finish", params={"ticket": token}).status_code == 422
        assert browser.get("/auth/finish", params={"ticket": token}).status_code == 303
        assert browser.get("/auth/finish", params={"ticket": token}).status_code == 422

    @pytest.mark.parametrize(
        "to",
        ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/auth/x", "/\r\nX: y"],
    )
    def test_it_leads_to_pages_of_ours_only(self, world: World, browser: httpx.Client, address: str, to: str) -> None:
        made(world, address)
        answer = browser.get("/auth/finish", params={"ticket": ticket(world, browser, address), "next": to})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


class TestCode:
    def ask(self, browser: httpx.Client, address: str) -> httpx.Response:
        return browser.post("/auth/code", data={"email": address, "next": "/"})

    def test_six_digits_by_mail_let_in(self, world: World, browser: httpx.Client, address: str) -> None:
        made(world, address)
        assert self.ask(browser, address).status_code == 200
        code = code_in(next_mail(world.running.portal.settings.home, address))
        answer = browser.post("/auth/code/check", data={"email": address, "code": code, "next": "/documentos"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/documentos")
        assert is_in(browser)

    def test_the_link_lets_in_by_post_and_only_the_browser_that_asked(
        self, world: World, browser: httpx.Client, address: str
    ) -> None:
        made(world, address)
        self.ask(browser, address)
        path = path_in(next_mail(world.running.portal.settings.home, address))
        for _ in range(20):
            assert browser.get(path).status_code == 200
        with httpx.Client(base_url=world.running.url, headers=OURS) as other:
            other.get("/sign-in")
            assert other.post(path).status_code == 422 and not is_in(other)
        assert browser.post(path).status_code == 303 and is_in(browser)
        assert browser.post(path).status_code == 422

    def test_nothing_on_screen_tells_whether_an_address_is_known(
        self, world: World, browser: httpx.Client, address: str
    ) -> None:
        made(world, address)
        known, unknown = self.ask(browser, address), self.ask(browser, f"no-{address}")
        assert known.status_code == unknown.status_code == 200
        assert known.text.replace(address, "") == unknown.text.replace(f"no-{address}", "")

    def test_a_wrong_code_is_told_on_the_same_page(self, world: World, browser: httpx.Client, address: str) -> None:
        made(world, address)
        self.ask(browser, address)
        answer = browser.post("/auth/code/check", data={"email": address, "code": "000000", "next": "/"})
        assert answer.status_code == 422 and "no es válido" in answer.text and address in answer.text
        assert not is_in(browser)


class TestSignUp:
    def test_name_address_consent_and_one_code_make_an_account(
        self, world: World, browser: httpx.Client, address: str
    ) -> None:
        said = {"name": "Marta <b>Gil", "email": address, "consent": "on", "next": "/q/ejemplar-s-a-s"}
        assert browser.post("/auth/sign-up", data=said).status_code == 200
        portal = world.running.portal
        with portal.ledger.read() as conn:
            assert user_by_email(conn, address) is None, "nothing exists before the proof"
        code = code_in(next_mail(portal.settings.home, address))
        answer = browser.post("/auth/code/check", data={"email": address, "code": code, "next": said["next"]})
        assert (answer.status_code, answer.headers["location"]) == (303, said["next"])
        with portal.ledger.read() as conn:
            user = user_by_email(conn, address)
        assert user is not None and user.name == "Marta <b>Gil"

    def test_without_consent_there_is_no_account(self, browser: httpx.Client, address: str) -> None:
        answer = browser.post("/auth/sign-up", data={"name": "Marta", "email": address})
        assert answer.status_code == 422 and "aceptes el tratamiento" in answer.text
        assert 'value="Marta"' in answer.text

    def test_what_was_typed_comes_back_as_text(self, browser: httpx.Client) -> None:
        answer = browser.post("/auth/sign-up", data={"name": '"><script>x()</script>', "email": "nada"})
        assert answer.status_code == 422 and "<script>x" not in answer.text

    def test_the_notice_can_be_read(self, browser: httpx.Client) -> None:
        assert "Aviso de privacidad" in browser.get("/auth/privacy").text


class TestReset:
    def test_the_old_password_holds_until_the_new_one_is_sent(
        self, world: World, browser: httpx.Client, address: str
    ) -> None:
        made(world, address)
        browser.post("/auth/forgot", data={"email": address})
        path = path_in(next_mail(world.running.portal.settings.home, address))
        assert browser.get(path).status_code == 200
        assert ticket(world, browser, address)
        weak = browser.post(path, data={"password": "12345678"})
        assert weak.status_code == 422 and not is_in(browser)
        assert browser.post(path, data={"password": "otra frase bien larga"}).status_code == 303
        assert is_in(browser)
        with pytest.raises(Exception, match="no coinciden"):
            ticket(world, browser, address)


class TestInvitation:
    def offered(self, world: World, address: str) -> str:
        portal = world.running.portal
        customer = customer_by_id_of(world)
        invite(portal, BOSS, address, customer[0], customer[1], Role.CUSTOMER, [Right.SEE, Right.PAY], "es")
        hurry_unclaimed(portal)  # the server's relay would look ten seconds later
        return path_in(next_mail(portal.settings.home, address))

    def test_who_is_new_gives_name_and_consent_and_sees_the_documents(
        self, world: World, browser: httpx.Client, address: str
    ) -> None:
        path = self.offered(world, address)
        assert world.ana.name in browser.get(path).text
        refused = browser.post(path, data={"name": "Luz"})
        assert refused.status_code == 422
        assert browser.post(path, data={"name": "Luz", "consent": "on"}).status_code == 303
        assert browser.get(f"/documents/{world.bob.document_id}.pdf").status_code == 404
        assert browser.get(f"/documents/{world.ana.document_id}.pdf").status_code == 404, "may see, not download"
        assert browser.post(path, data={"name": "Luz", "consent": "on"}).status_code == 422

    def test_somebody_elses_session_takes_nothing(self, world: World, browser: httpx.Client, address: str) -> None:
        made(world, f"otra-{address}")
        browser.get("/auth/finish", params={"ticket": ticket(world, browser, f"otra-{address}")})
        answer = browser.post(self.offered(world, address), data={})
        assert answer.status_code == 422 and address in answer.text


class TestSecondFactor:
    def test_a_session_that_owes_it_gets_no_further(self, world: World, browser: httpx.Client, address: str) -> None:
        user_id = made(world, address)
        secret = with_factor(world, user_id)
        answer = browser.get("/auth/finish", params={"ticket": ticket(world, browser, address), "next": "/inicio"})
        assert answer.headers["location"] == "/auth/second-factor?next=%2Finicio"
        assert not is_in(browser) and browser.get("/exports/1").status_code == 401
        wrong = browser.post("/auth/second-factor", data={"code": "000000", "next": "/inicio"})
        assert wrong.status_code == 422 and not is_in(browser)
        right = pyotp.TOTP(secret).at(int(time.time()))
        done = browser.post("/auth/second-factor", data={"code": right, "next": "/inicio"})
        assert (done.status_code, done.headers["location"]) == (303, "/inicio")
        assert is_in(browser)

    def test_staff_of_an_issuer_that_asks_for_it_sets_it_up_on_the_way_in(
        self, world: World, browser: httpx.Client, address: str
    ) -> None:
        portal, (issuer_id, _) = world.running.portal, customer_by_id_of(world)
        user_id = made(world, address)
        with portal.ledger.write("test") as unit:
            add_grant(unit, user_id, issuer_id, None, Role.READER, [], "operator")
            unit.commit()
        set_settings(portal, BOSS, issuer_id, second_factor=True)
        try:
            browser.get("/auth/finish", params={"ticket": ticket(world, browser, address)})
            page = browser.get("/auth/second-factor").text
            secret = "".join(page.partition("<pre>")[2].split("<")[0].split())
            assert "<svg" in page and f"secret={secret}" in page  # to scan, to tap on the phone itself, to type
            wrong = browser.post("/auth/second-factor", data={"code": "1", "next": "/inicio"})
            assert wrong.status_code == 422 and "/auth/second-factor?next=%2Finicio" in wrong.text
            answer = browser.post("/auth/second-factor", data={"code": pyotp.TOTP(secret).now(), "next": "/"})
            assert "códigos de recuperación" in answer.text and is_in(browser)
            assert len(re.findall(r"\b\w{4}-\w{4}-\w{4}-\w{4}\b", answer.text)) == 10
        finally:
            set_settings(portal, BOSS, issuer_id, second_factor=False)


def test_who_has_signed_in_is_past_the_sign_in_page(world: World, browser: httpx.Client, address: str) -> None:
    made(world, address)
    finish = {"ticket": ticket(world, browser, address), "next": "/inicio", "lang": "en"}
    assert browser.get("/auth/finish", params=finish).headers["location"] == "/inicio?lang=en"
    assert browser.get("/sign-in").headers["location"] == "/"


class TestShop:
    def test_the_qr_greets_a_stranger_in_the_issuers_name(self, browser: httpx.Client) -> None:
        page = browser.get("/q/ejemplar-s-a-s")
        assert page.status_code == 200 and "Ejemplar S.A.S." in page.text
        assert "/auth/code?next=%2Fq%2Fejemplar-s-a-s" in page.text
        assert browser.get("/q/nadie").status_code == 404

    def test_who_sees_its_documents_goes_straight_there_others_ask(
        self, world: World, browser: httpx.Client, address: str
    ) -> None:
        user_id = made(world, address)
        browser.get("/auth/finish", params={"ticket": ticket(world, browser, address)})
        assert "Pedir acceso" in browser.get("/q/ejemplar-s-a-s").text
        said = {"tax_id": "900555666", "number": "FE-1", "total": "1000"}
        sent = browser.post("/q/ejemplar-s-a-s", data=said)
        unfit = browser.post("/q/ejemplar-s-a-s", data=said | {"tax_id": "900555667", "number": "FE-9"})
        assert sent.status_code == unfit.status_code == 200 and sent.text == unfit.text
        issuer_id, customer_id = customer_by_id_of(world)
        with world.running.portal.ledger.write("test") as unit:
            add_grant(unit, user_id, issuer_id, customer_id, Role.CUSTOMER, [Right.SEE], "operator")
            unit.commit()
        assert browser.get("/q/ejemplar-s-a-s").headers["location"] == "/documentos"

    @pytest.mark.parametrize("automatic", [True, False])
    def test_a_new_person_fills_in_four_fields_and_one_code(
        self, world: World, browser: httpx.Client, address: str, automatic: bool
    ) -> None:
        portal, (issuer_id, _) = world.running.portal, customer_by_id_of(world)
        set_settings(portal, BOSS, issuer_id, auto_requests=automatic)
        said = {"email": address, "tax_id": "900.555.666", "number": "fe 1", "total": "1.000,00"}
        page = browser.post("/q/ejemplar-s-a-s", data=said | {"consent": "on"})
        assert page.status_code == 200 and "/q/ejemplar-s-a-s/code" in page.text
        code = code_in(next_mail(portal.settings.home, address))
        answer = browser.post("/q/ejemplar-s-a-s/code", data=said | {"code": code})
        assert (answer.status_code, answer.headers["location"]) == (303, "/q/ejemplar-s-a-s?enviada=1")
        sees = browser.get(f"/documents/{world.ana.document_id}.pdf").status_code == 200
        assert sees is automatic
        then = browser.get(answer.headers["location"])
        assert automatic or "Solicitud enviada" in then.text
        assert then.headers.get("location") == ("/documentos" if automatic else None)
        assert browser.get(f"/documents/{world.bob.document_id}.pdf").status_code == 404


class TestLinkWhileSignedIn:
    def test_it_offers_to_join_and_never_replaces_the_session(
        self, world: World, browser: httpx.Client, address: str
    ) -> None:
        made(world, address)
        browser.get("/auth/finish", params={"ticket": ticket(world, browser, address)})
        cookie, link = browser.cookies["portal"], world.link(world.ana)
        page = browser.get(path_of(link)).text
        assert "Sumar a mi cuenta" in page and world.ana.name in page and "<script>" not in page
        assert browser.get(f"/documents/{world.ana.document_id}.pdf").status_code == 404, "looking joins nothing"
        assert browser.post(path_of(link)).status_code == 303
        assert browser.cookies["portal"] == cookie
        assert browser.get(f"/documents/{world.ana.document_id}.pdf").status_code == 200
        assert browser.get(f"/documents/{world.bob.document_id}.pdf").status_code == 404


class TestDevice:
    def test_a_new_device_shows_a_code_first_where_the_issuer_asks(self, world: World) -> None:
        portal, (issuer_id, _) = world.running.portal, customer_by_id_of(world)
        set_settings(portal, BOSS, issuer_id, device_code=True)
        try:
            with httpx.Client(base_url=world.running.url, headers=OURS) as phone:
                path = path_of(world.link(world.ana))
                asked = phone.post(path)
                assert "código" in asked.text and not is_in(phone) and "portal-pre" in phone.cookies
                code = code_in(next_mail(portal.settings.home, "pagos@abc.example"))
                assert phone.post(path, data={"code": "999999"}).status_code == 422
                assert phone.post(path, data={"code": code}).status_code == 200
                assert phone.post(path).status_code == 303 and is_in(phone)
        finally:
            set_settings(portal, BOSS, issuer_id, device_code=False)


def customer_by_id_of(world: World) -> tuple[int, int]:
    """(issuer, customer) of Ana."""
    with world.running.portal.ledger.read() as conn:
        customer = customer_by_id(conn, world.ana.customer_id)
    return customer.issuer_id, customer.id


def with_factor(world: World, user_id: int) -> str:
    """Turn a second factor on; returns its secret."""
    portal = world.running.portal
    secret, _ = begin_totp(portal, user_id)
    confirm_totp(portal, user_id, pyotp.TOTP(secret).at(int(time.time()) - 30), "0" * 64, "", HERE)
    return secret
