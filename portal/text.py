"""Sentences for people: a Spanish template (the catalog's message id) and the values that fill it.

Spanish is the source language, so a missing translation still reads well. Code below the
screens makes `Text`s and never translates; whoever shows one calls `render`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, init=False)
class Text:
    """A sentence in the catalog. `str()` gives the Spanish; `render(gettext)` another language."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __init__(self, template: str, /, **values: Any) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)

    def filled(self, **values: Any) -> Text:
        """The same sentence with these values."""
        return Text(self.template, **values)

    def render(self, gettext: Callable[[str], str]) -> str:
        """The sentence in the language of `gettext`; values that are Texts, or lists of them, are rendered too."""
        return gettext(self.template).format(**{k: _rendered(v, gettext) for k, v in self.values.items()})

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted(self.values))))

    def __str__(self) -> str:
        return self.render(lambda template: template)


def _rendered(value: Any, gettext: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return "; ".join(str(_rendered(one, gettext)) for one in value)
    return value.render(gettext) if isinstance(value, Text) else value
