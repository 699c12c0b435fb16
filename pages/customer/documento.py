"""One document: all of it on screen, with what has been paid."""

from portal.app.reading import read_document, zone_of
from portal.domain import places
from portal.errors import NotFound
from portal.ui import document_view as view
from portal.ui.acting import draw_done
from portal.ui.dispute_view import draw_dispute, draw_way_to_object
from portal.ui.guard import require_visitor
from portal.ui.reported_view import draw_reported
from portal.ui.state import asked_document, portal, show_in_zone
from portal.ui.thread_view import draw_thread
from portal.ui.withdrawn_view import draw_taking_back
from portal.ui.withheld_view import draw_withheld

actor = require_visitor(places.DOCUMENT)
draw_done()
document_id = asked_document()
if document_id is None:
    raise NotFound()
detail = read_document(portal(), actor, document_id)
show_in_zone(zone_of(portal(), {detail.issuer_id}))
view.draw_head(detail)
view.draw_opened(actor, detail)
draw_dispute(actor, detail)
draw_reported(actor, detail)
draw_withheld(actor, detail)
view.draw_doings(actor, detail)
view.draw_parties(detail.facts)
view.draw_dates(detail.facts)
view.draw_lines(detail.facts)
view.draw_sums(detail.facts)
view.draw_settled(detail)
view.draw_neighbours(detail)
draw_thread(actor, detail)
draw_way_to_object(actor, detail)
view.draw_proof(detail)
draw_taking_back(actor, detail)
