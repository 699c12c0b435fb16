"""The real web process for tests: a subprocess on a free port, over a home of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from portal.app.portal import Portal
from portal.bootstrap import build
from portal.config import Settings
from tests.services import free_port

ROOT = Path(__file__).parents[1]
SERVE = "from portal.config import Settings; from portal.web.serve import serve; serve(Settings.load())"
PATIENCE = 60


@dataclass(frozen=True)
class Running:
    """A web process, and a portal of the test's own over the same ledger."""

    url: str
    portal: Portal
    log: Path
    pid: int

    @property
    def socket_url(self) -> str:
        return f"ws{self.url.removeprefix('http')}/_stcore/stream"


@contextmanager
def running_portal(home: Path, command: list[str] | None = None, **variables: str) -> Iterator[Running]:
    """Starts `command` (by default our own server) and waits until it answers; `variables` are settings."""
    port = str(free_port())
    ours = {"PORTAL_HOME": str(home), "PORTAL_PORT": port, **variables}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")} | ours
    line = [part.format(port=port) for part in command or [sys.executable, "-c", SERVE]]
    log = home / "web.log"
    portal = build(Settings.load(ours))
    with log.open("wb") as out, subprocess.Popen(line, cwd=ROOT, env=environment, stdout=out, stderr=out) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/healthz", server, log)
            yield Running(f"http://localhost:{port}", portal, log, server.pid)
        finally:
            server.terminate()
            server.wait(15)
            portal.views.close()
            portal.ledger.engine.dispose()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            httpx.get(url).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError(f"the web process did not answer:\n{log.read_text(encoding='utf-8')}")
