"""A mail that came in, read without trust: who to whom, what is new in it, what it brings along, what kind it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import getaddresses

from portal.domain.mail import one_line
from portal.mail.quoted import new_words
from portal.mail.strip_html import text_of

LONGEST = 20 * 1024 * 1024  # bytes
_LONGEST_BODY = 200_000  # characters that are looked at
_MOST_PARTS = 200
_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To")
_MACHINES = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
_AUTOMATIC = ("List-Id", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "X-Loop")
_MESSAGE_ID = re.compile(r"<[^<>@\s]{1,200}@[^<>@\s]{1,200}>", re.ASCII)


@dataclass(frozen=True, slots=True)
class Incoming:
    """`key`: the same for the same mail, however often it comes. `automatic`: no person wrote it (RFC 3834).

    `results`: its Authentication-Results headers, the topmost first.
    """

    key: str
    message_id: str | None
    sender: str
    recipients: tuple[str, ...]
    subject: str
    automatic: bool
    report: bool
    words: str
    files: tuple[tuple[str, bytes], ...]
    results: tuple[str, ...] = ()


class NoMail(Exception):
    """Bytes that nobody can read as a mail."""


def read_mail(raw: bytes) -> Incoming:
    """Raises NoMail. Whatever stands in it: the text is cut where the quoted mail begins, nothing is executed."""
    if len(raw) > LONGEST:
        raise NoMail
    try:
        return _read(message_from_bytes(raw, policy=SMTP), raw)
    except Exception as error:  # the standard library's parser stumbles in many ways over what hostile hands write
        raise NoMail from error


def key_of(raw: bytes, message_id: str | None = None) -> str:
    """What a mail is known by: its Message-ID, else all of it (64 hex digits)."""
    return hashlib.sha256(message_id.encode() if message_id else raw).hexdigest()


def _read(message: EmailMessage, raw: bytes) -> Incoming:
    found = _MESSAGE_ID.search(_header(message, "Message-ID"))
    message_id = found[0] if found else None
    senders = getaddresses([_header_all(message, "From")])
    recipients = [box for _, box in getaddresses([_header_all(message, name) for name in _TO]) if "@" in box]
    return Incoming(
        key=key_of(raw, message_id),
        message_id=message_id,
        sender=one_line(senders[0][1]) if len(senders) == 1 else "",
        recipients=tuple(dict.fromkeys(one_line(box).lower() for box in recipients)),
        subject=one_line(_header(message, "Subject")),
        automatic=_automatic(message),
        report=message.get_content_type() == "multipart/report",
        words=new_words(_words(message)),
        files=tuple(_files(message)),
        results=tuple(str(one) for one in message.get_all("Authentication-Results", [])),
    )


def _automatic(message: EmailMessage) -> bool:
    submitted = _header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    return (
        submitted not in ("", "no")
        or _header(message, "Precedence").strip().lower() in _MACHINES
        or any(message.get(name) is not None for name in _AUTOMATIC)
        or _header(message, "Return-Path").strip() == "<>"
        or message.get_content_type() == "multipart/report"
    )


def _words(message: EmailMessage) -> str:
    body = message.get_body(("plain", "html"))
    if body is None:
        return ""
    text = _text(body)[:_LONGEST_BODY]
    return text_of(text) if body.get_content_type() == "text/html" else text


def _text(part: MIMEPart) -> str:
    """In the charset that it names, if there is one like it."""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        data = part.get_payload(decode=True)
        return data.decode("utf-8", "replace") if isinstance(data, bytes) else ""


def _files(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    """What has a name, at any depth; pictures that only decorate the text, such as a logo, do not count."""
    for at, part in enumerate(message.walk()):
        if at > _MOST_PARTS:
            return
        name = part.get_filename()
        if not name or part.is_multipart() or _decorates(part):
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            yield one_line(name), data


def _decorates(part: EmailMessage) -> bool:
    return part.get("Content-ID") is not None and part.get_content_disposition() != "attachment"


def _header(message: EmailMessage, name: str) -> str:
    value = message.get(name)
    return "" if value is None else str(value)


def _header_all(message: EmailMessage, name: str) -> str:
    return ", ".join(str(value) for value in message.get_all(name, []))
