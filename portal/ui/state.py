"""The few things that outlive a script run, each behind a name: the process's portal, the visitor's language."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import cast
from urllib.parse import urlencode

import streamlit as st

from portal.app.portal import Portal
from portal.clock import BOGOTA
from portal.i18n import LANGUAGES, preferred

LANGUAGE = "language"  # widget key
ACCOUNT = "cuenta"  # widget key, and its name in the URL
_LANGUAGE_IN_URL = "lang"
_LARGEST_ID = 2**63 - 1
_ZONE = "zona"
_PAYMENT = "pago"
_IMPORT = "importacion"
_CUSTOMER = "cliente"
KNOWN = "conocido"  # widget key, and its name in the URL
_ISSUED = "emitido"
LOOKING_AS = "como"  # in the URL and in the session
_portal: Portal | None = None
_language: ContextVar[str] = ContextVar("language", default="")  # every run has a thread, so a context, of its own
_zone: ContextVar[str] = ContextVar("zone", default="")


def use(portal: Portal) -> Portal:
    """Make this the process's portal: called once, where the app is put together (and by tests)."""
    global _portal
    _portal = portal
    return portal


def portal() -> Portal:
    """The process's portal."""
    if _portal is None:
        raise RuntimeError("start the portal by streamlit_app.py: no portal was put in place")
    return _portal


def begin_run() -> None:
    """At the start of a script run: the language is the same for all of it, and it is asked for hundreds of times."""
    _language.set(_asked_language())
    _zone.set("")
    st.session_state.pop(_ZONE, None)


def zone() -> str:
    """The time zone in which this run shows its instants: that of the issuer whose people or documents it is about."""
    return _zone.get() or st.session_state.get(_ZONE) or BOGOTA


def show_in_zone(name: str) -> None:
    """From here on this run shows its instants in this zone, and so do its fragments when they run alone."""
    st.session_state[_ZONE] = name
    _zone.set(name)


def language() -> str:
    """What the visitor chose here, else what the URL says, else what the browser prefers."""
    return _language.get() or _asked_language()


def _asked_language() -> str:
    chosen = st.session_state.get(LANGUAGE) or st.query_params.get(_LANGUAGE_IN_URL)
    return chosen if chosen in LANGUAGES else preferred(st.context.locale)


def keep_language_in_url() -> None:
    """So that a reload and a bookmark keep it; nothing is written while it is what the browser prefers anyway."""
    if language() != preferred(st.context.locale):
        st.query_params[_LANGUAGE_IN_URL] = language()
    else:
        st.query_params.pop(_LANGUAGE_IN_URL, None)


def with_language(path: str, **query: str | Sequence[str]) -> str:
    """An address of our own pages outside Streamlit, which speak as the visitor chose here."""
    chosen = {} if language() == preferred(st.context.locale) else {_LANGUAGE_IN_URL: language()}
    asked = urlencode({**query, **chosen}, doseq=True)
    return f"{path}?{asked}" if asked else path


def narrowed_to() -> tuple[int, int | None] | None:
    """(issuer, customer) that the visitor narrowed the portal to: a claim, which can only take rights away."""
    asked = str(st.session_state.get(ACCOUNT) or st.query_params.get(ACCOUNT) or "")
    parts = [_id_in(part) for part in asked.split("-")]
    if len(parts) > 2 or parts[0] is None or None in parts:
        return None
    return parts[0], parts[1] if len(parts) == 2 else None


@contextmanager
def remembered_choice(key: str, options: Sequence[str]) -> Iterator[None]:
    """Around a widget whose options are ids: the choice begins with what the URL says, and is kept there."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = asked if (asked := st.query_params.get(key)) in options else options[0]
    yield
    chosen = st.session_state[key]
    if chosen != options[0]:
        st.query_params[key] = chosen
    else:
        st.query_params.pop(key, None)


def clicked_row(key: str) -> int | None:
    """The row whose button was clicked in this run, of the table's button column with this key."""
    click = st.session_state.get(key)
    return None if click is None else int(click["row"])


def picked_bar(key: str, param: str) -> int | None:
    """The place of the bar that was clicked in the chart with this key; None when nothing is picked."""
    chosen = st.session_state.get(key)
    points = chosen["selection"].get(param) if chosen else None
    return int(points[0]["place"]) if points else None


def prefers_cards() -> bool:
    """Whether the visitor's device is a phone, as its browser says."""
    return "Mobi" in (st.context.headers.get("User-Agent") or "")


def page_number(key: str) -> int:
    """The page of a list that the visitor is on, before its numbers are drawn: from this session, else the URL."""
    asked = str(st.session_state.get(key) or st.query_params.get(key) or 1)
    return max(1, min(int(asked), 10**9)) if asked.isascii() and asked.isdigit() else 1


def asked_next() -> str:
    """Where the visitor wanted to go before the sign-in page came between; checked by the route that leads there."""
    return st.query_params.get("next", "/")


def ticked_rows(key: str) -> list[int]:
    """The rows that are ticked in the table with this key."""
    ticked = st.session_state.get(key)
    return [] if ticked is None else sorted(ticked["selection"]["rows"])


def asked_document() -> int | None:
    """The document that the URL names: a claim, to be checked against the visitor's rights."""
    return asked_id("id")


def asked_basket() -> int | None:
    """The basket that the URL names: a claim, too."""
    return asked_id("b")


def asked_voucher() -> int | None:
    """The comprobante that the URL names: a claim, too."""
    return asked_id("v")


def asked_bill() -> str:
    """Which bill of a basket, if not all of it."""
    return st.query_params.get("de", "")


def asked_customer() -> int | None:
    """The customer whose documents the URL asks for alone: a claim as well."""
    return asked_id(_CUSTOMER)


def forget_customer() -> None:
    """Those of all customers again."""
    st.query_params.pop(_CUSTOMER, None)


def open_customer(customer_id: int | None) -> None:
    """Name a customer in the URL, or none."""
    if customer_id is None:
        forget_customer()
    else:
        st.query_params[_CUSTOMER] = str(customer_id)


def looking_as() -> int | None:
    """The customer as which somebody of the issuer looks in this tab: a claim. It stays in the URL."""
    asked = st.session_state.get(LOOKING_AS) or asked_id(LOOKING_AS)
    return None if asked is None else int(asked)


def keep_looking_as(customer_id: int) -> bool:
    """Remember it, here and in the URL; True the first time."""
    first = st.session_state.get(LOOKING_AS) != customer_id
    st.session_state[LOOKING_AS] = customer_id
    st.query_params[LOOKING_AS] = str(customer_id)
    return first


def asked_payment() -> int | None:
    """The payment that the URL names: a claim as well."""
    return asked_id(_PAYMENT)


def open_payment(payment_id: int | None) -> None:
    """Name a payment in the URL, or none."""
    if payment_id is None:
        st.query_params.pop(_PAYMENT, None)
    else:
        st.query_params[_PAYMENT] = str(payment_id)


def known_day() -> date | None:
    """The day as of whose end an account is looked at, before its widget is drawn; None: now."""
    if KNOWN in st.session_state:
        return cast("date | None", st.session_state[KNOWN])
    try:
        return date.fromisoformat(st.query_params.get(KNOWN, ""))
    except ValueError:
        return None


def forget_known() -> None:
    """As it is known now again."""
    st.session_state[KNOWN] = None


def asked_issued() -> int | None:
    """The issued statement that the URL names: a claim, too."""
    return asked_id(_ISSUED)


def open_issued(statement_id: int | None) -> None:
    """Name an issued statement in the URL, or none."""
    if statement_id is None:
        st.query_params.pop(_ISSUED, None)
    else:
        st.query_params[_ISSUED] = str(statement_id)


def asked_import() -> int | None:
    """The import that the URL names: a claim, too."""
    return asked_id(_IMPORT)


def show_import(run_id: int | None) -> None:
    """Name an import in the URL, or none."""
    if run_id is None:
        st.query_params.pop(_IMPORT, None)
    else:
        st.query_params[_IMPORT] = str(run_id)


def asked_id(name: str) -> int | None:
    """An id that the URL names."""
    return _id_in(st.query_params.get(name, ""))


def _id_in(asked: str) -> int | None:
    """None for what no row can have as its id."""
    found = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 20 else None
    return found if found is not None and found <= _LARGEST_ID else None


def press_key(what: str) -> str:
    """The same for each press of a button that means `what`, in this session; nobody else's."""
    return str(st.session_state.setdefault(f"press-{what}", secrets.token_urlsafe(9)))


def shown_before(key: str, now: str) -> str:
    """What a place on the page showed in the run before, when somebody read it and pressed; remembers what it shows."""
    before = st.session_state.get(f"shown-{key}", now)
    st.session_state[f"shown-{key}"] = now
    return str(before)


def keep_export(key: str, export_id: int) -> None:
    """Remember the file last asked for at a place on a page."""
    st.session_state[f"export-{key}"] = export_id


def asked_export(key: str) -> int | None:
    """The file last asked for at this place."""
    asked = st.session_state.get(f"export-{key}")
    return None if asked is None else int(asked)


def forget_export(key: str) -> None:
    """That file is no more."""
    st.session_state.pop(f"export-{key}", None)


def turn(key: str) -> int:
    """How often what was typed at a place has been taken: a part of its widgets' keys, so that they begin empty."""
    return int(st.session_state.get(f"turno-{key}", 0))


def next_turn(key: str) -> None:
    """What was typed at this place is forgotten."""
    st.session_state[f"turno-{key}"] = turn(key) + 1


def keep_probe(account_id: int, asked_at: datetime) -> None:
    """Remember when a try of an account's credentials was asked for."""
    st.session_state[f"prueba-{account_id}"] = asked_at


def probe_asked(account_id: int) -> datetime | None:
    """When a try was last asked for whose result has not been seen."""
    return cast("datetime | None", st.session_state.get(f"prueba-{account_id}"))


def forget_probe(account_id: int) -> None:
    """Its result has been seen, or is waited for no longer."""
    st.session_state.pop(f"prueba-{account_id}", None)


def keep_token(token: str) -> None:
    """Hold a new token for the one run that shows it."""
    st.session_state["clave-nueva"] = token


def take_token() -> str | None:
    """The token that was just made; asked again, nothing."""
    return cast("str | None", st.session_state.pop("clave-nueva", None))


def keep_told(key: str, sentences: Sequence[str]) -> None:
    """Hold what a long act came to for the one run that says it."""
    st.session_state[f"dicho-{key}"] = list(sentences)


def take_told(key: str) -> list[str]:
    """What an act in the run before came to; asked again, nothing."""
    return cast("list[str]", st.session_state.pop(f"dicho-{key}", []))
