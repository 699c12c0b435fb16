"""Whatever somebody writes into a field is read as text on every page, paper and mail: nothing of it runs."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from lxml import etree
from playwright.sync_api import Browser, Page, expect

from portal.domain import places
from portal.domain.places import PLACES, Place
from tests.browser.conftest import REPORTS
from tests.browser.hostile import PAYLOADS, RUN, Stage, payloads, set_stage
from tests.portal_server import Running, running_portal
from tests.waiting import until
from tests.web.mailbox import mails_to, next_mail, path_in

DESK = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "user_agent": "Mozilla/5.0 (Linux; Android 14) Mobile"}
Hostile = tuple[Running, Stage]
# A page to open at is no action: fpdf2 writes one.
ACTS = re.compile(rb"/(?:JS|JavaScript|OpenAction(?!\s*\[)|AA|Launch|SubmitForm|EmbeddedFile|RichMedia)\b")
LINKS = re.compile(rb"/URI \(([^)]*)")
CANARY = "window.hits = []; window.canary = () => { window.hits.push(location.pathname); };"


@dataclass
class Watch:
    """Tabs that tell when a canary sang, a dialog came up, or the browser reported a violated policy."""

    browser: Browser
    url: str
    complaints: list[str] = field(default_factory=list)
    seen: int = 0

    def tab(self, token: str, device: dict[str, object]) -> Page:
        context = self.browser.new_context(locale="es-CO", **device)  # type: ignore[arg-type]
        if token:
            context.add_cookies([{"name": "portal", "value": token, "url": self.url}])
        tab = context.new_page()
        tab.add_init_script(CANARY)
        tab.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.on("console", lambda said: self.complaints.append(said.text) if any(r in said.text for r in REPORTS) else 0)
        return tab

    def look(self, tab: Page, path: str) -> None:
        tab.goto(f"{self.url}{path}")
        self.judge(tab)

    def judge(self, tab: Page) -> None:
        """Wait until all is drawn; then nothing has run."""
        if tab.get_by_test_id("stApp").count() or tab.locator("#root").count():
            running = "[data-testid=stApp][data-test-script-state=notRunning] .stMain"
            expect(tab.locator(running)).to_be_visible(timeout=30_000)
            expect(tab.get_by_test_id("stSkeleton")).to_have_count(0)
            expect(tab.get_by_test_id("stAlertContentError")).to_have_count(0)
        assert tab.evaluate("window.hits") == [], tab.url
        self.seen += 1


@pytest.fixture(
    scope="module",
    params=[4, pytest.param(200, marks=[pytest.mark.nightly, pytest.mark.timeout(1_800)])],
    ids="{} texts".format,
)
def hostile(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    with running_portal(tmp_path_factory.mktemp("hostile")) as running:
        yield running, set_stage(running.portal, payloads(request.param))


@pytest.fixture(scope="module")
def pages_seen(hostile: Hostile, figure: Callable[[str], None]) -> Iterator[list[int]]:
    """How many pages each test looked at; said at the end."""
    started, told = time.monotonic(), list[int]()
    yield told
    seconds = time.monotonic() - started
    figure(f"hostile texts: {len(hostile[1].document_ids)} in every field, {sum(told)} pages and mails, 0 ran, "
           f"0 policies violated, {seconds:.0f} s")  # fmt: skip


@pytest.fixture
def watch(browser: Browser, hostile: Hostile, pages_seen: list[int]) -> Iterator[Watch]:
    made = Watch(browser, hostile[0].url)
    yield made
    for context in browser.contexts:
        context.close()
    pages_seen.append(made.seen)
    assert made.complaints == []


def test_there_are_enough_and_each_is_another() -> None:
    assert len(set(PAYLOADS)) >= 40 and len(set(payloads(200))) == 200
    assert all("canary()" in one for one in PAYLOADS)


def test_the_canary_sings_where_a_text_is_taken_for_markup(browser: Browser) -> None:
    """Else the other tests would prove nothing."""
    tab = Watch(browser, "").tab("", DESK)
    tab.goto("about:blank")
    tab.evaluate(CANARY)
    tab.evaluate("html => { document.body.innerHTML = html }", PAYLOADS[1])
    tab.wait_for_function("window.hits.length > 0")
    tab.context.close()


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
def test_nothing_runs_on_any_page(hostile: Hostile, watch: Watch) -> None:
    """Every page of whoever opens it."""
    _, stage = hostile
    for token, kept in (
        (stage.owner, lambda place: place is not places.PEOPLE),
        (stage.manager, lambda place: place in (places.PEOPLE, places.ACCOUNT)),
        (stage.operator, lambda place: place in (places.SYSTEM, places.AUDIT)),
        (stage.link, lambda place: place in (places.HOME, places.STATEMENT, places.PAY, places.PAID)),
    ):
        tab = watch.tab(token, DESK)
        for place in filter(kept, PLACES):
            for query in _queries(place, stage):
                watch.look(tab, f"/{place.address}{query}")


def test_nothing_runs_on_cards(hostile: Hostile, watch: Watch) -> None:
    """The list as a phone shows it, to its last page."""
    _, stage = hostile
    tab = watch.tab(stage.owner, PHONE)
    watch.look(tab, "/")
    for number in range(1, 5):
        watch.look(tab, f"/documentos?pagina={number}")


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
def test_nothing_runs_on_a_document(hostile: Hostile, watch: Watch) -> None:
    """Each of them; in the first one all texts stand in lines and notes."""
    _, stage = hostile
    tab = watch.tab(stage.operator, PHONE)
    for document_id in stage.document_ids:
        watch.look(tab, f"/documento?id={document_id}")
    watch.look(tab, f"/documento?id={stage.document_ids[0]}")
    for folded in tab.locator("details:not([open]) > summary").all():
        folded.click()
    watch.judge(tab)


def test_nothing_runs_in_an_open_row(hostile: Hostile, watch: Watch) -> None:
    """One link with its customer's people, reached by its button."""
    _, stage = hostile
    tab = watch.tab(stage.owner, DESK)
    watch.look(tab, "/enlaces")
    tab.get_by_test_id("stDataFrame").first.click(position={"x": 30, "y": 60})
    expect(tab.get_by_role("button", name="Volver a la lista")).to_be_visible()
    watch.judge(tab)


@pytest.mark.nightly
@pytest.mark.timeout(1_800)
def test_nothing_runs_on_pages_of_our_own(hostile: Hostile, watch: Watch) -> None:
    """The shop's door, a link's offer, an invitation, and forms that show again what was typed."""
    running, stage = hostile
    invitation = path_in(next_mail(running.portal.settings.home, stage.invitation_mail))
    for token in ("", stage.manager, stage.link):
        tab = watch.tab(token, DESK)
        for path in (f"/q/{stage.slug}", stage.link_path if token else "/auth/privacy", invitation):
            watch.look(tab, path)
    tab = watch.tab("", DESK)
    for number, text in enumerate(PAYLOADS[::2]):
        watch.look(tab, (f"/auth/code?next={quote(text)}", f"/q/{quote(text.replace('/', ''), safe='')}")[number % 2])
    for text in PAYLOADS[:4]:
        watch.look(tab, f"/sign-in?next={quote(text)}")
    tab = watch.tab("", DESK)
    for text in PAYLOADS[:6]:
        watch.look(tab, "/auth/sign-up")
        tab.locator("input[name=name]").fill(text)
        tab.locator("input[name=email]").fill("sin-arroba")
        tab.locator("input[name=consent]").check()
        tab.evaluate("document.forms[0].noValidate = true")
        tab.locator("button[type=submit]").click()
        expect(tab.locator("input[name=name]")).to_have_value(text)
        watch.judge(tab)


def test_nothing_runs_in_a_mail(hostile: Hostile, watch: Watch, tmp_path: Path) -> None:
    """Opened as a mail program would that allows everything."""
    running, _ = hostile
    home = running.portal.settings.home
    until(lambda: len(mails_to(home, "@correo.example")) >= 13, "the mails")
    tab = watch.tab("", DESK)
    for mail in mails_to(home, "@"):
        body = mail.get_body(("html",))
        assert body is not None
        html = str(body.get_content())
        assert not re.search(r"<(script|img|svg|iframe|object|embed|form|meta http|base|link)\b[^>]*canary", html)
        tab.goto("about:blank")
        tab.set_content(html)
        watch.judge(tab)
        assert not set(str(mail["Subject"])) & {"\r", "\n"}


def test_nothing_would_run_in_a_paper(hostile: Hostile, figure: Callable[[str], None]) -> None:
    """PDF and XML of every document, the statement, the comprobantes: no action, and of links only those to the web."""
    running, stage = hostile
    told = 0
    with httpx.Client(base_url=running.url, cookies={"portal": stage.operator}, timeout=60) as http:
        for document_id in stage.document_ids:
            for kind in ("pdf", "xml"):
                answer = http.get(f"/documents/{document_id}.{kind}")
                assert answer.status_code == 200 and _is_a_file(answer), document_id
                told += 1
                if kind == "pdf":
                    assert not ACTS.search(answer.content), document_id
                    links = LINKS.findall(answer.content)
                    assert all(link.startswith((b"https://", b"http://", b"mailto:")) for link in links), links
                else:
                    assert RUN in "".join(etree.fromstring(answer.content).itertext())
    figure(f"hostile texts: {told} papers, 0 actions, 0 links but to the web, 0 names that break a header")


def _is_a_file(answer: httpx.Response) -> bool:
    """To be kept, not shown; a name that is one; nothing that a browser would run if it showed it."""
    how = answer.headers["content-disposition"]
    policy = answer.headers["content-security-policy"]
    plain = how.isascii() and how.isprintable() and how.count('"') == 2 and "<" not in how
    return plain and how.startswith("attachment; ") and policy == "default-src 'none'; sandbox"


def _queries(place: Place, stage: Stage) -> list[str]:
    if place is places.DOCUMENTS:
        return ["", f"?buscar={quote(PAYLOADS[0])}", f"?vista={quote(PAYLOADS[1])}&cuenta={quote(PAYLOADS[2])}"]
    if place in (places.LINKS, places.STAFF, places.REQUESTS, places.AUDIT):
        return ["", "?pagina=2"]
    if place is places.COLLECTED:
        return ["", *(f"?pago={payment}" for payment in stage.payments)]
    if place in (places.PAY, places.PAID):
        return [f"?b={basket}" for basket in stage.baskets]
    return [f"?id={stage.document_ids[0]}"] if place is places.DOCUMENT else [""]
