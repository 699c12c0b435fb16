"""Somebody who came by a QR asks for documents: three facts of one of them, and the issuer's word."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.app.access_requests import MOST_FOR_ONE, approve_request, ask_access, refuse_request, waiting_requests
from portal.app.fitting import fits_total
from portal.app.mailing import Template
from portal.app.portal import Portal
from portal.app.voiding import withdraw
from portal.domain.access import LINK_RIGHTS, Actor, Right
from portal.domain.documents import Kind
from portal.domain.money import plain
from portal.domain.parties import Party
from portal.domain.roles import CUSTOMER_RIGHTS, Role
from portal.errors import NotFound, Refused, SignInNeeded
from portal.ledger.access_requests import AccessRequest, Candidate
from portal.ledger.audit import Event
from portal.ledger.parties import customers_by_tax_id, issuer_by_tax_id
from portal.ledger.tables import documents
from portal.ledger.users import set_user
from tests.app.people import BOSS, HERE, acting, add_party, give, held, mailed, noted, person, set_issuer, staff
from tests.factories import ABC, XYZ, FrozenClock, bring, facts

FITTING = ("900.555.666-1", "fe 1", "$ 1.190,50")
ANYBODY = Party("CO", "13", "222222222222", "Consumidor final")


@pytest.fixture
def issuer(portal: Portal) -> int:
    """Ejemplar S.A.S. with an invoice FE-1 of ABC, one of Ana and one of nobody in particular."""
    bring(
        portal,
        facts("FE-1", "1190.50"),
        facts("FE-2", "50000", customer=XYZ),
        facts("FE-3", "7000", customer=ANYBODY),
        facts("FE-4", "0"),
    )
    with portal.ledger.read() as conn:
        found = issuer_by_tax_id(conn, "900100200")
    assert found is not None
    return found.id


@pytest.fixture
def abc(portal: Portal, issuer: int) -> int:
    with portal.ledger.read() as conn:
        return customers_by_tax_id(conn, issuer, ABC.tax_id)[0].id


@pytest.fixture
def luz(portal: Portal) -> Actor:
    return acting(portal, person(portal, "luz@abc.example", "Luz Marina"))


@pytest.fixture
def collector(portal: Portal, issuer: int) -> Actor:
    return staff(portal, issuer)


def only(portal: Portal, actor: Actor) -> AccessRequest:
    (request,) = waiting_requests(portal, actor)
    return request


def test_what_fits_is_approved_in_one_click(
    portal: Portal, issuer: int, abc: int, luz: Actor, collector: Actor
) -> None:
    ask_access(portal, luz, issuer, *FITTING, HERE)
    request = only(portal, collector)
    assert (request.fits, request.customer_name, request.email) == (True, ABC.name, "luz@abc.example")
    assert held(portal, request.user_id) == []
    approve_request(portal, collector, request.id, where=HERE)
    assert held(portal, request.user_id) == [(abc, LINK_RIGHTS, "request")]
    assert waiting_requests(portal, collector) == []


@pytest.mark.parametrize(
    "stated",
    [
        ("900555666", "FE-1", "1190.50"),
        ("900555666", "FE1", "1,190.50"),
        ("900 555 666", " fe-1 ", "1190,50 COP"),
        ("0900555666-1", "FE-1", "$1.190,5"),
    ],
)
def test_facts_fit_however_they_are_typed(portal: Portal, issuer: int, luz: Actor, stated: tuple[str, ...]) -> None:
    ask_access(portal, luz, issuer, *stated)
    assert only(portal, BOSS).fits


@pytest.mark.parametrize(
    "stated",
    [
        ("900555666", "FE-1", "1190.51"),
        ("900555666", "FE-1", "1190"),
        ("900555666", "FE-1", "1190.50 USD"),
        ("900555666", "FE-2", "50000"),  # somebody else's
        ("52123456", "FE-1", "1190.50"),
        ("900555666", "FE-9", "1190.50"),
        ("900555667", "FE-1", "1190.50"),
        ("222222222222", "FE-3", "7000"),  # under that id stand many people
        ("900555666", "FE-4", "0"),  # nothing is no secret
        ("1", "1", "mil 1"),
        ("900555666\x00", "FE-1 OR 1=1", "'1'"),
    ],
)
def test_one_wrong_fact_and_nothing_fits(portal: Portal, issuer: int, luz: Actor, stated: tuple[str, ...]) -> None:
    ask_access(portal, luz, issuer, *stated)
    request = only(portal, BOSS)
    assert (request.fits, request.customer_name) == (False, None)
    with pytest.raises(Refused, match="no coinciden"):
        approve_request(portal, BOSS, request.id)


def test_the_answer_the_mail_and_the_audit_do_not_tell_whether_it_fits(
    portal: Portal, issuer: int, collector: Actor, luz: Actor
) -> None:
    other = acting(portal, person(portal, "ana@abc.example", "Ana"))
    fitting = ask_access(portal, luz, issuer, *FITTING)
    missing = ask_access(portal, other, issuer, "900555666", "FE-77", "1")
    assert fitting == missing
    assert [(template, to) for template, to, _ in mailed(portal)] == [
        (Template.ACCESS_ASKED, f"collector@emisor{issuer}.example")
    ] * 2
    assert [one.actor for one in noted(portal, Event.ACCESS_ASKED)] == [luz.name, other.name]


def test_a_document_of_another_issuer_fits_nothing_here(portal: Portal, issuer: int, luz: Actor) -> None:
    bring(portal, facts("OT-1", "10", issuer=Party("CO", "31", "900300400", "Otra")))
    ask_access(portal, luz, issuer, "900555666", "OT-1", "10")
    assert not only(portal, BOSS).fits


def test_a_withdrawn_document_fits_nothing(portal: Portal, issuer: int, luz: Actor) -> None:
    with portal.ledger.write("test") as unit:
        wanted = select(documents.c.id).where(documents.c.folded_number == "FE1")
        withdraw(unit, unit.conn.execute(wanted).scalar_one(), "prueba")
        unit.commit()
    ask_access(portal, luz, issuer, *FITTING)
    assert not only(portal, BOSS).fits


@pytest.mark.parametrize(
    "stated", [("", "FE-1", "1"), ("1", " ", "1"), ("1", "FE-1", ""), ("1", "FE-1", "mil"), ("1" * 61, "FE-1", "1")]
)
def test_a_fact_that_is_missing_is_asked_for(portal: Portal, issuer: int, luz: Actor, stated: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="como aparecen en la factura"):
        ask_access(portal, luz, issuer, *stated)
    assert waiting_requests(portal, BOSS) == []


def test_only_who_is_signed_in_asks_and_only_at_an_issuer_that_is_there(
    portal: Portal, issuer: int, luz: Actor
) -> None:
    with pytest.raises(SignInNeeded):
        ask_access(portal, replace(luz, user_id=None), issuer, *FITTING)
    with pytest.raises(NotFound):
        ask_access(portal, luz, 99, *FITTING)


def test_asking_again_for_the_same_tax_id_leaves_one_line_on_the_desk(portal: Portal, issuer: int, luz: Actor) -> None:
    ask_access(portal, luz, issuer, "900555666", "FE-1", "1")
    ask_access(portal, luz, issuer, "900555666", "FE-1", "1190.50")
    assert only(portal, BOSS).total == "1190.50"


def test_five_may_wait_and_ten_be_asked_in_a_day(portal: Portal, clock: FrozenClock, issuer: int, luz: Actor) -> None:
    for number in range(5):
        ask_access(portal, luz, issuer, str(number), "FE-1", "1")
    with pytest.raises(Refused, match="5 solicitudes en espera"):
        ask_access(portal, luz, issuer, "6", "FE-1", "1")
    for _ in range(5):
        ask_access(portal, luz, issuer, "0", "FE-1", "1")
    with pytest.raises(Refused, match="10 solicitudes en un día"):
        ask_access(portal, luz, issuer, "0", "FE-1", "1")
    assert len(waiting_requests(portal, BOSS)) == 5
    clock.forward(days=1)
    ask_access(portal, luz, issuer, "0", "FE-1", "1")


def test_only_the_issuers_own_people_with_the_right_decide(portal: Portal, issuer: int, luz: Actor) -> None:
    (foreign,) = add_party(portal, "900300400", "900555666")
    with portal.ledger.read() as conn:
        other = issuer_by_tax_id(conn, "900300400")
    assert other is not None and foreign
    ask_access(portal, luz, issuer, *FITTING)
    request = only(portal, BOSS)
    for actor in (staff(portal, other.id), staff(portal, issuer, Role.READER), luz):
        assert waiting_requests(portal, actor) == []
        for act in (approve_request, refuse_request):
            with pytest.raises(NotFound):
                act(portal, actor, request.id)
    with pytest.raises(NotFound):
        approve_request(portal, BOSS, 99)


def test_a_request_is_decided_once(portal: Portal, issuer: int, luz: Actor, collector: Actor) -> None:
    ask_access(portal, luz, issuer, *FITTING)
    request = only(portal, collector)
    refuse_request(portal, collector, request.id, HERE)
    for act in (approve_request, refuse_request):
        with pytest.raises(Refused, match="ya fue respondida"):
            act(portal, collector, request.id)
    assert held(portal, request.user_id) == []
    (refused,) = noted(portal, Event.ACCESS_REFUSED)
    assert (refused.actor, refused.issuer_id, refused.address) == (collector.name, issuer, HERE.address)


def test_an_approver_may_name_the_customer_of_what_does_not_fit(
    portal: Portal, issuer: int, abc: int, luz: Actor, collector: Actor
) -> None:
    (foreign,) = add_party(portal, "900300400", "900555666")
    ask_access(portal, luz, issuer, "900555666", "FE-77", "1")
    request = only(portal, collector)
    with portal.ledger.read() as conn:
        anybody = customers_by_tax_id(conn, issuer, ANYBODY.tax_id)[0].id
    with pytest.raises(NotFound):
        approve_request(portal, collector, request.id, customer_id=foreign)
    with pytest.raises(Refused, match="Consumidor final"):
        approve_request(portal, collector, request.id, customer_id=anybody)
    approve_request(portal, collector, request.id, {Right.DOWNLOAD}, abc)
    assert held(portal, request.user_id) == [(abc, {Right.SEE, Right.DOWNLOAD}, "request")]


def test_rights_of_staff_are_not_given_to_a_customers_person(portal: Portal, issuer: int, luz: Actor) -> None:
    ask_access(portal, luz, issuer, *FITTING)
    with pytest.raises(Refused, match="no se le puede dar registrar pagos"):
        approve_request(portal, BOSS, only(portal, BOSS).id, {Right.SEE, Right.BOOK})


def test_nobody_approves_what_they_asked_themselves(portal: Portal, issuer: int, collector: Actor) -> None:
    ask_access(portal, collector, issuer, *FITTING)
    with pytest.raises(Refused, match="tu propia solicitud"):
        approve_request(portal, collector, only(portal, collector).id)


def test_nobody_loses_rights_by_asking(portal: Portal, issuer: int, abc: int, luz: Actor) -> None:
    assert luz.user_id is not None
    give(portal, luz.user_id, issuer, abc, rights=CUSTOMER_RIGHTS)
    ask_access(portal, luz, issuer, *FITTING)
    approve_request(portal, BOSS, only(portal, BOSS).id)
    assert held(portal, luz.user_id) == [(abc, CUSTOMER_RIGHTS, "request")]


def test_an_approval_is_told_by_mail_and_kept_in_the_audit(
    portal: Portal, issuer: int, abc: int, luz: Actor, collector: Actor
) -> None:
    ask_access(portal, luz, issuer, *FITTING)
    approve_request(portal, collector, only(portal, collector).id, where=HERE)
    template, to, values = mailed(portal)[-1]
    assert (template, to, values["customer"]) == (Template.ACCESS_APPROVED, "luz@abc.example", ABC.name)
    assert values["link"] == f"{portal.settings.base_url}/documentos"
    for entry in noted(portal, Event.ACCESS_APPROVED, Event.GRANTED):
        assert (entry.actor, entry.issuer_id, entry.customer_id) == (collector.name, issuer, abc)


def test_an_issuer_may_let_in_at_once_what_fits_and_only_that(portal: Portal, issuer: int, abc: int) -> None:
    set_issuer(portal, issuer, auto_requests=True)
    lucky, wrong = (acting(portal, person(portal, f"{name}@abc.example")) for name in ("luz", "ana"))
    assert ask_access(portal, lucky, issuer, *FITTING) == ask_access(portal, wrong, issuer, "900555666", "FE-1", "1")
    assert held(portal, lucky.user_id or 0) == [(abc, LINK_RIGHTS, "request")]
    assert held(portal, wrong.user_id or 0) == []
    assert only(portal, BOSS).email == "ana@abc.example"
    assert [one.actor for one in noted(portal, Event.ACCESS_APPROVED)] == [f"issuer:{issuer}"]


def test_an_issuer_without_people_is_told_at_its_own_address_if_that_is_one(
    portal: Portal, issuer: int, luz: Actor
) -> None:
    set_issuer(portal, issuer, email="no es un correo")
    ask_access(portal, luz, issuer, *FITTING)
    assert mailed(portal) == []
    set_issuer(portal, issuer, email="caja@ejemplar.example")
    ask_access(portal, luz, issuer, *FITTING)
    assert [to for _, to, _ in mailed(portal)] == ["caja@ejemplar.example"]


def test_a_deleted_account_waits_no_longer(portal: Portal, issuer: int, luz: Actor) -> None:
    ask_access(portal, luz, issuer, *FITTING)
    request = only(portal, BOSS)
    with portal.ledger.write("test") as unit:
        set_user(unit, request.user_id, deleted_at=unit.now)
        unit.commit()
    assert waiting_requests(portal, BOSS) == []
    with pytest.raises(NotFound):
        approve_request(portal, BOSS, request.id)


def test_two_kinds_of_document_under_one_number_name_their_customer(portal: Portal, issuer: int, luz: Actor) -> None:
    bring(portal, facts("FE-1", "1190.50", Kind.ADVANCE, customer=XYZ))
    ask_access(portal, luz, issuer, *FITTING)
    assert only(portal, BOSS).customer_name == ABC.name


@given(minor=st.integers(1, 10**12), currency=st.sampled_from(["COP", "CLP"]), off=st.integers(-5, 5))
def test_a_total_fits_exactly_or_not_at_all(minor: int, currency: str, off: int) -> None:
    document = Candidate(1, "CO", "31", "900555666", currency, minor)
    assert fits_total(plain(max(minor + off, 0), currency), document) == (off == 0)


@pytest.mark.parametrize(("minor", "fits"), [(1_234_000, True), (1_234, True), (12_340, False)])
def test_an_amount_that_can_be_read_in_two_ways_fits_in_either(minor: int, fits: bool) -> None:
    assert fits_total("1.234", Candidate(1, "CO", "31", "900555666", "KWD", minor)) == fits


def test_many_accounts_can_not_guess_for_one_tax_id(portal: Portal, issuer: int) -> None:
    guessers = [acting(portal, person(portal, f"g{number}@x.example")) for number in range(MOST_FOR_ONE)]
    for guesser in guessers:
        ask_access(portal, guesser, issuer, ABC.tax_id, "FE-99", "1", HERE)
    one_more = acting(portal, person(portal, "last@x.example"))
    with pytest.raises(Refused, match="muchas solicitudes"):
        ask_access(portal, one_more, issuer, ABC.tax_id, "FE-1", "1000", HERE)
