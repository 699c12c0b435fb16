"""Choices live in the address as the words that people see. Here those words are understood in every language."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from portal.i18n import LANGUAGES, translator
from portal.render.labels import Labels
from portal.text import Text
from portal.ui import show
from portal.ui.i18n import say
from portal.ui.state import language

Word = Callable[[str, Labels], str]  # an option's word in a language


_ALL = Text("Todos")


def pick_many(
    name: Text, key: str, options: Sequence[str], word: Word, none: Text = _ALL, width: int | None = None
) -> list[str]:
    """Any number of `options`; what it means that none is chosen is said by `none`."""
    _keep(key, options, word, many=True)
    said = show.labels()
    chosen = st.multiselect(
        say(name),
        list(options),
        key=key,
        format_func=lambda one: word(one, said),
        placeholder=say(none),
        bind="query-params",
        width=width or "stretch",
    )
    return [str(one) for one in chosen]


def pick_one(name: Text, key: str, options: Sequence[str], word: Word, width: int | None = None) -> str:
    """One of `options`, the first unless another is chosen."""
    _keep(key, options, word, many=False)
    said = show.labels()
    chosen = st.selectbox(
        say(name),
        list(options),
        key=key,
        format_func=lambda one: word(one, said),
        bind="query-params",
        width=width or "stretch",
    )
    return str(chosen or options[0])


def pick_at_most_one(name: Text, key: str, options: Sequence[str], word: Word) -> str | None:
    """One of `options` side by side, or none."""
    _keep(key, options, word, many=False)
    said = show.labels()
    return st.segmented_control(
        say(name), list(options), key=key, format_func=lambda one: word(one, said), bind="query-params"
    )


def switch(name: Text, key: str, options: Sequence[str], word: Word, default: str) -> str:
    """One of `options` side by side, always."""
    _keep(key, options, word, many=False)  # a default from the address would be taken out of it
    said = show.labels()
    return st.segmented_control(
        say(name),
        list(options),
        default=default,
        required=True,
        key=key,
        format_func=lambda one: word(one, said),
        bind="query-params",
    )


def asked_for(key: str, options: Sequence[str], word: Word) -> list[str]:
    """What the address asks for, in the words of whatever language it was copied in."""
    here = language()
    spoken = [Labels(translator(one), one) for one in sorted(LANGUAGES, key=lambda one: one == here)]
    meaning = {word(option, labels): option for labels in spoken for option in options}
    return [meaning[asked] for asked in st.query_params.get_all(key) if asked in meaning]


def _keep(key: str, options: Sequence[str], word: Word, many: bool) -> None:
    """Streamlit knows an option by its word: a choice is taken along when the words change."""
    drawn, here = f"{key}-language", language()
    if key in st.session_state:
        if st.session_state.get(drawn) != here:
            st.session_state[key] = st.session_state[key]
    elif asked := asked_for(key, options, word):
        st.session_state[key] = asked if many else asked[0]
    st.session_state[drawn] = here
