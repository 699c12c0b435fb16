"""The same over HTTP and websockets, against the real server: files by their address, pages as browsers draw them.

What is refused is compared, byte for byte and header for header, with the answer to what does not exist.
"""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from functools import partial
from random import Random

import httpx
from websockets.exceptions import InvalidStatus

from portal.domain.access import Right
from portal.domain.places import DOCUMENT, DOCUMENTS, HOME, PAID, PLACES, Audience, Place
from portal.views.filters import SortKey
from tests.isolation.oracle import Document
from tests.isolation.pages import Browser, Drawn, browser
from tests.isolation.probes import MARKER, Leak, check_markers, near, somebody
from tests.isolation.world import MISSING, Visitor, World
from tests.portal_server import Running

KEPT_OPEN = 12
FILES = ("/documents/{}.pdf", "/documents/{}.xml")
OWNED = ("/exports/{}", "/statements/{}.csv", "/statements/{}.xlsx")
SHOPS = ("/shops/{}/qr.png", "/shops/{}/qr.svg", "/shops/{}/qr.a4.pdf")
NOT_COMPARED = {"date"}


class Wire:
    """One prober: the world, the server, the sockets that it keeps open and the answers to what does not exist."""

    def __init__(self, world: World, running: Running, seed: int) -> None:
        self.world, self.running, self.random = world, running, Random(seed)
        self.told: Counter[str] = Counter()
        self._missing: dict[tuple[str, str], tuple[object, ...]] = {}
        self._open: dict[str, Browser] = {}
        self._narrowed: set[str] = set()
        self._doors = ExitStack()

    def __enter__(self) -> Wire:
        self.http = self._doors.enter_context(httpx.Client(base_url=self.running.url, timeout=30))
        return self

    def __exit__(self, *raised: object) -> None:
        self._doors.close()

    def probe(self, count: int) -> Counter[str]:
        """So many, or a Leak."""
        for number in range(count):
            visitor = somebody(self.world, self.random)
            kind = self.random.choice((self.a_document, self.a_document, self.an_export, self.a_shop, self.a_voucher,
                                       self.a_page, self.a_page, self.a_page, self.my_data))  # fmt: skip
            self.told[kind.__name__] += 1
            try:
                kind(visitor)
            except Leak as leak:
                message = f"seed {self.world.seed}, wire {number}: {kind.__name__} by {visitor.name}: {leak}"
                raise Leak(message) from leak
        return self.told

    def a_document(self, visitor: Visitor) -> None:
        chosen = self._document(visitor)
        shown = chosen.state != "withdrawn"
        may = shown and self.world.oracle.may(visitor.who, str(Right.DOWNLOAD), chosen.issuer, chosen.customer)
        self._file(visitor, self.random.choice(FILES), chosen.id, bool(may))

    def an_export(self, visitor: Visitor) -> None:
        """Only what somebody else asked for: whose own it is, tells the use case's probe."""
        others = [one for one, owner, _ in self.world.exports if owner.who[:2] != visitor.who[:2]]
        self._file(visitor, self.random.choice(OWNED), self.random.choice([*others, MISSING - 1]), False)

    def a_shop(self, visitor: Visitor) -> None:
        issuer = self.random.choice(self.world.issuers)
        may = self.world.oracle.may(visitor.who, str(Right.LINKS), issuer.id)
        self._file(visitor, self.random.choice(SHOPS), issuer.id, bool(may))

    def a_voucher(self, visitor: Visitor) -> None:
        chosen = self.random.choice(self.world.tills.vouchers)
        may = self.world.oracle.may(visitor.who, str(Right.DOWNLOAD), chosen.issuer, chosen.customer)
        self._file(visitor, "/vouchers/{}.pdf", chosen.id, bool(may))

    def my_data(self, visitor: Visitor) -> None:
        answer = self._get(visitor, "/account/data.json")
        expected = 401 if not self._enters(visitor) else 200 if visitor.person else 404
        _expect(answer.status_code, expected)
        check_markers(self.world, visitor, None, answer.content)

    def a_page(self, visitor: Visitor) -> None:
        place, document = self.random.choice(PLACES), self._document(visitor)
        query = self._query(document) if self.random.random() < 0.7 else f"id={document.id}"
        if not self._enters(visitor):
            return self._no_socket(visitor)
        drawn = self._browser(visitor).draw(place.address, query)
        opens = self._opens(place, visitor)
        if opens is not None:
            _expect((place.address, place.address in drawn.offered), (place.address, opens))
        _expect(drawn.media, set())
        check_markers(self.world, visitor, None, drawn.raw)
        self._shows_own(visitor, place, query, document, drawn)
        return None

    def _shows_own(self, visitor: Visitor, place: Place, query: str, document: Document, drawn: Drawn) -> None:
        """What is the visitor's stands on the pages that are about it, where no account was asked for."""
        may = partial(self.world.oracle.may, visitor.who, str(Right.SEE))
        mine = {one.customer for one in self.world.documents if one.state == "active" and may(one.issuer, one.customer)}
        if "cliente=" in query and place == DOCUMENTS:
            return
        if "cuenta=" in query:  # it stays chosen for as long as the socket is open
            self._narrowed.add(visitor.name)
        if visitor.name in self._narrowed:
            return
        if (place == DOCUMENTS or (place == HOME and not self._whole(visitor))) and mine:
            _expect(any(drawn.shows(self.world.marker_of(one)) for one in mine), True)
        if place == DOCUMENT and document.state != "withdrawn" and f"id={document.id}" in query:
            shown = drawn.shows(f"Nota para {self.world.marker_of(document.customer)}")
            _expect(shown, bool(may(document.issuer, document.customer)))
        for one in self.world.tills.vouchers if place == PAID else ():
            if f"v={one.id}" in query.split("&"):
                _expect(drawn.shows(self.world.marker_of(one.customer)), bool(may(one.issuer, one.customer)))

    def _document(self, visitor: Visitor) -> Document:
        its = near(self.world, self.random, visitor).id
        return self.random.choice([one for one in self.world.documents if one.customer == its])

    def _query(self, document: Document) -> str:
        """Claims of somebody who types addresses: accounts, documents, words, pages."""
        customer, issuer = self.random.choice(self.world.customers), self.random.choice(self.world.issuers)
        claims = [f"id={document.id}", f"cuenta={issuer.id}-{customer.id}", f"cuenta={customer.issuer}-{customer.id}",
                  f"cuenta={issuer.id}", f"cliente={customer.id}", f"emisor={issuer.id}", "vista=Tarjetas", "pagina=2",
                  f"orden={self.random.choice(list(SortKey))}", "lang=en",
                  f"b={self.random.choice(self.world.tills.baskets).id}",
                  f"v={self.random.choice(self.world.tills.vouchers).id}"]  # fmt: skip
        return "&".join(self.random.sample(claims, self.random.randint(1, 4)))

    def _opens(self, place: Place, visitor: Visitor) -> bool | None:
        """By the oracle; None for the first page, which has no address of its own once somebody is in."""
        told, who = self.world.oracle, visitor.who
        match place.audience:
            case Audience.PERSON:
                return visitor.person
            case Audience.OPERATOR:
                return bool(told.rules(who))
            case Audience.RIGHT:
                return bool(told.rules(who)) or any(str(place.right) in rights for *_, rights in told.held(who))
            case Audience.STRANGER:
                return False
            case Audience.DESK:  # to whom it opens, it is the first page
                return None if self._whole(visitor) else False
        if self._whole(visitor):
            return any(customer for _, customer, _ in told.held(who))
        return None

    def _whole(self, visitor: Visitor) -> bool:
        """Whether it looks after all of an issuer, and so begins with what that is owed."""
        told, who = self.world.oracle, visitor.who
        return bool(told.rules(who)) or any(customer is None for _, customer, _ in told.held(who))

    def _file(self, visitor: Visitor, path: str, object_id: int, may: bool) -> None:
        answer = self._get(visitor, path.format(object_id))
        if not self._enters(visitor):
            _expect((answer.status_code, MARKER.findall(answer.content)), (401, []))
        elif may:
            _expect(answer.status_code, 200)
            check_markers(self.world, visitor, None, answer.content + answer.headers["content-disposition"].encode())
        else:
            _expect(_facts(answer), self._nothing(visitor, path))

    def _nothing(self, visitor: Visitor, path: str) -> tuple[object, ...]:
        """What this visitor is told of an id that nobody has."""
        key = (visitor.name, path)
        if key not in self._missing:
            answer = self._get(visitor, path.format(MISSING))
            _expect(answer.status_code, 404)
            self._missing[key] = _facts(answer)
        return self._missing[key]

    def _get(self, visitor: Visitor, path: str) -> httpx.Response:
        return self.http.get(path, headers={"Cookie": f"portal={visitor.token}"})

    def _browser(self, visitor: Visitor) -> Browser:
        if visitor.name not in self._open:
            if len(self._open) >= KEPT_OPEN:
                self._open.clear()
                self._narrowed.clear()
                self._doors.close()
                self.__enter__()
            self._open[visitor.name] = self._doors.enter_context(browser(self.running, visitor.token))
        return self._open[visitor.name]

    def _no_socket(self, visitor: Visitor) -> None:
        try:
            with browser(self.running, visitor.token):
                pass
        except InvalidStatus as refused:
            return _expect(refused.response.status_code, 401)
        raise Leak("a websocket was opened")

    def _enters(self, visitor: Visitor) -> bool:
        return bool(self.world.oracle.enters(visitor.who))


def _facts(answer: httpx.Response) -> tuple[object, ...]:
    headers = {name: value for name, value in answer.headers.items() if name not in NOT_COMPARED}
    return answer.status_code, answer.content, tuple(sorted(headers.items()))


def _expect(found: object, wanted: object) -> None:
    if found != wanted:
        raise Leak(f"{str(found)[:400]!r}, and the oracle says {str(wanted)[:400]!r}")
