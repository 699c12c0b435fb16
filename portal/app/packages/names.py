"""What files are called in a package: safe on every system, the same twice, never two alike."""

from __future__ import annotations

import re
import unicodedata

from portal.domain.folding import fold_number

_LONGEST = 60
_STRANGE = re.compile(r"[^A-Za-z0-9]+")


class Names:
    """Hands out names; two issuers with one tax id get folders of their own."""

    def __init__(self) -> None:
        self._folders: dict[str, dict[int, str]] = {}

    def of(self, issuer_id: int, tax_id: str, kind: str, number: str, document_id: int) -> str:
        """`900100200/factura-de-venta-FE-1`, without an ending.

        A number is its issuer's own but for blanks, hyphens and case; where it has anything else that a name can't
        keep, or is very long, the document's id follows.
        """
        plain = _slug(number)
        exact = re.fullmatch("[A-Z0-9]+", fold_number(number)) and len(plain) <= _LONGEST
        return (
            f"{self._folder(issuer_id, tax_id)}/{_slug(kind).lower()}-{plain if exact else _with(plain, document_id)}"
        )

    def _folder(self, issuer_id: int, tax_id: str) -> str:
        plain = _slug(tax_id) or "emisor"
        known = self._folders.setdefault(plain.upper(), {})
        return known.setdefault(issuer_id, _with(plain, issuer_id) if known else plain)


def _with(plain: str, row_id: int) -> str:
    return f"{plain[:_LONGEST]}-{row_id}"


def _slug(text: str) -> str:
    """ASCII letters and digits with hyphens between; accents are dropped."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _STRANGE.sub("-", bare).strip("-")
