"""G6: what one person, one address or one issuer may take is counted; each one more is refused in plain words."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from portal.app.accounts.throttle import MAIL
from portal.app.export_requests import DocumentsRequest, Format
from portal.app.exports import MOST_WAITING, request_export
from portal.app.sessions import session_actor
from portal.errors import Refused
from portal.web.auth.asking import LONGEST, MOST_FIELDS
from portal.web.sockets import PER_SESSION
from portal.web.strangers import PER_ADDRESS
from tests.isolation.matrix import table
from tests.portal_server import Running, running_portal
from tests.waiting import until
from tests.web.conftest import OURS, Visitor, World
from tests.web.streamlit_client import StreamlitSocket, streamlit_socket

FORMS = [name.removeprefix("POST ") for name in table("Routes")
         if name.startswith("POST ") and not name.startswith(("POST /webhooks", "POST /sign-out"))]  # fmt: skip
MESSAGE = 2 << 20  # bytes from a browser at once, as `server.maxWidgetStateSize`
MEGABYTE = 1 << 20
SAID = re.compile(r"<p[^>]*>([^<]+)</p>")


def strangers_cookie(running: Running) -> str:
    with httpx.Client(base_url=running.url) as http:
        http.get("/sign-in")
        return f"x; portal-pre={http.cookies['portal-pre']}"


def memory(running: Running) -> int:
    """Resident megabytes of the web process."""
    status = Path(f"/proc/{running.pid}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) // 1024


def opened_one_by_one(doors: ExitStack, running: Running, cookie: str, most: int, **options: Any) -> str:
    """Open so many websockets, and one more: what it is told."""
    for _ in range(most):
        doors.enter_context(streamlit_socket(running, cookie, **options))
    with pytest.raises(InvalidStatus) as refused, streamlit_socket(running, cookie, **options):
        pass
    assert refused.value.response.status_code == 429
    return refused.value.response.body.decode()


def test_one_more_open_page_is_refused_and_one_closed_makes_room(world: World, ana: Visitor) -> None:
    with ExitStack() as doors:
        assert "Cierra las que no uses" in opened_one_by_one(doors, world.running, ana.cookie, PER_SESSION)
        with streamlit_socket(world.running, world.visit(world.ana).cookie):
            pass  # another session of the same link has its own
    until(lambda: _opens(world.running, ana.cookie), "room for a socket")


def test_one_more_stranger_at_an_address_is_refused_and_another_address_is_not(running: Running) -> None:
    cookie = strangers_cookie(running)
    with ExitStack() as doors:
        said = opened_one_by_one(doors, running, cookie, PER_ADDRESS, source="127.0.0.77")
        assert "Cierra las que no uses" in said
        with streamlit_socket(running, cookie, source="127.0.0.78") as socket:
            assert socket.run().session_id


def _opens(running: Running, cookie: str) -> bool:
    try:
        with streamlit_socket(running, cookie) as socket:
            return bool(socket.run().session_id)
    except InvalidStatus:
        return False


@pytest.mark.parametrize("what", ["a field too long", "a field too many", "a file"])
def test_no_form_takes_more_than_it_has(stranger: httpx.Client, what: str) -> None:
    sent: dict[str, Any] = {
        "a field too long": {"data": {"email": "a" * (LONGEST + 1)}},
        "a field too many": {"data": {f"f{number}": "x" for number in range(MOST_FIELDS + 1)}},
        "a file": {"files": {"email": ("x.exe", b"MZ")}},
    }[what]
    for path in ("/auth/code", "/auth/sign-up", "/auth/forgot"):
        answer = stranger.post(path, headers=OURS, **sent)
        assert answer.status_code == 422 and SAID.search(answer.text), path
        assert what == "a file" or "más de lo que cabe" in answer.text, path


def test_a_message_too_long_ends_its_websocket(world: World, ana: Visitor) -> None:
    with streamlit_socket(world.running, ana.cookie) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.socket.send(b"\x00" * (MESSAGE + 1))
        socket.socket.recv(30)
    assert closed.value.rcvd is not None and closed.value.rcvd.code == 1009


def test_nobody_uploads_anything(ana: Visitor, stranger: httpx.Client) -> None:
    for client, status in ((ana.http, 404), (stranger, 401)):
        for method in ("PUT", "POST", "DELETE"):
            for path in ("/_stcore/upload_file/x/y", "/media/x", "/app/static/x"):
                answer = client.request(method, path, headers=OURS, content=b"x" * MEGABYTE)
                assert answer.status_code == status, (method, path)


def test_one_more_mail_is_refused(running: Running) -> None:
    with httpx.Client(base_url=running.url, headers=OURS, timeout=30) as browser:
        browser.get("/sign-in")
        for ask in ("/auth/code", "/auth/forgot") * 3:
            answer = browser.post(ask, data={"email": "muchos@correo.example"})
            if answer.status_code == 429:
                break
        assert "Ya pediste varios correos" in answer.text
        asked = [browser.post("/auth/code", data={"email": "muchos@correo.example"}) for _ in range(MAIL.own)]
    assert {one.status_code for one in asked} == {429}


def test_one_more_file_in_preparation_is_refused(world: World, ana: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    portal, actor = world.running.portal, session_actor(world.running.portal, ana.hash)
    assert actor is not None
    monkeypatch.setattr(portal.ledger, "sent", lambda _ids: None)  # else the web process makes them meanwhile
    for _ in range(MOST_WAITING):
        request_export(portal, actor, DocumentsRequest(Format.CSV))
    with pytest.raises(Refused, match="en preparación"):
        request_export(portal, actor, DocumentsRequest(Format.CSV))


class Abuse:
    """All that somebody without an account may try at once, from many addresses."""

    def __init__(self, running: Running, doors: ExitStack) -> None:
        self.running, self.doors, self.over = running, doors, threading.Event()
        self.cookie = strangers_cookie(running)
        self.highest = memory(running)

    def watch(self) -> None:
        while not self.over.wait(0.1):
            self.highest = max(self.highest, memory(self.running))

    def send_a_book(self, megabytes: int, number: int) -> int:
        """A form that is one endless field; 0 where the server hung up in the middle."""

        def book() -> Iterator[bytes]:
            yield b"email="
            for _ in range(megabytes):
                yield b"a" * MEGABYTE

        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        path = re.sub(r"\{[^}]*\}", "x", FORMS[number % len(FORMS)])
        try:
            return httpx.post(f"{self.running.url}{path}", headers=OURS | kind, content=book(), timeout=60).status_code
        except httpx.TransportError:
            return 0

    def open_a_page(self, number: int) -> bool:
        address = f"127.0.{1 + number // 250}.{1 + number % 250}"
        try:
            socket: StreamlitSocket = self.doors.enter_context(
                streamlit_socket(self.running, self.cookie, source=address)
            )
            return bool(socket.run("page=sign-in").session_id)
        except (InvalidStatus, ConnectionClosed, TimeoutError):
            return False


@pytest.mark.parametrize(
    ("books", "megabytes", "sockets", "seconds"),
    [(6, 10, 20, 0), pytest.param(100, 50, 1_200, 60, marks=[pytest.mark.nightly, pytest.mark.timeout(1_200)])],
)
def test_abuse_is_refused_and_memory_stays(
    tmp_path: Path, figure: Callable[[str], None], books: int, megabytes: int, sockets: int, seconds: int
) -> None:
    with running_portal(tmp_path) as running, ExitStack() as doors:
        abuse = Abuse(running, doors)
        watcher = threading.Thread(target=abuse.watch)
        watcher.start()
        before, until_then = abuse.highest, time.monotonic() + seconds
        with ThreadPoolExecutor(16) as pool:
            pages = [pool.submit(abuse.open_a_page, number) for number in range(sockets)]
            told = [one.result() for one in [pool.submit(abuse.send_a_book, megabytes, n) for n in range(books)]]
            opened = sum(one.result() for one in pages)
        while time.monotonic() < until_then:
            told.append(abuse.send_a_book(megabytes, len(told)))
        assert httpx.get(f"{running.url}/readyz").status_code == 200
        abuse.over.set()
        watcher.join()
    assert not {200, 500} & set(told)
    figure(f"abuse: {len(told)} forms of {megabytes} MB refused, {opened} of {sockets} strangers' pages opened: "
           f"{before} MB before, {abuse.highest} MB at most")  # fmt: skip
    assert opened >= min(sockets, 20) and abuse.highest < (2_048 if seconds else before + 150)
