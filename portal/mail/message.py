"""A mail as a message of the internet (RFC 5322 and MIME): plain text and HTML of the same words."""

from __future__ import annotations

from collections.abc import Iterator
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from typing import cast
from urllib.parse import quote

from portal.domain.mail import Mail, Mailbox, one_line

_MOST_REFERENCES = 4_000  # characters
_ENCODING = "quoted-printable"  # ASCII on the wire: every server takes it


_URL = ":/?=&%-._~"


class _Address(UnstructuredHeader):
    """An address of the web as it is: the standard library would fold it into encoded words, and it led nowhere."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", cast("type[BaseHeader]", _Address))
_POLICY = SMTP.clone(header_factory=_HEADERS)


def compose(mail: Mail, sender: Mailbox) -> EmailMessage:
    """The message from the portal's address `sender`. No value can add a header: each stands in one line."""
    message = EmailMessage(_POLICY)
    message["Message-ID"] = f"<{mail.token or mail.id}@{sender.domain}>"
    message["Date"] = mail.at
    message["From"] = _shown(Mailbox(sender.address, mail.sender_name or sender.name))
    message["To"] = _shown(mail.to)
    if mail.reply_to:
        message["Reply-To"] = _shown(mail.reply_to)
    if mail.references:
        message["In-Reply-To"] = one_line(mail.references[-1])
        message["References"] = one_line(" ".join(mail.references), _MOST_REFERENCES)
    message["Subject"] = one_line(mail.subject)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: holiday notices don't answer it
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{quote(mail.unsubscribe, safe=_URL)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text, cte=_ENCODING)
    message.add_alternative(mail.html, subtype="html", cte=_ENCODING)
    if mail.logo:
        _, html = cast("Iterator[EmailMessage]", message.iter_parts())
        html.add_related(mail.logo, "image", "png", cid="<logo>", disposition="inline", filename="logo.png")
    for attached in mail.attachments:
        maintype, _, subtype = attached.media_type.partition("/")
        message.add_attachment(attached.data, maintype, subtype, filename=one_line(attached.name))
    message["Content-Language"] = one_line(mail.language)  # last: each part added takes the Content-… so far for itself
    return message


def _shown(box: Mailbox) -> Address:
    return Address(one_line(box.name), addr_spec=box.address)
