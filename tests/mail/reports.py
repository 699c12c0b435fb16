"""Reports about mails that were not delivered, as mail servers write them."""

from __future__ import annotations

from textwrap import dedent

ORIGINAL = "<7@clientes.example>"


def report(
    to: str = "portal@clientes.example",
    recipient: str = "ana@empresa.example",
    action: str = "failed",
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 <ana@empresa.example>: user unknown",
    original: str = ORIGINAL,
    number: int = 1,
    more: str = "",
) -> bytes:
    """As Postfix writes it (RFC 3464 in RFC 6522)."""
    return (
        dedent(
            f"""\
            Return-Path: <>
            From: MAILER-DAEMON@mx.empresa.example (Mail Delivery System)
            To: {to}
            Subject: Undelivered Mail Returned to Sender
            Message-ID: <{number}.report@mx.empresa.example>
            Auto-Submitted: auto-replied
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

            --=_b
            Content-Type: text/plain; charset=us-ascii

            I'm sorry to have to inform you that your message could not be delivered.

            --=_b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.empresa.example
            Arrival-Date: Sun, 15 Mar 2026 10:00:00 -0500

            Final-Recipient: rfc822; {recipient}
            Action: {action}
            Status: {status}
            Diagnostic-Code: {said}
            {more}

            --=_b
            Content-Type: text/rfc822-headers

            From: Ejemplar <portal@clientes.example>
            To: {recipient}
            Message-ID: {original}
            Subject: Recordatorio

            --=_b--
            """
        )
        .replace("\n", "\r\n")
        .encode()
    )
