"""What makes a password good enough, and its one spelling before it is hashed (ASVS 5.0, 6.2; NIST SP 800-63B)."""

from __future__ import annotations

import hashlib
import unicodedata
from base64 import b64encode
from collections.abc import Container

from portal.text import Text

LEAST, MOST = 8, 128


def spelt(password: str) -> str:
    """A password as it counts: composed alike on every keyboard (NFKC), no blanks around it.

    Forms and clipboards lose or add blanks at the ends; those inside count.
    """
    return unicodedata.normalize("NFKC", password).strip()


def prehash(password: str) -> str:
    """The 44 characters that bcrypt is given, which reads no more than 72 bytes and refuses longer ones."""
    digest = hashlib.sha256(spelt(password).encode("utf-8", "surrogatepass")).digest()
    return b64encode(digest).decode("ascii")


def password_problem(password: str, email: str, common: Container[str]) -> Text | None:
    """Why a password can't be taken, or None. `common`: passwords that everybody tries first, in lower case.

    Any characters will do: asking for digits and signs makes passwords worse, not better.
    """
    stated, plain_email = spelt(password), email.strip().lower()
    if not LEAST <= len(stated) <= MOST:
        return Text("Una contraseña tiene entre {least} y {most} caracteres; escribe una más larga o más corta.",
                    least=LEAST, most=MOST)  # fmt: skip
    if stated.lower() in (plain_email, plain_email.partition("@")[0]):
        return Text("La contraseña no puede ser tu correo: escribe otra, por ejemplo una frase corta.")
    if stated.lower() in common:
        return Text("Esa contraseña es de las que se prueban primero: escribe otra, por ejemplo una frase corta.")
    return None
