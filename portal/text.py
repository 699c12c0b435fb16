"""Sentences for people: a Spanish template (the catalog's message id) and the values that fill it.

Spanish is the source language, so a missing translation still reads well. Code below the
screens makes `Text`s and never translates; whoever shows one calls `render`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_STOP = re.compile(r"\{(\w+)\}\.(?=\s|$)")


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
        """The sentence in the language of `gettext`; values that are Texts, or lists of them, are rendered too.

        Behind a value that ends with a full stop («Ejemplar S.A.S.») the sentence's own is left out.
        """
        values = {name: _rendered(value, gettext) for name, value in self.values.items()}
        template = gettext(self.template)
        if "}." in template:
            template = _STOP.sub(lambda found: _stopped(found, values), template)
        return template.format(**values)

    def __hash__(self) -> int:
        return hash((self.template, tuple(sorted(self.values))))

    def __str__(self) -> str:
        return self.render(lambda template: template)


def _stopped(found: re.Match[str], values: Mapping[str, Any]) -> str:
    return found[0][:-1] if str(values.get(found[1], "")).endswith(".") else found[0]


def _rendered(value: Any, gettext: Callable[[str], str]) -> Any:
    if isinstance(value, list):
        return "; ".join(str(_rendered(one, gettext)) for one in value)
    return value.render(gettext) if isinstance(value, Text) else value


def dump_text(text: Text) -> str:
    """A sentence as JSON, to be kept and said later in any language; values are kept as text."""
    return json.dumps(_dumped(text), ensure_ascii=False)


def load_text(kept: str) -> Text:
    """The sentence that `dump_text` kept."""
    template, values = (json.loads(kept)[name] for name in ("template", "values"))
    return Text(template, **{name: _loaded(value) for name, value in values.items()})


def _dumped(value: Any) -> Any:
    if isinstance(value, Text):
        return {"template": value.template, "values": {k: _dumped(v) for k, v in value.values.items()}}
    if isinstance(value, list):
        return [_dumped(one) for one in value]
    return value if isinstance(value, int) else str(value)


def _loaded(value: Any) -> Any:
    if isinstance(value, dict):
        return load_text(json.dumps(value))
    return [_loaded(one) for one in value] if isinstance(value, list) else value
