"""The frame around every page: whose documents these are, the language, the way out."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from portal.app.viewing import Viewing
from portal.i18n import LANGUAGES
from portal.ledger.parties import Account
from portal.text import Text
from portal.ui import state, sums
from portal.ui.i18n import say

QUIET = {"light": "#4B5B61", "dark": "#B3C1C6"}  # captions, which Streamlit makes too faint in the light
INK = "#10191C"  # on the accent of the dark theme, where Streamlit writes in white, which is too faint there

# Streamlit leaves room for a toolbar that we don't show; its tables' tools, its dates' shortcuts and its uploads speak
# only English; paper wants the page without its buttons; what is copied shows its button without being pointed at.
_STYLE = """<style>
.stMainBlockContainer {{ padding: 4.5rem clamp(1rem, 2.5vw, 5rem) 3rem; }}
@media (max-width: 640px) {{
  .stMainBlockContainer {{ padding-top: 4rem; }}
  .stMain .stHorizontalBlock {{ row-gap: 0.75rem; }}
  .stButton button p {{ white-space: normal; text-align: left; }}
  .stMarkdownBadge {{ white-space: normal; }}
}}
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p {{ opacity: 1; color: {quiet}; }}
[data-testid="stCode"] pre {{ padding-right: 3.5rem; }}
[data-testid="stCode"] > div {{ opacity: 1 !important; visibility: visible !important; }}
.stDataFrame .stElementToolbar, [data-testid="stDateInputQuickSelect"] {{ display: none; }}
[data-testid="stFileUploaderDropzone"] button p {{ font-size: 0; }}
[data-testid="stFileUploaderDropzoneInstructions"] span {{ font-size: 0; }}
[data-testid="stFileUploaderDropzone"] button p::after {{ content: "{choose}"; font-size: 0.875rem; }}
[data-testid="stFileUploaderDropzoneInstructions"] span::after {{ content: "{drop}"; font-size: 0.875rem; }}
[data-testid="stExpandSidebarButton"] {{ width: auto; }}
[data-testid="stExpandSidebarButton"]::after {{ content: "{menu}"; margin-left: 0.3rem; font-size: 1rem; }}
@media (prefers-color-scheme: dark) {{
  [data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p {{ color: {quiet_dark}; }}
  [kind^="primary"], [kind^="primary"]:hover, .stMultiSelect [data-tag], .stMultiSelect [data-tag] * {{ color: {ink}; }}
}}
@media print {{ header, .stPopover, .stButton, .stLinkButton {{ display: none !important; }} }}
{sums}</style>"""


def _draw_style() -> None:
    quiet = {"quiet": QUIET["light"], "quiet_dark": QUIET["dark"]}
    words = {"menu": say(Text("Menú")), "choose": say(Text("Elegir archivo")), "drop": say(Text("o arrástralo aquí"))}
    st.html(_STYLE.format(ink=INK, sums=sums.STYLE, **words, **quiet))


def draw_strangers_frame() -> None:
    """Above the sign-in page: the language alone."""
    _draw_style()
    with st.container(horizontal=True, horizontal_alignment="right"):
        _draw_language()
    state.keep_language_in_url()


def draw_frame(viewing: Viewing, page: str = "") -> None:
    """One line above the page; who sees several accounts may narrow all pages to one.

    `page`: its title, where the navigation does not show which one is open.
    """
    _draw_style()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            if viewing.look.logo:
                st.html(logo_html(viewing.look.logo), width="content")
            st.text(" › ".join(part for part in (viewing.title, page) if part), width="content")
        if len(viewing.accounts) > 1:
            _draw_narrowing(viewing.accounts)
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            _draw_language()
            leave = escape(say(Text("Cerrar sesión")))
            way = escape(state.with_language("/sign-out"))
            st.html(f'<a href="{way}" style="color:inherit">{leave}</a>', width="content")
    state.keep_language_in_url()


def logo_html(logo: str) -> str:
    """The picture with this SHA-256; on white, so that dark letters can be read in the dark."""
    style = "display:block;max-height:40px;max-width:160px;padding:3px 6px;border-radius:6px;background:#fff"
    return f'<img src="/logos/{escape(logo)}.png" alt="" style="{style}">'


def _draw_language() -> None:
    st.segmented_control(
        say(Text("Idioma")),
        list(LANGUAGES),
        default=state.language(),
        required=True,
        format_func=LANGUAGES.__getitem__,
        key=state.LANGUAGE,
        label_visibility="collapsed",
    )


def _draw_narrowing(accounts: Sequence[Account]) -> None:
    names = {_key(account): account.title for account in accounts}
    options = ["", *names]
    with state.remembered_choice(state.ACCOUNT, options):
        st.selectbox(
            say(Text("Ver")),
            options,
            format_func=lambda key: names.get(key) or say(Text("Todo lo mío")),
            key=state.ACCOUNT,
            label_visibility="collapsed",
            width=320,
        )


def _key(account: Account) -> str:
    return str(account.issuer_id) if account.customer_id is None else f"{account.issuer_id}-{account.customer_id}"
