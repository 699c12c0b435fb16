"""A person's own name and language."""

from __future__ import annotations

from portal.app.accounts.entering import found_user
from portal.app.portal import Portal
from portal.domain.mail import one_line
from portal.errors import Refused
from portal.i18n import LANGUAGES
from portal.ledger.audit import Event, Where, note
from portal.ledger.users import set_user
from portal.text import Text

_LONGEST = 120


def change_profile(portal: Portal, user_id: int, name: str, language: str, where: Where) -> None:
    """Set how a person is called, and the language that the portal writes to them in. Raises Refused."""
    called = one_line(name)
    if not called:
        raise Refused(Text("Escribe tu nombre."))
    if language not in LANGUAGES:
        raise Refused(Text("El portal no habla ese idioma: elige uno de la lista."))
    with portal.ledger.write(f"user:{user_id}") as unit:
        found_user(unit, user_id)
        set_user(unit, user_id, name=called[:_LONGEST], language=language)
        note(unit, Event.SETTINGS_CHANGED, unit.person, where=where)
        unit.commit()
