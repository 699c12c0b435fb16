"""A mail for tests, and how to read what came of it."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from portal.domain.mail import Mail, mailbox

SENDER = mailbox("portal@clientes.example", "Portal de clientes")


def a_mail(**other: Any) -> Mail:
    given: dict[str, Any] = {
        "id": 7,
        "at": datetime(2026, 3, 15, 15, 0, tzinfo=UTC),
        "to": mailbox("ana@empresa.example"),
        "sender_name": "Peña & Ñandú S.A.S.",
        "subject": "Tu código",
        "text": "Código: 123456\n",
        "html": "<p>Código: 123456</p>\n",
        "language": "es",
        **other,
    }
    return Mail(**given)


def parsed(content: bytes) -> EmailMessage:
    message = message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")
