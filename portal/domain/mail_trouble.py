"""What may become of a mail that did not simply go out: told to the job, and kept with the mail for people."""

from __future__ import annotations

from enum import StrEnum

from portal.domain.bounces import Failure
from portal.domain.mail import one_line
from portal.errors import PortalError, Refused
from portal.text import Text


class Trouble(StrEnum):
    REFUSED = "refused"  # the server will never take it for this recipient
    DELAYED = "delayed"  # it surely did not go out, but may the next time
    SILENT = "silent"  # it was handed over once, and nobody knows whether it went out
    UNSURE = "unsure"  # it was handed over twice, and nobody knows whether it went out
    SEALED = "sealed"  # nobody can open its content any more


SENTENCES = {
    Trouble.REFUSED: Text("El servidor de correo no acepta el envío a esta dirección ({said}). Revisa la dirección."),
    Trouble.DELAYED: Text("El servidor de correo no recibe el envío ahora ({said}). El portal lo intenta de nuevo."),
    Trouble.SILENT: Text("El servidor de correo calló después de recibirlo: quizá salió. El portal lo envía otra vez."),
    Trouble.UNSURE: Text("El correo salió dos veces sin respuesta del servidor. Pregunta si llegó antes de repetirlo."),
    Trouble.SEALED: Text("El correo se guardó con una clave que el portal ya no tiene. Pídelo de nuevo."),
}


GIVEN_UP = Text("El servidor de correo no recibió el envío ({said}) y el portal ya no lo intenta. Reinténtalo tú.")


def sentence(kept: str, given_up: bool = False) -> Text:
    """The sentence for people of a mail's kept trouble ("refused 550 no such user"). `given_up`: not tried again."""
    trouble, _, said = kept.partition(" ")
    if given_up and trouble == Trouble.DELAYED:
        return GIVEN_UP.filled(said=said)
    return SENTENCES[Trouble(trouble)].filled(said=said)


class MailRefused(Refused):
    """Final. `kept` is what the mail's row keeps of it; `bounce`: the server refused the recipient itself."""

    def __init__(self, trouble: Trouble, said: str = "", bounce: Failure | None = None) -> None:
        self.bounce = bounce
        self.kept = f"{trouble} {one_line(said)}".strip()
        super().__init__(sentence(self.kept))


class NotSent(PortalError):
    """Tried again later; `said` is the server's or the system's reason."""

    status = 503

    def __init__(self, said: str) -> None:
        self.kept = f"{Trouble.DELAYED} {one_line(said)}"
        super().__init__(sentence(self.kept))
