"""Objections in words."""

from __future__ import annotations

from portal.domain.disputes import DisputeState, Ground
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
