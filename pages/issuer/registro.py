"""Who did what, from where: at the visitor's issuers, or (operators) everywhere."""

from portal.domain import places
from portal.ui.audit_view import draw_audit
from portal.ui.guard import require_visitor

actor = require_visitor(places.AUDIT)
draw_audit(actor)
