"""Replies by mail: taken once, from who was written to; what is forged, foreign or automatic is kept and shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest
from sqlalchemy import select

from portal.app.people import end_grant
from portal.app.threads import writing
from portal.app.threads.reading import read_thread
from portal.app.threads.replies import take_reply
from portal.domain.mail import Mail
from portal.domain.mail_tokens import Back, make_mail_token, tagged
from portal.ledger.grants import grants_of
from portal.ledger.inbound import InboundMail, Outcome, Reason, inbound_in
from portal.ledger.thread_tables import inbound_mails
from tests.app.people import BOSS
from tests.app.threads.conftest import REPLIES, Desk, reply, withdraw
from tests.files.test_uploads import PDF, picture


def asked(desk: Desk) -> Mail:
    """The mail that Rosa got of a comment by Pedro."""
    desk.says(desk.pedro, "¿Y el flete?")
    (mail,) = desk.mails()
    return mail


def kept(desk: Desk) -> list[InboundMail]:
    with desk.portal.ledger.read() as conn:
        return inbound_in(conn, 10)


def test_the_issuer_answers_by_mail_and_the_customer_hears_of_it(desk: Desk) -> None:
    raw = reply(asked(desk), "Sí, va incluido.\nSaludos, Rosa")
    assert take_reply(desk.portal, raw) is Outcome.TAKEN
    assert desk.words(desk.ana) == ["¿Y el flete?", "Sí, va incluido.\nSaludos, Rosa"]
    last = read_thread(desk.portal, desk.pedro, desk.document).messages[-1]
    assert (last.person, last.name, last.side) == (desk.rosa.name, "Collector del emisor", "issuer")
    (mail,) = desk.mails()
    assert mail.to.address == "pedro@abc.example" and "Sí, va incluido." in mail.text
    assert mail.references[-1].endswith("@correo.example>") and "correo.example" not in mail.text


def test_the_customer_answers_the_answer_and_so_on(desk: Desk) -> None:
    take_reply(desk.portal, reply(asked(desk), "Sí."))
    (mail,) = desk.mails()
    assert take_reply(desk.portal, reply(mail, "Mil gracias")) is Outcome.TAKEN
    (back,) = desk.mails()
    assert desk.words(desk.rosa)[-1] == "Mil gracias" and back.to.address.startswith("collector@")
    thread = read_thread(desk.portal, desk.rosa, desk.document).thread
    assert thread is not None and thread.waits_since is not None


def test_a_mail_that_comes_twice_is_one_comment(desk: Desk) -> None:
    raw = reply(asked(desk))
    assert [take_reply(desk.portal, raw) for _ in range(3)] == [Outcome.TAKEN] * 3
    assert len(desk.words(desk.rosa)) == 2 and len(desk.mails()) == 1 and len(kept(desk)) == 1


def _other_token(desk: Desk, mail: Mail) -> dict[str, Any]:
    return {"To": tagged(REPLIES, make_mail_token(Back.REPLY, 7, b"somebody else's secret of 32 bytes"))}


FORGED: dict[str, tuple[Callable[[Desk, Mail], dict[str, Any]], Reason]] = {
    "somebody else": (lambda _d, _m: {"sender": "eva@evil.example"}, Reason.SENDER),
    "two senders": (lambda _d, m: {"sender": f"{m.to.address}, eva@evil.example"}, Reason.SENDER),
    "no sender": (lambda _d, _m: {"From": ""}, Reason.SENDER),
    "a name that looks like an address": (
        lambda _d, m: {"sender": f'"{m.to.address}" <eva@evil.example>'},
        Reason.SENDER,
    ),
    "a token of another secret": (_other_token, Reason.TOKEN),
    "a token for bounces": (
        lambda d, _m: {"To": tagged(REPLIES, make_mail_token(Back.BOUNCE, 7, d.portal.secret))},
        Reason.TOKEN,
    ),
    "a token of nobody": (
        lambda d, _m: {"To": tagged(REPLIES, make_mail_token(Back.REPLY, 7, d.portal.secret))},
        Reason.TOKEN,
    ),
    "no token": (lambda _d, _m: {"To": REPLIES}, Reason.TOKEN),
    "another domain": (
        lambda _d, m: {"To": m.reply_to.address.replace("portal.example", "evil.example") if m.reply_to else ""},
        Reason.TOKEN,
    ),
    "nothing new": (lambda _d, _m: {"words": "> viejo"}, Reason.EMPTY),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_is_not_genuine_is_refused_and_kept_for_an_operator(desk: Desk, name: str) -> None:
    made, reason = FORGED[name]
    mail = asked(desk)
    told = made(desk, mail)
    if name == "nothing new":
        raw = b"\r\n".join(
            [
                f"From: {mail.to.address}".encode(),
                f"To: {mail.reply_to.address}".encode() if mail.reply_to else b"",
                b"",
                b"  ",
            ]
        )
    else:
        raw = reply(mail, **told)
    assert take_reply(desk.portal, raw) is Outcome.REFUSED
    (one,) = kept(desk)
    assert (one.reason, one.thread_id) == (reason, None) and desk.portal.files.get(one.sha256 or "") == raw
    assert desk.words(desk.rosa) == ["¿Y el flete?"] and desk.mails() == []


@pytest.mark.parametrize(
    ("results", "outcome"),
    [
        ("mx.portal.example; dmarc=pass header.from={domain}", Outcome.TAKEN),
        ("mx.portal.example; dmarc=fail header.from={domain}", Outcome.REFUSED),
        ("mx.evil.example; dmarc=pass header.from={domain}", Outcome.REFUSED),
        ("", Outcome.REFUSED),
    ],
)
def test_where_the_mail_server_signs_what_it_checked_a_sender_alone_is_not_believed(
    desk: Desk, results: str, outcome: Outcome
) -> None:
    mail = asked(desk)
    settings = desk.portal.settings.model_copy(update={"mail_authserv": "mx.portal.example"})
    told = results.format(domain=mail.to.address.partition("@")[2])
    raw = reply(mail, Authentication_Results=told)
    assert take_reply(replace(desk.portal, settings=settings), raw) is outcome
    assert kept(desk)[0].reason is (None if outcome is Outcome.TAKEN else Reason.SENDER)


@pytest.mark.parametrize("second", [False, True])
def test_two_from_lines_are_nobodys(desk: Desk, second: bool) -> None:
    mail, eva = asked(desk), b"From: eva@evil.example\n"
    own = f"From: {mail.to.address}\n".encode()
    raw = reply(mail).replace(own, own + eva if second else eva + own)
    assert take_reply(desk.portal, raw) is Outcome.REFUSED and kept(desk)[0].reason is Reason.SENDER


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated; type=x"},
        {"Precedence": "bulk"},
        {"List-Id": "<x.example>"},
        {"X-Autoreply": "yes"},
        {"Return-Path": "<>"},
    ],
)
def test_what_no_person_wrote_is_answered_by_nobody(desk: Desk, headers: dict[str, str]) -> None:
    raw = reply(asked(desk), "Estoy de vacaciones", **headers)
    assert take_reply(desk.portal, raw) is Outcome.AUTO
    assert desk.words(desk.rosa) == ["¿Y el flete?"] and desk.mails() == []


def test_auto_submitted_no_is_a_person(desk: Desk) -> None:
    assert take_reply(desk.portal, reply(asked(desk), **{"Auto-Submitted": "no"})) is Outcome.TAKEN


def test_our_own_mails_never_answer_each_other(desk: Desk) -> None:
    from portal.domain.mail import Mailbox
    from portal.mail.message import compose

    mail = asked(desk)
    raw = compose(mail, Mailbox(mail.to.address)).as_bytes().replace(b"To: ", b"Cc: ", 1)
    raw = raw.replace(
        b"\r\n\r\n", f"\r\nX-Original-To: {mail.reply_to.address if mail.reply_to else ''}\r\n\r\n".encode(), 1
    )
    assert take_reply(desk.portal, raw) is Outcome.AUTO


def test_who_may_no_longer_write_is_refused(desk: Desk) -> None:
    mail = asked(desk)
    with desk.portal.ledger.read() as conn:
        (held,) = grants_of(conn, desk.rosa.user_id or 0, desk.portal.clock.now())
    from portal.domain.roles import Role
    from tests.app.people import staff

    staff(desk.portal, desk.issuer, Role.OWNER)
    end_grant(desk.portal, BOSS, held.id)
    assert take_reply(desk.portal, reply(mail)) is Outcome.REFUSED
    assert kept(desk)[0].reason is Reason.RIGHTS


def test_a_withdrawn_document_takes_no_replies(desk: Desk) -> None:
    mail = asked(desk)
    withdraw(desk)
    assert take_reply(desk.portal, reply(mail)) is Outcome.REFUSED and kept(desk)[0].reason is Reason.RIGHTS


def test_too_many_replies_wait_outside(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = asked(desk)
    monkeypatch.setattr(writing, "MOST_BY_ONE", 1)
    assert [take_reply(desk.portal, reply(mail)) for _ in range(2)] == [Outcome.TAKEN, Outcome.REFUSED]
    assert kept(desk)[0].reason is Reason.MANY


def test_files_of_a_reply_are_made_harmless_and_the_rest_is_named(desk: Desk) -> None:
    mail = asked(desk)
    message = EmailMessage()
    message["From"], message["To"] = mail.to.address, mail.reply_to.address if mail.reply_to else ""
    message.set_content("Van los soportes.")
    for name, data in (("a.png", picture("PNG")), ("b.exe", b"MZ"), ("c.pdf", PDF), ("d.pdf", PDF), ("e.pdf", PDF)):
        message.add_attachment(data, "application", "octet-stream", filename=name)
    assert take_reply(desk.portal, message.as_bytes()) is Outcome.TAKEN
    shown = read_thread(desk.portal, desk.pedro, desk.document)
    last = shown.messages[-1]
    assert [one.name for one in shown.files[last.id]] == ["a.png", "c.pdf", "d.pdf"]
    assert last.left_out == "b.exe, e.pdf"


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff" * 100, b"From: a@b.c\nContent-Type: multipart/mixed\n\nx", b"\n\nhola"]
)
def test_bytes_that_are_no_mail_are_kept_and_break_nothing(desk: Desk, raw: bytes) -> None:
    assert take_reply(desk.portal, raw) in (Outcome.REFUSED, Outcome.AUTO)
    with desk.portal.ledger.read() as conn:
        assert len(conn.execute(select(inbound_mails)).all()) == 1


def test_without_a_reply_address_nothing_is_a_reply(desk: Desk, alone: Callable[[], Desk]) -> None:
    mail = asked(desk)
    assert take_reply(alone().portal, reply(mail)) is Outcome.REFUSED
