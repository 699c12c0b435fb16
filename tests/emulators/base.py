"""What every provider's emulator can do, so that one suite of tests drives them all over real HTTP.

An emulator stands for the company: it checks *our* signatures, lets a payer pay, answers queries, and sends its own
notices, which it may lose, repeat, reorder, delay or forge. Built from what each provider publishes: not yet checked
against the provider's own sandbox.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from portal.domain.payments import Account, Door, RawNotice, Standing
from portal.ports import PaymentProvider
from tests.services import free_port
from tests.waiting import until

# One for all that payers and companies send: making a client takes longer than what it is made for.
WIRE = httpx.Client(timeout=30.0, limits=httpx.Limits(max_keepalive_connections=0))


@dataclass(frozen=True)
class Sent:
    """A notice as the provider sends it: to where, and every byte of it."""

    url: str
    body: bytes
    headers: Mapping[str, str]

    def raw(self) -> RawNotice:
        """As the portal's webhook route hands it to the provider's code."""
        url = httpx.URL(self.url)
        return RawNotice(
            self.body,
            tuple((name.lower(), value) for name, value in self.headers.items()),
            tuple(url.params.multi_items()),
        )

    def post(self, patience: float = 30.0) -> int:
        """Deliver it over HTTP; the status of the answer, 0 where none came in time."""
        try:
            return WIRE.post(self.url, content=self.body, headers=dict(self.headers), timeout=patience).status_code
        except httpx.TransportError:
            return 0


@dataclass
class Emulator(ABC):
    """`notices`: what was sent, in order, and waits for the test to deliver it (or for `deliver_at_once`).

    `faults`: how the next queries are answered: "ok", "500", "429", "html", "half" (truncated), "odd" and
    "bare" (JSON, but nothing that was asked for), "missing", "echo" (a refusal that repeats what it was sent).
    `now`: the provider's clock, which `advance` moves.
    """

    # Wherein companies differ, for the suites that run over all of them.
    signing: ClassVar[str]  # the credential that notices are signed with
    outcomes: ClassVar[Mapping[str, Standing | None]] = {  # how each outcome of `pay` reads; None: not known there
        "approved": Standing.APPROVED,
        "declined": Standing.DECLINED,
        "pending": Standing.PENDING,
        "expired": Standing.EXPIRED,
    }
    reference_once: ClassVar[bool] = True  # a reference that has a transaction opens no second door
    lists: ClassVar[bool] = False  # its documentation has a list of what was paid between two instants
    partial_refunds: ClassVar[bool] = True  # a query tells what part was given back
    retries: ClassVar[tuple[timedelta, ...]] = ()  # after how long a notice that was not taken comes again
    taken: ClassVar[frozenset[int]] = frozenset({200})  # the answers that take a notice
    patience: ClassVar[float] = 30.0  # seconds: an answer that comes later is none

    url: str = ""
    notices: list[Sent] = field(default_factory=list)
    deliver_at_once: bool = False
    faults: deque[str] = field(default_factory=deque)
    asked: list[str] = field(default_factory=list)  # paths of the queries that came
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    waiting: list[tuple[datetime, int, Sent]] = field(default_factory=list)  # when, the how manieth retry, what

    provider: PaymentProvider = field(init=False)

    @abstractmethod
    def credentials(self) -> dict[str, str]:
        """Test credentials that this emulator knows."""

    @abstractmethod
    def live_credentials(self) -> dict[str, str]:
        """Credentials of real money, well-formed; this emulator need not know them."""

    def mixtures(self) -> Sequence[tuple[dict[str, str], str]]:
        """Credentials that mix test and live, each with the name of the field that doesn't fit the others."""
        return ()

    @abstractmethod
    def rotate(self, secret: str | None = None) -> None:
        """The issuer makes a new `signing` credential at the provider (or this one): `credentials` tells it from now
        on, and notices are signed with it."""

    @abstractmethod
    def routes(self) -> list[Route]:
        """The provider's addresses."""

    @abstractmethod
    def pay(self, door: Door, outcome: str, *, amount: int | None = None, currency: str | None = None) -> str:
        """What a payer does, over HTTP: go through the door and pay with `outcome` "approved", "declined", "pending",
        "expired". `amount` (minor units), `currency`: pay something else than was asked. Returns the transaction's id.

        May be called again on one door: the payer tries again. Raises AssertionError when the provider would refuse
        our request (a wrong signature, a reference used before).
        """

    @abstractmethod
    def settle(self, transaction_id: str, outcome: str) -> None:
        """A pending transaction ends; its notice goes out."""

    @abstractmethod
    def refund(self, transaction_id: str, amount: int) -> None:
        """The issuer gave `amount` (minor units) back, at the provider's own panel."""

    @abstractmethod
    def charge_back(self, transaction_id: str) -> None:
        """The payer's bank took the payment back. Where the provider can't tell it apart: a refund or void of all."""

    @abstractmethod
    def forged(self, transaction_id: str) -> Sent:
        """A notice like a genuine one, whose signature is wrong."""

    @abstractmethod
    def resigned(self, notice: Sent, signature: str | None) -> RawNotice:
        """The notice with this text wherever its signature stood; None: without any."""

    @abstractmethod
    def doubled(self, notice: Sent) -> RawNotice:
        """The notice with its (good) signature told twice, where the provider tells it."""

    @abstractmethod
    def tampered(self, notice: Sent) -> Sequence[RawNotice]:
        """The notice with one signed value changed, its signature as it was; one for each signed value."""

    @abstractmethod
    def approved_by_reference(self) -> dict[str, int]:
        """By reference: what was approved less what was returned, in minor units. The truth for reconciliation."""

    def account(self, **changes: Any) -> Account:
        """An account whose addresses are this emulator's."""
        facts = self.provider.facts(self.credentials())
        told = {"id": 1, "receiver": facts.receiver, "live": facts.live, "credentials": (self.credentials(),)}
        return Account(**(told | {"api_url": self.url, "checkout_url": self.url} | changes))

    def send(self, notice: Sent) -> None:
        """Queue a notice, or deliver it at once."""
        self.notices.append(notice)
        if self.deliver_at_once:
            threading.Thread(target=self.deliver, args=(notice,), daemon=True).start()

    def deliver(self, notice: Sent, retry: int = 0) -> bool:
        """Deliver a notice; one that is not taken comes again when `advance` has moved the clock far enough."""
        taken = notice.post(self.patience) in self.taken
        if not taken and retry < len(self.retries):
            self.waiting.append((self.now + self.retries[retry], retry + 1, notice))
        return taken

    def advance(self, by: timedelta) -> int:
        """Move the clock, and deliver what is due by then; how many notices went out."""
        self.now += by
        due = [waiting for waiting in self.waiting if waiting[0] <= self.now]
        self.waiting = [waiting for waiting in self.waiting if waiting[0] > self.now]
        for _when, retry, notice in due:
            self.deliver(notice, retry)
        return len(due)

    def fault(self, request: Request) -> Response | None:
        """The wrong answer that the test asked for, if any; call it first in every query's route."""
        self.asked.append(request.url.path)
        fault = self.faults.popleft() if self.faults else "ok"
        wrong: dict[str, Response] = {
            "500": JSONResponse({"error": "internal"}, 500),
            "429": JSONResponse({"error": "slow down"}, 429),
            "html": HTMLResponse("<html>mantenimiento</html>"),
            "half": Response('{"data": {"id": "', media_type="application/json"),
            "odd": JSONResponse([1, "x", None, {}]),
            "bare": JSONResponse({}),
            "missing": JSONResponse({"error": "not found"}, 404),
            "echo": JSONResponse({"error": dict(request.headers), "body": _body(request)}, 400),
        }
        return None if fault == "ok" else wrong[fault]


def _body(request: Request) -> str:
    """What the route has read of it."""
    return bytes(getattr(request, "_body", b"")).decode()


class Stage:
    """One server, behind which one emulator after the other may play: starting a server takes longer than a test."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.playing = Starlette()

    def play(self, emulator: Emulator) -> Emulator:
        emulator.url = self.url
        self.playing = Starlette(routes=emulator.routes())
        return emulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.playing(scope, receive, send)


@contextmanager
def stage() -> Iterator[Stage]:
    """A stage on a free port, in a thread."""
    port = free_port()
    built = Stage(f"http://127.0.0.1:{port}")
    server = uvicorn.Server(uvicorn.Config(built, port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started, "the provider's emulator")
        yield built
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def serving(emulator: Emulator) -> Iterator[Emulator]:
    """The emulator on a free port, in a thread."""
    with stage() as built:
        yield built.play(emulator)
