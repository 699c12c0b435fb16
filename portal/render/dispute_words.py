"""Objections in words."""

from __future__ import annotations

from portal.domain.disputes import DisputeState, Ground, read_head
from portal.render.labels import Labels
from portal.text import Text

GROUNDS = {
    Ground.PRICE: Text("El precio no es el acordado"),
    Ground.QUANTITY: Text("La cantidad no coincide"),
    Ground.QUALITY: Text("Llegó con defectos o no es lo pedido"),
    Ground.NOT_RECEIVED: Text("No se recibió"),
    Ground.NOT_ORDERED: Text("No se pidió"),
    Ground.TWICE: Text("Está facturado dos veces"),
    Ground.PAID: Text("Ya se pagó"),
    Ground.DATA: Text("Los datos de la factura están mal"),
    Ground.OTHER: Text("Otro motivo"),
}
STATES = {
    DisputeState.OPEN: Text("Objeción abierta"),
    DisputeState.REVIEW: Text("Objeción en revisión"),
    DisputeState.ACCEPTED: Text("Objeción aceptada"),
    DisputeState.REJECTED: Text("Objeción rechazada"),
    DisputeState.WITHDRAWN: Text("Objeción retirada"),
}


def head_words(kept: str | None, said: Labels) -> str:
    """What a message did to an objection, as its row keeps it, for one reader; empty if nothing."""
    if kept is None:
        return ""
    head = read_head(kept)
    if head.ground is None:
        return said.say(Text("{state}.", state=STATES[head.state]))
    told = [said.say(Text("Objeción al documento: {reason}.", reason=GROUNDS[head.ground]))]
    if head.amount is not None:
        sum_ = f"{head.currency} {said.money(head.amount, head.currency)}"
        told.append(said.say(Text("Valor objetado: {amount}.", amount=sum_)))
    return " ".join(told)


def with_head(kept: str | None, words: str, said: Labels) -> str:
    """A message whole."""
    return "\n\n".join(part for part in (head_words(kept, said), words) if part)
