"""How an attempt to pay stands, in one sentence and the colour that goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from portal.app.payments.progress import Attempt
from portal.domain.checkouts import State
from portal.domain.crediting import Trouble
from portal.text import Text
from portal.ui import show


class Tone(StrEnum):
    GOOD = "good"
    WAIT = "wait"
    STOP = "stop"
    BAD = "bad"


_APART = Text("Recibimos un pago que no coincide con lo pedido. El emisor lo revisa y decide; no pagues otra vez.")
_CLAIMED = Text("Recibimos tu pago de {sum} y lo estamos confirmando con {way}. No pagues otra vez.")
_SAID = {
    State.CREATED: (Tone.WAIT, Text("Preparamos tu pago con {way}.")),
    State.READY: (Tone.STOP, Text("Todavía no has ido a pagar con {way}.")),
    State.REDIRECTED: (
        Tone.STOP,
        Text(
            "Todavía no vemos tu pago en {way}. Si acabas de pagar, aparece aquí en un momento; si no terminaste, "
            "puedes continuar."
        ),
    ),
    State.PENDING: (
        Tone.WAIT,
        Text("Tu pago de {sum} está en proceso en {way}: te avisamos cuando se confirme. No pagues otra vez."),
    ),
    State.APPROVED: (Tone.GOOD, Text("Pago aprobado: {sum}.")),
    State.DECLINED: (Tone.BAD, Text("El banco no lo aprobó y no se cobró nada. Intenta de nuevo o con otro medio.")),
    State.EXPIRED: (Tone.STOP, Text("El tiempo para pagar terminó y no recibimos nada. Puedes empezar de nuevo.")),
    State.CANCELLED: (Tone.STOP, Text("Empezaste de nuevo y este intento quedó sin efecto.")),
    State.FAILED: (Tone.BAD, Text("No se pudo abrir {way}: {why}")),
}
_ODD = {
    Trouble.LESS: Text("Llegó menos de lo pedido: el resto sigue pendiente."),
    Trouble.MORE: Text("Llegó más de lo pedido: lo que sobra quedó como saldo a favor."),
    Trouble.SECOND: Text("Llegó un segundo pago por lo mismo: quedó como saldo a favor y el emisor lo revisa."),
    Trouble.NOT_OPEN: Text("Algo de esto ya estaba pagado: lo que sobra quedó como saldo a favor."),
}


def standing(attempt: Attempt) -> tuple[Tone, Text]:
    """The sentence; what needs somebody's decision comes before what the checkout itself says."""
    checkout = attempt.checkout
    if attempt.apart:
        return Tone.WAIT, _APART
    paid = show.money(attempt.paid or checkout.amount, checkout.currency)
    if checkout.claimed and not attempt.ended:
        return Tone.WAIT, _CLAIMED.filled(way=attempt.way, sum=paid)
    tone, said = _SAID[attempt.state]
    return tone, said.filled(way=attempt.way, sum=paid, why=checkout.trouble or "")


def remarks(attempt: Attempt) -> Iterator[Text]:
    """What else there is to know of it."""
    yield from (_ODD[one.trouble] for one in attempt.payments if one.trouble in _ODD)
    if attempt.returned:
        yield Text("Se te devolvió {sum}.", sum=show.money(attempt.returned, attempt.checkout.currency))
    if attempt.checkout.trouble and attempt.state not in (State.FAILED, State.APPROVED):
        yield Text("{way} no responde ahora; seguimos preguntando.", way=attempt.way)
