"""Addresses that lead astray, climb, or break a header: 300, and none does (OWASP ASVS 5.0, 3.7.2, 5.3.2)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from urllib.parse import quote, urlsplit

import httpx

from portal.domain.places import PLACES
from portal.web.auth.entry import safe_next
from portal.web.file_routes import _disposition
from tests.isolation.scene import Scene
from tests.portal_server import Running

STARTS = ("", "/", "//", "/\\", "\\\\", "///", "/%2f", "/./", "/../", "http://", "https://", "HTTPS:", "https:/", "ftp://",
          "javascript:", "data:text/html,", "/sign-in/..//", "/documentos@", "@", "/q/..//")  # fmt: skip
ENDS = ("evil.example", "evil.example/documentos", "evil.example?x=/documentos", "evil.example#/", "evil.example%00",
        "evil.example\r\nSet-Cookie: x=1", "evil.example\t", "localhost:8501@evil.example", "[evil",
        "etc/passwd", "..%2f..%2fetc/passwd", "\u2028evil.example", "evil。example", "%0d%0aX: y",
        "x" * 3_000)  # fmt: skip
STRINGS = [start + end for start, end in product(STARTS, ENDS)]
OURS = {f"/{place.address}" for place in PLACES} | {"/"}


def test_no_next_leads_out_of_the_portal(figure: Callable[[str], None]) -> None:
    for text in STRINGS:
        for asked in (text, quote(text), f" {text}"):
            parts = urlsplit(safe_next(asked))
            assert (parts.scheme, parts.netloc) == ("", ""), asked
            assert parts.path in OURS or parts.path.startswith("/q/"), asked
            assert safe_next(asked).isprintable() and not safe_next(asked).startswith(("//", "/\\")), asked
    assert len(set(STRINGS)) == 300
    figure(f"addresses that lead astray, climb or break a header: {len(STRINGS)}, none does")


def test_no_path_climbs_and_no_answer_leads_out(scene: Scene, running: Running) -> None:
    owner = next(player for player in scene.players if player.role == "owner")
    with httpx.Client(base_url=running.url, timeout=30) as http:
        for text in (one for one in STRINGS if len(one) < 1_000):
            for path in (f"/documents/{quote(text)}.pdf", f"/exports/{quote(text, safe='')}", f"/l/{quote(text)}"):
                answer = http.get(path, headers=owner.cookies)
                assert answer.status_code in (400, 401, 404), path
                assert "evil" not in answer.headers.get("location", "") and "root:" not in answer.text
                assert not {"x", "set-cookie"} & set(answer.headers), path


def test_no_name_of_a_file_breaks_its_header() -> None:
    for text in STRINGS:
        header = _disposition("attachment", f"{text}.pdf")
        assert header.isascii() and header.isprintable() and header.count('"') == 2
        assert "/" not in header and "\\" not in header
