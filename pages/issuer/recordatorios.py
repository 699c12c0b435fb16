"""Reminders to customers: the issuer's rules, who gets the next ones and why others don't, what went out."""

from portal.domain import places
from portal.domain.access import Right
from portal.ui.acting import draw_done
from portal.ui.guard import require_visitor
from portal.ui.issuer_choice import pick_desk
from portal.ui.monthly_view import draw_monthly
from portal.ui.reminders_view import draw_next, draw_rules, draw_sent

actor = require_visitor(places.REMINDERS)
draw_done()
desk = pick_desk(actor, Right.LINKS)
draw_rules(desk)
draw_next(desk)
draw_sent(desk)
draw_monthly(desk)
