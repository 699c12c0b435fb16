"""The parser gets UTF-8 without a document type, or nothing."""

import pytest

from portal.importers.xml import MAX_MARKUP, MAX_XML, SHOWN, Unreadable, declared_encoding, parse, shown


@pytest.mark.parametrize(
    ("declared", "codec"),
    [
        ("UTF-8", "utf-8"),
        ("utf8", "utf-8-sig"),
        ("ISO-8859-1", "latin-1"),
        ("iso-8859-15", "iso8859-15"),
        ("windows-1252", "cp1252"),
    ],
)
def test_the_declared_encoding_is_read(declared: str, codec: str) -> None:
    assert parse(f"<?xml version='1.0' encoding='{declared}'?><a>ñ</a>".encode(codec)).text == "ñ"


def test_ascii_with_utf_8_in_it_and_no_declaration_at_all_are_utf_8() -> None:
    assert parse("<?xml version='1.0' encoding='US-ASCII'?><a>ñ</a>".encode()).text == "ñ"
    assert parse("<a>ñ</a>".encode()).text == "ñ"


def test_a_byte_order_mark_outweighs_the_declaration() -> None:
    assert parse("\ufeff \n<?xml version='1.0' encoding='ISO-8859-1'?><a>ñ</a>".encode()).text == "ñ"


def test_an_encoding_named_elsewhere_is_not_the_declaration() -> None:
    assert declared_encoding(b"<a encoding='utf-16'/>") == "utf-8"
    assert declared_encoding(b"<?xml version='1.0'?><a encoding='utf-16'/>") == "utf-8"


def test_doctype_as_text_is_text() -> None:
    assert parse(b"<!-- x --><a><![CDATA[<!DOCTYPE a>]]></a>").text == "<!DOCTYPE a>"


def test_the_limits_stand_where_they_say() -> None:
    assert len(parse(b"<r>" + b"<a/>" * (MAX_MARKUP - 2) + b"</r>")) == MAX_MARKUP - 2
    with pytest.raises(Unreadable, match="demasiadas etiquetas"):
        parse(b"<r>" + b"<a/>" * (MAX_MARKUP - 1) + b"</r>")
    assert parse(b"<r>" + b" " * (MAX_XML - 7) + b"</r>") is not None
    with pytest.raises(Unreadable, match="pasa de 10 MB"):
        parse(b"<r>" + b" " * (MAX_XML - 6) + b"</r>")


def test_includes_stay_what_they_are() -> None:
    root = parse(b"<a xmlns:i='http://www.w3.org/2001/XInclude'><i:include href='/etc/hostname' parse='text'/></a>")
    assert root.text is None and len(root) == 1


def test_the_line_of_the_mistake_is_told() -> None:
    with pytest.raises(Unreadable, match=r"línea 3"):
        parse(b"<a>\n<b>\n</a>")


def test_a_foreign_value_is_shown_on_one_line_and_cut_short() -> None:
    assert shown("a\n b\t") == "a b"
    assert len(shown("x" * 1000)) == SHOWN + 1
