"""Real servers for tests, started from their binaries on free ports in a directory of their own.

Nothing of the machine's own services is touched, and each server is gone after its `with` block.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import BusyLoadingError, ConnectionError
from redis.retry import Retry

ROOT = Path(__file__).parents[1]
PLACES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def absent(what: str, package: str) -> NoReturn:
    """Skips the test where `what` is not installed; with CI set the test fails, for there all is installed."""
    sentence = f"this test needs {what}: apt-get install {package}"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


def find(*names: str, places: tuple[str, ...] = ()) -> str | None:
    """The path of the first of `names` on PATH, else in the newest of `places` (patterns of directories)."""
    elsewhere = [
        place for pattern in places for place in sorted(map(str, Path("/").glob(pattern.lstrip("/"))), reverse=True)
    ]
    found = (shutil.which(name, path=path) for name in names for path in (None, *elsewhere))
    return next(filter(None, found), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chromium_path() -> str:
    path = find(*CHROMIUM) or (MAC_CHROME if Path(MAC_CHROME).exists() else None)
    return path or absent("Chromium", "chromium")


def beside(name: str) -> Path:
    """The directory `name` ("samples", "xsd") of the sample documents; skips the test where they are not at hand."""
    named = os.environ.get("PORTAL_SAMPLES")
    directory = (Path(named).resolve() if named else ROOT.parent / "shared" / "samples").with_name(name)
    if directory.is_dir():
        return directory
    if named and os.environ.get("CI"):
        pytest.fail(f"{directory} is not there: correct PORTAL_SAMPLES")
    pytest.skip(f"this test reads {name}: set PORTAL_SAMPLES to the directory of the sample documents")


@contextmanager
def redis_server(directory: Path) -> Iterator[str]:
    """A Redis that appends every write to a file in `directory`; gives its URL."""
    binary = find("redis-server", "valkey-server") or absent("Redis", "redis-server")
    port = free_port()
    options = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(directory), "--save", "", "--appendonly", "yes"]
    with (directory / "redis.log").open("wb") as log, subprocess.Popen([binary, *options], stdout=log) as server:
        try:
            patient = Retry(ConstantBackoff(0.05), 200, supported_errors=(ConnectionError, BusyLoadingError))
            with Redis(port=port, retry=patient) as client:
                client.ping()
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.kill()


@contextmanager
def postgres_server(options: str = "") -> Iterator[str]:
    """A PostgreSQL that forgets everything at the end (no fsync); gives the URL without a database's name.

    `options`: more of the server's.
    """
    initdb, pg_ctl = (find(name, places=PLACES) for name in ("initdb", "pg_ctl"))
    if not (initdb and pg_ctl):
        absent("PostgreSQL", "postgresql")
    port, owner = free_port(), _unprivileged()
    with tempfile.TemporaryDirectory(prefix="portal-pg-") as directory:
        if owner:
            shutil.chown(directory, owner, pwd.getpwnam(owner).pw_gid)
        data = f"{directory}/data"
        quick = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"
        all_options = f"-c listen_addresses=127.0.0.1 -p {port} -k {directory} {quick} {options}"
        _run(initdb, "-D", data, "-U", "portal", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", owner=owner)
        _run(pg_ctl, "-D", data, "-w", "-l", f"{directory}/log", "-o", all_options, "start", owner=owner)
        try:
            yield f"postgresql+psycopg://portal@127.0.0.1:{port}"
        finally:
            _run(pg_ctl, "-D", data, "-w", "-m", "immediate", "stop", owner=owner)


def _unprivileged() -> str | None:
    """Whom to run PostgreSQL as: it refuses root."""
    if os.geteuid() != 0:
        return None
    users = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


def _run(*command: str, owner: str | None) -> None:
    group = pwd.getpwnam(owner).pw_gid if owner else None
    groups: list[int] | None = [] if owner else None
    done = subprocess.run(
        command,
        user=owner,
        group=group,
        extra_groups=groups,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{command[0]} failed: {done.stderr}")
