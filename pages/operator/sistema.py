"""How the portal is: its health, the work that failed, the mails, and all that was done."""

from portal.domain import places
from portal.text import Text
from portal.ui.acting import draw_done
from portal.ui.audit_view import draw_audit
from portal.ui.choices import switch
from portal.ui.guard import require_visitor
from portal.ui.inbound_view import draw_inbound
from portal.ui.mails_view import draw_mails
from portal.ui.system_view import draw_dead_letters, draw_health

actor = require_visitor(places.SYSTEM)
draw_done()
PARTS = {
    "salud": (Text("Salud"), draw_health),
    "trabajos": (Text("Trabajos fallidos"), draw_dead_letters),
    "correos": (Text("Correos"), draw_mails),
    "llegados": (Text("Correos que llegaron"), draw_inbound),
    "registro": (Text("Registro"), draw_audit),
}
part = switch(Text("Sección"), "parte", list(PARTS), lambda one, said: said.say(PARTS[one][0]), "salud")
PARTS[part][1](actor)
