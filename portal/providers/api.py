"""Asking a provider over HTTPS: bounded in time and size, never redirected, every failure told apart from a no."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import httpx2

from portal.domain.payments import ProviderDown, ProviderRefused

TIMEOUT = httpx2.Timeout(10.0, connect=5.0)
LONGEST = 1 << 20  # bytes of an answer
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
    and what was sent never enter an error: they may hold secrets.
    """
    status, body = _exchange(method, url, dict(headers or {}), params, payload)
    if status == 404:
        return None
    if status >= 500 or status in _TRY_LATER or 300 <= status < 400:
        raise ProviderDown(f"HTTP {status}")
    told = _parsed(body)
    if status >= 400:
        raise ProviderRefused(f"HTTP {status}: {_message(told)}")
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
    method: str, url: str, headers: dict[str, str], params: Mapping[str, str] | None, payload: Any
) -> tuple[int, bytes]:
    content = None if payload is None else exact_json(payload).encode()
    if content is not None:
        headers |= {"Content-Type": "application/json; charset=utf-8"}
    try:
        with (
            httpx2.Client(timeout=TIMEOUT, follow_redirects=False) as client,
            client.stream(
                method, url, headers={"Accept": "application/json"} | headers, params=params, content=content
            ) as answer,
        ):
            return answer.status_code, _bounded(answer)
    except httpx2.HTTPError as error:
        raise ProviderDown(type(error).__name__) from None


def _bounded(answer: httpx2.Response) -> bytes:
    body = b""
    for part in answer.iter_bytes():
        body += part
        if len(body) > LONGEST:
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


def _message(told: Any) -> str:
    """What the provider says of its refusal, in brief: for the issuer's eyes."""
    return json.dumps(told, ensure_ascii=False, default=str)[:300]
