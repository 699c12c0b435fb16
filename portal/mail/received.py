"""A raw message read: who says to have sent it, whether that is proven, its text and its attachments."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses

from portal.domain.letters import Attachment, Letter
from portal.domain.mail import one_line
from portal.errors import Refused
from portal.mail.authentication import is_verified
from portal.text import Text

LARGEST = 25 << 20  # bytes of a message
_MOST_PARTS, _MOST_TEXT = 200, 100_000
_IDS = re.compile(r"<[^<>\s]{1,250}>")
_TO = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")


def read_letter(raw: bytes, authserv: str | None) -> Letter:
    """Raises Refused for what can't be read, whatever its bytes are."""
    try:
        return _read(raw, authserv)
    except Refused:
        raise
    except Exception as error:
        raise Refused(Text("El mensaje está mal formado y no se pudo leer.")) from error


def headers_and_text(raw: bytes) -> tuple[tuple[tuple[str, str], ...], str]:
    """What a person reads of a mail that the portal wrote: its headers in their order, and its plain text."""
    message = message_from_bytes(raw, policy=policy.default)
    body = message.get_body(("plain",))
    headers = tuple((name, one_line(str(value), 2_000)) for name, value in message.items())
    return headers, str(body.get_content()) if body is not None else ""


def digest_of(raw: bytes) -> str:
    """Of what a second delivery of the same message has in common with the first: its id, date, sender and body."""
    head, mark, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    kept = [line for line in head.split(b"\n") if line.lower().startswith((b"message-id:", b"date:", b"from:"))]
    return hashlib.sha256(b"\n".join(sorted(kept)) + mark + body).hexdigest()


def _read(raw: bytes, authserv: str | None) -> Letter:
    message = message_from_bytes(raw, policy=policy.default)
    senders = _addresses(message, "From")
    sender = senders[0] if len(senders) == 1 and len(message.get_all("From", [])) == 1 else ""
    results = [str(one) for one in message.get_all("Authentication-Results", [])]
    referred = " ".join(str(message.get(name, "")) for name in ("In-Reply-To", "References"))
    texts, attachments = _parts(message)
    return Letter(
        digest=digest_of(raw),
        message_id=one_line(str(message.get("Message-ID", ""))),
        sender=sender,
        verified=is_verified(results, sender, authserv),
        subject=one_line(str(message.get("Subject", ""))),
        recipients=tuple(dict.fromkeys(one for name in _TO for one in _addresses(message, name))),
        answers=tuple(dict.fromkeys(_IDS.findall(referred)))[:50],
        text="\n".join(texts)[:_MOST_TEXT],
        attachments=tuple(attachments),
        raw=raw,
    )


def _addresses(message: EmailMessage, name: str) -> list[str]:
    found = getaddresses([str(one) for one in message.get_all(name, [])])
    return [address.strip().lower() for _, address in found if "@" in address]


def _parts(message: EmailMessage) -> tuple[list[str], list[Attachment]]:
    texts: list[str] = []
    attachments: list[Attachment] = []
    for part in _leaves(message):
        name = part.get_filename()
        media_type = part.get_content_type()
        if name is None and media_type == "text/plain" and not attachments:
            texts.append(str(part.get_content()))
        elif name is not None or media_type in ("application/xml", "text/xml", "application/zip"):
            data = part.get_payload(decode=True)
            kept = one_line(name or f"adjunto.{media_type.rpartition('/')[2]}")
            attachments.append(Attachment(kept, media_type, data if isinstance(data, bytes) else b""))
    return texts, attachments


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    for number, part in enumerate(message.walk()):
        if number >= _MOST_PARTS:
            raise Refused(Text("El mensaje tiene demasiadas partes."))
        if not part.is_multipart():
            yield part
