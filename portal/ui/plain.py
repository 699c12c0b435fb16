"""Words of data inside Markdown."""

from __future__ import annotations


def address(email: str) -> str:
    """An e-mail address as it is: Markdown would make a link of it."""
    return f"`{email.replace('`', '')}`"


def with_address(words: str, email: str) -> str:
    """The same words, the e-mail address in them as it is."""
    return plain(words).replace(plain(email), address(email)) if email else plain(words)


def plain(text: str) -> str:
    """The same words to whoever reads: every sign that Markdown would take for its own is escaped."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]()<>#+-.!|~$:&" else c for c in text)
