"""The header table over every kind of answer; flags that only https has."""

import re
from pathlib import Path

import httpx
import pytest

from portal.app.links import create_link
from portal.domain.access import operator
from portal.ledger.tables import customers
from portal.web.streamlit_policy import streamlit_policy
from tests.factories import bring, facts
from tests.isolation.matrix import table
from tests.web.conftest import OURS, Visitor, World, path_of
from tests.web.https_portal import BASE, https_portal
from tests.web.streamlit_client import streamlit_socket

EVERYWHERE = {
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
PATHS = ["/", "/inicio", "/healthz", "/readyz", "/l/x", "/sign-out", "/documents/1.pdf", "/nope", "/_stcore/health",
         "/_stcore/host-config", "/_stcore/metrics", "/media/x", "/favicon.png", "/static/js/nope.js"]  # fmt: skip


def check(headers: dict[str, str], where: str) -> None:
    assert {name: headers.get(name) for name in EVERYWHERE} == EVERYWHERE, where
    policy = headers["content-security-policy"]
    assert "unsafe-eval" not in policy, where
    assert "default-src 'none'" in policy or "frame-ancestors 'none'" in policy, where
    assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0], where
    assert headers["referrer-policy"] in ("same-origin", "no-referrer"), where
    assert "server" not in headers, where


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE"])
def test_every_answer_has_the_headers(ana: Visitor, stranger: httpx.Client, path: str, method: str) -> None:
    for client in (ana.http, stranger):
        for headers in (OURS, {"Origin": "https://evil.example"}):
            check(client.request(method, path, headers=headers).headers, f"{method} {path}")  # type: ignore[arg-type]


def test_every_route_of_ours_has_the_headers_whatever_it_answers(ana: Visitor, stranger: httpx.Client) -> None:
    for name in table("Routes"):
        method, _, path = name.partition(" ")
        for client in (ana.http, stranger):
            for headers in (OURS, {"Origin": "https://evil.example"}):
                if (path, client, headers) != ("/sign-out", ana.http, OURS):  # else the rest would be asked by nobody
                    answer = client.request(method, re.sub(r"\{[^}]*\}", "7", path), headers=headers)
                    check(answer.headers, name)  # type: ignore[arg-type]


def test_an_accepted_websocket_has_them_too(world: World, ana: Visitor) -> None:
    with streamlit_socket(world.running, ana.cookie) as socket:
        assert socket.socket.response is not None
        check({name.lower(): value for name, value in socket.socket.response.headers.raw_items()}, "websocket")


def test_what_holds_documents_or_tokens_is_never_kept(world: World, ana: Visitor) -> None:
    paths = [f"/documents/{world.ana.document_id}.pdf", "/documents/1.pdf", "/l/x", "/sign-out", "/healthz", "/readyz"]
    assert {ana.http.get(path).headers["cache-control"] for path in paths} == {"no-store"}


def test_the_policy_names_the_inline_script_of_the_installed_streamlit_and_no_other() -> None:
    scripts = re.findall(r"script-src ([^;]*)", streamlit_policy())
    assert len(scripts) == 1 and re.fullmatch(r"'self' 'sha256-[A-Za-z0-9+/]{43}='", scripts[0])


def test_behind_https_the_cookie_is_bound_to_the_host_and_every_cookie_is_secure(tmp_path: Path) -> None:
    with https_portal(tmp_path) as (portal, browser):
        bring(portal, facts())
        with portal.ledger.read() as conn:
            customer = conn.execute(customers.select()).one().id
        link = create_link(portal, operator("test"), customer)
        answer = browser.post(path_of(link), headers={"Origin": BASE})
        name, *flags = answer.headers["set-cookie"].split("; ")
        assert name.startswith("__Host-portal=")
        assert {flag.lower() for flag in flags} == {"httponly", "max-age=86400", "path=/", "samesite=lax", "secure"}
        assert browser.get("/l/-cookie").headers["set-cookie"] == "_streamlit_xsrf=1; Path=/; Secure"
        assert browser.get("/sign-out").status_code == 200
        gone = browser.post("/sign-out", headers={"Origin": BASE})
        cleared = gone.headers["set-cookie"].lower()
        assert cleared.startswith('__host-portal=""; ') and "max-age=0" in cleared and "secure" in cleared
        assert browser.get("/sign-out").status_code == 401


def test_https_alone_asks_browsers_to_stay_with_it(tmp_path: Path, stranger: httpx.Client) -> None:
    with https_portal(tmp_path) as (_, browser):
        for path in ("/", "/healthz", "/l/x", "/l/-broken"):
            assert browser.get(path).headers["strict-transport-security"].startswith("max-age=31536000")
    assert "strict-transport-security" not in stranger.get("/").headers


def test_a_plain_name_is_no_session_where_the_host_bound_one_is_asked_for(tmp_path: Path) -> None:
    with https_portal(tmp_path) as (_, browser):
        browser.cookies.set("portal", "x")
        assert browser.get("/sign-out").status_code == 401
