"""Default deny, against the real server: what answers whom."""

import httpx
import pytest
from starlette.routing import Mount, Route
from streamlit.runtime import Runtime, RuntimeConfig
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.web.cache_storage_manager_config import create_default_cache_storage_manager
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes

from tests.web.conftest import OURS, Visitor, World

SIGN_IN = {"/", "/sign-in", "/static/js/x.js", "/_stcore/health", "/_stcore/host-config"}
PAGES = {"/inicio", "/documentos"}
NEEDED = {"/_stcore/health", "/_stcore/host-config"}
MORE = ["/", "/inicio", "/documentos", "/nope", "/static/js/x.js", "/favicon.png", "/index.html", "/manifest.json",
        "/_stcore/", "/_stcore", "/media", "//media/x", "/_stcore/../media/x", "/Media/x", "/app/static/x"]  # fmt: skip
HIDDEN = ["/l/%00", "/l/x%0a", "/%0a/media/x", "/l/%2e%2e/_stcore/metrics", "/documents/%2e%2e.pdf",
          "/documents/1%00.pdf", "/%5c%5cx/y"]  # fmt: skip


@pytest.fixture(scope="module")
def streamlit_paths() -> list[str]:
    """Every address that the installed Streamlit itself answers, its parameters filled in."""
    config = RuntimeConfig(
        script_path="x.py",
        media_file_storage=MemoryMediaFileStorage("/media"),
        uploaded_file_manager=MemoryUploadedFileManager("/_stcore/upload_file"),
        cache_storage_manager=create_default_cache_storage_manager(),
        is_hello=False,
    )
    routes = create_streamlit_routes(Runtime(config))
    Runtime._instance = None
    paths = [r.path for r in routes if isinstance(r, Route)]
    assert len(paths) >= 20 and any(isinstance(r, Mount) for r in routes)
    return sorted({"/".join("x" if part.startswith("{") else part for part in path.split("/")) for path in paths})


def test_a_stranger_gets_of_streamlit_only_the_sign_in_page(stranger: httpx.Client, streamlit_paths: list[str]) -> None:
    for path in streamlit_paths + MORE:
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"):
            answer = stranger.request(method, path, headers=OURS)
            reads = method in ("GET", "HEAD")
            if reads and path in SIGN_IN:
                assert answer.status_code in (200, 404), (method, path)
            elif reads and path in PAGES:
                assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?next=%2F{path[1:]}")
            elif path.startswith("/auth/"):  # ours from here on, and none of these is a page of ours
                assert answer.status_code == 404, (method, path)
            else:
                assert answer.status_code == 401, (method, path)
                assert "set-cookie" not in answer.headers


def test_a_strangers_browser_is_told_apart_by_a_cookie_that_opens_nothing(stranger: httpx.Client) -> None:
    given = stranger.get("/").headers.get_list("set-cookie")
    (cookie,) = [one for one in given if one.startswith("portal-pre=")]
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert stranger.get("/documents/1.pdf").status_code == 401
    again = stranger.get("/").headers.get_list("set-cookie")
    assert not [one for one in again if one.startswith("portal-pre=")]


def test_a_visitor_gets_of_streamlit_only_what_its_page_needs(ana: Visitor, streamlit_paths: list[str]) -> None:
    open_ = {path for path in streamlit_paths if ana.http.get(path).status_code != 404}
    assert open_ == NEEDED
    for path in set(streamlit_paths) - NEEDED:
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            assert ana.http.request(method, path, headers=OURS).status_code == 404, (method, path)


def test_streamlit_has_these_doors_and_the_gate_knows_them(streamlit_paths: list[str]) -> None:
    """So that the two tests before can't pass because the doors have moved."""
    known = {"/_stcore/metrics", "/media/x", "/_stcore/upload_file/x/x", "/_stcore/agent/interact", "/_stcore/health"}
    assert known <= set(streamlit_paths)


def test_a_stranger_who_asks_for_a_file_is_told_to_come_in(stranger: httpx.Client) -> None:
    answer = stranger.get("/documents/1.pdf")
    assert "abre tu enlace personal" in answer.text and answer.headers["cache-control"] == "no-store"


def test_forged_headers_open_nothing(stranger: httpx.Client, ana: Visitor, world: World) -> None:
    for name in ("X-Portal-Session", "x-portal-session", "X-PORTAL-SESSION", "X-Portal-Uid"):
        assert stranger.get("/documents/1.pdf", headers={name: ana.hash}).status_code == 401
        mine = ana.http.get(f"/documents/{world.bob.document_id}.pdf", headers={name: world.visit(world.bob).hash})
        assert mine.status_code == 404


def test_the_hash_is_not_the_key(stranger: httpx.Client, ana: Visitor) -> None:
    stranger.cookies["portal"] = ana.hash
    assert stranger.get("/documents/1.pdf").status_code == 401


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_no_foreign_page_may_send_anything_that_changes(ana: Visitor, method: str) -> None:
    for path in ("/", "/sign-out", "/documents/1.pdf", "/healthz", "/_stcore/upload_file/x/x"):
        answer = ana.http.request(method, path, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403, path


def test_an_address_from_a_header_is_believed_from_a_trusted_proxy_only(world: World, stranger: httpx.Client) -> None:
    from portal.app.links import list_links
    from portal.domain.access import operator

    link = world.link(world.ana)
    forged = OURS | {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
    stranger.post((link.url or "").removeprefix(world.running.url), headers=forged)
    seen = next(s.link for s in list_links(world.running.portal, operator("test")) if s.link.id == link.link.id)
    assert seen.last_used_from in ("127.0.0.1", "::1")


def test_paths_that_climb_or_hide_are_refused_before_any_route(stranger: httpx.Client, ana: Visitor) -> None:
    for path in HIDDEN:
        answers = [client.get(path) for client in (stranger, ana.http)]
        assert {answer.status_code for answer in answers} <= {400, 401, 404}, path
        assert all("x-content-type-options" in answer.headers for answer in answers)


def test_the_first_page_is_found_at_its_own_address_too(ana: Visitor) -> None:
    answer = ana.http.get("/inicio?lang=en")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?lang=en")
