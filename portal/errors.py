"""Every error a person may be shown, with its sentence and its HTTP status.

PortalError
├── Refused        the request can't be done as asked; the sentence says what to do
├── NotFound       what is not there and what is not yours are the same answer
├── SignInNeeded   no session, or it has ended
├── SettingsError  the portal can't start; all problems at once
├── PostboxDown    the mailbox can't be read now
├── FileDamaged    a stored file is no longer what was received
└── LedgerBroken   a law of the ledger would not hold: nothing was written
"""

from portal.text import Text


class PortalError(Exception):
    """An error with a sentence for people; `text` is translated where it is shown."""

    status = 500

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


class Refused(PortalError):
    status = 422


class NotFound(PortalError):
    status = 404

    def __init__(self, text: Text | None = None) -> None:
        super().__init__(text or Text("No encontramos lo que buscas. Revisa la dirección o vuelve al inicio."))


class SignInNeeded(PortalError):
    status = 401

    def __init__(self, text: Text | None = None) -> None:
        super().__init__(text or Text("Abre de nuevo tu enlace personal para continuar."))


class SettingsError(PortalError):
    """`problems` holds one plain sentence per setting that is wrong."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(Text("{problems}", problems="\n".join(problems)))
        self.problems = problems


class FileDamaged(PortalError):
    """Stored bytes no longer match their name."""

    def __init__(self, sha256: str) -> None:
        super().__init__(
            Text("El archivo guardado {sha256} está dañado. Avisa a quien opera el portal.", sha256=sha256)
        )


class PostboxDown(PortalError):
    """The mailbox can't be read now; the sentence says why."""

    status = 503


class LedgerBroken(PortalError):
    """A law of the ledger would not hold after this change; the transaction must not commit."""
