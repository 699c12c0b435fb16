"""What a customer wants mailed to it, and what not."""

from portal.domain import places
from portal.ui.acting import draw_done
from portal.ui.guard import require_visitor
from portal.ui.preferences_view import draw_preferences

actor = require_visitor(places.PREFERENCES)
draw_done()
draw_preferences(actor)
