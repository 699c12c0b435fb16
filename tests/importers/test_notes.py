"""A note that gives away the technical key or the PIN never leaves the XML."""

import hashlib

import pytest

from data.demo.einvoice import PIN, TECHNICAL_KEY, document_xml
from portal.domain.documents import dump_facts, search_text
from portal.importers.notes import keepable
from portal.importers.recognise import read
from tests.importers.einvoice_facts import facts, only

NUMBER, DAY = "NC3", "2019-06-21"
CONCATENATION = f"{NUMBER}{DAY}09:15:23-05:0012600.06012394.01040.00030.0014994.07900508908900108281{PIN}2"
CODE = hashlib.sha384(CONCATENATION.encode()).hexdigest()


def kept(*notes: str, code: str | None = CODE) -> tuple[str, ...]:
    return keepable(notes, NUMBER, DAY, code)


@pytest.mark.parametrize(
    "note",
    [
        CONCATENATION,
        f" {CONCATENATION[:20]} {CONCATENATION[20:]}\n",
        CONCATENATION.lower(),
        f"CUDE calculado con {CONCATENATION}",
        f"Clave técnica: {TECHNICAL_KEY}",
        f"{CODE} {TECHNICAL_KEY.upper()}",
        "NC3 2019-06-21 y lo demás",
    ],
)
def test_a_note_with_the_secret_is_dropped(note: str) -> None:
    assert kept(note) == ()


def test_a_concatenation_in_an_order_of_its_own_is_known_by_its_hash() -> None:
    assert kept("secreto", code=hashlib.sha384(b"secreto").hexdigest()) == ()


@pytest.mark.parametrize(
    "note",
    [
        "Gracias por su compra",
        f"CUFE: {CODE}",
        f"CUFE {CODE.upper()} validado",
        "Corrige la factura FE12 del 2019-06-21 a las 09:15",
        "Cuenta 123-456789-01, tel. 601 555 0000",
    ],
)
def test_ordinary_notes_are_kept(note: str) -> None:
    assert kept(note) == (note,)


def test_documents_without_a_code_are_searched_for_keys_too() -> None:
    assert kept("hola", "", "f" * 40, code=None) == ("hola",)


def test_the_key_is_nowhere_in_the_facts() -> None:
    concatenation = f"FE122025-09-0410:30:00-05:00{TECHNICAL_KEY}1"
    read_back = only(read("f.xml", document_xml(facts(notes=(concatenation, "Hola"))))).facts
    assert read_back.notes == ("Hola",)
    assert TECHNICAL_KEY not in dump_facts(read_back) + search_text(read_back)
