"""What customers write about documents: who waits for an answer, what was answered, what is closed."""

from portal.domain import places
from portal.domain.access import Right
from portal.domain.threads import ThreadState
from portal.text import Text
from portal.ui.acting import draw_done
from portal.ui.choices import switch
from portal.ui.guard import require_visitor
from portal.ui.issuer_choice import pick_desk
from portal.ui.threads_view import draw_disputes, draw_threads

actor = require_visitor(places.COMMENTS)
draw_done()
desk = pick_desk(actor, Right.APPROVE)
STATES = {
    ThreadState.WAITING: Text("Sin respuesta"),
    ThreadState.ANSWERED: Text("Respondidos"),
    ThreadState.CLOSED: Text("Cerrados"),
    "disputed": Text("Objeciones"),
}
state = switch(
    Text("Comentarios"), "estado", list(STATES), lambda one, said: said.say(STATES[one]), ThreadState.WAITING
)
draw_disputes(desk) if state == "disputed" else draw_threads(desk, ThreadState(state))
