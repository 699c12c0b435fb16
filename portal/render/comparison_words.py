"""What a comparison with a provider found, in words."""

from __future__ import annotations

from portal.domain.comparing import Difference, Finding
from portal.render.labels import Labels
from portal.render.payment_words import STANDINGS
from portal.text import Text

FINDINGS = {
    Finding.MISSING: Text("El proveedor lo tiene pagado y aquí no estaba"),
    Finding.STRAY: Text("Pagado con una referencia del portal que aquí no existe"),
    Finding.UNKNOWN_THERE: Text("Está registrado aquí y el proveedor no lo conoce"),
    Finding.NOT_PAID: Text("Está registrado aquí y el proveedor dice ahora: {standing}"),
    Finding.AMOUNT: Text("El valor o la moneda no coinciden"),
    Finding.RETURNED: Text("Lo devuelto no coincide: {there} allá, {here} aquí"),
    Finding.UNDECIDED: Text("Está en ambos, y aquí en la cuenta de nadie"),
}
RECORDED, APART, OPEN = Text("Ya quedó registrado"), Text("Apartado: falta decidir"), Text("Por revisar")


def finding_said(one: Difference, labels: Labels) -> str:
    """One sentence about one transaction, without its number."""
    sentence = FINDINGS[one.finding]
    if one.finding is Finding.NOT_PAID and one.standing is not None:
        sentence = sentence.filled(standing=STANDINGS[one.standing])
    if one.finding is Finding.RETURNED:
        there, here = (labels.money(value, one.currency) for value in (one.there_returned, one.here_returned))
        sentence = sentence.filled(there=there, here=here)
    return labels.say(sentence)


def done_said(one: Difference, labels: Labels) -> str:
    """What became of it at once."""
    return labels.say(APART if one.undecided else RECORDED if one.recorded else OPEN)
