"""Mails as files, where there is no mail server: one `.eml` each, which any mail program opens."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from portal.domain.mail import Mail, Mailbox
from portal.domain.mail_trouble import NotSent
from portal.mail.message import compose


class EmlMailer:
    """Writes `directory/DATE-TIME-ID.eml`, which sorts by time; a mail sent twice is one file. Its owner's only."""

    def __init__(self, directory: Path, sender: Mailbox) -> None:
        self.directory = directory
        self.sender = sender

    def send(self, mail: Mail) -> str:
        message = compose(mail, self.sender)
        name = _name(mail.id, mail.at)
        try:
            self._write(name, message.as_bytes())
        except OSError as error:
            raise NotSent(error.strerror or type(error).__name__) from error
        return str(message["Message-ID"])

    def read(self, mail_id: int, at: datetime) -> bytes | None:
        """The file of the mail of that id and date; None where it is not here."""
        try:
            return (self.directory / _name(mail_id, at)).read_bytes()
        except OSError:
            return None

    def _write(self, name: str, content: bytes) -> None:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=self.directory, prefix=".part-", delete=False) as part:
            try:
                part.write(content)
                part.flush()
                os.fsync(part.fileno())
                Path(part.name).replace(self.directory / name)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise


def _name(mail_id: int, at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%d-%H%M%S-%f}-{mail_id}.eml"
