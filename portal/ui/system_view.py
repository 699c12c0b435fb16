"""The pieces of the operator's page."""

from __future__ import annotations

import streamlit as st

from portal.app.checking import diagnose
from portal.app.jobs import dead_letters, retry_dead_letter
from portal.app.mailing import Template
from portal.app.readiness import problems
from portal.domain.access import Actor
from portal.text import Text
from portal.ui import state
from portal.ui.acting import act
from portal.ui.i18n import say
from portal.ui.plain import plain
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows

_MOST = 200
_JOBS = {
    "send_mail": Text("Enviar un correo"),
    "make_export": Text("Preparar un archivo"),
    "open_door": Text("Abrir un pago con el proveedor"),
    "ask_provider": Text("Preguntar al proveedor por un pago"),
    "handle_notice": Text("Atender un aviso del proveedor"),
    "send_reminder": Text("Enviar un recordatorio"),
    "send_reminders": Text("Enviar los recordatorios de un emisor"),
    "send_statement": Text("Enviar un estado de cuenta"),
    "send_statements": Text("Enviar los estados de cuenta de un emisor"),
    "probe_account": Text("Probar la conexión con un proveedor"),
    "sandbox_notice": Text("Enviar un aviso de prueba"),
}
TEMPLATES = {
    Template.SIGN_IN_CODE: Text("Código para entrar"),
    Template.SIGN_UP: Text("Confirmar una cuenta nueva"),
    Template.RESET: Text("Cambiar la contraseña"),
    Template.INVITATION: Text("Invitación"),
    Template.PERSONAL_LINK: Text("Enlace personal"),
    Template.ALREADY_REGISTERED: Text("La cuenta ya existe"),
    Template.PASSWORD_CHANGED: Text("Contraseña cambiada"),
    Template.ACCESS_APPROVED: Text("Acceso aprobado"),
    Template.ACCESS_ASKED: Text("Solicitud de acceso"),
    Template.DEVICE_CODE: Text("Código de un dispositivo nuevo"),
    Template.VOUCHER: Text("Comprobante de pago"),
    Template.REMINDER: Text("Recordatorio de pago"),
    Template.PAYMENT_CAME: Text("Pago recibido"),
    Template.PAYMENT_ODD: Text("Pago por revisar"),
    Template.DAY_DIFFERS: Text("Pagos que no coinciden"),
    Template.TRANSFER_REPORTED: Text("Pago avisado"),
    Template.TRANSFER_KNOWN: Text("Pago avisado que ya estaba"),
    Template.TRANSFER_REJECTED: Text("Pago avisado rechazado"),
    Template.TRANSFER_UNDONE: Text("Pago avisado deshecho"),
    Template.WITHHOLDING_STATED: Text("Retención por aceptar"),
    Template.WITHHOLDING_REJECTED: Text("Retención no aceptada"),
    Template.WITHHOLDING_ACCEPTED: Text("Retención aceptada"),
    Template.NEW_DOCUMENT: Text("Documento nuevo"),
    Template.NEW_DOCUMENTS: Text("Documentos nuevos"),
    Template.COMMENT_CAME: Text("Comentario de un cliente"),
    Template.COMMENT_ANSWERED: Text("Respuesta a un comentario"),
    Template.STATEMENT: Text("Estado de cuenta"),
    Template.EXPORT_READY: Text("Archivo listo"),
}


def draw_health(_actor: Actor) -> None:
    """What keeps the portal from serving, and what its operator should see to."""
    found = [Text("{problem}", problem=one) for one in problems(state.portal())] + list(diagnose(state.portal()))
    if not found:
        st.success(say(Text("Todo está en orden.")), icon=":material/check_circle:")
    for one in found:
        st.warning(plain(say(one)), icon=":material/warning:")


def draw_dead_letters(actor: Actor) -> None:
    """The jobs that were given up, each with a button that tries it again."""
    found = dead_letters(state.portal(), actor)
    if not found:
        st.success(say(Text("Ningún trabajo ha fallido.")), icon=":material/check_circle:")
        return
    shown = found[:_MOST]
    if len(found) > _MOST:
        st.caption(say(Text("Se muestran los {most} más recientes de {total}.", most=_MOST, total=len(found))))
    columns: dict[Text, list[object]] = {
        Text("Trabajo"): [say(_JOBS.get(one.name, Text("{job}", job=one.name))) for one in shown],
        Text("Falló"): [one.failed_at for one in shown],
        Text("Intentos"): [one.attempts for one in shown],
        Text("Por qué"): [one.error for one in shown],
        Text("Pedido"): [one.created_at for one in shown],
    }
    if click := draw_rows("trabajos", columns, [Button(Text("Reintentar"))]):
        job_id = shown[click[1]].id
        act(Text("El trabajo va de nuevo."), lambda: retry_dead_letter(state.portal(), actor, job_id))
