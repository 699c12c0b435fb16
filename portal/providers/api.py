"""Asking a provider over HTTPS: bounded in time and size, never redirected, every failure told apart from a no."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from ssl import SSLContext
from typing import Any

import httpx2

from portal.domain.payments import ProviderDown, ProviderRefused

TIMEOUT = httpx2.Timeout(10.0, connect=5.0)
LONGEST = 1 << 20  # bytes of an answer
SLOWEST = 20.0  # seconds for all of it: each single read may keep within its own limit for ever
_SHORTEST_SECRET = 8
_TRY_LATER = frozenset({408, 409, 423, 425, 429})


def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    payload: Any = None,
) -> Any:
    """The JSON of a 2xx answer, its numbers Decimals; None for a 404.

    Raises ProviderDown for time-outs, 5xx, 429, HTML, half an answer; ProviderRefused for any other 4xx. The address
    and what was sent never enter an error, not even when the provider repeats them: they may hold secrets.
    """
    headers = dict(headers or {})
    status, body = _exchange(method, url, headers, params, payload)
    if status == 404:
        return None
    if status >= 500 or status in _TRY_LATER or 300 <= status < 400:
        raise ProviderDown(f"HTTP {status}")
    told = _parsed(body)
    if status >= 400:
        raise ProviderRefused(f"HTTP {status}: {_message(told, set(_words([headers, params, payload])))}")
    return told


def exact_json(value: Any) -> str:
    """JSON in which a Decimal is a number with just its own digits; a float is refused."""
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{json.dumps(str(name))}:{exact_json(one)}" for name, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(map(exact_json, value)) + "]"
    if isinstance(value, float):
        raise TypeError("a float is not exact")
    return f"{value:f}" if isinstance(value, Decimal) else json.dumps(value)


def _exchange(
    method: str, url: str, headers: Mapping[str, str], params: Mapping[str, str] | None, payload: Any
) -> tuple[int, bytes]:
    content = None if payload is None else exact_json(payload).encode()
    kind = {"Accept": "application/json"}
    if content is not None:
        kind |= {"Content-Type": "application/json; charset=utf-8"}
    try:
        with (
            httpx2.Client(timeout=TIMEOUT, follow_redirects=False, verify=_trust()) as client,
            client.stream(method, url, headers={**kind, **headers}, params=params, content=content) as answer,
        ):
            return answer.status_code, _bounded(answer)
    except httpx2.HTTPError as error:
        raise ProviderDown(type(error).__name__) from None


@cache
def _trust() -> SSLContext:
    """Whose certificates are believed: read once, for it takes longer than all else that a question costs here."""
    return httpx2.create_ssl_context()


def _bounded(answer: httpx2.Response) -> bytes:
    body, deadline = b"", time.monotonic() + SLOWEST
    for part in answer.iter_bytes():
        body += part
        if len(body) > LONGEST or time.monotonic() > deadline:
            raise ProviderDown("answer too long")
    return body


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal, parse_int=_whole, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ProviderDown("answer is not JSON") from None


def _whole(digits: str) -> int:
    if len(digits) > 40:
        raise ValueError(digits)
    return int(digits)


def _no_number(_name: str) -> Any:
    raise ValueError("NaN and Infinity are no JSON")


def _message(told: Any, sent: set[str]) -> str:
    """What the provider says of its refusal, in brief and without what was sent: for the issuer's eyes."""
    text = json.dumps(told, ensure_ascii=False, default=str)
    for word in sorted(sent, key=len, reverse=True):
        text = text.replace(word, "…")
    return text[:300]


def _words(sent: Any) -> Iterator[str]:
    """Every text of what was sent that is long enough to be a secret."""
    if isinstance(sent, str):
        yield from (word for word in sent.split() if len(word) >= _SHORTEST_SECRET)
    elif isinstance(sent, (Mapping, list, tuple)):
        for inner in sent.values() if isinstance(sent, Mapping) else sent:
            yield from _words(inner)
