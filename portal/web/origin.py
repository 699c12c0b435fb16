"""Whether a request comes from a page of ours: what a page elsewhere must not be able to send."""

from __future__ import annotations

from starlette.datastructures import Headers


def same_origin(headers: Headers, base_url: str, *, socket: bool = False) -> bool:
    """Whether `headers` show that our own page asks: exactly our Origin, or Sec-Fetch-Site where Origin is null.

    A browser sends `Origin: null` from a page under `Referrer-Policy: no-referrer`, as the link's page is; then
    only Sec-Fetch-Site (which no page can set) tells ours from others. A websocket always names its Origin.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if origin is None or origin == "null":
        return site == "same-origin" and not socket
    return origin == base_url and site in (None, "same-origin")
