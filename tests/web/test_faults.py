"""D6: whatever breaks, people read a calm sentence with a reference that the log knows: no trace, no SQL, no secret."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from portal.app.links import create_link
from portal.domain.access import operator
from portal.domain.roles import Role
from portal.ledger import documents as papers
from portal.ledger.tables import documents, issuers
from tests.factories import EJEMPLAR, bring, facts
from tests.isolation.pages import browser
from tests.portal_server import ROOT, SERVE, Running, running_portal
from tests.signed_in import grant, issuer_named, new_user, signed_in
from tests.waiting import until
from tests.web.conftest import OURS
from tests.web.faults import DSN, FAULTS, PLACE, SECRET, SQL, UNSEEN, Fault
from tests.web.storm import stranger

PLANTED = f"from tests.web.faults import plant; plant(); {SERVE}"
INSIDE = re.compile(
    "|".join([*map(re.escape, (SECRET, PLACE, DSN, SQL, str(ROOT))), r"Traceback", r"\.py\b", r"site-packages",
              r"\b(?:SELECT|INSERT|UPDATE) [\w*]", r"sqlalche", r"duckdb", r"psycopg", r"redis", r"\w+Error\b"])
)  # fmt: skip
REFERENCE = re.compile(r"referencia ([2-9A-Z]{8})\.")
PROVOKED = [(fault, asked) for fault in FAULTS for asked in fault.asked]
ADDRESSES = count(1)


@dataclass(frozen=True)
class House:
    """The server with its faults, an owner's cookie, and what stands in addresses."""

    running: Running
    owner: str
    values: dict[str, object]

    @contextmanager
    def broken(self, fault: Fault) -> Iterator[None]:
        switch = self.running.portal.settings.home / "fault"
        switch.write_text(fault.name, encoding="utf-8")
        try:
            yield
        finally:
            switch.unlink()

    def ask(self, asked: str, fault: Fault) -> tuple[int, str]:
        """What somebody is shown who asks for it while that is broken: a status (200 for a page) and all its text."""
        how, _, what = asked.format(**self.values).partition(" ")
        if how == "form":
            return self._form(fault)
        if how == "page":
            return self._page(what, fault)
        if how == "socket":
            return self._socket(fault)
        return self._http(how, what, fault)

    def _page(self, address: str, fault: Fault) -> tuple[int, str]:
        page, _, query = address.partition("?")
        with browser(self.running, self.owner) as opened:
            opened.draw()
            with self.broken(fault):
                return 200, opened.draw(page, query).raw.decode("utf-8", "replace")

    def _socket(self, fault: Fault) -> tuple[int, str]:
        with self.broken(fault), pytest.raises(InvalidStatus) as refused, browser(self.running, self.owner):
            pass
        return refused.value.response.status_code, (refused.value.response.body or b"").decode()

    def _form(self, fault: Fault) -> tuple[int, str]:
        with stranger(self.running, "127.0.0.99") as guest, self.broken(fault):
            return 200, guest.sign_in("ana@empresa.example", "correcto caballo").raw.decode("utf-8", "replace")

    def _http(self, method: str, path: str, fault: Fault) -> tuple[int, str]:
        new_user(self.running.portal, address := f"persona{next(ADDRESSES)}@correo.example")
        transport = httpx.HTTPTransport(local_address=f"127.0.9.{next(ADDRESSES) % 250 + 1}")
        with httpx.Client(base_url=self.running.url, headers=OURS, timeout=30, transport=transport) as http:
            http.get("/sign-in")
            if method == "GET" and not path.startswith("/q/"):
                http.cookies["portal"] = self.owner
            with self.broken(fault):
                answer = http.request(method, path, data={"email": address} if method == "POST" else None)
        return answer.status_code, f"{answer.headers}\n{answer.text}"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running_portal(tmp_path_factory.mktemp("faults"), [sys.executable, "-c", PLANTED]) as running:
        portal = running.portal
        bring(portal, facts("FE-1"), facts("FE-2"))
        with portal.ledger.write("test") as unit:
            rows = {row.number: row for row in unit.conn.execute(documents.select())}
            slug = unit.conn.execute(issuers.select()).one().slug
            stored = {"sha256": portal.files.put(b"%PDF-1.7"), "size": 8, "name": "x", "media_type": "application/pdf"}
            papers.keep_files(unit, [{"document_id": rows["FE-1"].id, "role": "pdf", **stored}])
            unit.commit()
        issuer, owner = issuer_named(portal, EJEMPLAR.name), new_user(portal, "duena@ejemplar.example", "Marta")
        grant(portal, owner, Role.OWNER, issuer)
        link = (create_link(portal, operator("test"), rows["FE-1"].customer_id).url or "").rpartition("/")[2]
        values = {
            "with_file": rows["FE-1"].id,
            "without": rows["FE-2"].id,
            "issuer": issuer,
            "slug": slug,
            "link": link,
        }
        yield House(running, signed_in(portal, owner), values)


@pytest.fixture(scope="module", autouse=True)
def told(figure: Callable[[str], None]) -> Iterator[list[str]]:
    kept = list[str]()
    yield kept
    figure(f"provoked faults: {len(set(kept))} of {len(PROVOKED)} calm, each with a reference that is in the log")


def test_there_are_enough() -> None:
    assert len(FAULTS) >= 30 and len({fault.name for fault in (*FAULTS, *UNSEEN)}) == len(FAULTS) + len(UNSEEN)


@pytest.mark.parametrize(("fault", "asked"), PROVOKED, ids=lambda one: one.name if isinstance(one, Fault) else one)
def test_a_fault_is_a_calm_sentence_with_a_reference(house: House, fault: Fault, asked: str, told: list[str]) -> None:
    status, shown = house.ask(asked, fault)
    assert status == (200 if asked.startswith(("page", "form")) else 500)
    assert not INSIDE.search(shown), INSIDE.search(shown)
    (reference,) = set(REFERENCE.findall(shown))
    until(
        lambda: f"reference {reference}: " in house.running.log.read_text(encoding="utf-8"), f"{reference} in the log"
    )
    told.append(f"{fault.name} {asked}")


@pytest.mark.parametrize(
    ("fault", "asked"), [(fault, fault.asked[0]) for fault in UNSEEN], ids=lambda one: str(one)[:40]
)
def test_what_can_wait_is_no_fault_for_who_asks(house: House, fault: Fault, asked: str) -> None:
    status, shown = house.ask(asked, fault)
    assert status == 200 and not INSIDE.search(shown) and not REFERENCE.search(shown)


def test_after_all_of_them_everything_works(house: House) -> None:
    for asked in {asked for _, asked in PROVOKED} - {"socket", "form", "GET /pay/7"}:
        status, shown = house.ask(asked, Fault("none", "", Exception, ()))
        assert status in (200, 303, 404, 429) and not REFERENCE.search(shown), asked
