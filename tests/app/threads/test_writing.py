"""Comments: both sides read them, notes stay with the issuer, the other side gets a mail, nobody else anything."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.app.accounts.refusals import TooMany
from portal.app.attachments import attachment_file
from portal.app.people import end_grant
from portal.app.threads import writing
from portal.app.threads.reading import close_thread, list_threads, read_thread, waiting_threads
from portal.app.threads.writing import Said, write_comment
from portal.domain.access import Actor, By, Grant, Right
from portal.domain.roles import Role
from portal.domain.threads import LONGEST, ThreadState
from portal.errors import NotFound, Refused
from portal.i18n import translator
from portal.ledger.audit import Event
from portal.render.labels import Labels
from tests.app.people import BOSS, acting, give, noted, person, set_email, staff
from tests.app.threads.conftest import REPLIES, Desk, withdraw
from tests.factories import FrozenClock
from tests.files.test_uploads import PDF, picture

SAID = Labels(translator("es"), "es")


def states(desk: Desk, who: Actor) -> dict[ThreadState, int]:
    return {one: len(list_threads(desk.portal, who, one, 10)) for one in ThreadState}


def test_both_sides_read_what_was_written_and_the_desk_knows_who_waits(desk: Desk, clock: FrozenClock) -> None:
    desk.says(desk.ana, "¿Esta factura ya incluye el flete?")
    assert waiting_threads(desk.portal, desk.rosa) == 1 and states(desk, desk.rosa)[ThreadState.WAITING] == 1
    (waiting,) = list_threads(desk.portal, desk.rosa, ThreadState.WAITING, 10)
    assert (waiting.number, waiting.waits_since, waiting.words) == (
        "FE-1",
        clock.now(),
        "¿Esta factura ya incluye el flete?",
    )
    desk.says(desk.rosa, "Sí, lo incluye.")
    assert states(desk, desk.rosa) == {ThreadState.WAITING: 0, ThreadState.ANSWERED: 1, ThreadState.CLOSED: 0}
    for who in (desk.ana, desk.pedro, desk.rosa, BOSS):
        assert desk.words(who) == ["¿Esta factura ya incluye el flete?", "Sí, lo incluye."]
    assert [one.actor for one in noted(desk.portal, Event.COMMENT_WRITTEN)] == [desk.ana.name, desk.rosa.name]


def test_who_waits_waits_since_the_first_word_and_the_longest_stands_first(desk: Desk, clock: FrozenClock) -> None:
    first = clock.now()
    desk.says(desk.ana)
    clock.forward(hours=2)
    desk.says(desk.pedro, "¿Alguien?")
    (one,) = list_threads(desk.portal, desk.rosa, ThreadState.WAITING, 10)
    assert (one.waits_since, one.name) == (first, "Pedro")


def test_what_is_closed_waits_no_longer_and_the_next_word_opens_it(desk: Desk) -> None:
    desk.says(desk.ana)
    with pytest.raises(NotFound):
        close_thread(desk.portal, desk.ana, desk.document)
    close_thread(desk.portal, desk.rosa, desk.document)
    assert states(desk, desk.rosa) == {ThreadState.WAITING: 0, ThreadState.ANSWERED: 0, ThreadState.CLOSED: 1}
    desk.says(desk.ana, "Una cosa más")
    assert states(desk, desk.rosa)[ThreadState.WAITING] == 1


def test_a_note_is_read_by_the_issuers_people_only_and_mailed_to_nobody(desk: Desk) -> None:
    desk.says(desk.ana)
    desk.mails()
    desk.says(desk.rosa, "Ojo: el cliente siempre dice eso.", note=True)
    reader, analyst = (staff(desk.portal, desk.issuer, role) for role in (Role.READER, Role.ANALYST))
    assert desk.words(desk.rosa)[-1] == desk.words(BOSS)[-1] == "Ojo: el cliente siempre dice eso."
    for who in (desk.ana, desk.pedro, reader, analyst):
        assert desk.words(who) == ["Hola"]
    assert desk.mails() == [] and waiting_threads(desk.portal, desk.rosa) == 1
    (listed,) = list_threads(desk.portal, desk.rosa, ThreadState.WAITING, 10)
    assert listed.words == "Hola"


def test_a_customer_writes_no_notes(desk: Desk) -> None:
    desk.says(desk.ana, "A ver", note=True)
    assert desk.words(desk.pedro) == ["A ver"]


def test_what_is_not_yours_does_not_exist(desk: Desk) -> None:
    blind = Actor(By.USER, "user:1", (Grant(desk.issuer, desk.customer, frozenset({Right.SEE})),), user_id=1)
    for who, document in (
        (desk.ana, desk.foreign),
        (desk.other, desk.document),
        (desk.pedro, 1),
        (blind, desk.document),
    ):
        with pytest.raises(NotFound):
            desk.says(who, "Hola", document)
    for who in (desk.other,):
        with pytest.raises(NotFound):
            read_thread(desk.portal, who, desk.document)
    desk.says(desk.ana)
    assert list_threads(desk.portal, desk.other, ThreadState.WAITING, 10) == []
    assert read_thread(desk.portal, blind, desk.document).may_write is False


def test_a_file_that_is_deleted_elsewhere_before_the_comment_stands_is_there(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, store = desk.portal.files.put, desk.portal.files

    def puts(data: bytes) -> str:
        monkeypatch.setattr(store, "put", put)
        sha256 = put(data)
        store.remove(sha256)
        return sha256

    monkeypatch.setattr(store, "put", puts)
    message = desk.says(desk.ana, "", files=[("acta.pdf", PDF)])
    (found,) = read_thread(desk.portal, desk.rosa, desk.document).files[message]
    assert attachment_file(desk.portal, desk.rosa, found.id, SAID).data == PDF


def test_files_come_along_harmless_and_go_to_who_may_download(desk: Desk) -> None:
    files = [("foto.png", picture("PNG")), ("acta.pdf", PDF), ("nota.xml", b"<a>1</a>")]
    message = desk.says(desk.ana, "", files=files)
    found = read_thread(desk.portal, desk.rosa, desk.document).files[message]
    assert [one.media_type for one in found] == ["image/png", "application/pdf", "application/xml"]
    assert attachment_file(desk.portal, desk.rosa, found[1].id, SAID).data == PDF
    assert attachment_file(desk.portal, desk.ana, found[2].id, SAID).in_browser is False
    sees = Actor(By.USER, "user:1", (Grant(desk.issuer, desk.customer, frozenset({Right.SEE})),), user_id=1)
    for who in (desk.other, sees):
        with pytest.raises(NotFound):
            attachment_file(desk.portal, who, found[1].id, SAID)


def test_a_file_of_a_note_is_the_issuers_own(desk: Desk) -> None:
    message = desk.says(desk.rosa, "", files=[("acta.pdf", PDF)], note=True)
    (file,) = read_thread(desk.portal, desk.rosa, desk.document).files[message]
    assert attachment_file(desk.portal, desk.rosa, file.id, SAID).data == PDF
    with pytest.raises(NotFound):
        attachment_file(desk.portal, desk.pedro, file.id, SAID)


def test_with_a_withdrawn_document_go_the_files_of_its_comments_and_the_count_of_who_waits(desk: Desk) -> None:
    message = desk.says(desk.ana, "", files=[("acta.pdf", PDF)])
    (file,) = read_thread(desk.portal, desk.rosa, desk.document).files[message]
    withdraw(desk)
    assert waiting_threads(desk.portal, desk.rosa) == 0 == states(desk, desk.rosa)[ThreadState.WAITING]
    for who in (desk.ana, desk.rosa, BOSS):
        with pytest.raises(NotFound):
            attachment_file(desk.portal, who, file.id, SAID)


@pytest.mark.parametrize(
    ("words", "files"),
    [
        (" \u200b\n ", []),
        ("x" * (LONGEST + 1), []),
        ("a", [("a.pdf", PDF)] * 4),
        ("a", [("a.exe", b"MZ")]),
        ("a", [("a.xml", b"<a>")]),
        ("a", [("a.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')]),
    ],
)
def test_what_can_not_be_taken_is_refused_and_nothing_is_kept(
    desk: Desk, words: str, files: list[tuple[str, bytes]]
) -> None:
    with pytest.raises(Refused):
        desk.says(desk.ana, words, files=files)
    assert read_thread(desk.portal, desk.rosa, desk.document).thread is None


def test_a_form_that_arrives_twice_is_one_comment_and_one_mail(desk: Desk) -> None:
    assert desk.says(desk.ana, key="k") == desk.says(desk.ana, key="k")
    desk.says(desk.pedro, key="k")
    assert len(desk.words(desk.rosa)) == 2 and len(desk.mails()) == 2


def test_nobody_writes_without_end(desk: Desk, monkeypatch: pytest.MonkeyPatch, clock: FrozenClock) -> None:
    monkeypatch.setattr(writing, "MOST_BY_ONE", 2)
    for _ in range(2):
        desk.says(desk.ana)
    with pytest.raises(TooMany):
        desk.says(desk.ana)
    desk.says(desk.pedro)
    clock.forward(hours=2)
    desk.says(desk.ana)
    assert len(desk.words(desk.ana)) == 4


def test_the_issuers_people_get_it_by_mail_with_an_address_of_their_own(desk: Desk) -> None:
    owner = staff(desk.portal, desk.issuer, Role.OWNER)
    staff(desk.portal, desk.issuer, Role.READER)
    desk.says(desk.ana, "¿Me la reenvían?\n<b>Gracias</b>")
    first, second = desk.mails()
    assert {first.to.address, second.to.address} == {
        f"collector@emisor{desk.issuer}.example",
        f"owner@emisor{desk.issuer}.example",
    }
    assert owner.user_id and first.reply_to and second.reply_to and first.reply_to.address != second.reply_to.address
    assert all(one.reply_to and one.reply_to.address.startswith("respuestas+r") for one in (first, second))
    assert "¿Me la reenvían?" in first.text and "&lt;b&gt;Gracias" in first.html and "<b>Gracias" not in first.html
    assert f"/documento?id={desk.document}" in first.text and "/l/" not in first.text
    assert first.references[0].startswith("<hilo-") and REPLIES not in first.text


def test_without_people_the_issuers_own_address_gets_it(desk: Desk) -> None:
    with desk.portal.ledger.read() as conn:
        from portal.ledger.grants import grants_of

        (held,) = grants_of(conn, desk.rosa.user_id or 0, desk.portal.clock.now())
    give(desk.portal, person(desk.portal, "otra@ejemplar.example"), desk.issuer, role=Role.READER)
    end_grant(desk.portal, BOSS, held.id)
    desk.says(desk.ana)
    (mail,) = desk.mails()
    assert mail.to.address == "cartera@ejemplar.example"


def test_whoever_wrote_gets_the_answer_and_the_link_is_the_only_secret(desk: Desk) -> None:
    desk.says(desk.ana, "Por enlace")
    desk.says(desk.pedro, "Con cuenta")
    desk.mails()
    desk.says(desk.rosa, "Listo.")
    mails = {one.to.address: one for one in desk.mails()}
    assert set(mails) == {"pagos@abc.example", "pedro@abc.example"}
    assert mails["pagos@abc.example"].text.count("/l/") == 1 and "/l/" not in mails["pedro@abc.example"].text
    assert all("Listo." in one.text and one.sender_name == "Ejemplar S.A.S." for one in mails.values())
    assert len({one.references[0] for one in mails.values()}) == 1


def test_the_issuer_may_begin_and_the_customers_people_or_its_address_hear_of_it(desk: Desk) -> None:
    desk.says(desk.rosa, "Nos falta tu certificado.")
    assert [one.to.address for one in desk.mails()] == ["pedro@abc.example"]


def test_whose_access_has_ended_hears_nothing_more(desk: Desk) -> None:
    desk.says(desk.pedro)
    desk.mails()
    with desk.portal.ledger.read() as conn:
        from portal.ledger.grants import grants_of

        (held,) = grants_of(conn, desk.pedro.user_id or 0, desk.portal.clock.now())
    end_grant(desk.portal, BOSS, held.id)
    assert acting(desk.portal, desk.pedro.user_id or 0).grants == ()
    desk.says(desk.rosa, "Secreto")
    assert desk.mails() == []


def test_an_address_that_changed_hands_hears_nothing_more(desk: Desk) -> None:
    desk.says(desk.ana)
    desk.mails()
    set_email(desk.portal, desk.customer, None)
    desk.says(desk.rosa, "Secreto")
    assert desk.mails() == []


def test_without_a_reply_address_a_reply_goes_to_the_person(alone: Callable[[], Desk]) -> None:
    desk = alone()
    desk.says(desk.pedro)
    (mail,) = desk.mails()
    assert mail.reply_to and (mail.reply_to.address, mail.reply_to.name) == ("pedro@abc.example", "Pedro")
    assert "le llega a Pedro" in mail.text and "por encima" not in mail.text


def test_an_address_that_no_server_takes_keeps_nobody_from_writing(desk: Desk) -> None:
    set_email(desk.portal, desk.customer, "no tiene")
    desk.says(desk.ana)
    desk.says(desk.rosa, "Anotado.")
    assert desk.words(desk.ana) == ["Hola", "Anotado."]


def test_a_key_says_nothing_about_who_pressed(desk: Desk) -> None:
    with pytest.raises(NotFound):
        write_comment(desk.portal, desk.other, desk.document, Said("Hola", "k"))
