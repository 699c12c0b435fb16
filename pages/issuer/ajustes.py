"""What an issuer decides about access to its portal."""

from portal.domain import places
from portal.domain.access import Right
from portal.ui.acting import draw_done
from portal.ui.guard import require_visitor
from portal.ui.issuer_choice import pick_desk
from portal.ui.settings_view import draw_settings

actor = require_visitor(places.SETTINGS)
draw_done()
draw_settings(pick_desk(actor, Right.SETTINGS))
