"""Who a mail is from, as far as the own receiving server vouches for it (RFC 8601); a From alone proves nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

_COMMENT = re.compile(r"\([^()]*\)")
_QUOTED = re.compile(r'"[^"]*"')
_RESULT = re.compile(r"\s*(?P<method>[a-z0-9-]+)(?:/\d+)?\s*=\s*(?P<result>[a-z]+)\b", re.IGNORECASE)
_PROPERTY = re.compile(r"\b(?P<name>header\.(?:from|d|i))\s*=\s*(?P<value>[^\s;]+)", re.IGNORECASE)


def is_verified(results: Sequence[str], sender: str, authserv: str | None) -> bool:
    """Whether DMARC or an aligned DKIM signature passed for the domain of `sender`.

    `results`: the Authentication-Results headers, the topmost first. Only the topmost counts, and only if `authserv`
    wrote it: every other one may have come along with the message.
    """
    domain = sender.rpartition("@")[2].lower()
    if not results or not authserv or not domain:
        return False
    told = _bare(results[0]).split(";")
    server = told[0].split()[:1]
    if not server or server[0].lower() != authserv.lower():
        return False
    return any(_passes(part, domain) for part in told[1:])


def _passes(part: str, domain: str) -> bool:
    found = _RESULT.match(part)
    if found is None or found["result"].lower() != "pass":
        return False
    named = {one["name"].lower(): one["value"].lower().rpartition("@")[2] for one in _PROPERTY.finditer(part)}
    if found["method"].lower() == "dmarc":
        return named.get("header.from") == domain
    if found["method"].lower() == "dkim":
        signer = named.get("header.d") or named.get("header.i")
        return signer is not None and "." in signer and (domain == signer or domain.endswith(f".{signer}"))
    return False


def _bare(header: str) -> str:
    """Without comments and quoted texts, in which anything may be written."""
    text = _QUOTED.sub(" ", " ".join(header.split()))
    while (less := _COMMENT.sub(" ", text)) != text:
        text = less
    return text
