"""How a basket is getting on, bill by bill; it looks again by itself while anything may change."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from portal.app.payments.asking import ask_again
from portal.app.payments.progress import Attempt, Progress, Stage, read_progress
from portal.domain import places
from portal.domain.access import Actor
from portal.domain.checkouts import State
from portal.text import Text
from portal.ui import guard, show, state
from portal.ui.acting import refusals
from portal.ui.i18n import say
from portal.ui.nav import script
from portal.ui.pay_words import Tone, remarks, standing
from portal.ui.paying import open_basket
from portal.ui.plain import plain
from portal.ui.redirect import go_to

OFTEN, RARELY = 2.5, 20.0  # seconds between looks: while somebody waits; once it takes long, as a counter does
_PATIENCE = timedelta(minutes=15)
_ICONS = {Tone.GOOD: "check_circle", Tone.WAIT: "hourglass_top", Tone.STOP: "pause_circle", Tone.BAD: "cancel"}


def draw_progress(actor: Actor, basket_id: int) -> None:
    """The actor's own basket. Raises NotFound for another one."""
    found = read_progress(state.portal(), actor, basket_id)
    every = look_again_in(found)
    if every is None:
        _draw(actor, basket_id, found)
    else:
        st.fragment(_watch, run_every=every)(basket_id, every)


def look_again_in(found: Progress) -> float | None:
    """Seconds until the next look; None when nothing changes any more."""
    if found.since is None:
        return None
    return OFTEN if state.portal().clock.now() - found.since < _PATIENCE else RARELY


def _watch(basket_id: int, every: float) -> None:
    guard.begin_run()  # a fragment runs without the shell
    actor = guard.require_visitor(places.PAID)
    found = read_progress(state.portal(), actor, basket_id)
    if look_again_in(found) != every:
        st.rerun()
    _draw(actor, basket_id, found)


def _draw(actor: Actor, basket_id: int, found: Progress) -> None:
    done = sum(not stage.outstanding for stage in found.stages)
    if len(found.stages) > 1:
        st.text(say(Text("{done} de {count} listos", done=done, count=len(found.stages))))
    for stage in found.stages:
        _draw_stage(actor, basket_id, stage)


def _draw_stage(actor: Actor, basket_id: int, stage: Stage) -> None:
    with st.container(border=True, key=f"etapa-{stage.key}"):
        st.subheader(plain(stage.issuer_name), anchor=False)
        st.caption(plain(" · ".join((stage.customer_name, ", ".join(stage.numbers[:6])))))
        if stage.credit:
            used = Text("Usaste {sum} de tu saldo a favor.", sum=show.money(stage.credit, stage.currency))
            st.success(plain(say(used)), icon=":material/check_circle:")
        for attempt in stage.attempts:
            _draw_attempt(attempt, stage.file)
        _draw_rest(stage)
        with st.container(horizontal=True):
            _draw_next(basket_id, stage)
            for attempt in stage.attempts[:1]:
                _draw_asking(actor, attempt)


def _draw_attempt(attempt: Attempt, file: bool) -> None:
    tone, sentence = standing(attempt)
    box = {Tone.GOOD: st.success, Tone.WAIT: st.info, Tone.STOP: st.info, Tone.BAD: st.error}[tone]
    box(plain(say(sentence)), icon=f":material/{_ICONS[tone]}:")
    for remark in remarks(attempt):
        st.caption(plain(say(remark)))
    with st.container(horizontal=True):
        for voucher_id, number in attempt.vouchers:
            _draw_voucher(voucher_id, number, file)


def _draw_voucher(voucher_id: int, number: int, file: bool) -> None:
    """The comprobante on screen, and as a file for who may take it along."""
    name = say(Text("Comprobante de pago {number}", number=number))
    if st.button(name, key=f"comprobante-{voucher_id}", icon=":material/receipt_long:"):
        st.switch_page(script(places.PAID), query_params={"v": str(voucher_id)})
    if file:
        address = f"/vouchers/{voucher_id}.pdf?inline=1&lang={state.language()}"
        st.link_button(say(Text("Abrir PDF")), address, icon=":material/picture_as_pdf:")


def _draw_rest(stage: Stage) -> None:
    """What is still to pay; not beside money that may be on its way."""
    if stage.outstanding and not stage.coming:
        st.text(say(Text("Saldo pendiente: {sum}", sum=show.money(stage.outstanding, stage.currency))))
    elif not stage.outstanding and not stage.attempts and not stage.credit:
        st.success(say(Text("No queda saldo en estos documentos.")), icon=":material/check_circle:")


def _draw_next(basket_id: int, stage: Stage) -> None:
    """The buttons that go on with it; beside money that may be on its way there are none."""
    latest = stage.attempts[0] if stage.attempts else None
    going_on = latest is not None and latest.to_go_on
    if (
        latest
        and going_on
        and st.button(say(Text("Continuar el pago")), key=f"seguir-{latest.checkout.id}", type="primary")
    ):
        go_to(state.with_language(f"/pay/{latest.checkout.id}"))
    if not stage.outstanding or stage.coming or any(one.apart for one in stage.attempts):
        return
    again = latest is not None and latest.state is not State.APPROVED
    name = Text("Intentar de nuevo") if again else Text("Pagar")
    if st.button(
        say(name),
        key=f"pagar-{stage.key}",
        type="secondary" if going_on else "primary",
        icon=":material/payments:",
    ):
        open_basket(basket_id, stage.key)


def _draw_asking(actor: Actor, attempt: Attempt) -> None:
    """The payer wants to know now; the provider's limits may say when."""
    if attempt.state is State.APPROVED or not attempt.checkout.redirected_at:
        return
    pressed = st.button(
        say(Text("Comprobar de nuevo")), key=f"comprobar-{attempt.checkout.id}", type="tertiary", icon=":material/sync:"
    )
    if not pressed:
        return
    with refusals():
        later = ask_again(state.portal(), actor, attempt.checkout.id)
        if later is None:
            st.toast(plain(say(Text("Preguntamos a {way}: la respuesta aparece aquí.", way=attempt.way))))
        else:
            when = show.labels().moment(later)
            st.toast(plain(say(Text("{way} deja preguntar de nuevo desde {when}.", way=attempt.way, when=when))))
