"""What is new in a reply: above the mark of our own mails, and above where mail programs begin to quote.

The libraries for this either know only English or take minutes for a line made on purpose; what the portal's own mails
bring along makes most of it simple.
"""

from __future__ import annotations

import re

MARK = "·· ✂ ··"  # stands at the top of each mail that may be answered, in every language
_LONGEST_OPENING = 400  # characters of «El lun, 23 nov 2026, Ana <ana@…> escribió:», which may be broken into lines
_WROTE = re.compile(
    r"(?:el|on|le|em|am|il)\b.{0,380}(?:escribi[oó]|wrote|escreveu|a écrit|schrieb|ha scritto)\s*:", re.IGNORECASE
)
_FIRST = re.compile(r"\*?(?:de|from|von|da)\*?\s*:", re.IGNORECASE)
_HEADER = re.compile(
    r"\*?(?:enviado(?: el)?|sent|fecha|date|para|to|cc|asunto|subject|gesendet|an|betreff|data|assunto)\*?\s*:",
    re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"-{2,}\s*(?:mensaje original|original message|mensaje reenviado|forwarded message).{0,40}", re.IGNORECASE
)
_FROM_PHONE = re.compile(r"(?:enviado desde|sent from|obtener outlook para|get outlook for)\b.{0,80}", re.IGNORECASE)
_SIGNATURE = "--"


def new_words(text: str) -> str:
    """The lines that the writer added; when all of it seems to be quoted, all that is not behind a «>»."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    kept = _unquoted(lines[: _end(lines)])
    return "\n".join(kept or _unquoted(lines)).strip()


def _unquoted(lines: list[str]) -> list[str]:
    kept = [line for line in lines if not line.lstrip().startswith(">")]
    while kept and (not kept[-1].strip() or _FROM_PHONE.fullmatch(kept[-1].strip())):
        kept.pop()
    return kept


def _end(lines: list[str]) -> int:
    """Where what is not new begins."""
    for at, line in enumerate(lines):
        bare = line.strip().lstrip("> ")
        if MARK in line or bare == _SIGNATURE or _ORIGINAL.fullmatch(bare) or _opens(lines, at) or _heads(lines, at):
            return at - 1 if at and MARK in line and _wrote_above(lines, at) else at
    return len(lines)


def _wrote_above(lines: list[str], at: int) -> bool:
    return _WROTE.fullmatch(lines[at - 1].strip()) is not None


def _opens(lines: list[str], at: int) -> bool:
    """«El … escribió:», in up to three lines."""
    joined = ""
    for line in lines[at : at + 3]:
        joined = f"{joined} {line.strip()}".strip()
        if len(joined) > _LONGEST_OPENING:
            return False
        if joined.endswith(":"):
            return _WROTE.fullmatch(joined) is not None
    return False


def _heads(lines: list[str], at: int) -> bool:
    """Outlook's block: «De: … Enviado: … Para: … Asunto: …»."""
    if not _FIRST.match(lines[at].strip()):
        return False
    return sum(1 for line in lines[at + 1 : at + 6] if _HEADER.match(line.strip())) >= 2
