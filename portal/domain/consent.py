"""What a person agrees to when an account is made (Ley 1581 of 2012, arts. 9 and 12): the text and its version."""

from __future__ import annotations

from portal.text import Text

VERSION = "2026-11-25"  # a changed text gets a new one: each consent says what was agreed to

CONSENT = Text("Autorizo el tratamiento de mis datos personales como dice el aviso de privacidad.")
NOTICE = (
    Text("Quien opera este portal guarda tu nombre, tu correo y el registro de tus entradas para mostrarte tus "
         "documentos, recibir tus pagos y comentarios, y proteger tu cuenta. No los usa para nada más."),
    Text("Cada empresa que te factura responde por los datos de sus documentos, que la ley le obliga a conservar."),
    Text("Puedes conocer, corregir y descargar tus datos, retirar esta autorización y borrar tu cuenta en «Mi cuenta». "
         "Respondemos consultas en diez días hábiles y reclamos en quince."),
)  # fmt: skip
