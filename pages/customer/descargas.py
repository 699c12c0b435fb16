"""The files that the visitor asked for: how far each is, until it expires."""

from portal.domain import places
from portal.ui.acting import draw_done
from portal.ui.exports_view import draw_exports
from portal.ui.guard import require_visitor

actor = require_visitor(places.EXPORTS)
draw_done()
draw_exports(actor)
