"""Mail with documents from the socket to the ledger: who comes in, who waits, what is decided, no message twice."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from data.demo.einvoice import document_xml
from portal.app.importing import asking
from portal.app.importing.register import list_imports
from portal.app.incoming import handlers, reading
from portal.app.incoming.quarantine import (
    Quarantined,
    accept_letter,
    discard_letter,
    list_quarantine,
    postbox_state,
    read_senders,
    set_senders,
)
from portal.app.incoming.reading import look_into_postbox
from portal.app.jobs import run_job
from portal.app.portal import Portal
from portal.domain.access import Actor
from portal.domain.letters import Letter, Outcome, Taken
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.ledger.audit import Event
from portal.ledger.thread_tables import inbound_mails
from portal.mail.imap import ImapPostbox
from tests.app.people import BOSS, noted, staff
from tests.app.test_import_files import HEAD, ROW, electronic
from tests.emulators.imap import Mailbox, imap_server
from tests.factories import OTRA, FrozenClock, bring, facts
from tests.ledger.balances import balances
from tests.signed_in import issuer_named

MX, ERP = "mx.portal.example", "facturas@erp.example"
PASSED = f"{MX}; dmarc=pass header.from=erp.example"
SHEET = (HEAD + ROW.format(n="FE-1", total="1000,00")).encode()


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with imap_server() as opened:
        yield opened


@pytest.fixture
def mail(portal: Portal, box: Mailbox) -> Portal:
    """The portal with this mailbox, an issuer, and ERP among whom it allows."""
    bring(portal, facts("FE-0", 10), facts("X-0", issuer=OTRA))
    made = replace(portal, settings=portal.settings.model_copy(update={"mail_authserv": MX}),
                   postbox=ImapPostbox(box.url(), timeout=2))  # fmt: skip
    set_senders(made, BOSS, issuer_named(portal, "Ejemplar S.A.S."), [ERP])
    return made


@pytest.fixture
def issuer(mail: Portal) -> int:
    return issuer_named(mail, "Ejemplar S.A.S.")


def letter(*files: tuple[str, bytes], sender: str = ERP, results: str | None = PASSED, number: int = 1) -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, "facturas@portal.example", "Facturas de hoy"
    made["Message-ID"] = f"<{number}@erp.example>"
    if results:
        made["Authentication-Results"] = results
    made.set_content("Adjuntas.")
    for name, data in files:
        made.add_attachment(data, "application", "octet-stream", filename=name)
    return made.as_bytes()


def look(mail: Portal, clock: FrozenClock) -> int:
    clock.at += timedelta(minutes=6)
    return look_into_postbox(mail)


def waiting(mail: Portal, issuer: int, actor: Actor = BOSS) -> list[Quarantined]:
    return list_quarantine(mail, actor, issuer, 50)


def brought(mail: Portal, issuer: int) -> list[str]:
    """The titles of the imports that came by mail, done."""
    found = [one.run for one in list_imports(mail, BOSS, issuer, 50).rows]
    for run in found:
        run_job(mail, run.id)
    return [run.title for run in found]


def test_what_an_allowed_and_proven_sender_mails_comes_in_once(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock
) -> None:
    raw = letter(("ventas.csv", SHEET))
    box.deliver(raw)
    assert look(mail, clock) == 1
    assert brought(mail, issuer) == ["ventas.csv"] and balances(mail)["FE-1"] == 100000
    box.deliver(b"Received: again\n" + raw)
    assert (look(mail, clock), look(mail, clock)) == (1, 0)
    assert brought(mail, issuer) == ["ventas.csv"] and waiting(mail, issuer) == []
    assert box.seen == {1, 2} and set(box.messages) == {1, 2}


def test_a_mailbox_made_anew_brings_nothing_twice(mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock) -> None:
    box.deliver(letter(("ventas.csv", SHEET)))
    look(mail, clock)
    box.validity = 8
    assert look(mail, clock) == 1
    assert brought(mail, issuer) == ["ventas.csv"]


@pytest.mark.parametrize(
    ("sender", "results", "sentence"),
    [
        (ERP, None, "no confirma que sea"),
        (ERP, "mx.evil.example; dmarc=pass header.from=erp.example", "no confirma que sea"),
        (ERP, f"{MX}; dmarc=fail header.from=erp.example", "no confirma que sea"),
        ("otro@erp.example", PASSED, "No está entre los remitentes"),
        (f"{ERP}, otro@erp.example", PASSED, "quién lo envía"),
    ],
)
def test_a_sender_who_is_forged_or_strange_waits(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock, sender: str, results: str | None, sentence: str
) -> None:
    box.deliver(letter(("a.xml", document_xml(electronic())), sender=sender, results=results))
    look(mail, clock)
    (one,) = waiting(mail, issuer)
    assert sentence in str(one.row.reason) and [file.name for file in one.files] == ["a.xml"]
    assert list_imports(mail, BOSS, issuer, 5).total == 0


def test_a_person_accepts_or_discards_what_waits(mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock) -> None:
    for number in (1, 2):
        box.deliver(letter((f"{number}.xml", document_xml(electronic(f"SETP{number}"))), results=None, number=number))
    look(mail, clock)
    collector, other = staff(mail, issuer), staff(mail, issuer_named(mail, OTRA.name), Role.OWNER)
    second, first = waiting(mail, issuer, collector)
    for act in (accept_letter, discard_letter):
        with pytest.raises(NotFound):
            act(mail, other, first.row.id, issuer)
        with pytest.raises(NotFound):
            act(mail, other, first.row.id, issuer_named(mail, OTRA.name))
    run_id = accept_letter(mail, collector, first.row.id, issuer)
    run_job(mail, run_id)
    discard_letter(mail, collector, second.row.id, issuer)
    assert "SETP1" in balances(mail) and "SETP2" not in balances(mail)
    assert waiting(mail, issuer) == [] and len(box.messages) == 2
    assert len(noted(mail, Event.MAIL_ACCEPTED, Event.MAIL_DISCARDED)) == 2
    with pytest.raises(NotFound):
        accept_letter(mail, collector, first.row.id, issuer)


def test_what_another_issuer_issued_never_comes_in_by_this_sender(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock
) -> None:
    foreign = replace(electronic(), issuer=OTRA)
    box.deliver(letter(("a.xml", document_xml(foreign))))
    look(mail, clock)
    other = issuer_named(mail, OTRA.name)
    assert "otro emitió" in str(waiting(mail, other)[0].row.reason)
    assert list_imports(mail, BOSS, issuer, 5).total == list_imports(mail, BOSS, other, 5).total == 0


def test_a_domain_may_be_allowed_and_mail_without_documents_is_nobodys(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock
) -> None:
    set_senders(mail, BOSS, issuer, ["@ERP.example", " "])
    assert read_senders(mail, BOSS, issuer) == ["@erp.example"]
    box.deliver(letter(("ventas.csv", SHEET), sender="quien.sea@erp.example"))
    box.deliver(letter(("foto.png", b"x"), ("nota.txt", b"hola"), number=2))
    assert look(mail, clock) == 2
    assert brought(mail, issuer) == ["ventas.csv"] and waiting(mail, issuer) == []
    with pytest.raises(Refused, match="no es una dirección"):
        set_senders(mail, BOSS, issuer, ["sin arroba"])
    with pytest.raises(NotFound):
        set_senders(mail, staff(mail, issuer, Role.COLLECTOR), issuer, [ERP])


def test_a_hostile_zip_waits_and_a_huge_message_stays_in_the_mailbox(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomba.xml", b"<" + b" " * 30_000_000)
    box.deliver(letter(("bomba.zip", packed.getvalue()), results=None))
    look(mail, clock)
    assert [file.name for one in waiting(mail, issuer) for file in one.files] == ["bomba.zip"]
    monkeypatch.setattr(reading, "LARGEST", 1_000)
    box.deliver(letter(("grande.csv", SHEET * 50), number=2))
    look(mail, clock)
    assert "se quedó en el buzón" in str(waiting(mail, issuer)[0].row.reason)


@pytest.mark.parametrize("trouble", ["hang", "drop", "password"])
def test_a_mailbox_that_fails_is_told_and_read_on_where_it_stood(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock, trouble: str
) -> None:
    box.deliver(letter(("ventas.csv", SHEET)))
    look(mail, clock)
    box.deliver(letter(("mas.csv", SHEET.replace(b"FE-1", b"FE-2")), number=2))
    box.trouble = trouble
    url = box.url("otra") if trouble == "password" else box.url()
    assert look(replace(mail, postbox=ImapPostbox(url, timeout=0.2)), clock) == 0
    state = postbox_state(mail, BOSS, issuer)
    assert state is not None and state.error is not None and str(state.error).endswith(".")
    box.trouble = ""
    assert look(mail, clock) == 1
    assert brought(mail, issuer) == ["mas.csv", "ventas.csv"]
    state = postbox_state(mail, BOSS, issuer)
    assert state is not None and state.error is None


def test_a_process_that_dies_before_it_noted_a_message_does_it_once(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.deliver(letter(("ventas.csv", SHEET)))

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reading, "note_letter", dies)
        with pytest.raises(KeyboardInterrupt):
            look(mail, clock)
    assert look_into_postbox(mail) == 0  # the dead one's lease
    clock.at += timedelta(minutes=10)
    assert look(mail, clock) == 1
    assert brought(mail, issuer) == ["ventas.csv"]


def test_a_message_that_comes_while_too_many_imports_wait_stays_new_and_so_do_those_after_it(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MOST_WAITING", 1)
    for number in (1, 2, 3):
        box.deliver(letter((f"{number}.csv", SHEET.replace(b"FE-1", b"FE-%d" % number)), number=number))
    look(mail, clock)
    assert box.seen == {1} and waiting(mail, issuer) == []
    for _ in range(2):
        brought(mail, issuer)
        look(mail, clock)
    assert brought(mail, issuer) == ["3.csv", "2.csv", "1.csv"] and box.seen == {1, 2, 3}
    state = postbox_state(mail, BOSS, issuer)
    assert state is not None and state.error is None


def test_an_error_that_passes_quarantines_nothing_and_the_reply_is_taken_later(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def take_replies(_portal: Portal, found: Letter) -> Taken | None:
        if not told:
            told.append("failed")
            raise OperationalError("", {}, Exception("database is locked"))
        return Taken(Outcome.HANDLED, write=lambda _unit: told.append(found.text.strip()))

    monkeypatch.setattr(reading, "HANDLERS", (take_replies,))
    box.deliver(letter())
    with pytest.raises(OperationalError):
        look(mail, clock)
    assert box.seen == set() and list_quarantine(mail, BOSS, issuer, 5) == []
    clock.at += reading.LEASE
    assert look(mail, clock) == 1
    assert told == ["failed", "Adjuntas."] and list_quarantine(mail, BOSS, issuer, 5) == []


def test_a_handler_is_one_more_line_and_one_that_fails_stops_nothing(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def take_replies(_portal: Portal, found: Letter) -> Taken | None:
        if found.sender == "roto@erp.example":
            raise ZeroDivisionError
        mine = "facturas@portal.example" in found.recipients and not found.attachments
        return Taken(Outcome.HANDLED, write=lambda _unit: told.append(found.text.strip())) if mine else None

    monkeypatch.setattr(reading, "HANDLERS", (take_replies, *handlers.HANDLERS))
    box.deliver(letter())
    box.deliver(letter(("a.csv", SHEET), sender="roto@erp.example", number=2))
    box.deliver(letter(("ventas.csv", SHEET), number=3))
    assert look(mail, clock) == 3
    assert told == ["Adjuntas."] and brought(mail, issuer) == ["ventas.csv"]
    (one,) = waiting(mail, issuer)
    assert "no lo pudo leer" in str(one.row.reason)


def test_a_reply_to_a_comment_goes_to_its_thread_and_to_no_quarantine(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock
) -> None:
    told = {"reply_address": "respuestas@portal.example"}
    made = replace(mail, settings=mail.settings.model_copy(update=told))
    raw = letter(("a.csv", SHEET)).replace(b"To: facturas@portal.example", b"To: respuestas+abc@portal.example")
    box.deliver(raw)
    assert look(made, clock) == 1
    with made.ledger.read() as conn:
        kept = conn.execute(select(inbound_mails.c.outcome, inbound_mails.c.reason)).all()
    assert [tuple(map(str, one)) for one in kept] == [("refused", "token")]  # nobody's address: theirs to keep
    assert waiting(made, issuer) == [] and list_imports(made, BOSS, issuer, 5).total == 0
