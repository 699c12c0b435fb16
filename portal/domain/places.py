"""Every page of the portal: its address, and who may open it. Navigation, guards and the gate read this table.

Addresses are the same Spanish words in every language.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.domain.access import Actor, By, Right
from portal.text import Text


class Audience(StrEnum):
    RIGHT = "right"  # whoever holds the place's right somewhere
    DESK = "desk"  # whoever holds the place's right for all of an issuer
    VISITOR = "visitor"  # whoever has come in, by a link or by name, and does not only look after whole issuers
    PERSON = "person"  # whoever signed in as a person
    OPERATOR = "operator"
    STRANGER = "stranger"  # only who has not signed in


@dataclass(frozen=True, slots=True)
class Place:
    """A page's script below `pages/`, its title, its address; hidden ones are opened from another page."""

    script: str
    title: Text
    address: str
    audience: Audience = Audience.RIGHT
    right: Right = Right.SEE
    hidden: bool = False

    def opens_to(self, actor: Actor | None) -> bool:
        """Whether `actor` may open it at all; what it shows then is a matter of scope."""
        if self.audience is Audience.STRANGER or actor is None:
            return self.audience is Audience.STRANGER and actor is None
        scope = actor.scope(self.right)
        whole = scope.everything or bool(scope.issuers)
        if self.audience is Audience.DESK:
            return whole
        if self.audience is Audience.VISITOR:
            return not whole or bool(scope.customers)
        if self.audience is Audience.PERSON:
            return actor.user_id is not None
        if self.audience is Audience.OPERATOR:
            return actor.by is By.OPERATOR and actor.user_id is not None
        return not scope.empty


SIGN_IN = Place("sign_in.py", Text("Entrar"), "sign-in", Audience.STRANGER)
HOME = Place("customer/inicio.py", Text("Inicio"), "inicio", Audience.VISITOR)
RECEIVABLES = Place("issuer/cartera.py", Text("Cartera"), "cartera", Audience.DESK)
DOCUMENTS = Place("customer/documentos.py", Text("Documentos"), "documentos")
STATEMENT = Place("customer/estado_de_cuenta.py", Text("Estado de cuenta"), "estado-de-cuenta")
ANALYSIS = Place("analyst/analisis.py", Text("Análisis"), "analisis", right=Right.EXPORT)
TRENDS = Place("analyst/tendencias.py", Text("Tendencias"), "tendencias", right=Right.EXPORT)
EXPORTS = Place("customer/descargas.py", Text("Mis archivos"), "descargas", right=Right.DOWNLOAD)
DOCUMENT = Place("customer/documento.py", Text("Documento"), "documento", hidden=True)
PAY = Place("customer/pagar.py", Text("Pagar"), "pagar", right=Right.PAY, hidden=True)
PAID = Place("customer/pago.py", Text("Pago"), "pago", hidden=True)
BOOK = Place("issuer/libro.py", Text("Libro"), "libro", right=Right.BOOK)
CUSTOMERS = Place("issuer/clientes.py", Text("Clientes"), "clientes", right=Right.LINKS)
LINKS = Place("issuer/enlaces.py", Text("Enlaces"), "enlaces", right=Right.LINKS)
REMINDERS = Place("issuer/recordatorios.py", Text("Recordatorios"), "recordatorios", right=Right.LINKS)
REQUESTS = Place("issuer/solicitudes.py", Text("Solicitudes"), "solicitudes", right=Right.APPROVE)
COMMENTS = Place("issuer/comentarios.py", Text("Comentarios"), "comentarios", right=Right.APPROVE)
STAFF = Place("issuer/equipo.py", Text("Equipo"), "equipo", right=Right.STAFF)
COLLECTED = Place("issuer/cobros.py", Text("Cobros"), "cobros", right=Right.EXPORT)
IMPORTS = Place("issuer/importar.py", Text("Importar"), "importar", right=Right.IMPORT)
METHODS = Place("issuer/metodos_de_pago.py", Text("Métodos de pago"), "metodos-de-pago", right=Right.SETTINGS)
SETTINGS = Place("issuer/ajustes.py", Text("Ajustes"), "ajustes", right=Right.SETTINGS)
AUDIT = Place("issuer/registro.py", Text("Registro"), "registro", right=Right.AUDIT)
PEOPLE = Place("customer/personas.py", Text("Personas"), "personas", right=Right.MANAGE)
PREFERENCES = Place("customer/avisos.py", Text("Avisos por correo"), "avisos", Audience.VISITOR)
ACCOUNT = Place("cuenta.py", Text("Mi cuenta"), "cuenta", Audience.PERSON)
SYSTEM = Place("operator/sistema.py", Text("Sistema"), "sistema", Audience.OPERATOR)

PLACES = (
    SIGN_IN, RECEIVABLES, HOME, DOCUMENTS, STATEMENT, ANALYSIS, TRENDS, EXPORTS, DOCUMENT, PAY, PAID, PEOPLE,
    PREFERENCES, CUSTOMERS, COLLECTED, BOOK, IMPORTS, LINKS, REMINDERS, REQUESTS, COMMENTS, METHODS, STAFF, SETTINGS,
    AUDIT, SYSTEM, ACCOUNT,
)  # fmt: skip


def first_place(actor: Actor | None) -> Place:
    """The page at `/`: an issuer's people begin with its receivables, everybody else with what they owe."""
    return next(place for place in PLACES if place.opens_to(actor))
