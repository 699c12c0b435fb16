"""Which language a visitor reads; and that the English catalog holds every sentence, whole."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from portal.i18n import CATALOGS, LANGUAGES, preferred, translator
from portal.text import Text

ROOT = Path(__file__).parents[1]
ENGLISH = CATALOGS / "en" / "LC_MESSAGES" / "portal.po"
ALL = (path for name in ("portal", "pages", "workers") for path in (ROOT / name).rglob("*.py"))
SOURCES = sorted(path for path in ALL if "migrations" not in path.parts)  # their Text is a column's type
SCREENS = [path for path in SOURCES if path.is_relative_to(ROOT / "pages") or path.is_relative_to(ROOT / "portal/ui")]
MARKS = {"Text", "_", "gettext"}
MAKERS = {"portal/text.py", "portal/ledger/exports.py"}  # a Text made of a Text, or read back from a row
SPOKEN = {"label", "body", "title", "page_title", "help", "placeholder", "text", "caption", "delta"}
SILENT = {
    "session_state", "query_params", "context", "user", "html", "column_config", "switch_page", "vega_lite_chart",
    "form", "image",
}  # fmt: skip
SAME_EVERYWHERE = {"CUFE", "CUDE"}


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "es"),
        ("", "es"),
        ("es-CO", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("fr,es;q=0.4,en;q=0.6", "en"),
        ("EN", "en"),
        ("fr-FR,de", "es"),
        ("en;q=0.1, es;q=0.9", "es"),
        ("*;q=x,;;,en", "en"),
        ("../../etc/passwd", "es"),
    ],
)
def test_the_language_liked_best_among_ours(header: str | None, language: str) -> None:
    assert preferred(header) == language


def test_a_sentence_is_translated_and_its_values_are_kept() -> None:
    sentence = Text(
        "Algo falló de nuestro lado. Intenta otra vez en unos minutos; si sigue, comparte la referencia {reference}.",
        reference="AB12",
    )
    assert "reference AB12" in sentence.render(translator("en"))
    assert "referencia AB12" in sentence.render(translator("es"))


@pytest.mark.parametrize("language", [*LANGUAGES, "xx", "../en", ""])
def test_what_no_catalog_knows_stays_spanish(language: str) -> None:
    assert translator(language)("Nadie tradujo esto") == "Nadie tradujo esto"


def test_a_list_of_sentences_is_translated_one_by_one() -> None:
    sentence = Text("{first}–{last} de {total}", first=[Text("Inicio"), "x"], last=Text("Idioma"), total=3)
    assert sentence.render(translator("en")) == "Home; x–Language of 3"


def test_a_sentence_can_be_filled_later() -> None:
    assert Text("Vence {day}").filled(day="hoy") == Text("Vence {day}", day="hoy")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What `make messages` would find now."""
    out = tmp_path_factory.mktemp("messages") / "portal.pot"
    mapping = str(ROOT / "pyproject.toml")
    CommandLineInterface().run(["pybabel", "-q", "extract", "-F", mapping, "-k", "Text", "-o", str(out), str(ROOT)])
    return load(out)


@pytest.fixture(scope="module")
def english() -> Catalog:
    return load(ENGLISH)


def load(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def sentences(catalog: Catalog) -> dict[str, str]:
    return {str(message.id): str(message.string) for message in catalog if message.id}


def fields(sentence: str) -> list[str]:
    return sorted(f"{name}!{convert}:{spec}" for _, name, spec, convert in Formatter().parse(sentence) if name)


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call, with the last part of the name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def marked(tree: ast.AST) -> Iterator[str | None]:
    """The sentences marked for the catalog; None where one is computed, so that no extraction can see it."""
    for call, name in calls(tree):
        if name in MARKS:
            first = call.args[0] if call.args else None
            yield first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def unsaid(tree: ast.AST) -> Iterator[str]:
    """Words for people in calls of `st.…` that did not go through `say`."""
    for call, _ in calls(tree):
        path = ast.unparse(call.func).split(".")
        if path[0] == "st" and not SILENT & set(path):
            shown = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg in SPOKEN)]
            yield from (word for part in shown for word in literals(part) if word not in SAME_EVERYWHERE)


def literals(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
        return
    said = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
    if any(map(str.isalpha, said)) and not said.startswith(":material/"):
        yield said
    for child in ast.iter_child_nodes(node):
        yield from literals(child)


def test_nothing_that_the_code_says_is_missing_from_the_catalog(extracted: Catalog, english: Catalog) -> None:
    assert sentences(extracted).keys() - sentences(english).keys() == set(), "run `make messages` and translate"


def test_the_catalog_holds_nothing_that_the_code_no_longer_says(extracted: Catalog, english: Catalog) -> None:
    assert sentences(english).keys() - sentences(extracted).keys() == set(), "run `make messages`"
    assert not english.obsolete


def test_every_sentence_is_translated_and_none_is_a_guess(english: Catalog) -> None:
    assert [spanish for spanish, translated in sentences(english).items() if not translated.strip()] == []
    assert [message.id for message in english if message.id and message.fuzzy] == []


def test_a_translation_has_the_placeholders_of_its_sentence(english: Catalog) -> None:
    pairs = sentences(english).items()
    assert [spanish for spanish, translated in pairs if fields(spanish) != fields(translated)] == []


def test_a_translation_ends_as_its_sentence_does(english: Catalog) -> None:
    """A label stays a label, a sentence a sentence."""
    pairs = [(spanish, translated) for spanish, translated in sentences(english).items() if " " in spanish]
    assert [spanish for spanish, translated in pairs if spanish.endswith(".") != translated.endswith(".")] == []


def test_the_catalog_is_sorted_and_names_no_places(english: Catalog) -> None:
    ids = list(sentences(english))
    assert ids == sorted(ids)
    assert "\n#:" not in ENGLISH.read_text("utf-8")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_marked_is_a_literal_that_the_extraction_finds(path: Path, extracted: Catalog) -> None:
    if str(path.relative_to(ROOT)) in MAKERS:
        return
    known = sentences(extracted)
    assert [sentence for sentence in marked(ast.parse(path.read_text("utf-8"))) if sentence not in known] == []


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: str(path.relative_to(ROOT)))
def test_words_on_screen_go_through_the_catalog(path: Path) -> None:
    assert list(unsaid(ast.parse(path.read_text("utf-8")))) == []


@pytest.mark.parametrize("code", ["Text(sentence, n=1)", 'Text(f"Hay {n}")', '_("a" if x else "b")', "Text()"])
def test_a_computed_sentence_is_noticed(code: str) -> None:
    assert list(marked(ast.parse(code))) == [None]


@pytest.mark.parametrize(
    "code",
    [
        'st.button("Ver")',
        'st.text_input(say(Text("Buscar")), placeholder="Número")',
        'st.text(f"Total {say(total)}")',
        'st.sidebar.caption(", ".join(["Moneda"]))',
        'st.table({"Fecha": days})',
    ],
)
def test_a_word_on_screen_outside_the_catalog_is_noticed(code: str) -> None:
    assert list(unsaid(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        'st.button(say(Text("Ver")), key="ver", type="primary")',
        'st.query_params.get("id", "")',
        'st.caption("CUFE")',
        'st.text(f"{number} · {say(name)}")',
    ],
)
def test_keys_addresses_and_translated_words_are_left_alone(code: str) -> None:
    assert not list(unsaid(ast.parse(code)))
