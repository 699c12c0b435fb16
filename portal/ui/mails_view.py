"""The operator's page of mails: how each stands, one of them opened; cancel, retry, and what stands in a file."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from portal.app.jobs import retry_dead_letter
from portal.app.mail_desk import (
    LONGEST_REASON,
    cancel_mail,
    count_failed,
    count_marks,
    forget_marks,
    keeps_files,
    open_mail,
    read_mail_file,
    retry_failed,
)
from portal.app.mail_lists import ListedMail, list_mails
from portal.clock import today
from portal.domain.access import Actor
from portal.domain.bounces import in_words
from portal.domain.mail_state import MailState
from portal.text import Text
from portal.ui import show, state
from portal.ui.acting import act, confirmed, refusals
from portal.ui.choices import pick_one
from portal.ui.document_list import draw_pairs
from portal.ui.i18n import say
from portal.ui.mail_words import NO_STATEMENTS, STATES
from portal.ui.myself import here
from portal.ui.opened import draw_way_back, open_row, opened
from portal.ui.paging import offset_so_far
from portal.ui.plain import address, plain
from portal.ui.row_button import Button
from portal.ui.row_table import draw_rows
from portal.ui.system_view import TEMPLATES

_SIZE = 50
_MAIL = "correo"
_ALL = "all"
_CANCELLED = (MailState.WAITING, MailState.FAILED, MailState.DOUBT)


def draw_mails(actor: Actor) -> None:
    """The one that is open; else the list. What they say is never in it."""
    mail_id = opened(_MAIL)
    if mail_id is not None:
        draw_way_back(_MAIL)
        with refusals():
            _draw_one(actor, open_mail(state.portal(), actor, mail_id))
        return
    wanted, search = _draw_filters()
    _draw_retry(actor)
    if wanted is MailState.BOUNCED:
        _draw_marks(actor)
    table, numbers = st.container(), st.container()
    with numbers:
        found, _ = offset_so_far(
            "pagina-correos", _SIZE,
            lambda limit, at: list_mails(state.portal(), actor, limit, at, wanted, search),
        )  # fmt: skip
    with table:
        if not found:
            st.info(say(_NOT_FOUND if wanted or search else _NONE), icon=":material/mail:")
            return
        _draw_table(actor, found)


_NONE = Text("Todavía no se ha enviado ningún correo.")
_NOT_FOUND = Text("Ningún correo es así.")


def _draw_filters() -> tuple[MailState | None, str]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        options = [_ALL, *MailState]
        chosen = pick_one(Text("Estado"), "estado-correo", options, lambda one, said: said.say(_name(one)), 240)
        hint = say(Text("Parte de la dirección"))
        search = st.text_input(say(Text("Buscar por destinatario")), key="buscar-correo", placeholder=hint, width=320)
    return (None if chosen == _ALL else MailState(chosen)), search


def _name(option: str) -> Text:
    return Text("Todos") if option == _ALL else STATES[MailState(option)]


def _draw_retry(actor: Actor) -> None:
    """What failed because the mail server was away goes again at once."""
    if many := count_failed(state.portal(), actor):
        name = Text("Reintentar los fallidos de las últimas 24 horas: {many}", many=many)
        if st.button(say(name), key="reintentar-correos", icon=":material/restart_alt:"):
            act(Text("Los correos van de nuevo."), lambda: retry_failed(state.portal(), actor, here()))


def _draw_marks(actor: Actor) -> None:
    """A wrong setting of the mail server marks addresses that are good: all of a day are forgotten at once."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        now = today(state.portal().clock, state.zone())
        name = say(Text("Direcciones marcadas el"))
        day = st.date_input(name, now, max_value=now, key="dia-marcas", format=show.typed_day_format(), width=180)
        many = count_marks(state.portal(), actor, day, state.zone())
        sure = Text("El portal les escribe de nuevo, en nombre de todos los emisores. Queda en la auditoría.")
        if many and confirmed(Text("Olvidar las marcas de ese día: {many}", many=many), sure, "olvidar-marcas"):
            act(
                Text("Se les vuelve a escribir a esas direcciones."),
                lambda: forget_marks(state.portal(), actor, day, state.zone(), here()),
            )


def _draw_table(actor: Actor, found: Sequence[ListedMail]) -> None:
    columns: dict[Text, list[object]] = {
        Text("Para"): [one.recipient for one in found],
        Text("Asunto"): [say(TEMPLATES[one.template]) for one in found],
        Text("Estado"): [say(STATES[one.state]) for one in found],
        Text("Problema"): [_trouble(one) for one in found],
        Text("Pedido"): [one.created_at for one in found],
        Text("Enviado"): [one.sent_at for one in found],
    }
    buttons = [Button(Text("Abrir")), Button(Text("Reintentar"), [_may_retry(one) for one in found])]
    if not any(buttons[1].rows or ()):
        del buttons[1]
    if click := draw_rows("correos", columns, buttons):
        mail_id = found[click[1]].id
        if click[0]:
            act(Text("El correo va de nuevo."), lambda: retry_dead_letter(state.portal(), actor, mail_id))
        open_row(_MAIL, mail_id)
        st.rerun()


def _may_retry(one: ListedMail) -> bool:
    return one.given_up and one.sent_at is None


def _trouble(one: ListedMail) -> str:
    if one.state is MailState.CANCELLED:
        return say(NO_STATEMENTS[one.silent]) if one.silent else one.cancelled_why
    if one.bounce:
        return f"{say(in_words(one.bounce.status)).capitalize()} ({one.bounce.status} {one.bounce.said})"
    return say(one.error) if one.error else ""


def _draw_one(actor: Actor, one: ListedMail) -> None:
    said = show.labels()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(address(one.recipient), width="content")
        st.badge(say(STATES[one.state]), color="green" if one.state is MailState.SENT else "gray", width="content")
    moments = ((Text("Pedido"), one.created_at), (Text("Enviado"), one.sent_at), (Text("Devuelto"), one.bounced_at),
               (Text("Cancelado"), one.cancelled_at))  # fmt: skip
    facts = [(say(Text("Asunto")), say(TEMPLATES[one.template]))]
    facts += [(say(name), said.moment(at)) for name, at in moments if at]
    with st.container(horizontal=True, gap="medium"):
        draw_pairs(facts)
    if words := _trouble(one):
        st.warning(plain(words), icon=":material/warning:")
    _draw_acts(actor, one)
    _draw_content(actor, one)


def _draw_acts(actor: Actor, one: ListedMail) -> None:
    if _may_retry(one):
        sure = Text("Si ya salió, llega dos veces.") if one.state is MailState.DOUBT else Text("Sale de nuevo ahora.")
        if confirmed(Text("Reintentar"), sure, "reintentar-correo"):
            act(Text("El correo va de nuevo."), lambda: retry_dead_letter(state.portal(), actor, one.id))
    if one.state not in _CANCELLED:
        return
    with st.expander(say(Text("Cancelar este correo")), icon=":material/cancel:"), st.form("cancelar", border=False):
        why = st.text_input(say(Text("Por qué")), max_chars=LONGEST_REASON, key=f"cancelar-por-{one.id}")
        if st.form_submit_button(say(Text("No enviarlo nunca"))):
            act(Text("Correo cancelado."), lambda: cancel_mail(state.portal(), actor, one.id, why, here()))


def _draw_content(actor: Actor, one: ListedMail) -> None:
    """By a button each time: every look is in the audit."""
    if one.sent_at is None:
        return
    if not keeps_files(state.portal()):
        st.caption(say(Text("Lo que decía se olvidó cuando salió por el servidor de correo: nadie puede leerlo.")))
        return
    st.caption(say(Text("Puede traer el enlace personal de alguien: cada lectura queda en el registro.")))
    with st.container(horizontal=True):
        asked = st.button(say(Text("Leer el correo")), key="leer-correo", icon=":material/visibility:")
        st.link_button(say(Text("Descargar .eml")), f"/mails/{one.id}.eml", icon=":material/download:")
    if asked:
        with refusals():
            read = read_mail_file(state.portal(), actor, one.id, here())
            st.code("\n".join(f"{name}: {value}" for name, value in read.headers), language=None, wrap_lines=True)
            st.code(read.text, language=None, wrap_lines=True)
