"""What the portal has mailed to an address, read from the files it writes while no mail server is set."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from tests.waiting import until


def mails_to(home: Path, address: str) -> list[EmailMessage]:
    """The mails to an address, the oldest first."""
    files = sorted((home / "mail").glob("*.eml"))
    read = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
    return [mail for mail in read if isinstance(mail, EmailMessage) and address in str(mail["To"])]


def next_mail(home: Path, address: str, after: int = 0) -> str:
    """The text of the mail that comes after the first `after` ones."""
    until(lambda: len(mails_to(home, address)) > after, f"a mail to {address}")
    body = mails_to(home, address)[after].get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def code_in(text: str) -> str:
    """The six digits of a mail."""
    (code,) = set(re.findall(r"\b(\d{3} ?\d{3})\b", text))
    return str(code)


def path_in(text: str) -> str:
    """The path of its link."""
    (path,) = set(re.findall(r"https?://[^/\s]+(/auth/[^\s)>]+)", text))
    return str(path)
