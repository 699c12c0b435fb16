"""A real Chromium against the real server. `page` fails its test when the browser reports what no page of ours may."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from portal.app.links import create_link
from portal.domain.access import operator
from portal.ledger.tables import customers
from tests.factories import ABC, XYZ, bring, facts
from tests.portal_server import Running, running_portal

FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run"]
expect.set_options(timeout=30_000)  # a condition that comes true is waited for, on slow machines too
REPORTS = ("Content Security Policy", "Content-Security-Policy", "Refused to", "Permissions policy", "Mixed Content")


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The web process, with an invoice for ABC and one for XYZ."""
    with running_portal(tmp_path_factory.mktemp("browser")) as process:
        bring(process.portal, facts("FE-1", customer=ABC), facts("FE-2", customer=XYZ))
        yield process


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A fresh profile of somebody who reads Spanish."""
    with browser.new_context(locale="es-CO", viewport={"width": 1280, "height": 800}) as fresh:
        yield fresh


@pytest.fixture
def page(context: BrowserContext, running: Running) -> Iterator[Page]:
    """A tab. At the end of the test: no policy was violated, no script failed, nothing was asked of elsewhere."""
    tab, complaints = context.new_page(), list[str]()

    def read(message: ConsoleMessage) -> None:
        if any(words in message.text for words in REPORTS):
            complaints.append(message.text)

    tab.on("console", read)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("request", lambda request: None if _ours(request.url, running.url) else complaints.append(request.url))
    yield tab
    assert complaints == []


@pytest.fixture
def link(running: Running) -> Callable[[str], str]:
    """The address of a fresh personal link of the customer with that name."""

    def make(name: str) -> str:
        with running.portal.ledger.read() as conn:
            customer = conn.execute(customers.select().where(customers.c.name == name)).one().id
        return create_link(running.portal, operator("test"), customer).url or ""

    return make


@pytest.fixture
def screenshot(page: Page, request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], Path]:
    """Keeps a picture of the page: in the directory that PORTAL_SCREENSHOTS names, else in the test's own."""
    folder = Path(os.environ.get("PORTAL_SCREENSHOTS", tmp_path))

    def take(name: str) -> Path:
        path = folder / f"{request.node.name}-{name}.png"
        page.screenshot(path=path, full_page=True)
        return path

    return take


def _ours(url: str, base: str) -> bool:
    return url.startswith((base + "/", "ws" + base.removeprefix("http") + "/", "data:", "blob:"))
