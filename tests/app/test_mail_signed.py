"""Mail from anybody, from the socket to the ledger: what its signatures let in, and what waits though it is signed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from data.demo.einvoice import application_response_xml, attached_document, code_of, document_xml, mail_name, zipped
from portal.app.importing.register import import_page, list_imports
from portal.app.incoming import signed
from portal.app.incoming.quarantine import list_quarantine
from portal.app.incoming.signing import read_signing, set_signing
from portal.app.jobs import run_job
from portal.app.portal import Portal
from portal.app.taking_back import withdraw_document
from portal.domain.documents import Facts
from portal.domain.roles import Role
from portal.errors import NotFound, Refused
from portal.importers.certificates import Authorities
from portal.ledger import import_runs
from portal.ledger.audit import Event
from portal.ledger.letters import SignedRule
from portal.mail.imap import ImapPostbox
from portal.text import Text
from tests.app.people import BOSS, noted, staff
from tests.app.test_files import document_id
from tests.app.test_import_files import electronic, kept
from tests.app.test_mail_in import MX, SHEET, letter, look
from tests.emulators.imap import Mailbox, imap_server
from tests.factories import OTRA, FrozenClock, bring, facts
from tests.importers.signing import cast, certified, sign, signed_container
from tests.ledger.balances import balances
from tests.signed_in import issuer_named

ANYBODY = "quien.sea@correo.example"
STRANGER = replace(OTRA, tax_id="900999888", name="Ajena S.A.S.")


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with imap_server() as opened:
        yield opened


@pytest.fixture
def mail(portal: Portal, box: Mailbox) -> Portal:
    """The portal with this mailbox and two issuers, and an operator who trusts the authority of the cast."""
    bring(portal, facts("FE-0", 10), facts("X-0", issuer=OTRA))
    told = portal.settings.model_copy(update={"mail_authserv": MX})
    trusted = Authorities([cast().below.certificate])
    return replace(portal, settings=told, postbox=ImapPostbox(box.url(), timeout=2), authorities=trusted)


@pytest.fixture
def issuer(mail: Portal) -> int:
    return issuer_named(mail, "Ejemplar S.A.S.")


def send(box: Mailbox, *files: tuple[str, bytes], number: int = 1) -> None:
    box.deliver(letter(*files, sender=ANYBODY, results=None, number=number))


def came(mail: Portal, issuer: int) -> list[str]:
    """Who brought the imports in, the newest first; all are done."""
    found = [one.run for one in list_imports(mail, BOSS, issuer, 50).rows]
    for run in found:
        run_job(mail, run.id)
    return [run.person for run in found]


def reasons(mail: Portal, issuer: int) -> list[str]:
    return [str(one.row.reason) for one in list_quarantine(mail, BOSS, issuer, 50)]


def test_what_dian_answered_comes_in_whoever_sends_it_and_the_register_says_so(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock
) -> None:
    one = electronic()
    name = f"{mail_name(one, 'ad')}.xml"
    packed = {name: signed_container(one), "fv.pdf": b"%PDF-1.7 a nombre de otro", "anexo.txt": b"x"}
    send(box, ("correo.zip", zipped(packed)))
    assert look(mail, clock) == 1
    assert came(mail, issuer) == [f"signed:{issuer}"] and reasons(mail, issuer) == []
    assert balances(mail)["SETP1"] == 119000
    found = kept(mail, "SETP1")
    assert set(found) == {"original", "container", "validation"} and found["container"] == packed[name]
    asked, done = noted(mail, Event.IMPORT_ASKED, Event.IMPORT_DONE)
    assert asked.actor == done.actor == f"signed:{issuer}"


def test_sent_again_however_wrapped_it_changes_nothing(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock
) -> None:
    container = signed_container(electronic())
    for number in range(3):  # before its import has run
        send(box, (f"{number}.xml", container + b"\n" * number), number=number)
    look(mail, clock)
    assert len(came(mail, issuer)) == 1
    for number in range(3, 6):
        send(box, (f"{number}.xml", container + b"\n" * number), number=number)
    look(mail, clock)
    clock.at += timedelta(days=2)
    send(box, ("otra.xml", container), number=7)
    look(mail, clock)
    assert len(came(mail, issuer)) == 1 and reasons(mail, issuer) == []
    assert len(kept(mail, "SETP1")) == 3


def test_what_was_there_without_its_proof_is_enriched(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock
) -> None:
    bring(mail, electronic())
    send(box, ("a.xml", signed_container(electronic())))
    look(mail, clock)
    assert len(came(mail, issuer)) == 1 and "validation" in kept(mail, "SETP1")


def test_what_the_issuer_withdrew_is_not_brought_back_by_a_stranger(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock
) -> None:
    send(box, ("a.xml", signed_container(electronic())))
    look(mail, clock)
    came(mail, issuer)
    withdraw_document(mail, BOSS, document_id(mail, "SETP1"), "No era de este cliente")
    send(box, ("a.xml", signed_container(electronic())), number=2)
    look(mail, clock)
    assert "El documento SETP1 se retiró o anuló" in reasons(mail, issuer)[0]
    assert len(came(mail, issuer)) == 1 and "SETP1" not in balances(mail)


def test_what_is_withdrawn_while_its_import_waits_stays_so(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock
) -> None:
    bring(mail, electronic())
    send(box, ("a.xml", signed_container(electronic())))
    look(mail, clock)
    withdraw_document(mail, BOSS, document_id(mail, "SETP1"), "No era de este cliente")
    came(mail, issuer)
    (run,) = list_imports(mail, BOSS, issuer, 50).rows
    (refused,) = import_page(mail, BOSS, run.run.id, "problems", 10)
    assert "El documento SETP1 se retiró en el portal" in str(refused.reason)
    assert "SETP1" not in balances(mail) and "validation" not in kept(mail, "SETP1")


def test_one_that_failed_keeps_nothing_out_that_comes_after_it(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock
) -> None:
    send(box, ("a.xml", signed_container(electronic()) + b"\n"))
    look(mail, clock)
    (waiting,) = list_imports(mail, BOSS, issuer, 50).rows
    with mail.ledger.write("operator:test") as unit:
        import_runs.refuse_run(unit, waiting.run.id, Text("No se pudo."))
        unit.commit()
    for number in range(2, 5):  # and twice the same is one
        send(box, (f"{number}.xml", signed_container(electronic())), number=number)
    look(mail, clock)
    assert len(came(mail, issuer)) == 2 and balances(mail)["SETP1"] == 119000


def hiding(table: str, lead: bytes) -> bytes:
    """A genuine container behind a comment that signs cover nothing of, which a reader of sheets takes for a table."""
    return lead + f"<!--{table}\n-->".encode() + signed_container(electronic()).split(b"?>", 1)[1]


INVOICES = """|tipo|número|cliente NIT|cliente nombre|fecha|total
|nota crédito|NC-FALSA|900555666|ABC|2026-03-05|999999
|factura|FALSA-1|900555666|ABC|2026-03-05|7777777"""
PAID = "|número|fecha|saldo\n|FE-0|2026-12-01|0"
HIDDEN = {"invoices": (INVOICES, ".csv"), "balances": (PAID, ".csv"), "a PDF's mark": ("%PDF-1.7", ".pdf")}


@pytest.mark.parametrize("lead", [b"\xef\xbb\xbf\n", b" " * 1_100], ids=["a mark", "blanks"])
@pytest.mark.parametrize(("table", "ending"), HIDDEN.values(), ids=HIDDEN)
@pytest.mark.parametrize("wrap", [True, False], ids=["in a ZIP", "by itself"])
def test_a_table_hidden_before_a_genuine_container_is_never_read_whatever_the_file_is_called(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock, wrap: bool, table: str, ending: str, lead: bytes,
) -> None:  # fmt: skip
    name = "a" * 116 + f"{ending}x.xml"  # 120 signs of it are a sheet's name
    evil = hiding(table, lead)
    send(box, ("factura.zip", zipped({name: evil})) if wrap else (name, evil))
    look(mail, clock)
    came(mail, issuer)
    send(box, ("factura.xml", signed_container(electronic())), number=2)
    look(mail, clock)
    came(mail, issuer)
    assert balances(mail) == {"FE-0": 1000, "X-0": 100000, "SETP1": 119000}


def forged() -> bytes:
    """DIAN's genuine answer around another total, under the same CUFE, signed by whoever got the invoice."""
    genuine = electronic()
    cheaper = replace(electronic(total="1.00"), cufe=code_of(genuine))
    answer = sign(application_response_xml(genuine), cast().dian)
    buyer = certified("Empresa ABC S.A.S.", cast().below, nit="900555666", key=6)
    return attached_document(cheaper, document=sign(document_xml(cheaper), buyer), response=answer)


def of(issuer: object) -> Facts:
    made = replace(electronic(), issuer=issuer, cufe=None)  # type: ignore[arg-type]
    return replace(made, cufe=code_of(made))


CASES: dict[str, tuple[Callable[[], list[tuple[str, bytes]]], str]] = {
    "a forged total under a genuine CUFE": (lambda: [("a.xml", forged())], "La firmó 900555666, que no firma por"),
    "a provider that the issuer didn't name": (
        lambda: [("a.xml", signed_container(electronic(), by=cast().provider))],
        "La firmó 860123456, que no firma por Ejemplar S.A.S.: si es su proveedor",
    ),
    "a signer without a tax id": (
        lambda: [("a.xml", signed_container(electronic(), by=certified("X", cast().below, key=6)))],
        "no dice de quién es",
    ),
    "no answer": (lambda: [("a.xml", document_xml(electronic()))], "No trae la respuesta de la DIAN"),
    "nothing signed": (lambda: [("a.xml", attached_document(electronic()))], "No lleva firma"),
    "a sheet beside it": (
        lambda: [("a.xml", signed_container(electronic())), ("b.csv", SHEET)],
        "Una hoja de cálculo no lleva firma",
    ),
    "an unsigned one beside it": (
        lambda: [("a.xml", signed_container(electronic())), ("b.xml", attached_document(electronic("SETP2")))],
        "No lleva firma",
    ),
    "something broken beside it": (
        lambda: [("a.zip", zipped({"a.xml": signed_container(electronic()), "b.xml": b"<roto"}))],
        "mal formado",
    ),
    "two issuers": (
        lambda: [
            ("a.xml", signed_container(electronic())),
            ("b.xml", signed_container(of(OTRA), by=certified("Otra", cast().below, nit=OTRA.tax_id, key=6))),
        ],
        "varios emisores",
    ),
    "nobody's issuer with a name to impress": (
        lambda: [
            ("a.xml", signed_container(of(replace(STRANGER, name="Haz clic en Aceptar, la DIAN lo pide. " * 99))))
        ],
        "Lo emitió Haz clic en Aceptar, la DIAN lo pide. Haz clic en Aceptar, l…, que no es emisor de este portal",
    ),
    "nobody's issuer": (
        lambda: [("a.xml", signed_container(of(STRANGER)))],
        "Lo emitió Ajena S.A.S., que no es emisor de este portal",
    ),
}


@pytest.mark.parametrize(("files", "sentence"), CASES.values(), ids=CASES)
def test_what_does_not_prove_itself_waits_and_says_why(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock,
    files: Callable[[], list[tuple[str, bytes]]], sentence: str,
) -> None:  # fmt: skip
    send(box, *files())
    look(mail, clock)
    (reason,) = reasons(mail, issuer)
    assert reason.startswith("No está entre los remitentes permitidos. ") and sentence in reason
    assert came(mail, issuer) == []


def test_an_issuer_names_who_signs_for_it_or_wants_to_look_at_all(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock
) -> None:
    owner, collector = staff(mail, issuer, Role.OWNER), staff(mail, issuer)
    assert read_signing(mail, owner, issuer) == SignedRule(True, ())
    set_signing(mail, owner, issuer, True, ["NIT 860.123.456-3", " "])
    set_signing(mail, owner, issuer, True, ["860123456"])
    send(box, ("a.xml", signed_container(electronic(), by=cast().provider)))
    look(mail, clock)
    assert len(came(mail, issuer)) == 1
    set_signing(mail, owner, issuer, False, ["860123456"])
    send(box, ("b.xml", signed_container(electronic("SETP2"))), number=2)
    look(mail, clock)
    assert "pidió revisar también" in reasons(mail, issuer)[0] and len(came(mail, issuer)) == 1
    assert len(noted(mail, Event.SENDERS_CHANGED)) == 2
    for act in (read_signing, lambda *who: set_signing(*who, True, [])):
        with pytest.raises(NotFound):
            act(mail, collector, issuer)
    for given in (["NIT"], ["12"], ["900123456 y otros"], [str(900100000 + n) for n in range(21)]):
        with pytest.raises(Refused):
            set_signing(mail, owner, issuer, True, given)
    for wrong in ("860.123.456-7", "8601234567", "NIT 1020304050 - 0"):
        with pytest.raises(Refused, match="dígito de verificación"):
            set_signing(mail, owner, issuer, True, [wrong])


def test_where_the_operator_trusts_nobody_all_of_it_waits_as_before(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock
) -> None:
    send(box, ("a.xml", signed_container(electronic())))
    look(replace(mail, authorities=None), clock)
    assert reasons(mail, issuer) == ["No está entre los remitentes permitidos."] and came(mail, issuer) == []


def test_more_documents_than_anybody_mails_are_not_all_looked_at(
    mail: Portal, issuer: int, box: Mailbox, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed, "MOST_DOCUMENTS", 2)
    send(box, *((f"{n}.xml", signed_container(electronic(f"SETP{n}"))) for n in range(3)))
    send(box, *((f"{n}.xml", signed_container(electronic(f"SETP{n}"))) for n in range(2)), number=2)
    look(mail, clock)
    assert "más de 2 documentos" in reasons(mail, issuer)[0]
    came(mail, issuer)
    assert {"SETP0", "SETP1"} <= balances(mail).keys() and Decimal(balances(mail)["SETP0"]) == 119000
