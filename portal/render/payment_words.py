"""What a fact about money is called: its kind, where it is in the books, how it stands, and what is odd about it."""

from __future__ import annotations

from portal.domain.collected import Booked
from portal.domain.crediting import Trouble
from portal.domain.payments import Standing
from portal.render.labels import Labels
from portal.text import Text

FACTS = {
    "payment": Text("Pago"),
    "refund": Text("Reembolso"),
    "chargeback": Text("Contracargo"),
    "reinstated": Text("Contracargo revertido"),
}
STATES = {
    Booked.BOOKED: Text("En la cuenta"),
    Booked.APART: Text("Apartado"),
    Booked.LEFT_OUT: Text("No se abona"),
    Booked.NEVER: Text("Sin efecto"),
    Booked.OVERDRAWN: Text("No alcanzó el saldo"),
}
TROUBLES = {
    Trouble.LESS: Text("Llegó menos de lo pedido"),
    Trouble.MORE: Text("Llegó más de lo pedido"),
    Trouble.LATE: Text("Llegó después del plazo"),
    Trouble.SECOND: Text("Segundo pago por lo mismo"),
    Trouble.NOT_OPEN: Text("El documento ya no debía tanto"),
    Trouble.CREDIT_GONE: Text("El saldo a favor ya no alcanzaba"),
    Trouble.OVERDRAWN: Text("Se devolvió más de lo que queda en la cuenta"),
    Trouble.CURRENCY: Text("Otra moneda"),
    Trouble.RECEIVER: Text("A nombre de otro comercio"),
    Trouble.TEST_MONEY: Text("Dinero de prueba"),
    Trouble.REFERENCE: Text("Referencia de otro cobro"),
    Trouble.UNIT: Text("Cien veces más o menos"),
    Trouble.UNKNOWN: Text("De ningún cobro conocido"),
}
STANDINGS = {
    Standing.PENDING: Text("pendiente"),
    Standing.APPROVED: Text("aprobado"),
    Standing.DECLINED: Text("rechazado"),
    Standing.EXPIRED: Text("vencido"),
    Standing.VOIDED: Text("anulado"),
    Standing.UNKNOWN: Text("sin respuesta clara"),
}


def fact_name(kind: str, labels: Labels) -> str:
    """A payment, or what became of it later."""
    return labels.say(FACTS.get(kind, kind))


def state_name(state: Booked, labels: Labels) -> str:
    """Where the money is in the books."""
    return labels.say(STATES[state])
