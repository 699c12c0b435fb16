"""Small tables of words and sums, whose cells wrap where a screen is narrow; sums stand to the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from portal.text import Text
from portal.ui.i18n import say
from portal.ui.plain import plain

_KEY = "sumas"
_MOST_WORDS = 3
_SUMS_RIGHT = '[class*="st-key-{key}-{words}-"] :is(td, th):nth-child(n+{first}) {{ text-align: right !important; }}\n'
_PHONE = (
    '@media (max-width: 640px) {{ [class*="st-key-{key}-"] :is(td, th) {{ font-size: 0.8rem; padding: 0.35rem; }} }}\n'
)
STYLE = "".join(
    _SUMS_RIGHT.format(key=_KEY, words=words, first=words + 1) for words in range(1, _MOST_WORDS + 1)
) + _PHONE.format(key=_KEY)


def draw_sums_table(key: str, columns: Mapping[Text, Sequence[str]], words: int) -> None:
    """The first `words` columns hold words, the others sums. A cell shows what stands in it, never Markdown."""
    with st.container(key=f"{_KEY}-{words}-{key}"):
        st.table({say(name): [plain(cell) for cell in cells] for name, cells in columns.items()})
