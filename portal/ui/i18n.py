"""Sentences in the visitor's language."""

from __future__ import annotations

from portal.i18n import translator
from portal.text import Text
from portal.ui.state import language


def say(text: Text) -> str:
    """A sentence in the language of this session."""
    return text.render(translator(language()))
