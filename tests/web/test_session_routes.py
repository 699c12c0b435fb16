import httpx

from tests.web.conftest import OURS, Visitor


def test_signing_out_ends_the_session_everywhere_and_clears_the_browser(ana: Visitor) -> None:
    answer = ana.http.post("/sign-out", headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert "portal" not in ana.http.cookies
    kept = {"portal": ana.cookie}
    for path in ("/sign-out", "/documents/1.pdf", "/exports/1", "/_stcore/upload_file/x/x"):
        assert httpx.get(str(ana.http.base_url) + path, cookies=kept).status_code == 401, path


def test_looking_at_the_page_ends_nothing(ana: Visitor) -> None:
    page = ana.http.get("/sign-out")
    assert page.status_code == 200 and "<script" not in page.text
    assert ana.http.head("/sign-out").status_code == 200
    assert ana.http.get("/sign-out").status_code == 200


def test_no_other_page_can_sign_somebody_out(ana: Visitor) -> None:
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert ana.http.post("/sign-out", headers=headers).status_code == 403
    assert ana.http.get("/sign-out").status_code == 200


def test_a_stranger_is_asked_for_the_link_instead(stranger: httpx.Client) -> None:
    assert stranger.post("/sign-out", headers=OURS).status_code == 401
