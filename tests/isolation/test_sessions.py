"""Sessions and open websockets: whose they are, and that what ends them ends them everywhere at once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from random import Random
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select
from websockets.exceptions import ConnectionClosed, InvalidStatus

from portal.app.accounts.leaving import delete_account, disable_user
from portal.app.accounts.my_sessions import end_all_sessions
from portal.app.accounts.proofs import make_proof
from portal.app.accounts.resets import change_password, redeem_reset
from portal.app.joining import join_link
from portal.app.links import create_link, revoke_link
from portal.app.people import end_grant, set_level, set_rights
from portal.app.sessions import end_session, session_actor
from portal.domain.access import Right
from portal.domain.places import DOCUMENTS, PLACES, Audience
from portal.domain.roles import Role
from portal.domain.tokens import session_hash
from portal.ledger.audit import Where
from portal.ledger.codes import Purpose
from portal.ledger.people_tables import grants
from portal.ledger.users import set_user, user_by_id
from tests.isolation.matrix import table
from tests.isolation.pages import Browser, Drawn, browser
from tests.isolation.probes import check_markers
from tests.isolation.scene import BOSS, Player, Scene, new_person
from tests.isolation.world import Visitor, World
from tests.portal_server import Running
from tests.web.conftest import OURS
from tests.web.streamlit_client import streamlit_socket

HERE = Where("203.0.113.4", "test")
RIGHTS = (Right.DOWNLOAD, Right.MANAGE)
SHARED = re.compile("Ejemplar|Empresa ABC|FE-1")


@pytest.fixture
def person(scene: Scene) -> Player:
    """A customer's person who may download and look after its people."""
    return new_person(scene.portal, scene.own, Role.CUSTOMER, RIGHTS)


def user_of(scene: Scene, player: Player) -> int:
    actor = session_actor(scene.portal, session_hash(player.token))
    assert actor is not None and actor.user_id is not None
    return actor.user_id


def grant_of(scene: Scene, player: Player) -> int:
    with scene.portal.ledger.read() as conn:
        wanted = select(grants.c.id).where(grants.c.user_id == user_of(scene, player), grants.c.ended_at.is_(None))
        return int(conn.execute(wanted).scalar_one())


def signs_out(scene: Scene, player: Player) -> None:
    end_session(scene.portal, session_hash(player.token))


def signs_out_everywhere(scene: Scene, player: Player) -> None:
    end_all_sessions(scene.portal, user_of(scene, player), HERE)


def is_shut_out(scene: Scene, player: Player) -> None:
    disable_user(scene.portal, BOSS, user_of(scene, player))


def leaves(scene: Scene, player: Player) -> None:
    delete_account(scene.portal, user_of(scene, player), HERE)


def changes_the_password_elsewhere(scene: Scene, player: Player) -> None:
    change_password(scene.portal, user_of(scene, player), "", "una frase bien larga", "0" * 64, HERE)


def resets_the_password_elsewhere(scene: Scene, player: Player) -> None:
    """The link stands in a mail, where a thief of the cookie does not read it."""
    with scene.portal.ledger.write("test") as unit:
        user = user_by_id(unit.conn, user_of(scene, player))
        assert user is not None
        proof = make_proof(scene.portal, unit, Purpose.RESET, user.email, "b" * 64)
        unit.commit()
    redeem_reset(scene.portal, proof.link.rpartition("/")[2], "otra frase bien larga", "b" * 64, HERE)


@pytest.mark.parametrize(
    "how",
    [
        signs_out,
        signs_out_everywhere,
        is_shut_out,
        leaves,
        changes_the_password_elsewhere,
        resets_the_password_elsewhere,
    ],
)
def test_the_end_of_a_session_shuts_every_way_in_at_once(
    scene: Scene, running: Running, person: Player, how: Callable[[Scene, Player], None]
) -> None:
    """The first try of each is refused: nothing waits for anything."""
    with httpx.Client(base_url=running.url, timeout=30, headers=person.cookies) as http, _open(running, person) as ws:
        assert SHARED.search(" ".join(ws.draw().said))
        how(scene, person)
        for name, row in table("Routes").items():
            method, _, path = name.partition(" ")
            if row["answers"] != "everybody" and not path.startswith("/auth/"):
                answer = http.request(method, re.sub(r"\{[^}]*\}", str(scene.own.document), path), headers=OURS)
                wanted = {404} if path.startswith("/api/{") else {401, 429} if path.startswith("/api/") else {401}
                assert answer.status_code in wanted, name
        for place in PLACES:
            answer = http.get(f"/{place.address}")
            assert answer.status_code == (200 if place.audience is Audience.STRANGER else 303), place.address
        with pytest.raises(InvalidStatus), _open(running, person):
            pass
        assert not SHARED.search(" ".join(_drawn_or_closed(ws).said))


@pytest.mark.parametrize("what", ["the grant ends", "the link closes"])
def test_what_was_granted_and_ended_is_gone_from_an_open_page(
    scene: Scene, running: Running, person: Player, what: str
) -> None:
    """The session goes on, with nothing to see: pages, files and exports are as if they had never been."""
    user, link = user_of(scene, person), create_link(scene.portal, BOSS, scene.own.customer)
    end_grant(scene.portal, BOSS, grant_of(scene, person))
    actor = session_actor(scene.portal, session_hash(person.token))
    assert actor is not None
    join_link(scene.portal, actor, (link.url or "").rpartition("/")[2], HERE)
    document = f"/documents/{scene.own.document}.pdf"
    with httpx.Client(base_url=running.url, timeout=30, headers=person.cookies) as http, _open(running, person) as ws:
        assert SHARED.search(" ".join(ws.draw("documentos").said)) and http.get(document).status_code == 200
        if what == "the grant ends":
            end_grant(scene.portal, BOSS, grant_of(scene, person))
        else:
            revoke_link(scene.portal, BOSS, link.link.id)
        for place in PLACES:
            assert not SHARED.search(" ".join(ws.draw(place.address, f"id={scene.own.document}").said)), place.address
        assert http.get(document).status_code == 404
        assert http.get(f"/exports/{person.files['exports']}").status_code == 404
    assert user_of(scene, person) == user


def test_rights_that_were_taken_are_gone_from_an_open_page(scene: Scene, running: Running, person: Player) -> None:
    with httpx.Client(base_url=running.url, timeout=30, headers=person.cookies) as http, _open(running, person) as ws:
        assert "personas" in ws.draw("personas").offered
        set_rights(scene.portal, BOSS, grant_of(scene, person), [Right.SEE])
        drawn = ws.draw("personas")
        assert "personas" not in drawn.offered and drawn.not_found
        assert http.get(f"/documents/{scene.own.document}.pdf").status_code == 404
        assert SHARED.search(" ".join(ws.draw("documentos").said))


def test_another_level_counts_from_the_next_step_on(scene: Scene, running: Running) -> None:
    """An owner who is made a reader: the pages of owners are gone from the open socket."""
    owner = new_person(scene.portal, scene.own, Role.OWNER)
    with _open(running, owner) as ws:
        assert {"ajustes", "equipo"} <= ws.draw("ajustes").offered
        set_level(scene.portal, BOSS, grant_of(scene, owner), Role.READER)
        drawn = ws.draw("ajustes")
        assert drawn.not_found and not {"ajustes", "equipo", "enlaces"} & drawn.offered
        assert SHARED.search(" ".join(ws.draw("documentos").said))


def test_an_operator_no_more_is_one_at_the_next_step(scene: Scene, running: Running) -> None:
    boss = new_person(scene.portal, scene.own, None)
    with _open(running, boss) as ws:
        assert "sistema" in ws.draw("sistema").offered
        with scene.portal.ledger.write("test") as unit:
            set_user(unit, user_of(scene, boss), operator=False)
            unit.commit()
        drawn = ws.draw("sistema")
        assert drawn.not_found and "sistema" not in drawn.offered and not SHARED.search(" ".join(drawn.said))


def test_nobody_goes_on_with_somebody_elses_page(
    scene: Scene, running: Running, person: Player, figure: Callable[[str], None]
) -> None:
    """A live session and a stored one, tried 200 times: as strangers, other people, links, with forged headers."""
    with httpx.Client(base_url=running.url) as client:
        client.get("/sign-in")
        stranger = "x; portal-pre=" + client.cookies["portal-pre"]
    forged = {"X-Portal-Session": session_hash(person.token), "X-Portal-Address": "203.0.113.2"}
    thieves = [stranger, scene.players[0].token, scene.other.token, scene.players[-2].token, "A" * 43]
    taken, tries = 0, 0
    with _open(running, person) as live:
        live_id = live.draw().session_id
        with _open(running, person) as gone:
            stored_id = gone.draw().session_id
        for number in range(200):
            thief, wanted = thieves[number % 5], (live_id, stored_id)[number // 5 % 2]
            tries += 1
            try:
                with streamlit_socket(running, thief, resume=wanted, headers=forged if number % 3 else {}) as socket:
                    run = socket.run()
                    taken += run.session_id == wanted or run.shows("Persona customer")
            except InvalidStatus as refused:
                assert refused.response.status_code == 401
    assert (taken, tries) == (0, 200)
    figure(f"pages resumed by their id: {taken} of {tries}")


@pytest.mark.parametrize(
    ("sessions", "steps"), [(10, 10), pytest.param(50, 40, marks=[pytest.mark.nightly, pytest.mark.timeout(1_800)])]
)
def test_people_at_the_same_time_see_their_own(
    served: tuple[World, Running], sessions: int, steps: int, seed: int, figure: Callable[[str], None]
) -> None:
    """Parallel pages in one process, each by another visitor: no marker of anybody else in any frame."""
    world, running = served
    random, started = Random(seed), time.monotonic()
    inside = [one for one in world.visitors if world.oracle.enters(one.who)]
    chosen = [random.choice(inside) for _ in range(sessions)]
    with ThreadPoolExecutor(sessions) as pool:
        runs = [pool.submit(_wander, world, running, one, steps, Random(seed + at)) for at, one in enumerate(chosen)]
        frames = sum(run.result() for run in runs)
    seconds = time.monotonic() - started
    figure(f"at the same time: {sessions} sessions, {frames} runs, 0 markers of others, {seconds:.0f} s, seed {seed}")


def _wander(world: World, running: Running, visitor: Visitor, steps: int, random: Random) -> int:
    """From page to page, with claims in the address and words in the search box."""
    with browser(running, visitor.token) as opened:
        drawn = Drawn()
        for _ in range(steps):
            place, claim = random.choice(PLACES), random.choice(world.customers)
            query = f"cuenta={claim.issuer}-{claim.id}&id={random.choice(world.documents).id}"
            box = drawn.widget("buscar") if "documentos" in drawn.page else None
            if box and random.random() < 0.5:
                drawn = opened.draw(DOCUMENTS.address, "", (box, random.choice(("Servicio", "Nota", "OC-"))))
            else:
                drawn = opened.draw(place.address, random.choice(("", query)))
            check_markers(world, visitor, None, drawn.raw)
            assert drawn.media == set()
    return steps


def test_no_secret_stands_in_the_log(scene: Scene, running: Running, person: Player) -> None:
    """Sessions' and links' tokens, wherever they were sent: in a cookie, in the address, as a resumed id."""
    tokens = [scene.own.link, *(one.token for one in (person, *scene.players) if one.token)]
    with httpx.Client(base_url=running.url) as client:
        for token in tokens:
            client.get(f"/l/{token}")
            client.get(f"/auth/proof/{token}")
            client.get(f"/auth/finish?ticket={token}", headers={"Cookie": f"portal={token}"})
            client.post(f"/l/{token}", headers=OURS)
    with pytest.raises(InvalidStatus), streamlit_socket(running, uuid4().hex):
        pass
    log = running.log.read_text(encoding="utf-8")
    assert "/l/" in log and not [one for one in tokens if one in log]


def _open(running: Running, player: Player) -> AbstractContextManager[Browser]:
    return browser(running, player.token)


def _drawn_or_closed(opened: Browser) -> Drawn:
    try:
        return opened.draw()
    except ConnectionClosed:
        return Drawn()
