"""The personal link over HTTP, against the real server."""

import httpx
import pytest

from portal.app.links import list_links, revoke_link, rotate_link
from portal.domain.access import operator
from portal.domain.tokens import make_link_token
from tests.web.conftest import OURS, Visitor, World, path_of

BOSS = operator("test")


def uses(world: World, link_id: int) -> int:
    return next(shown.link.uses for shown in list_links(world.running.portal, BOSS) if shown.link.id == link_id)


def test_mail_scanners_count_for_nothing_and_open_nothing(world: World, stranger: httpx.Client) -> None:
    link = world.link(world.ana)
    for method in ("GET", "HEAD") * 10:
        answer = stranger.request(method, path_of(link))
        assert answer.status_code == 200 and "set-cookie" not in answer.headers
    assert uses(world, link.link.id) == 0 and stranger.get("/sign-out").status_code == 401


def test_the_page_posts_itself_has_a_button_and_does_not_hold_the_token(world: World, stranger: httpx.Client) -> None:
    link = world.link(world.ana)
    page = stranger.get(path_of(link))
    assert '<form method="post" action="">' in page.text and "<button" in page.text
    assert path_of(link) not in page.text and world.ana.name not in page.text
    assert page.headers["referrer-policy"] == "no-referrer" and page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("wish", "words"),
    [(None, "Ver mis documentos"), ("es-CO,en;q=0.5", "Ver mis documentos"), ("en-US,en;q=0.9", "See my documents")],
)
def test_the_page_speaks_the_browsers_language(
    world: World, stranger: httpx.Client, wish: str | None, words: str
) -> None:
    headers = {"Accept-Language": wish} if wish else {}
    assert words in stranger.get(path_of(world.link(world.ana)), headers=headers).text


def test_the_visit_sets_a_safe_cookie_and_leaves_the_token_behind(world: World, stranger: httpx.Client) -> None:
    link = world.link(world.ana)
    answer = stranger.post(path_of(link), headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("portal=") and "httponly" in cookie and "samesite=lax" in cookie and "path=/" in cookie
    assert "domain" not in cookie and path_of(link).removeprefix("/l/").lower() not in cookie
    assert answer.headers["referrer-policy"] == "no-referrer" and answer.headers["cache-control"] == "no-store"
    assert uses(world, link.link.id) == 1 and stranger.get("/sign-out").status_code == 200


@pytest.mark.parametrize(
    ("asked", "onward"),
    [("?d=123", "/documento?id=123"), ("?d=123&lang=en", "/documento?id=123&lang=en"), ("?d=//evil.example", "/"),
     ("?d=1%0d%0aX:1", "/"), ("?d=" + "9" * 30, "/")],
)  # fmt: skip
def test_a_mail_about_one_document_leads_to_it_and_nowhere_else(
    world: World, stranger: httpx.Client, asked: str, onward: str
) -> None:
    answer = stranger.post(path_of(world.link(world.ana)) + asked, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, onward)


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "null"}, {"Origin": "https://evil.example"}, OURS | {"Origin": "https://evil.example"},
     {"Origin": "http://localhost"}, {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
     {"Content-Type": "text/plain"}, {"Sec-Fetch-Site": "none"}],
)  # fmt: skip
def test_no_other_page_can_open_a_link_for_somebody(
    world: World, stranger: httpx.Client, headers: dict[str, str]
) -> None:
    link = world.link(world.ana)
    answer = stranger.post(path_of(link), headers=headers)
    assert answer.status_code == 403 and "set-cookie" not in answer.headers
    assert uses(world, link.link.id) == 0


def test_whatever_opens_nothing_gets_one_and_the_same_page(world: World, stranger: httpx.Client) -> None:
    portal = world.running.portal
    revoked, rotated = world.link(world.ana), world.link(world.ana)
    revoke_link(portal, BOSS, revoked.link.id)
    rotate_link(portal, BOSS, rotated.link.id)
    genuine = path_of(world.link(world.ana))
    dead = [
        path_of(revoked),
        path_of(rotated),
        "/l/" + make_link_token(1, 1, portal.secret),
        "/l/" + make_link_token(revoked.link.id, 1, b"x" * 32),
        *("/l/", "/l/x", "/l/a/b", "/l/ñ", genuine + "/", genuine + "A"),
    ]
    answers = [stranger.request(method, path, headers=OURS) for path in dead for method in ("GET", "POST")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert "quien te factura" in answers[0].text
    assert not any("set-cookie" in answer.headers for answer in answers)


def test_another_customers_link_starts_a_new_session_and_ends_the_one_before(world: World, ana: Visitor) -> None:
    mine, theirs = f"/documents/{world.ana.document_id}.pdf", f"/documents/{world.bob.document_id}.pdf"
    assert (ana.http.get(mine).status_code, ana.http.get(theirs).status_code) == (200, 404)
    ana.http.post(path_of(world.link(world.bob)), headers=OURS)
    assert (ana.http.get(mine).status_code, ana.http.get(theirs).status_code) == (404, 200)
    before = httpx.get(world.running.url + mine, cookies={"portal": ana.cookie})
    assert before.status_code == 401


def test_two_browsers_with_one_link_have_two_sessions(world: World) -> None:
    link = world.link(world.ana)
    with httpx.Client(base_url=world.running.url) as one, httpx.Client(base_url=world.running.url) as other:
        for browser in (one, other):
            browser.post(path_of(link), headers=OURS)
        assert one.cookies["portal"] != other.cookies["portal"]
        one.post("/sign-out", headers=OURS)
        assert (one.get("/sign-out").status_code, other.get("/sign-out").status_code) == (401, 200)


def test_no_token_is_ever_in_the_log(world: World, stranger: httpx.Client, ana: Visitor) -> None:
    link = world.link(world.ana)
    token = path_of(link).removeprefix("/l/")
    stranger.get(f"/l/{token}?x={token}")
    stranger.get(f"/?token={token}", headers={"Referer": f"{world.running.url}/l/{token}"})
    stranger.post(path_of(link), headers=OURS)
    stranger.put(path_of(link), headers=OURS)
    log = world.running.log.read_text(encoding="utf-8")
    assert "/l/…" in log
    issued = [token, ana.cookie, stranger.cookies["portal"], ana.hash]
    assert [secret for secret in issued if secret in log] == []
