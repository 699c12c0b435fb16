"""What an issuer decides: how it looks, and who may come in how, people and its own systems."""

from portal.domain import places
from portal.domain.access import Right
from portal.ui.acting import draw_done
from portal.ui.announcing_view import draw_announcing
from portal.ui.guard import require_visitor
from portal.ui.issuer_choice import pick_desk
from portal.ui.look_view import draw_look
from portal.ui.settings_view import draw_settings
from portal.ui.tokens_view import draw_tokens

actor = require_visitor(places.SETTINGS)
draw_done()
desk = pick_desk(actor, Right.SETTINGS)
draw_look(desk)
draw_announcing(desk)
draw_settings(desk)
draw_tokens(desk)
