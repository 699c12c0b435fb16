"""The mails that the portal writes: which there are, and their sentences. `portal.mail.letter` lays them out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from string import Formatter

from portal.domain.contacts import Gets
from portal.text import Text


class Template(StrEnum):
    """A mail's kind. What each needs to be told is `needs(template)`."""

    SIGN_IN_CODE = "sign_in_code"
    SIGN_UP = "sign_up"
    RESET = "reset"
    INVITATION = "invitation"
    PERSONAL_LINK = "personal_link"
    NEW_DOCUMENT = "new_document"
    NEW_DOCUMENTS = "new_documents"
    ALREADY_REGISTERED = "already_registered"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    ACCESS_APPROVED = "access_approved"
    ACCESS_ASKED = "access_asked"
    DEVICE_CODE = "device_code"
    VOUCHER = "voucher"
    REMINDER = "reminder"
    STATEMENT = "statement"
    PAYMENT_CAME = "payment_came"
    PAYMENT_ODD = "payment_odd"
    DAY_DIFFERS = "day_differs"
    TRANSFER_REPORTED = "transfer_reported"
    TRANSFER_KNOWN = "transfer_known"
    TRANSFER_REJECTED = "transfer_rejected"
    TRANSFER_UNDONE = "transfer_undone"
    WITHHOLDING_STATED = "withholding_stated"
    WITHHOLDING_ACCEPTED = "withholding_accepted"
    WITHHOLDING_REJECTED = "withholding_rejected"
    COMMENT_CAME = "comment_came"
    COMMENT_ANSWERED = "comment_answered"
    EXPORT_READY = "export_ready"


@dataclass(frozen=True, slots=True)
class Letter:
    """`opening`, then the issuer's own words ({text}), {code} in large, a button to {link}, and `closing`."""

    subject: Text
    opening: tuple[Text, ...]
    closing: tuple[Text, ...] = ()
    button: Text | None = None
    code: bool = False
    own_words: bool = False

    @property
    def sentences(self) -> tuple[Text, ...]:
        return (self.subject, *self.opening, *self.closing, *((self.button,) if self.button else ()))


# Mails that go out by themselves: their reader can stop each kind by {stop}, which every mail of them is given.
STOPPABLE = {
    Template.NEW_DOCUMENT: Gets.INVOICES,
    Template.NEW_DOCUMENTS: Gets.INVOICES,
    Template.REMINDER: Gets.REMINDERS,
    Template.STATEMENT: Gets.STATEMENTS,
}

_NOT_YOU = Text("Si no fuiste tú, no hagas nada: sin este correo nadie puede seguir.")
_TEN_MINUTES = Text("El código y el enlace sirven una sola vez, durante 10 minutos.")

_OPEN_LINK = (
    Text("Días que el enlace sigue abierto: {days}. Guárdalo y no lo reenvíes: quien lo tiene, entra."),
    Text("Si no eres cliente de {issuer}, borra este correo."),
)

LETTERS = {
    Template.SIGN_IN_CODE: Letter(
        Text("Tu código para entrar al portal de clientes"),
        (Text("Escribe este código en la página donde lo pediste, o entra con el botón."),),
        (_TEN_MINUTES, _NOT_YOU),
        button=Text("Entrar al portal"),
        code=True,
    ),
    Template.SIGN_UP: Letter(
        Text("Confirma tu correo para crear tu cuenta"),
        (Text("Para terminar de crear tu cuenta, escribe este código donde lo pediste, o sigue con el botón."),),
        (_TEN_MINUTES, Text("Si no fuiste tú, no hagas nada: no se crea ninguna cuenta.")),
        button=Text("Crear mi cuenta"),
        code=True,
    ),
    Template.RESET: Letter(
        Text("Elige una contraseña nueva"),
        (Text("Alguien pidió cambiar la contraseña de tu cuenta. Si fuiste tú, elige una nueva con el botón."),),
        (
            Text("El enlace sirve una sola vez, durante 10 minutos."),
            Text("Si no fuiste tú, no hagas nada: tu contraseña sigue igual."),
        ),
        button=Text("Elegir contraseña"),
    ),
    Template.INVITATION: Letter(
        Text("{person} te invita al portal de clientes"),
        (Text("{person} te invita al portal de clientes: los documentos de {party} te esperan allí."),),
        (
            Text("La invitación es para ti y sirve una sola vez. Días que tienes para aceptarla: {days}."),
            Text("Si no esperabas esta invitación, no hagas nada."),
        ),
        button=Text("Aceptar la invitación"),
    ),
    Template.PERSONAL_LINK: Letter(
        Text("Tus documentos de {issuer}"),
        (Text("{issuer} te comparte tu enlace personal. Con él ves y descargas tus documentos, sin contraseña."),),
        _OPEN_LINK,
        button=Text("Ver mis documentos"),
        own_words=True,
    ),
    Template.NEW_DOCUMENT: Letter(
        Text("{kind} {number} de {issuer}"),
        (Text("{lines}"),),
        (*_OPEN_LINK, Text("Para no recibir avisos de documentos nuevos: {stop}")),
        button=Text("Ver el documento"),
        own_words=True,
    ),
    Template.NEW_DOCUMENTS: Letter(
        Text("{count} documentos nuevos de {issuer}"),
        (Text("{lines}"),),
        (*_OPEN_LINK, Text("Para no recibir avisos de documentos nuevos: {stop}")),
        button=Text("Ver mis documentos"),
        own_words=True,
    ),
    Template.ALREADY_REGISTERED: Letter(
        Text("Ya tienes una cuenta en el portal de clientes"),
        (
            Text("Alguien quiso crear una cuenta con esta dirección, pero ya tienes una."),
            Text("Si fuiste tú, entra con tu contraseña. Si la olvidaste, elige una nueva en la misma página."),
        ),
        (Text("Si no fuiste tú, no hagas nada: tu cuenta sigue igual."),),
        button=Text("Ir a la página de entrada"),
    ),
    Template.EXPORT_READY: Letter(
        Text("Tu archivo está listo: {name}"),
        (Text("El archivo {name}, que pediste en el portal de clientes, está listo en la página «Mis archivos»."),),
        (Text("Entra con tu cuenta para bajarlo. Días que lo guardamos: {days}."),),
        button=Text("Ir a mis archivos"),
    ),
    Template.PASSWORD_CHANGED: Letter(
        Text("La contraseña de tu cuenta cambió"),
        (Text("La contraseña de tu cuenta en el portal de clientes acaba de cambiar."),),
        (Text("Si fuiste tú, no hagas nada. Si no, elige ya una contraseña nueva en la página de entrada."),),
        button=Text("Ir a la página de entrada"),
    ),
    Template.ACCESS_APPROVED: Letter(
        Text("Ya puedes ver tus documentos de {issuer}"),
        (Text("{issuer} aprobó tu solicitud: los documentos de {customer} ya te esperan en el portal."),),
        button=Text("Ver mis documentos"),
    ),
    Template.ACCESS_ASKED: Letter(
        Text("{person} pide ver documentos de {issuer}"),
        (
            Text("{person} pide ver los documentos del cliente con identificación {tax_id}."),
            Text("Nombró el documento {number}. Revisa la solicitud y decide."),
        ),
        button=Text("Revisar la solicitud"),
    ),
    Template.DEVICE_CODE: Letter(
        Text("Tu código para abrir tu enlace en otro dispositivo"),
        (
            Text("Tu enlace personal de {issuer} se abrió en un dispositivo nuevo."),
            Text("Si fuiste tú, escribe allí este código."),
        ),
        (
            Text("El código sirve una sola vez, durante 10 minutos."),
            Text("Si no fuiste tú, avisa a {issuer} y no compartas el código."),
        ),
        code=True,
    ),
    Template.VOUCHER: Letter(
        Text("Comprobante de pago {number} de {issuer}"),
        (Text("{issuer} recibió tu pago de {amount}. Tu comprobante es el número {number}."),),
        (Text("Guárdalo: es la constancia de tu pago en el portal de clientes."),),
        button=Text("Ver el comprobante"),
    ),
    Template.REMINDER: Letter(
        Text("Recordatorio de pago de {issuer}: {totals}"),
        (
            Text("Estos documentos de {issuer} están por pagar:"),
            Text("{documents}"),
            Text("Total por pagar: {totals}"),
        ),
        (
            Text("Si ya pagaste, avísalo en el portal y no te lo recordamos más. Si algo no está bien, responde."),
            Text("El botón es tu enlace personal: no lo reenvíes, quien lo tiene entra."),
            Text("Para no recibir estos recordatorios: {stop}"),
        ),
        button=Text("Ver y pagar mis documentos"),
        own_words=True,
    ),
    Template.STATEMENT: Letter(
        Text("Estado de cuenta de {issuer}: {totals}"),
        (
            Text("Este es tu estado de cuenta con {issuer}, del {start} al {end}:"),
            Text("{accounts}"),
            Text("{attached}"),
        ),
        (
            Text("Comprueba que es auténtico, con el número y la huella, en {verify}"),
            Text("El botón es tu enlace personal: no lo reenvíes, quien lo tiene entra."),
            Text("Para no recibir estados de cuenta por correo: {stop}"),
        ),
        button=Text("Ver mi estado de cuenta"),
        own_words=True,
    ),
    Template.PAYMENT_CAME: Letter(
        Text("{customer} pagó {amount}"),
        (Text("{customer} pagó {amount} por el portal de clientes. Ya está aplicado a sus documentos."),),
        button=Text("Ver el pago"),
    ),
    Template.PAYMENT_ODD: Letter(
        Text("Un pago de {customer} espera tu decisión"),
        (Text("Llegó un pago de {amount} de {customer} que no coincide con lo pedido. Míralo y decide qué hacer."),),
        button=Text("Revisar el pago"),
    ),
    Template.DAY_DIFFERS: Letter(
        Text("{provider}: los pagos del {day} no coinciden"),
        (
            Text("Comparamos los pagos del {day} en {provider} con los del portal. Diferencias: {count}."),
            Text("En «Cobros» ves cada una, lo que ya quedó registrado y lo que falta por revisar."),
        ),
        button=Text("Ver las diferencias"),
    ),
    Template.TRANSFER_REPORTED: Letter(
        Text("{customer} avisa que pagó {amount}"),
        (
            Text("{customer} avisa que pagó {amount} el {day}. Medio: {means}. Referencia: {reference}."),
            Text("Búscalo en tu banco y acéptalo o recházalo: mientras tanto, sus documentos están en revisión."),
        ),
        button=Text("Revisar el pago"),
    ),
    Template.TRANSFER_KNOWN: Letter(
        Text("{issuer} encontró tu pago de {amount}"),
        (Text("{issuer} encontró el pago de {amount} que avisaste: ya estaba registrado en tu cuenta."),),
        button=Text("Ver mis documentos"),
    ),
    Template.TRANSFER_REJECTED: Letter(
        Text("{issuer} no encontró tu pago de {amount}"),
        (
            Text("{issuer} no aceptó el pago de {amount} que avisaste, con fecha {day}."),
            Text("Motivo: {reason}"),
            Text("Tus documentos siguen con su saldo. Revisa los datos y avísalo otra vez, o responde este correo."),
        ),
        button=Text("Ver mis documentos"),
    ),
    Template.TRANSFER_UNDONE: Letter(
        Text("{issuer} retiró tu pago de {amount}"),
        (
            Text("{issuer} había aceptado el pago de {amount} que avisaste, y ahora lo retiró de tu cuenta."),
            Text("Motivo: {reason}"),
            Text("Los documentos que pagaba vuelven a tener saldo. Si no estás de acuerdo, responde este correo."),
        ),
        button=Text("Ver mis documentos"),
    ),
    Template.WITHHOLDING_STATED: Letter(
        Text("{customer} informa retenciones por {amount}"),
        (
            Text("{customer} informa retenciones por {amount}. Documentos: {number}."),
            Text("Acéptalas o recházalas: mientras tanto, esos documentos están en revisión."),
        ),
        button=Text("Revisar las retenciones"),
    ),
    Template.WITHHOLDING_ACCEPTED: Letter(
        Text("{issuer} aceptó la retención del documento {number}"),
        (Text("{issuer} aceptó la retención ({tax}) de {amount} del documento {number}: ese valor ya no se debe."),),
        button=Text("Ver el documento"),
    ),
    Template.WITHHOLDING_REJECTED: Letter(
        Text("{issuer} no acepta la retención del documento {number}"),
        (
            Text("{issuer} no acepta la retención ({tax}) de {amount} del documento {number}."),
            Text("Motivo: {reason}"),
            Text("Ese valor vuelve a estar por pagar. Si no estás de acuerdo, responde este correo."),
        ),
        button=Text("Ver el documento"),
    ),
    Template.COMMENT_CAME: Letter(
        Text("{customer} escribe sobre el documento {number}"),
        (Text("{above}"), Text("{person} ({customer}) escribe sobre el documento {number}:")),
        (Text("{how}"),),
        button=Text("Ver la conversación"),
        own_words=True,
    ),
    Template.COMMENT_ANSWERED: Letter(
        Text("{issuer} te escribe sobre el documento {number}"),
        (Text("{above}"), Text("{person}, de {issuer}, te escribe sobre el documento {number}:")),
        (Text("{how}"),),
        button=Text("Ver la conversación"),
        own_words=True,
    ),
}


def needs(template: Template) -> frozenset[str]:
    """The names of the values that a mail can't do without; {issuer} comes from the mail's issuer."""
    letter = LETTERS[template]
    told = {name for said in letter.sentences for _, name, _, _ in Formatter().parse(said.template) if name}
    return frozenset(told | ({"code"} if letter.code else set()) | ({"link"} if letter.button else set()))
