"""The audit in words: what each event is called, and its details."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from portal.app.people import named
from portal.domain.access import Right
from portal.domain.acts import Act
from portal.domain.roles import Role
from portal.domain.withholdings import Withheld
from portal.ledger.audit import Event
from portal.ledger.audit_pages import NamedEntry
from portal.ledger.withholdings import RULE
from portal.render.dispute_words import GROUNDS, STATES
from portal.render.labels import Labels
from portal.render.words import withholding_name
from portal.text import Text
from portal.ui.role_words import ROLES

EVENTS = {
    Event.SIGNED_IN: Text("Entró"),
    Event.SIGN_IN_FAILED: Text("Intento de entrada fallido"),
    Event.SIGNED_OUT: Text("Salió"),
    Event.SESSIONS_ENDED: Text("Cerró sesiones"),
    Event.SIGNED_UP: Text("Creó su cuenta"),
    Event.PASSWORD_SET: Text("Cambió su contraseña"),
    Event.SECOND_FACTOR_ON: Text("Activó la verificación en dos pasos"),
    Event.SECOND_FACTOR_OFF: Text("Desactivó la verificación en dos pasos"),
    Event.RECOVERY_USED: Text("Usó un código de recuperación"),
    Event.ACCOUNT_DELETED: Text("Eliminó su cuenta"),
    Event.DATA_TAKEN: Text("Descargó sus datos"),
    Event.LINK_MADE: Text("Creó un enlace"),
    Event.LINK_MAILED: Text("Envió un enlace por correo"),
    Event.LINK_ROTATED: Text("Renovó un enlace"),
    Event.LINK_REVOKED: Text("Revocó un enlace"),
    Event.LINK_SCANNED: Text("Miró un enlace sin abrirlo"),
    Event.LINK_OPENED: Text("Abrió un enlace"),
    Event.INVITED: Text("Invitó a una persona"),
    Event.GRANTED: Text("Dio acceso"),
    Event.GRANT_CONFIRMED: Text("Confirmó un acceso"),
    Event.GRANT_ENDED: Text("Quitó un acceso"),
    Event.ACCESS_ASKED: Text("Pidió acceso"),
    Event.ACCESS_APPROVED: Text("Aprobó una solicitud"),
    Event.ACCESS_REFUSED: Text("Rechazó una solicitud"),
    Event.DOCUMENT_SEEN: Text("Vio un documento"),
    Event.DOCUMENT_DOWNLOADED: Text("Descargó un documento"),
    Event.EXPORT_ASKED: Text("Pidió una exportación"),
    Event.STATEMENT_ISSUED: Text("Emitió un estado de cuenta"),
    Event.STATEMENT_MAILED: Text("Envió un estado de cuenta por correo"),
    Event.STATEMENT_LEFT_OUT: Text("No envió un estado de cuenta que esperaba"),
    Event.TRANSFER_REPORTED: Text("Avisó un pago"),
    Event.TRANSFER_ACCEPTED: Text("Aceptó un pago avisado"),
    Event.TRANSFER_REJECTED: Text("Rechazó un pago avisado"),
    Event.TRANSFER_UNDONE: Text("Deshizo un pago avisado"),
    Event.WITHHOLDING_STATED: Text("Informó una retención"),
    Event.WITHHOLDING_ACCEPTED: Text("Aceptó una retención"),
    Event.WITHHOLDING_REJECTED: Text("Rechazó una retención"),
    Event.WITHHOLDING_UNDONE: Text("Deshizo una retención"),
    Event.CERTIFICATE_ADDED: Text("Subió un certificado de retención"),
    Event.BOOKED: Text("Registró en el libro"),
    Event.BOOKING_UNDONE: Text("Deshizo un registro del libro"),
    Event.COMMENT_WRITTEN: Text("Escribió un comentario"),
    Event.NOTE_WRITTEN: Text("Escribió una nota interna"),
    Event.THREAD_CLOSED: Text("Cerró una conversación"),
    Event.DISPUTE_OPENED: Text("Objetó un documento"),
    Event.DISPUTE_ANSWERED: Text("Respondió una objeción"),
    Event.REMINDED: Text("Envió un recordatorio de pago"),
    Event.MAILS_STOPPED: Text("Dejó de recibir correos"),
    Event.MAILS_STARTED: Text("Volvió a recibir correos"),
    Event.MAIL_BOUNCED: Text("Un correo volvió"),
    Event.ADDRESS_TRIED_AGAIN: Text("Volvió a intentar un correo"),
    Event.MAIL_LOOKED_AT: Text("Leyó un correo"),
    Event.MAIL_CANCELLED: Text("Canceló un correo"),
    Event.SETTINGS_CHANGED: Text("Cambió los ajustes"),
    Event.PAYMENT_SETTLED: Text("Decidió sobre un pago"),
    Event.TOKEN_MADE: Text("Creó una clave de la API"),
    Event.TOKEN_REVOKED: Text("Revocó una clave de la API"),
    Event.IMPORT_ASKED: Text("Pidió una importación"),
    Event.IMPORT_DONE: Text("Importó documentos"),
    Event.IMPORT_WITHDRAWN: Text("Retiró una importación"),
    Event.IMPORT_RESTORED: Text("Restauró una importación"),
    Event.MAIL_ACCEPTED: Text("Aceptó un correo en cuarentena"),
    Event.MAIL_DISCARDED: Text("Descartó un correo en cuarentena"),
    Event.SENDERS_CHANGED: Text("Cambió los remitentes permitidos"),
    Event.DOCUMENT_WITHDRAWN: Text("Retiró un documento"),
    Event.DOCUMENT_ANNULLED: Text("Anuló un documento"),
    Event.DOCUMENT_RESTORED: Text("Restauró un documento"),
    Event.CONTACT_ADDED: Text("Añadió un contacto"),
    Event.CONTACT_CHANGED: Text("Cambió un contacto"),
    Event.CONTACT_REMOVED: Text("Quitó un contacto"),
    Event.CUSTOMER_LOOKED_AS: Text("Miró el portal como lo ve el cliente"),
    Event.CUSTOMERS_JOINED: Text("Juntó dos clientes"),
    Event.DEAD_LETTER_RETRIED: Text("Reintentó un trabajo fallido"),
}
_ACTORS = {
    "link": Text("Enlace personal"),
    "operator": Text("Quien opera el portal"),
    "issuer": Text("El emisor"),
    "user": Text("Cuenta eliminada"),
    "visitor": Text("Visitante"),
    "token": Text("Clave de la API"),
    "folder": Text("Carpeta vigilada"),
    "mail": Text("Buzón"),
    "signed": Text("Buzón, por la firma de la DIAN"),
    "customer": Text("El correo del cliente"),
}
_ON_OFF = {"on": Text("sí"), "off": Text("no")}
_DECISIONS = {
    "credited": Text("abonado como saldo a favor"),
    "left_out": Text("no se abona"),
    "acknowledged": Text("revisado"),
}
ACTS: dict[str, Text] = {
    Act.PAYMENT: Text("Pago"),
    Act.APPLIED: Text("Saldo a favor aplicado"),
    Act.FREED: Text("Desaplicado"),
    Act.RELEASED: Text("Crédito liberado"),
    Act.WRITTEN_OFF: Text("Castigo"),
    Act.ADJUSTED: Text("Ajuste"),
}
_ACCOUNT_CHANGES = {
    "credentials": Text("credenciales nuevas"),
    "on": Text("encendida"),
    "off": Text("apagada"),
    "removed": Text("quitada"),
}


def event_name(event: str, said: Labels) -> str:
    """What happened, in words."""
    return said.say(EVENTS[Event(event)])


def actor_name(row: NamedEntry, said: Labels) -> str:
    """Who did it: a user's name, or what kind of visitor it was."""
    if row.actor_name:
        return row.actor_name
    kind = row.entry.actor.partition(":")[0]
    return said.say(_ACTORS.get(kind, Text("El portal")))


def maker_name(name: str, said: Labels) -> str:
    """Who made something: a user's name as it is, or in words what kind of maker it was ("operator:cli")."""
    kind, mark, _ = name.partition(":")
    return said.say(_ACTORS[kind]) if mark and kind in _ACTORS else name


def _rights(value: str, said: Labels) -> str:
    return ", ".join(said.say(one) for one in named([Right(part) for part in value.split()]))


def _role(value: str, said: Labels) -> str:
    return said.say(ROLES[Role(value)]) if value in ROLES else said.say(_ACTORS["operator"])


def _tax(value: str, said: Labels) -> str:
    return withholding_name(Withheld(value), said)


def _how(value: str, said: Labels) -> str:
    return said.say(Text("por regla")) if value == RULE else value


def _as_is(value: str, _said: Labels) -> str:
    return value


def _word_of(words: Mapping[str, Text]) -> Callable[[str, Labels], str]:
    return lambda value, said: said.say(words.get(value, Text("{value}", value=value)))


SCOPES = {"payments": Text("Leer pagos"), "documents": Text("Traer documentos")}


def _scopes(value: str, said: Labels) -> str:
    return ", ".join(said.say(SCOPES[one]) for one in value.split())


_switch = _word_of(_ON_OFF)
_CHANNELS = {"email": Text("correo"), "phone": Text("teléfono"), "whatsapp": Text("WhatsApp")}
_GETS = {"invoices": Text("facturas"), "reminders": Text("recordatorios"), "statements": Text("estados de cuenta")}
_SILENT = {
    "address": Text("no hay correo al que escribir"), "bounced": Text("lo enviado se devolvió"),
    "stopped": Text("ya no los quiere recibir"),
}  # fmt: skip


def _gets(value: str, said: Labels) -> str:
    return ", ".join(said.say(_GETS[part]) for part in value.split() if part in _GETS)


_DETAILS: dict[str, tuple[Text, Callable[[str, Labels], str]]] = {
    "days": (Text("días"), _as_is),
    "to": (Text("para"), _as_is),
    "rights": (Text("permisos"), _rights),
    "before": (Text("antes"), _rights),
    "role": (Text("nivel"), _role),
    "role_before": (Text("antes"), _role),
    "how_many": (Text("sesiones"), _as_is),
    "how": (Text("cómo"), _how),
    "format": (Text("formato"), _as_is),
    "decision": (Text("decisión"), _word_of(_DECISIONS)),
    "note": (Text("nota"), _as_is),
    "provider": (Text("proveedor"), _as_is),
    "token": (Text("clave"), _as_is),
    "ground": (Text("motivo"), _word_of({str(one): name for one, name in GROUNDS.items()})),
    "state": (Text("objeción"), _word_of({str(one): name for one, name in STATES.items()})),
    "currency": (Text("moneda"), _as_is),
    "parts": (Text("pagos parciales"), _switch),
    "smallest": (Text("abono mínimo"), _as_is),
    "tolerance": (Text("diferencia que se redondea"), _as_is),
    "what": (Text("cuenta"), _word_of(_ACCOUNT_CHANGES)),
    "second_factor": (Text("dos pasos para el equipo"), _switch),
    "device_code": (Text("código en dispositivos nuevos"), _switch),
    "auto_requests": (Text("aprobación automática"), _switch),
    "announced": (Text("avisos de documentos nuevos"), _switch),
    "logo": (Text("logo"), _switch),
    "colour": (Text("color"), _as_is),
    "sender": (Text("nombre de quien escribe"), _as_is),
    "greeting": (Text("saludo"), _as_is),
    "closing": (Text("despedida"), _as_is),
    "language": (Text("idioma"), _as_is),
    "timezone": (Text("zona horaria"), _as_is),
    "act": (Text("registro"), _word_of(ACTS)),
    "reminders": (Text("recordatorios"), _switch),
    "hour": (Text("hora"), _as_is),
    "amount": (Text("valor"), _as_is),
    "reason": (Text("motivo"), _as_is),
    "tax": (Text("retención"), _tax),
    "rate": (Text("tarifa"), _as_is),
    "since": (Text("desde"), _as_is),
    "minimum": (Text("base mínima"), _as_is),
    "withheld": (Text("recibir netos de retención"), _switch),
    "senders": (Text("remitentes"), _as_is),
    "signed": (Text("por la firma de la DIAN"), _switch),
    "signers": (Text("firman también"), _as_is),
    "scopes": (Text("para"), _scopes),
    "marks": (Text("direcciones"), _as_is),
    "file": (Text("archivo"), _as_is),
    "files": (Text("archivos"), _as_is),
    "number": (Text("documento"), _as_is),
    "imported": (Text("llegaron"), _as_is),
    "enriched": (Text("enriquecidos"), _as_is),
    "duplicates": (Text("ya estaban"), _as_is),
    "warnings": (Text("avisos"), _as_is),
    "problems": (Text("rechazados"), _as_is),
    "balances": (Text("saldos"), _as_is),
    "automatic": (Text("aceptar solas las retenciones sugeridas"), _switch),
    "exempt": (Text("sin retefuente"), _switch),
    "spelled": (Text("identificación"), _as_is),
    "into": (Text("con"), _as_is),
    "channel": (Text("medio"), _word_of(_CHANNELS)),
    "gets": (Text("recibe"), _gets),
    "silent": (Text("motivo"), _word_of(_SILENT)),
}


def detail_words(detail: str | None, said: Labels) -> str:
    """The details of an entry that mean something to people: «días: 90»; ids are left out."""
    told: dict[str, object] = json.loads(detail) if detail else {}
    known = [(*_DETAILS[key], value) for key, value in told.items() if key in _DETAILS]
    words = [(said.say(name), word(str(value), said)) for name, word, value in known]
    return " · ".join(f"{name}: {word}" for name, word in words if word)
