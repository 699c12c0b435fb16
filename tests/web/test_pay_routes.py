"""To the provider and back over HTTP, with the sandbox as provider; the jobs are the real server's."""

from __future__ import annotations

import httpx
import pytest

from portal.app.payments.sandboxing import Outcome
from tests.waiting import until
from tests.web.conftest import OURS, World
from tests.web.paying import Payer, new_payer


@pytest.fixture
def payer(world: World) -> Payer:
    return new_payer(world)


def through(payer: Payer) -> tuple[int, str]:
    """A new checkout, and the address that its door leads to."""
    checkout = payer.start()
    until(lambda: payer.visitor.http.get(f"/pay/{checkout}").status_code == 303, "the provider's door")
    return checkout, payer.visitor.http.get(f"/pay/{checkout}").headers["location"]


def test_the_way_leads_to_the_providers_page_and_pressing_pays(payer: Payer) -> None:
    checkout, door = through(payer)
    assert door == f"{payer.world.running.url}/pay/sandbox/{checkout}"
    assert "1.000,00" in payer.visitor.http.get(door, headers={"Accept-Language": "es"}).text
    pressed = payer.visitor.http.post(door, data={"outcome": Outcome.APPROVED}, headers=OURS)
    assert (pressed.status_code, pressed.headers["location"]) == (303, f"/pay/return/{checkout}")
    back = payer.visitor.http.get(f"/pay/return/{checkout}")
    assert (back.status_code, back.headers["location"]) == (303, f"/pago?b={payer.checkout(checkout).basket_id}")
    until(lambda: payer.state(checkout) == "approved", "the payment")


@pytest.mark.parametrize(("outcome", "state"), [(Outcome.DECLINED, "declined"), (Outcome.PENDING, "pending")])
def test_what_the_provider_says_is_what_it_becomes(payer: Payer, outcome: Outcome, state: str) -> None:
    checkout, door = through(payer)
    payer.visitor.http.post(door, data={"outcome": outcome}, headers=OURS)
    until(lambda: payer.state(checkout) == state, state)


def test_the_way_back_speaks_as_the_payer_chose(payer: Payer) -> None:
    checkout, _ = through(payer)
    for browser, chosen in (("es", ""), ("en-US,en", "&lang=es")):
        back = payer.visitor.http.get(f"/pay/return/{checkout}", headers={"Accept-Language": browser})
        assert back.headers["location"] == f"/pago?b={payer.checkout(checkout).basket_id}{chosen}"


def test_coming_back_pays_nothing(payer: Payer) -> None:
    checkout, _ = through(payer)
    for forged in ("?status=approved", "?id=1&collection_status=approved", "?transactionState=4"):
        assert payer.visitor.http.get(f"/pay/return/{checkout}{forged}").status_code == 303
    assert payer.state(checkout) == "redirected"


def test_who_is_not_in_any_more_learns_nothing_but_that_it_is_being_confirmed(
    payer: Payer, stranger: httpx.Client
) -> None:
    checkout, _ = through(payer)
    real, other = (stranger.get(f"/pay/return/{one}") for one in (checkout, 1))
    assert real.status_code == other.status_code == 200 and real.content == other.content
    assert stranger.get(f"/pay/{checkout}").status_code == 401


def test_anothers_checkout_does_not_exist(payer: Payer, world: World) -> None:
    checkout, _ = through(payer)
    bob = world.visit(world.bob).http
    for path in ("/pay/{}", "/pay/return/{}", "/pay/sandbox/{}"):
        theirs, none = bob.get(path.format(checkout)), bob.get(path.format(1))
        assert theirs.status_code == none.status_code == 404 and theirs.content == none.content
    assert bob.post(f"/pay/sandbox/{checkout}", data={"outcome": "approved"}, headers=OURS).status_code == 404
    assert payer.state(checkout) == "redirected"
