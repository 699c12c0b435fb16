"""The words of an HTML mail, line by line: no tags, no styles, no scripts, nothing that mail programs quote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

_BLOCKS = frozenset({"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr", "pre", "section"})
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "blockquote", "svg", "object"})
_QUOTES = ("gmail_quote", "yahoo_quoted", "moz-cite-prefix", "protonmail_quote")
_BLANKS = re.compile(r"\s+")
_LINES = re.compile(r"\n{3,}")


def text_of(markup: str) -> str:
    """What a person would read of it, quoted mails left out; empty for what no parser can read."""
    try:
        root = html.document_fromstring(markup, parser=html.HTMLParser(no_network=True, remove_comments=True))
    except (etree.LxmlError, ValueError):
        return ""
    lines = [_BLANKS.sub(" ", line).strip() for line in "".join(_parts(root)).split("\n")]
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


def _parts(root: Any) -> Iterator[str]:
    """Texts and line ends, in the order of reading; without recursion, for a mail may be nested as deep as it likes."""
    waiting: list[Any] = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
            continue
        ends = "\n" if one.tag in _BLOCKS else ""
        after = [ends + _BLANKS.sub(" ", one.tail or "")]
        if _unseen(one):
            waiting += after
            continue
        yield ends + _BLANKS.sub(" ", one.text or "")
        waiting += after
        waiting += reversed(list(one))


def _unseen(element: Any) -> bool:
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return True
    return any(name in (element.get("class") or "") for name in _QUOTES)
