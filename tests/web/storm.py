"""A storm of sign-ins: strangers at many addresses send the form again and again, each in a browser of their own."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from queue import Queue

import httpx

from tests.isolation.pages import Browser, Drawn, browser
from tests.portal_server import Running

PAGE, WRONG, BUSY = "sign-in", "no coinciden", "a la vez"
NUMBERS = count(1)
_TICKET = re.compile(rb"/auth/finish\?ticket=[\w&;=%-]+")


@dataclass
class Stranger:
    """The sign-in page, open in a browser at some address of this machine."""

    running: Running
    address: str
    cookie: str
    browser: Browser
    page: Drawn

    def sign_in(self, email: str, password: str) -> Drawn:
        """Fill in the form and send it; what the page then says."""
        return self.browser.submit(self.page, PAGE, "Entrar", Correo=email, Contraseña=password)

    def come_in(self, email: str, password: str) -> bool:
        """The same with the right password, to the end: whether there is a session now."""
        found = _TICKET.search(self.sign_in(email, password).raw)
        with _http(self.running, self.address) as http:
            http.cookies["portal-pre"] = self.cookie
            if found:
                http.get(unescape(found[0].decode()))
            return "portal" in http.cookies


@dataclass
class Storm:
    """Who sends the forms, and what they were told."""

    guessers: list[Stranger]
    told: Counter[str] = field(default_factory=Counter)

    def blow(self, times: int, each_second: float) -> None:
        """So many sign-ins of ever new people at this rate, each by whoever has an answer to the one before."""
        started, free = time.perf_counter(), Queue[Stranger]()
        for one in self.guessers:
            free.put(one)
        with ThreadPoolExecutor(len(self.guessers)) as pool:
            for number in range(times):
                time.sleep(max(0.0, started + number / each_second - time.perf_counter()))
                pool.submit(self._one, free)

    def _one(self, free: Queue[Stranger]) -> None:
        guesser = free.get()
        said = " ".join(guesser.sign_in(f"persona{next(NUMBERS)}@correo.example", "adivina adivinanza").said)
        self.told[next((words for words in (WRONG, BUSY) if words in said), said)] += 1
        free.put(guesser)


@contextmanager
def storm(running: Running, addresses: int, each: int = 3) -> Iterator[Storm]:
    """Some strangers each at 127.0.0.2, 127.0.0.3 and so on, the sign-in page before each of them."""
    with ExitStack() as doors:
        places = [f"127.0.0.{number + 2}" for number in range(addresses)] * each
        yield Storm([doors.enter_context(stranger(running, place)) for place in places])


@contextmanager
def stranger(running: Running, address: str) -> Iterator[Stranger]:
    """Somebody who has just opened the sign-in page."""
    with _http(running, address) as http:
        http.get("/sign-in")
        cookie = http.cookies["portal-pre"]
    with browser(running, f"x; portal-pre={cookie}", source=address) as opened:
        yield Stranger(running, address, cookie, opened, opened.draw(PAGE))


def _http(running: Running, address: str) -> httpx.Client:
    return httpx.Client(base_url=running.url, transport=httpx.HTTPTransport(local_address=address), timeout=30)
