"""One web process for all tests of HTTP and websockets, with two customers, each with a document and links."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from streamlit import config

from portal.app.links import ShownLink, create_link
from portal.domain.access import operator
from portal.domain.tokens import session_hash
from portal.ledger import documents
from portal.ledger.tables import documents as table
from tests.factories import ABC, XYZ, bring, facts
from tests.portal_server import Running, running_portal

ROOT = Path(__file__).parents[2]
PDF, XML = b"%PDF-1.7 the paper", b"<Invoice/>"
OURS = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}  # what a browser sends with a form of the link's page


@pytest.fixture(autouse=True)
def our_streamlit_options(monkeypatch: pytest.MonkeyPatch) -> None:
    """The repository's own options, whatever a test before made Streamlit read."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(config, "_main_script_path", None)
    config.get_config_options(force_reparse=True)


@dataclass(frozen=True)
class Party:
    """A customer with one document that has a PDF and an XML."""

    name: str
    customer_id: int
    document_id: int


@dataclass(frozen=True)
class World:
    """The web process and who is in it; `doors` closes every browser at the end."""

    running: Running
    ana: Party
    bob: Party
    doors: ExitStack

    def link(self, party: Party) -> ShownLink:
        return create_link(self.running.portal, operator("test"), party.customer_id)

    def visit(self, party: Party) -> Visitor:
        """Somebody who has just opened a fresh link of this party."""
        client = self.doors.enter_context(httpx.Client(base_url=self.running.url, timeout=30))
        link = self.link(party)
        answer = client.post(path_of(link), headers=OURS)
        assert answer.status_code == 303, answer.text
        return Visitor(client, client.cookies["portal"], link.link.id)


@dataclass(frozen=True)
class Visitor:
    """A browser with a session."""

    http: httpx.Client
    cookie: str
    link_id: int

    @property
    def hash(self) -> str:
        return session_hash(self.cookie)


def path_of(link: ShownLink) -> str:
    assert link.url is not None
    return "/l/" + link.url.rpartition("/")[2]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_portal(tmp_path_factory.mktemp("web")) as process:
        yield process


@pytest.fixture(scope="session")
def world(running: Running) -> Iterator[World]:
    bring(running.portal, facts("FE-1", customer=ABC), facts("FE-2", customer=XYZ))
    with ExitStack() as doors:
        yield World(running, _party(running, "FE-1", ABC.name), _party(running, "FE-2", XYZ.name), doors)


@pytest.fixture
def stranger(running: Running) -> Iterator[httpx.Client]:
    """A browser without any cookie."""
    with httpx.Client(base_url=running.url, timeout=30) as client:
        yield client


@pytest.fixture
def ana(world: World) -> Visitor:
    return world.visit(world.ana)


@pytest.fixture
def bob(world: World) -> Visitor:
    return world.visit(world.bob)


def _party(running: Running, number: str, name: str) -> Party:
    portal = running.portal
    with portal.ledger.write("test") as unit:
        row = unit.conn.execute(table.select().where(table.c.number == number)).one()
        for role, media_type, data in (("pdf", "application/pdf", PDF), ("original", "application/xml", XML)):
            stored = {"sha256": portal.files.put(data), "size": len(data), "name": "x"}
            documents.keep_files(unit, [{"document_id": row.id, "role": role, "media_type": media_type, **stored}])
        unit.commit()
    return Party(name, row.customer_id, row.id)
