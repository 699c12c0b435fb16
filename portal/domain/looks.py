"""How an issuer looks to its customers: its colour, its words, its picture. Nothing here decides anything."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.domain.mail import one_line
from portal.errors import Refused
from portal.text import Text

USUAL_COLOUR = "#0b6477"
DARK_INK, LIGHT_INK = "#10191c", "#ffffff"
LONGEST_SENDER, LONGEST_WORDS = 60, 400
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True)
class Look:
    """Empty parts are the portal's own.

    `colour`: "#rrggbb". `sender`: shown as the sender of mails. `greeting`: above a customer's first page and on the
    page of the shop's QR. `closing`: the last words of its mails. `logo`: the SHA-256 of its picture.
    """

    colour: str = ""
    sender: str = ""
    greeting: str = ""
    closing: str = ""
    logo: str = ""


PLAIN = Look()


def checked(look: Look) -> Look:
    """What somebody typed, tidied. Raises Refused for a colour that is none and for texts that are too long."""
    colour, sender = look.colour.strip().lower(), one_line(look.sender).strip()
    greeting, closing = look.greeting.strip(), look.closing.strip()
    if colour and not _COLOUR.fullmatch(colour):
        raise Refused(Text("Ese color no se entiende: escríbelo como {example}.", example=USUAL_COLOUR))
    if len(sender) > LONGEST_SENDER or "@" in sender:
        raise Refused(Text("El nombre de quien escribe tiene a lo sumo {most} caracteres, sin @.", most=LONGEST_SENDER))
    if max(len(greeting), len(closing)) > LONGEST_WORDS:
        raise Refused(Text("Cada texto tiene a lo sumo {most} caracteres: escríbelo más corto.", most=LONGEST_WORDS))
    return Look("" if colour == USUAL_COLOUR else colour, sender, greeting, closing, look.logo)


def ink_on(colour: str) -> str:
    """The lighter or the darker ink, whichever reads better on `colour` (contrast of WCAG 2.2)."""
    there = _light(colour)
    return max((LIGHT_INK, DARK_INK), key=lambda ink: _contrast(_light(ink), there))


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green, blue of "#rrggbb", 0 to 255."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def _light(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    red, green, blue = (_linear(part / 255) for part in rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _contrast(one: float, other: float) -> float:
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)
