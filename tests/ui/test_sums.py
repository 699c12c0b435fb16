"""Small tables of words and sums."""

from streamlit.testing.v1 import AppTest


def _table() -> None:
    from portal.text import Text
    from portal.ui.sums import draw_sums_table

    draw_sums_table("prueba", {Text("Emisor"): ["[Banco](https://evil.example) *S.A.*"], Text("Valor"): ["-1,00"]}, 1)


def test_a_name_is_a_name_and_never_markdown() -> None:
    at = AppTest.from_function(_table).run()
    shown = at.table[0].value
    assert list(shown.columns) == ["Emisor", "Valor"]
    assert shown.iloc[0]["Emisor"] == r"\[Banco\]\(https\://evil\.example\) \*S\.A\.\*"
