"""Every route and page, as every role, with what is its own, somebody else's and missing; over the real server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select
from websockets.exceptions import InvalidStatus

from portal.app.api_tokens import list_tokens, make_token, revoke_token
from portal.domain.access import Right
from portal.domain.places import PLACES
from portal.ledger.tables import issuers, metadata, outbox
from tests.isolation.matrix import NEVER, YES, table
from tests.isolation.pages import browser
from tests.isolation.scene import BOSS, MISSING, Player, Scene, Side
from tests.portal_server import Running
from tests.waiting import until
from tests.web.conftest import OURS

ROUTES = {name: row["answers"] for name, row in table("Routes").items()}
PAGES = table("Pages")
OF_SOMETHING = [name for name, answers in ROUTES.items() if answers in {*map(str, Right), "asker", "operator"}]
WITH_ID = [name for name in OF_SOMETHING if name.startswith("GET ")]
WITH_RIGHT = [name for name in OF_SOMETHING if name.startswith("POST ")]
MACHINES = ("/webhooks/", "/api/", "/stop/")  # no cookie: a signature, a token, a sealed address
POSTS = [path for n in ROUTES if n.startswith("POST ") and not (path := n.removeprefix("POST ")).startswith(MACHINES)]
GETS = [name.removeprefix("GET ") for name in ROUTES if name.startswith("GET ")]
KINDS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/json")
FOREIGN: list[dict[str, str]] = [
    {},
    {"Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost"},
    {"Origin": "http://127.0.0.1:{port}"},
    {"Origin": "https://localhost:{port}"},
    {"Referer": "http://localhost:{port}/sign-in"},
]
QUIET = {"audit", "attempts"}  # what a look may write: that it was one
LOOKS = {"sessions.seen_at", "documents.opened_at", "documents.seq", "change_counter.seq"}


@pytest.fixture(scope="module")
def http(running: Running) -> Iterator[httpx.Client]:
    """Keeps no cookies: each request brings its player's."""
    with httpx.Client(base_url=running.url, timeout=30) as client:
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        yield client


@pytest.mark.parametrize("name", WITH_ID)
def test_a_route_gives_each_role_its_own_and_hides_the_rest(scene: Scene, http: httpx.Client, name: str) -> None:
    """Foreign is missing, byte for byte; strangers learn only that they must come in."""
    path = name.removeprefix("GET ")
    for player in scene.players:
        own, foreign = _own(scene, player, path), _foreign(scene, player, path)
        answers = [_facts(http.get(one, headers=player.cookies)) for one in (own, foreign, _at(path, MISSING))]
        statuses = [answer[0] for answer in answers]
        if not player.token:
            assert answers[0] == answers[1] == answers[2] and statuses[0] == 401, player
        else:
            assert statuses[0] == (200 if _may(player, ROUTES[name]) else 404), player
            reaches = player.role == "operator" and ROUTES[name] != "asker"
            assert statuses[1:] == [200 if reaches else 404, 404], player
            assert reaches or answers[1] == answers[2], player
            assert statuses[0] == 200 or answers[0] == answers[2], player


def test_the_routes_without_an_object_answer_whom_the_table_says(scene: Scene, http: httpx.Client) -> None:
    for path in GETS:
        answers = ROUTES[f"GET {path}"]
        if f"GET {path}" in WITH_ID:
            continue
        guesses = answers == "token"  # of which an address has thirty a minute, and no session makes a difference
        for player in (scene.players[0], scene.players[-1]) if guesses else scene.players:
            status = http.get(_filled(scene.own, path), headers=player.cookies).status_code
            where = (path, player.role, status)
            if answers == "everybody":
                assert status not in (401, 403) and status < 500, where
            elif answers == "nobody":
                assert status == (404 if player.token or path.startswith(("/auth/", "/api/")) else 401), where
            elif answers == "token":
                assert status == 401, where
            else:
                may = player.person if answers == "person" else bool(player.token)
                assert status == (200 if may else 404 if player.token else 401), where


def test_what_changes_something_listens_to_our_own_pages_only(
    scene: Scene, running: Running, http: httpx.Client, figure: Callable[[str], None]
) -> None:
    port, tried, before = running.url.rpartition(":")[2], 0, _state(scene)
    for path in POSTS:
        for player in (scene.players[0], scene.players[-2], scene.players[-1]):
            for foreign in FOREIGN:
                headers = {name: value.format(port=port) for name, value in foreign.items()} | player.cookies
                for kind in KINDS:
                    sent = http.post(_filled(scene.own, path), headers=headers | {"Content-Type": kind}, content="a=b")
                    assert sent.status_code == 403 and "set-cookie" not in sent.headers, (path, player.role, foreign)
                    tried += 1
    assert _state(scene) == before
    figure(f"cross-site posts: {tried} to {len(POSTS)} routes, all refused, nothing changed")


def test_what_machines_post_needs_a_signature_and_changes_nothing_without(scene: Scene, http: httpx.Client) -> None:
    before, path = _state(scene), "/webhooks/sandbox/{}"
    for player in (scene.players[0], scene.players[-1]):
        for account in (MISSING, "nada", 0):
            assert http.post(path.format(account), content=b"{}", headers=player.cookies).status_code == 404
        for provider in ("wompi", "nadie"):
            address = f"/webhooks/{provider}/{scene.own.account}"
            assert http.post(address, content=b"{}", headers=player.cookies).status_code == 404
    assert _state(scene) == before
    assert http.post(path.format(scene.own.account), content=b"{}").status_code == 401


def test_a_token_reads_its_own_issuers_payments_and_a_wrong_or_revoked_one_nothing(
    scene: Scene, http: httpx.Client
) -> None:
    portal, read = scene.portal, "/api/v1/payments"
    told = {side.issuer: make_token(portal, BOSS, side.issuer, "walk") for side in (scene.own, scene.foreign)}
    for issuer, token in told.items():
        for player in (scene.players[-1], scene.other):  # whoever else the browser is makes no difference
            answer = http.get(read, headers={"Authorization": f"Bearer {token}"} | player.cookies)
            with portal.ledger.read() as conn:
                tax_id = conn.execute(select(issuers.c.tax_id).where(issuers.c.id == issuer)).scalar_one()
            assert answer.status_code == 200
            assert {one["issuer_tax_id"] for one in answer.json()["payments"]} == {tax_id}
    revoke_token(portal, BOSS, list_tokens(portal, BOSS, scene.own.issuer)[0].row.id)
    sessions = [player.token for player in scene.players if player.token]
    wrong = [told[scene.own.issuer], "pdc_" + "A" * 43, *sessions, "x"]
    answers = {_facts(http.get(read, headers={"Authorization": f"Bearer {one}"})) for one in wrong}
    assert [answer[0] for answer in answers] == [401]


@pytest.mark.parametrize("name", WITH_RIGHT)
def test_a_form_of_something_is_taken_from_who_may_and_for_nobody_else_there(
    scene: Scene, http: httpx.Client, name: str
) -> None:
    path = name.removeprefix("POST ")
    for player in scene.players:
        own, *others = [
            http.post(one, headers=player.cookies | OURS, data={"outcome": "nothing"}).status_code
            for one in (
                _at(path, _object(scene.own, path)),
                _at(path, _object(scene.foreign, path)),
                _at(path, MISSING),
            )
        ]
        nothing = 401 if not player.token else 404
        reaches = player.role == "operator"
        assert own in ((nothing, 422) if _may(player, ROUTES[name]) else (nothing,)), (
            player
        )  # 422: a form half filled in
        assert others[0] in ((nothing, 422) if reaches else (nothing,)) and others[1] == nothing, player


def test_looking_changes_nothing(scene: Scene, http: httpx.Client) -> None:
    """GET and HEAD of every address, those that change something by POST among them."""
    paths = {name.partition(" ")[2] for name in ROUTES}
    until(lambda: not _soon(scene), "nothing that was asked before is still to be done")
    for player in scene.players:
        before = _state(scene)
        for path in sorted(paths):
            for method in ("GET", "HEAD"):
                http.request(method, _filled(scene.own, path), headers=player.cookies)
        assert _state(scene) == before, player


def test_what_is_posted_only_is_not_got(scene: Scene, http: httpx.Client) -> None:
    """It is not found, or Streamlit's empty page, which is the same for every address."""
    only = set(POSTS) - set(GETS)
    assert only
    for path in only:
        for player in scene.players:
            answer = http.get(_filled(scene.own, path), headers=player.cookies)
            empty = http.get("/", headers=player.cookies).content
            assert answer.status_code in (404, 405) or answer.content == empty, (path, player.role)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_does_not_open_shows_nothing_of_itself(scene: Scene, running: Running, page: str) -> None:
    """Streamlit offers the pages that the table says, and draws no other, whatever address is asked for."""
    address = page.removeprefix("/")
    for player in filter(lambda one: one.token, scene.players):
        with browser(running, player.token) as opened:
            first, asked = opened.draw(), opened.draw(address, f"id={scene.own.document}&v={scene.own.voucher}")
        cell = PAGES[page][player.role]
        opens = cell == YES or (cell != NEVER and Right(cell) in player.rights)
        root = "cartera" if PAGES["/cartera"][player.role] == YES else "inicio"
        offered = {one or root for one in asked.offered}
        assert (address in offered) is opens, player
        title = next(place.title for place in PLACES if place.address == address)
        if not opens:
            assert asked.not_found and asked.page == "", player
            assert str(title) not in asked.said and asked.said == first.said, player


def test_files_are_dropped_by_who_imports_and_by_nobody_else(scene: Scene, http: httpx.Client) -> None:
    """Streamlit then refuses a session that it does not know; whoever may not never gets that far."""
    for player in scene.players:
        may = Right.IMPORT in player.rights
        for method in ("PUT", "POST", "GET"):
            answer = http.request(method, "/_stcore/upload_file/x/y", headers=player.cookies | OURS, content=b"x")
            wanted = 401 if not player.token else 404 if not may or method != "PUT" else 400
            assert answer.status_code in (wanted, 403 if wanted == 400 else wanted), (player, method)


def test_strangers_are_led_to_the_sign_in_page_from_every_other(scene: Scene, http: httpx.Client) -> None:
    for page, row in PAGES.items():
        answer = http.get(page)
        if row["stranger"] == YES:
            assert answer.status_code == 200
        else:
            assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next=%2F{page[1:]}")


def test_a_stranger_is_offered_the_sign_in_page_and_no_other(running: Running) -> None:
    with httpx.Client(base_url=running.url) as client:
        client.get("/sign-in")
        for page in PAGES:
            with browser(running, "x; portal-pre=" + client.cookies["portal-pre"]) as opened:
                drawn = opened.draw(page.removeprefix("/"))
            assert drawn.offered <= {"", "sign-in"}, page
            assert not re.search(rb"FE-[12]", drawn.raw)
    with pytest.raises(InvalidStatus), browser(running, "x"):
        pass


def _may(player: Player, answers: str) -> bool:
    if answers == "operator":
        return player.role == "operator"
    return bool(player.files) if answers == "asker" else Right(answers) in player.rights


def _own(scene: Scene, player: Player, path: str) -> str:
    if ROUTES[f"GET {path}"] == "asker":
        return _at(path, player.files.get(_file(path), MISSING - 1))
    return _at(path, _object(scene.own, path))


def _foreign(scene: Scene, player: Player, path: str) -> str:
    if ROUTES[f"GET {path}"] == "asker":
        return _at(path, scene.other.files[_file(path)])
    return _at(path, _object(scene.foreign, path))


def _object(side: Side, path: str) -> int:
    folders = {
        "/shops/": side.issuer,
        "/payments/": side.issuer,
        "/trends/": side.issuer,
        "/vouchers/": side.voucher,
        "/attachments/": side.attachment,
        "/imports/": side.imported,
        "/mails/": side.mail,
        "/pay/report/": side.document,
        "/pay/certificate/": side.document,
        "/pay/": side.checkout,
    }
    return next((id for folder, id in folders.items() if path.startswith(folder)), side.document)


def _file(path: str) -> str:
    return "exports" if path.startswith("/exports/") else f"statements.{path.rpartition('.')[2]}"


def _at(path: str, id: int) -> str:
    return path.replace("{id:path}", str(id))


def _filled(side: Side, path: str) -> str:
    """An address of a route with real parameters; tokens of mails, which only those have, are made up."""
    real = {"{token:path}": side.link, "{slug}": side.slug, "{id:path}": str(side.document), "{token}": "A" * 43}
    for name, value in real.items():
        path = path.replace(name, value)
    return re.sub(r"\{[^}]*\}", "nada", path)


def _facts(answer: httpx.Response) -> tuple[Any, ...]:
    headers = sorted((name, value) for name, value in answer.headers.items() if name != "date")
    return answer.status_code, answer.content, tuple(headers)


def _soon(scene: Scene) -> int:
    """Jobs that the server does by itself within the next half minute."""
    waits = (outbox.c.done_at.is_(None), outbox.c.failed_at.is_(None))
    soon = scene.portal.clock.now() + timedelta(seconds=30)
    with scene.portal.ledger.read() as conn:
        return conn.execute(select(func.count()).where(*waits, outbox.c.due_at <= soon)).scalar_one()


def _state(scene: Scene) -> dict[str, list[Any]]:
    """All that the ledger holds, but for what a look may write: that it was one, when a session was last seen, and
    when a customer first opened a document, which the views hear of.
    """
    with scene.portal.ledger.read() as conn:
        tables = [one for one in metadata.sorted_tables if one.name not in QUIET]
        return {
            one.name: sorted(map(repr, conn.execute(select(*(c for c in one.c if str(c) not in LOOKS))).all()))
            for one in tables
        }
