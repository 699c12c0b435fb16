import pytest
from starlette.datastructures import Headers

from portal.web.origin import same_origin

BASE = "https://portal.example"
CASES = [
    # Origin, Sec-Fetch-Site, a form's POST is let in, a websocket is let in
    (BASE, "same-origin", True, True),
    (BASE, None, True, True),
    (BASE, "cross-site", False, False),
    (BASE, "same-site", False, False),
    (BASE, "none", False, False),
    ("null", "same-origin", True, False),
    ("null", "cross-site", False, False),
    ("null", None, False, False),
    (None, "same-origin", True, False),
    (None, "none", False, False),
    (None, None, False, False),
    ("https://portal.example.evil.example", None, False, False),
    ("https://portal.example:444", None, False, False),
    ("http://portal.example", None, False, False),
    ("https://PORTAL.example", None, False, False),
    ("https://evil.example", "same-origin", False, False),
    ("http://localhost:8501", None, False, False),
    ("", "same-origin", False, False),
]


@pytest.mark.parametrize(("origin", "site", "post", "socket"), CASES)
def test_only_our_own_page_may_ask(origin: str | None, site: str | None, post: bool, socket: bool) -> None:
    given = {"origin": origin, "sec-fetch-site": site}
    headers = Headers({name: value for name, value in given.items() if value is not None})
    assert same_origin(headers, BASE) is post
    assert same_origin(headers, BASE, socket=True) is socket
