"""My account: profile, password, second factor, devices, what I see and why, my data."""

from portal.domain import places
from portal.text import Text
from portal.ui.account_view import draw_data, draw_devices, draw_password, draw_profile, draw_sights
from portal.ui.acting import draw_done
from portal.ui.choices import switch
from portal.ui.factor_view import draw_factor
from portal.ui.guard import require_visitor

actor = require_visitor(places.ACCOUNT)
draw_done()
PARTS = {
    "perfil": (Text("Perfil"), draw_profile),
    "contraseña": (Text("Contraseña"), draw_password),
    "dos-pasos": (Text("Dos pasos"), draw_factor),
    "dispositivos": (Text("Dispositivos"), draw_devices),
    "accesos": (Text("Lo que veo"), draw_sights),
    "datos": (Text("Mis datos"), draw_data),
}
part = switch(Text("Sección"), "parte", list(PARTS), lambda one, said: said.say(PARTS[one][0]), "perfil")
PARTS[part][1](actor)
