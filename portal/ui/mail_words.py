"""How a mail stands, and why one is not sent by itself, in words."""

from __future__ import annotations

from portal.domain.contacts import Silent
from portal.domain.mail_state import MailState
from portal.text import Text

STATES = {
    MailState.WAITING: Text("En espera"),
    MailState.FAILED: Text("Falló"),
    MailState.DOUBT: Text("En duda: quizá salió"),
    MailState.SENT: Text("Enviado"),
    MailState.BOUNCED: Text("Devuelto"),
    MailState.CANCELLED: Text("Cancelado"),
}
NO_STATEMENTS = {
    Silent.ADDRESS: Text("No tiene un correo al que escribir"),
    Silent.BOUNCED: Text("Lo que se le envió se devolvió"),
    Silent.STOPPED: Text("Pidió no recibir estados de cuenta"),
}
