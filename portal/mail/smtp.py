"""Mails through an SMTP server: one connection each, and an exact word about what became of it."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import unquote, urlsplit

from portal.domain.bounces import refused
from portal.domain.mail import Mail, Mailbox, one_line
from portal.domain.mail_trouble import MailRefused, NotSent, Trouble
from portal.mail.message import compose

TIMEOUT = 30.0  # seconds for each answer of the server
_PORTS = {"smtp": 587, "smtps": 465}  # submission: RFC 6409, RFC 8314
_TAKEN = (250, 251)
_STATUS = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463


class SmtpMailer:
    """Sends by `smtp://user:password@host:port` (user and password percent-encoded) or `smtps://…`.

    A password goes out over verified TLS only. Without one, smtp:// uses STARTTLS where it is offered, whatever
    the certificate: against a listener better than clear text (RFC 7435).
    """

    def __init__(self, url: str, sender: Mailbox, timeout: float = TIMEOUT) -> None:
        parts = urlsplit(url)
        self.sender = sender
        self._timeout = timeout
        self._wrapped = parts.scheme == "smtps"
        self._host, self._port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")

    def send(self, mail: Mail) -> str:
        message = compose(mail, self.sender)
        with _not_sent_if_it_fails():
            server = self._connected()
        try:
            with _not_sent_if_it_fails():
                self._log_in(server)
                self._address(server, mail)
            _hand_over(server, message.as_bytes())
            with suppress(OSError):
                server.quit()
        finally:
            server.close()
        return str(message["Message-ID"])

    def _connected(self) -> smtplib.SMTP:
        whoami = self.sender.domain
        if self._wrapped:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self._host, self._port, whoami, timeout=self._timeout, context=context)
        return smtplib.SMTP(self._host, self._port, whoami, timeout=self._timeout)

    def _log_in(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if not self._wrapped and (self._password or server.has_extn("starttls")):
            server.starttls(context=self._starttls_context())
            server.ehlo_or_helo_if_needed()
        if self._password:
            server.login(self._user, self._password)

    def _starttls_context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self._password:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _address(self, server: smtplib.SMTP, mail: Mail) -> None:
        code, words = self._begin(server, mail.envelope or self.sender.address)
        if mail.envelope and 500 <= code <= 599:  # a server that sends for its own addresses only
            server.rset()
            code, words = self._begin(server, self.sender.address)
        if code not in _TAKEN:
            raise NotSent(_said(code, words))
        code, words = server.rcpt(mail.to.address)
        if 500 <= code <= 599:
            said = _said(code, words)
            raise MailRefused(Trouble.REFUSED, said, refused(one_line(said)))
        if code not in _TAKEN:
            raise NotSent(_said(code, words))

    @staticmethod
    def _begin(server: smtplib.SMTP, sender: str) -> tuple[int, bytes]:
        """MAIL FROM. What comes back shall be its head only: in its words is a link."""
        return server.mail(sender, ["RET=HDRS"] if server.has_extn("dsn") else [])


def _hand_over(server: smtplib.SMTP, content: bytes) -> None:
    """DATA. The server may quote what it has read: of its refusal only the status is kept.

    Silence after the content raises smtplib's own error: nobody knows whether it went out.
    """
    try:
        code, words = server.data(content)
    except smtplib.SMTPDataError as error:
        code, words = error.smtp_code, _bytes(error.smtp_error)
    status = _STATUS.match(words)
    said = _said(code, status.group() if status else b"")
    if 500 <= code <= 599:
        raise MailRefused(Trouble.REFUSED, said)
    if code not in _TAKEN:
        raise NotSent(said)


@contextmanager
def _not_sent_if_it_fails() -> Iterator[None]:
    """Before DATA every failure means that the mail did not go out."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise NotSent(_said(error.smtp_code, _bytes(error.smtp_error))) from None
    except OSError as error:  # smtplib's errors are OSErrors too
        raise NotSent(f"{type(error).__name__}: {error}") from None
    except ValueError as error:  # a password that the server's way of signing in can't carry: its letters are not told
        raise NotSent(type(error).__name__) from None


def _said(code: int, words: bytes) -> str:
    return f"{code} {words.decode('utf-8', 'replace')}".strip()


def _bytes(words: bytes | str) -> bytes:
    return words.encode() if isinstance(words, str) else words
