"""What nobody foresaw: the trace goes to the log, people get one calm sentence with the reference to find it there."""

from __future__ import annotations

import logging
import secrets

from portal.text import Text

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that is mistaken for another on the phone
log = logging.getLogger(__name__)


def report(error: Exception, where: str) -> Text:
    """Log an error under a new reference; returns the sentence to show. `where` must hold no token and no name."""
    reference = "".join(secrets.choice(_LETTERS) for _ in range(8))
    log.error("reference %s: %s failed", reference, where, exc_info=error)
    return Text(
        "Algo falló de nuestro lado. Intenta otra vez en unos minutos; si sigue, comparte la referencia {reference}.",
        reference=reference,
    )


def as_it_is(told: Text) -> str:
    """The sentence of `report` in Spanish by the simplest means, for when saying things is what failed."""
    return told.template.replace("{reference}", str(told.values["reference"]))
