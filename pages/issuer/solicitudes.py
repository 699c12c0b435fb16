"""What waits for the issuer's word: reported payments, withholdings, requests for access, who came by a link."""

from portal.domain import places
from portal.domain.access import Right
from portal.ui.acting import draw_done
from portal.ui.guard import require_visitor
from portal.ui.issuer_choice import pick_desk
from portal.ui.reports_view import draw_reports
from portal.ui.requests_view import draw_joined, draw_requests
from portal.ui.threads_view import draw_waiting_count
from portal.ui.withheld_desk_view import draw_withholdings

actor = require_visitor(places.REQUESTS)
draw_done()
desk = pick_desk(actor, Right.APPROVE)
draw_waiting_count(desk)
if not desk.actor.scope(Right.BOOK).empty:
    draw_reports(desk)
    draw_withholdings(desk)
draw_requests(desk)
draw_joined(desk)
