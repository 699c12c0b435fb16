"""Websockets against the real server: who gets in, who may go on with whose session, what ends them."""

from pathlib import Path
from uuid import uuid4

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from portal.app.links import revoke_link, rotate_link
from portal.app.sessions import end_session
from portal.domain.access import operator
from tests.web.conftest import OURS, ROOT, Visitor, World
from tests.web.streamlit_client import streamlit_socket

BOSS = operator("test")
PROTECTED = ("content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy")


def test_a_visitor_sees_the_own_page(world: World, ana: Visitor) -> None:
    with streamlit_socket(world.running, ana.cookie) as socket:
        run = socket.run()
    assert run.shows(world.ana.name) and not run.shows(world.bob.name)


@pytest.mark.parametrize(
    "origin",
    [None, "null", "https://evil.example", "http://localhost", "http://localhost:1", "http://127.0.0.1:{port}",
     "https://localhost:{port}", "http://evil.localhost:{port}"],
)  # fmt: skip
def test_only_our_exact_origin_may_open_a_websocket(world: World, ana: Visitor, origin: str | None) -> None:
    named = origin and origin.format(port=world.running.url.rpartition(":")[2])
    with pytest.raises(InvalidStatus) as refused, streamlit_socket(world.running, ana.cookie, origin=named):
        pass
    assert refused.value.response.status_code == 403
    assert all(name in refused.value.response.headers for name in PROTECTED)


def test_no_fetch_metadata_makes_up_for_a_missing_origin(world: World, ana: Visitor) -> None:
    same = {"Sec-Fetch-Site": "same-origin"}
    for origin in (None, "null"):
        with pytest.raises(InvalidStatus), streamlit_socket(world.running, ana.cookie, origin=origin, headers=same):
            pass


@pytest.mark.parametrize("cookie", [None, "", "x", "A" * 43, "portal=1; portal=2"])
def test_without_a_session_there_is_no_websocket(world: World, cookie: str | None) -> None:
    with pytest.raises(InvalidStatus) as refused, streamlit_socket(world.running, cookie):
        pass
    assert refused.value.response.status_code == 401
    assert all(name in refused.value.response.headers for name in PROTECTED)


def test_nobody_learns_where_the_portal_is_installed(world: World, ana: Visitor) -> None:
    with streamlit_socket(world.running, ana.cookie) as socket:
        raw = socket.run().raw
    assert b"shell" in raw and str(ROOT).encode() not in raw and str(Path.home()).encode() not in raw


def test_a_websocket_leads_to_streamlit_only(world: World, ana: Visitor) -> None:
    for path in ("/l/x", "/healthz", "/_stcore/other", "/"):
        with pytest.raises(InvalidStatus), streamlit_socket(world.running, ana.cookie, path=path):
            pass


def test_nobody_else_goes_on_with_a_session_by_its_id(world: World, ana: Visitor, bob: Visitor) -> None:
    """A stored session and a live one, as another customer, as another visitor of the same; `isolation` tries 200."""
    twin = world.visit(world.ana)
    forged = {"X-Portal-Session": ana.hash, "x-portal-sid": ana.hash}
    with streamlit_socket(world.running, ana.cookie) as live:
        live_id = live.run().session_id
        with streamlit_socket(world.running, ana.cookie) as gone:
            stored_id = gone.run().session_id
        assert live_id and stored_id and live_id != stored_id
        taken = 0
        for _ in range(5):
            for wanted, thief in ((live_id, bob), (stored_id, bob), (live_id, twin), (stored_id, twin)):
                with streamlit_socket(world.running, thief.cookie, resume=wanted, headers=forged) as socket:
                    run = socket.run()
                taken += run.session_id == wanted
                assert thief is twin or not run.shows(world.ana.name)
        assert taken == 0
    with streamlit_socket(world.running, ana.cookie, resume=stored_id) as back:
        assert back.run().session_id == stored_id


def test_a_made_up_session_id_is_not_taken(world: World, ana: Visitor) -> None:
    wanted = str(uuid4())
    with streamlit_socket(world.running, ana.cookie, resume=wanted) as socket:
        assert socket.run().session_id not in ("", wanted)


def test_signing_out_closes_the_open_websocket_at_once(world: World, ana: Visitor) -> None:
    with streamlit_socket(world.running, ana.cookie) as socket:
        assert socket.run().shows(world.ana.name)
        ana.http.post("/sign-out", headers=OURS)
        with pytest.raises(ConnectionClosed):
            while True:
                assert world.ana.name.encode() not in socket.socket.recv(5)  # type: ignore[operator]


@pytest.mark.parametrize("how", ["revoked", "rotated", "ended"])
def test_after_the_end_the_open_websocket_shows_nothing(world: World, ana: Visitor, how: str) -> None:
    """Ended elsewhere, as from the command line: the next run is empty, and the socket is closed soon."""
    portal = world.running.portal
    with streamlit_socket(world.running, ana.cookie) as socket:
        assert socket.run().shows(world.ana.name)
        if how == "ended":
            end_session(portal, ana.hash)
        else:
            (revoke_link if how == "revoked" else rotate_link)(portal, BOSS, ana.link_id)
        with pytest.raises(ConnectionClosed):
            assert not socket.run().shows(world.ana.name)
            while True:
                socket.socket.recv(5)
    assert ana.http.get("/sign-out").status_code == 401


def test_opening_another_link_closes_the_websocket_of_the_one_before(world: World, ana: Visitor) -> None:
    with streamlit_socket(world.running, ana.cookie) as socket:
        socket.run()
        ana.http.post(world.link(world.bob).url.removeprefix(world.running.url), headers=OURS)  # type: ignore[union-attr]
        with pytest.raises(ConnectionClosed):
            while True:
                socket.socket.recv(5)
    with streamlit_socket(world.running, ana.http.cookies["portal"]) as now:
        assert now.run().shows(world.bob.name)
