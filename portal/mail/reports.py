"""Reports about mails that could not be delivered (RFC 3464 in RFC 6522), read without trust."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.parser import HeaderParser
from itertools import islice

from portal.domain.bounces import Failure, status_in
from portal.domain.mail import one_line

_MOST_PARTS, _MOST_RECIPIENTS, _MOST_IDS = 10, 50, 20
_LONGEST = 200_000  # characters of a part that are looked at
_LARGEST = 256 * 1024  # bytes that are looked at: what a report says comes before the mail that it returns
_MOST_BREAKS = 300  # empty lines, and lines that may part: a mail of ours has some dozens, and parsing many is slow
_BREAK = re.compile(rb"(?>\r\n|\r|\n)(?=[\r\n]|--)")
_STATUSES = ("message/delivery-status", "message/global-delivery-status")
_RETURNED = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global",
    "message/global-headers",
)
_IDS = re.compile(r"<[^<>@\s]{1,200}@[^<>@\s]{1,200}>", re.ASCII)
_BLANK = re.compile(r"\n\s*\n")


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one recipient. `addresses`: those it is known by, in lower case; `failed`: given up."""

    addresses: frozenset[str]
    failed: bool
    failure: Failure


@dataclass(frozen=True, slots=True)
class Report:
    """`message_ids`: of the mail that it is about."""

    message_ids: tuple[str, ...]
    deliveries: tuple[Delivery, ...]


def read_report(raw: bytes) -> Report | None:
    """None for what is no such report, can't be read, or is made to take long."""
    head = raw[:_LARGEST]
    if sum(1 for _ in islice(_BREAK.finditer(head), _MOST_BREAKS + 1)) > _MOST_BREAKS:
        return None
    try:
        message = message_from_bytes(head, policy=policy.default)
        if message.get_content_type() != "multipart/report":
            return None
        parts = [part for part, _ in zip(message.iter_parts(), range(_MOST_PARTS), strict=False)]
        told = (one for part in parts if part.get_content_type() in _STATUSES for one in _deliveries(part))
        deliveries = tuple(islice(told, _MOST_RECIPIENTS))
        ids = " ".join(_returned_id(part) for part in parts if part.get_content_type() in _RETURNED)
        referred = " ".join(str(message.get(name, "")) for name in ("In-Reply-To", "References"))
    except Exception:  # noqa: BLE001  the standard library's parser stumbles in many ways over hostile mails
        return None
    found = tuple(dict.fromkeys(_IDS.findall(f"{ids} {referred}")))[:_MOST_IDS]
    return Report(found, deliveries) if deliveries else None


def _deliveries(part: EmailMessage | Message) -> Iterator[Delivery]:
    """One for each block that names a recipient; the first block is about the message."""
    blocks = part.get_payload()
    text = "\n\n".join(str(block) for block in blocks) if isinstance(blocks, list) else str(blocks)
    for block in _BLANK.split(text.replace("\r\n", "\n")[:_LONGEST]):
        fields = HeaderParser().parsestr(block.strip())
        addresses = {_address(str(fields[name])) for name in ("Final-Recipient", "Original-Recipient") if fields[name]}
        if addresses:
            yield _delivery(fields, frozenset(addresses))


def _delivery(fields: Message, addresses: frozenset[str]) -> Delivery:
    said = one_line(str(fields.get("Diagnostic-Code", "")).partition(";")[2])
    status = status_in(str(fields.get("Status", ""))) or status_in(said) or "5.0.0"
    failed = str(fields.get("Action", "")).strip().lower() == "failed"
    return Delivery(addresses, failed, Failure(status, said))


def _address(field: str) -> str:
    """`rfc822; ana@empresa.example`."""
    kind, mark, address = field.partition(";")
    return one_line(address if mark else kind).strip("<>").lower()


def _returned_id(part: EmailMessage | Message) -> str:
    payload = part.get_payload()
    if isinstance(payload, list):
        whole = payload[0] if payload else None
        return str(whole.get("Message-ID", "")) if isinstance(whole, Message) else ""
    decoded = part.get_payload(decode=True)
    text = decoded.decode("utf-8", "replace") if isinstance(decoded, bytes) else ""
    return str(HeaderParser().parsestr(text[:_LONGEST]).get("Message-ID", ""))
