"""Who asks for access, and who came by a link and waits for the issuer's word."""

from portal.domain import places
from portal.domain.access import Right
from portal.ui.acting import draw_done
from portal.ui.guard import require_visitor
from portal.ui.issuer_choice import pick_desk
from portal.ui.requests_view import draw_joined, draw_requests

actor = require_visitor(places.REQUESTS)
draw_done()
desk = pick_desk(actor, Right.APPROVE)
draw_requests(desk)
draw_joined(desk)
