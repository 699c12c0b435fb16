"""The issuer's book: payments by hand, saldo a favor, castigos and adjustments; below, what was posted by hand."""

from portal.domain import places
from portal.domain.access import Right
from portal.ui.acting import draw_done, refusals
from portal.ui.book_many import draw_many
from portal.ui.book_register import draw_book_register
from portal.ui.book_view import draw_book, wants_many
from portal.ui.guard import require_visitor
from portal.ui.issuer_choice import pick_desk

actor = require_visitor(places.BOOK)
draw_done()
desk = pick_desk(actor, Right.BOOK)
customer_id = None
with refusals():
    if wants_many():
        draw_many(desk)
    else:
        customer_id = draw_book(desk)
draw_book_register(desk, customer_id)
