"""One spelling for comparing and searching: folded numbers and folded text."""

import re
import unicodedata

_SQUEEZE = re.compile(r"\s+")
_NUMBER = re.compile(r"[\s\-\u2010-\u2015]+")


def fold_number(number: str) -> str:
    """A document number as identity: upper case, no blanks or hyphens ('fe - 12' is 'FE12')."""
    return _NUMBER.sub("", number).upper()


def fold_text(text: str) -> str:
    """Text as search sees it: lower case, no accents, spaces squeezed."""
    if text.isascii():
        return _SQUEEZE.sub(" ", text.lower()).strip()
    folded = _SQUEEZE.sub(" ", _bare(text)).strip()
    return folded if folded == text else fold_text(folded)  # some letters fold to ones that fold again


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def search_words(query: str) -> list[str]:
    """The folded words of a query; every one must occur."""
    return fold_text(query).split()
