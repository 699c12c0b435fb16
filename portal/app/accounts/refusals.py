"""What is said to who can't come in: the same words whatever the reason, for they must not tell who has an account."""

from __future__ import annotations

from portal.errors import PortalError, Refused
from portal.text import Text


class WrongPassword(Refused):
    """Unknown address, wrong password, none set, or an account that was closed."""

    def __init__(self) -> None:
        super().__init__(
            Text("El correo o la contraseña no coinciden. Revísalos, o pide que te enviemos un código al correo.")
        )


class TooMany(PortalError):
    """Guessed or asked too often: the way in is shut for a while, the others stay open."""

    status = 429


class WrongCode(Refused):
    def __init__(self) -> None:
        super().__init__(
            Text("Ese código no es válido: está mal escrito, ya se usó o venció. Revísalo, o pide uno nuevo.")
        )


class WrongFactor(Refused):
    """Six digits of the app, or a recovery code."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "Ese código no es válido o ya se usó. Escribe el que tu aplicación muestra ahora o uno de recuperación."
            )
        )


class ProofClosed(Refused):
    """A link that was used, has expired, or never was."""

    def __init__(self) -> None:
        super().__init__(Text("Este enlace ya se usó o venció. Pide uno nuevo desde la página de entrada."))


class OtherBrowser(Refused):
    """A genuine link, opened elsewhere than where it was asked for."""

    def __init__(self) -> None:
        super().__init__(
            Text("Este enlace solo abre en el navegador desde el que lo pediste: ábrelo allí, escribe allí el código "
                 "si el correo trae uno, o pide aquí un enlace nuevo.")
        )  # fmt: skip


class InvitationClosed(Refused):
    def __init__(self) -> None:
        super().__init__(Text("Esta invitación ya se usó, venció o fue retirada. Pide una nueva a quien te invitó."))
