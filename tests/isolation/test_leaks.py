"""Leaks planted on purpose, one place each: a proof that never fails proves nothing. Each must make the probes fail."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from portal.app import auditing, export_making, exports, files, people, reading, requesters, sessions
from portal.app.payments import listing, returning, vouchers
from portal.app.payments.vouchers import read_voucher
from portal.app.threads import reading as thread_reading
from portal.domain.access import Actor, By, Right, Scope, operator
from portal.errors import NotFound
from portal.ledger import (
    access_requests,
    baskets,
    grants,
    links,
    mail_lists,
    parties,
    payment_tables,
    thread_lists,
    transfers,
    withholdings,
)
from portal.ledger.checkouts import find_checkout
from portal.ledger.links import Link
from portal.ledger.users import User
from portal.views import facets, scope, summary
from portal.views.scope import BY_ISSUER, Reach, Where
from tests.isolation import probes
from tests.isolation.conftest import replace_portal
from tests.isolation.probes import Leak, probe
from tests.isolation.wire import Wire
from tests.isolation.world import World
from tests.portal_server import SERVE, running_portal

Plant = Callable[[pytest.MonkeyPatch], None]
PROBES = 4_000  # at most: the first leak ends them
ALL = Scope(everything=True)


def put(owner: Any, name: str, instead: Any) -> Plant:
    return lambda patch: patch.setattr(owner, name, instead)


def everywhere(owner: Any, name: str) -> Plant:
    """A function of the ledger that takes a connection and a scope gets the operator's."""
    real = getattr(owner, name)
    return put(owner, name, lambda conn, _scope, *rest: real(conn, ALL, *rest))


def but_right(skipped: Right) -> Plant:
    """`require` forgets one right."""
    real = Actor.require
    return put(Actor, "require", lambda actor, right, *where: None if right is skipped else real(actor, right, *where))


def links_see_all(patch: pytest.MonkeyPatch) -> None:
    real = Actor.scope
    patch.setattr(Actor, "scope", lambda actor, right=Right.SEE: ALL if actor.by is By.LINK else real(actor, right))


def rights_don_t_matter(patch: pytest.MonkeyPatch) -> None:
    """Whoever sees may do anything."""
    real = Actor.scope
    patch.setattr(Actor, "scope", lambda actor, _right=Right.SEE: real(actor, Right.SEE))


def one_for_all(owner: Any, name: str) -> Plant:
    """A module keeps what it answered first."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        real, kept = getattr(owner, name), list[Any]()

        def cached(*values: Any) -> Any:
            kept.extend([real(*values)] if not kept else [])
            return kept[0] or real(*values)

        patch.setattr(owner, name, cached)

    return plant


def grants_never_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(grants, "standing", lambda _now: grants.grants.c.id.is_not(None))


def joined_grants_outlive_their_link(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(grants, "standing", lambda _now: grants.grants.c.ended_at.is_(None))


def signed_out_goes_on(patch: pytest.MonkeyPatch) -> None:
    real = sessions._alive
    patch.setattr(sessions, "_alive", lambda portal, one: real(portal, replace(one, revoked_at=None)))


def exports_are_anybodys(patch: pytest.MonkeyPatch) -> None:
    def found(portal: Any, _actor: Actor, export_id: int) -> Any:
        with portal.ledger.read() as conn:
            return exports.rows.find_export(conn, export_id) or real(portal, _actor, export_id)

    real = exports._own
    patch.setattr(exports, "_own", found)


def baskets_are_anybodys(patch: pytest.MonkeyPatch) -> None:
    def found(conn: Any, basket_id: int, _person: str) -> Any:
        told = conn.execute(select(rows.c.documents).where(rows.c.id == basket_id)).scalar_one_or_none()
        return json.loads(told) if told else None

    rows = payment_tables.baskets
    patch.setattr(baskets, "basket_of", found)


def anybodys_checkout(conn: Any, _actor: Actor, checkout_id: int) -> Any:
    found = find_checkout(conn, checkout_id)
    if found is None:
        raise NotFound()
    return found


LEAKS: dict[str, Plant] = {
    "the views forget the scope": put(scope, "_covered", lambda _scope: Where()),
    "facets without WHERE": put(facets, "reach", lambda _scope: Reach(documents=BY_ISSUER)),
    "the summary without the scope": put(summary, "reach", lambda _scope: Reach(documents=BY_ISSUER)),
    "a narrowed view is not": put(Actor, "narrowed", lambda actor, *_account: actor),
    "a narrowed view believes its address": put(probes, "narrow", lambda _portal, actor, *one: actor.narrowed(*one)),
    "require does nothing": put(Actor, "require", lambda *_: None),
    "a document without require": but_right(Right.SEE),
    "a file for whoever sees": put(files, "read_document", lambda p, a, id, _right: reading.read_document(p, a, id)),
    "a withdrawn document": put(reading, "SHOWN", (*reading.SHOWN, "withdrawn")),
    "links reach everything": links_see_all,
    "seeing is enough for all": rights_don_t_matter,
    "an export made as somebody else": put(export_making, "present_actor", lambda *_: operator()),
    "a file of more than the narrowed view": put(requesters, "_as_narrow", lambda now, _asked: now),
    "exports are anybody's": exports_are_anybodys,
    "a module keeps the actor": one_for_all(probes, "session_actor"),
    "a session that was signed out": signed_out_goes_on,
    "a link that was closed": put(Link, "opens", lambda *_: True),
    "a second factor that is owed": put(sessions, "awaits_second_factor", lambda *_: False),
    "an account that was shut": put(User, "may_enter", True),
    "grants that ended": grants_never_end,
    "grants of closed links": joined_grants_outlive_their_link,
    "the links' register": everywhere(links, "links_in"),
    "the audit": everywhere(auditing, "audit_page"),
    "the choice of customers": everywhere(parties, "customers_in"),
    "the mails": everywhere(mail_lists, "list_mails"),
    "the requests": everywhere(access_requests, "waiting_in"),
    "a basket of another person": baskets_are_anybodys,
    "a comprobante's file for whoever sees": put(vouchers, "read_voucher", lambda p, a, id, _: read_voucher(p, a, id)),
    "a checkout of somebody else": put(returning, "own_checkout", anybodys_checkout),
    "the payments": everywhere(listing, "collected_page"),
    "what payments add up to": everywhere(listing, "collected_totals"),
    "the reported transfers": everywhere(transfers, "reports_in"),
    "the stated withholdings": everywhere(withholdings, "withholdings_in"),
    "the proof of a payment": but_right(Right.DOWNLOAD),
    "the comments that wait": everywhere(thread_lists, "threads_in"),
    "the notes of an issuer": put(thread_reading, "reads_notes", lambda *_: True),
    "the people of a customer": put(people, "_looks_after", lambda *_: True),
}

# Planted in the server: what only pages and routes can leak. `{}` of each is code that runs before it serves.
SERVED = {
    "the guard keeps the visitor in its module": """
from portal.ui import guard
real, kept = guard.visitor, []
def visitor():
    kept.extend([one] if not kept and (one := real()) else [])
    return kept[0] if kept else None
guard.visitor = visitor
""",
    "a page's answer is cached without its visitor": """
import streamlit as st
from portal.app import reading
real = reading.list_documents
reading.list_documents = st.cache_data(lambda _portal, _actor, *asked: real(_portal, _actor, *asked))
""",
    "a file route keeps the first visitor": """
from portal.web import file_routes
real, kept = file_routes.session_actor, []
def session_actor(portal, token_hash):
    kept.extend([one] if not kept and (one := real(portal, token_hash)) else [])
    return kept[0] if kept else None
file_routes.session_actor = session_actor
""",
}
planted: list[str] = []
caught: list[str] = []


@pytest.fixture(scope="module", autouse=True)
def told(figure: Callable[[str], None]) -> Iterator[None]:
    started = time.monotonic()
    yield
    figure(f"planted leaks: {len(caught)} of {len(planted)} caught, {time.monotonic() - started:.0f} s")


# By day one in three: each is looked for by thousands of questions. At night all.
BY_DAY = 3
SHARED = [
    pytest.param(name, id=name, marks=() if place % BY_DAY == 0 else pytest.mark.nightly)
    for place, name in enumerate(LEAKS)
]


@pytest.mark.parametrize("name", SHARED)
def test_a_planted_leak_is_found(name: str, copied: World, monkeypatch: pytest.MonkeyPatch) -> None:
    planted.append(name)
    LEAKS[name](monkeypatch)
    with pytest.raises(Leak):
        for seed in (4, 3, 5):  # what few probes come to may be missed by one row of dice
            probe(copied, PROBES, Random(seed))
    caught.append(name)


@pytest.mark.parametrize("name", SERVED)
def test_a_leak_planted_in_the_server_is_found(name: str, sample: World, tmp_path: Path) -> None:
    planted.append(name)
    command = [sys.executable, "-c", f"{SERVED[name]}\n{SERVE}".replace("{", "{{").replace("}", "}}")]
    shutil.copytree(sample.portal.settings.home, tmp_path / "home")
    with running_portal(tmp_path / "home", command) as running:
        world = replace_portal(sample, running.portal)
        with pytest.raises(Leak), Wire(world, running, 3) as wire:
            wire.probe(PROBES)
    caught.append(name)


def test_without_a_leak_the_same_probes_find_nothing(copied: World) -> None:
    probe(copied, 1_000, Random(3))
