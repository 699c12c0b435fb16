"""Which document of a ZIP a PDF or an annex belongs to. Names only help here; they identify nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from portal.domain.folding import fold_number

_DIAN_NAME = re.compile(r"(?:fv|nc|nd|ad|ar|ds|na)(\d{10}[0-9a-z]{3}\d{2}[0-9a-f]{8})")


def owner(file: str, documents: Mapping[str, str]) -> str | None:
    """The document a file goes with: by same stem, else by the number in the name; None when in doubt.

    `documents`: document number by the name of its XML. 'ad…' and 'fv…' of DIAN's naming rule are
    one stem.
    """
    same = [name for name in documents if stem(name) == stem(file)]
    if len(same) == 1:
        return same[0]
    return _longest([(name, number) for name, number in documents.items() if named(number, file)])


def goes_with(file: str, document: str, number: str) -> bool:
    """Whether a file is named like a document's XML, or holds its number."""
    return stem(file) == stem(document) or named(number, file)


def stem(file: str) -> str:
    """The name without folder, ending and case, and without DIAN's two letters for the kind of file."""
    bare = PurePosixPath(file.replace("\\", "/")).stem.lower()
    by_rule = _DIAN_NAME.fullmatch(bare)
    return by_rule[1] if by_rule else bare


def named(number: str, file: str) -> bool:
    """Whether a file's name holds a document number, and not just the beginning or the end of another one."""
    folded = re.escape(fold_number(number))
    before = r"(?<!\d)" if folded[:1].isdigit() else ""
    return re.search(rf"{before}{folded}(?!\d)", fold_number(PurePosixPath(file.replace("\\", "/")).stem)) is not None


def _longest(candidates: Sequence[tuple[str, str]]) -> str | None:
    most = max((len(fold_number(number)) for _, number in candidates), default=0)
    best = [name for name, number in candidates if len(fold_number(number)) == most]
    return best[0] if len(best) == 1 else None
