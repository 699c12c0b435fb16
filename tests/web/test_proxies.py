from pathlib import Path

import pytest

from tests.web.https_portal import https_portal

FORWARDED = {"X-Forwarded-For": "198.51.100.7, 203.0.113.9", "X-Forwarded-Proto": "http"}


@pytest.mark.parametrize(
    ("trusted", "seen"),
    [((), "10.0.0.5"), (("192.0.2.0/24",), "10.0.0.5"), (("10.0.0.0/8",), "203.0.113.9"),
     (("10.0.0.5", "203.0.113.0/24"), "198.51.100.7")],
)  # fmt: skip
def test_only_a_trusted_proxy_says_who_asks(tmp_path: Path, trusted: tuple[str, ...], seen: str) -> None:
    with https_portal(tmp_path, address="10.0.0.5", trusted_proxies=list(trusted)) as (_, browser):
        assert browser.get("/l/-who", headers=FORWARDED).json()["client"] == seen
