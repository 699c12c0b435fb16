"""What tests may ask for: real services, the sample directory; and what none of them may do: leave this machine."""

import os
import secrets
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings

from tests import ledgers, services
from tests.emulators import base
from tests.emulators.base import Stage

NUMBERS = count(1)
FIGURES = pytest.StashKey[list[str]]()

ORDER = {"isolation": 0, "durability": 1, "web": 2, "contract": 3, "cli": 4, "browser": 6}  # all else between

settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


@pytest.fixture(autouse=True, scope="session")
def only_this_machine() -> Iterator[None]:
    """Refuses names that would have to be looked up, and sockets to any other machine."""
    connect, connect_ex, getaddrinfo = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def local(address: Any) -> Any:
        host = address[0] if isinstance(address, tuple) else None
        host = host.decode() if isinstance(host, bytes) else host
        if host and host != "localhost" and not _on_this_machine(host):
            raise RuntimeError(f"a test tried to reach {host}: tests talk to this machine only")
        return address

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", lambda self, address: connect(self, local(address)))
        patch.setattr(socket.socket, "connect_ex", lambda self, address: connect_ex(self, local(address)))
        patch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: getaddrinfo(*local((host,)), *rest, **more))
        yield


def _on_this_machine(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite ledger at the newest schema with nothing in it, to be copied by `tests.ledgers.copy_empty_ledger`."""
    return ledgers.make_empty_ledger(tmp_path_factory.mktemp("empty"))


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis for the whole run; a test that needs it empty flushes it."""
    with services.redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL for the whole run: its URL without a database's name."""
    with services.postgres_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template() -> str:
    """The database that each new one is a copy of; a package's conftest may name one with tables in it."""
    return "template1"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A database of the test's own, gone afterwards."""
    name = f"test_{next(NUMBERS)}"
    with psycopg.connect(postgres_server.replace("+psycopg", "") + "/postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template}".encode())
        yield f"{postgres_server}/{name}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium or Chrome."""
    return services.chromium_path()


@pytest.fixture(scope="session")
def samples() -> Path:
    """The directory of sample documents: PORTAL_SAMPLES, or ../shared/samples beside the checkout."""
    return services.beside("samples")


@pytest.fixture(scope="session")
def xsd() -> Path:
    """The directory of the UBL schemas, beside the samples."""
    return services.beside("xsd")


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """A server on which a test's payment provider plays."""
    with base.stage() as built:
        yield built


@pytest.fixture(scope="session")
def seed() -> int:
    """Of all random choices of this run, which tells it at its end; PORTAL_SEED repeats one."""
    return int(os.environ["PORTAL_SEED"])


@pytest.fixture(scope="session")
def figure(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Says a figure that a test counted; all of them stand at the end of the run."""
    return request.config.stash.setdefault(FIGURES, []).append


def pytest_configure() -> None:
    """Several processes share one seed: the first makes it, the others have it from there."""
    os.environ.setdefault("PORTAL_SEED", str(secrets.randbelow(1_000_000)))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several processes hands its figures to the first."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["figures"] = session.config.stash.get(FIGURES, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash.setdefault(FIGURES, []).extend(getattr(node, "workeroutput", {}).get("figures", []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for line in config.stash.get(FIGURES, []):
        terminalreporter.write_line(f"figure: {line}")
    terminalreporter.write_line(f"random choices: PORTAL_SEED={os.environ['PORTAL_SEED']} makes them again")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long are handed out first, so that no worker is left alone with one at the end.

    Browsers come last: Playwright keeps an event loop running in this thread, where no other may run then.
    """
    items.sort(key=lambda item: _place(item.path))


def _place(path: Path) -> tuple[int, bool]:
    folders = path.relative_to(Path(__file__).parent).parts
    return ORDER.get(folders[0], len(ORDER) - 1), "hostile" not in folders[-1]
