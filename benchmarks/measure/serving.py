"""The page *Documentos* on a really running server, with 1, 20 and 100 people at once."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median

import httpx

from benchmarks.measure.sessions import drive
from benchmarks.measure.table import Table, ms, rss
from portal.app.links import create_link
from portal.app.portal import Portal
from portal.domain.access import operator

ROOT = Path(__file__).parents[2]
PAGE = "documentos"
_CROWDS = ((1, 100, 0.0), (20, 20, 0.0), (100, 5, 0.0), (100, 5, 5.0))
_PATIENCE = 60


def measure(portal: Portal, documents: int) -> Table:
    """Every session belongs to another ordinary customer, who came in by a personal link."""
    table = Table(
        f"The page «Documentos», {documents:,} documents",
        ("sessions", "pause between runs", "first run p50 / p95 ms", "later runs p50 / p95 ms", "runs per second"),
    )
    links = links_of(portal, max(crowd[0] for crowd in _CROWDS))
    with server(portal.settings.home) as (base, running):
        cookies = [cookie(base, link) for link in links]
        asyncio.run(drive(base, cookies[:1], PAGE, 3, 0))  # the first visitor pays for the copy of the views
        for people, runs, think in _CROWDS:
            drawn = asyncio.run(drive(base, cookies[:people], PAGE, runs, think))
            if drawn.wrong:
                raise RuntimeError(f"{drawn.wrong} runs showed an error or no table")
            pause = f"{think:.0f} s" if think else "none"
            table.add(str(people), pause, ms(drawn.first), ms(drawn.again), f"{drawn.per_second:.1f}")
        size = f"{median(drawn.sizes) / 1024:.0f} KB"
        table.note = (
            f"One web process; server and sessions share the machine. {size} to the browser per run. "
            f"Memory of the web process at the end: {rss(running.pid)}."
        )
    return table


def links_of(portal: Portal, count: int) -> list[str]:
    """The paths of links for so many ordinary customers."""
    with portal.ledger.read() as conn:
        rows = conn.exec_driver_sql(
            "SELECT customer_id FROM documents GROUP BY 1 HAVING COUNT(*) BETWEEN 15 AND 40 ORDER BY 1"
        ).all()
    chosen = Random(2).sample([row[0] for row in rows], count)
    made = [create_link(portal, operator("benchmark"), customer, 2) for customer in chosen]
    return [str(link.url).removeprefix(portal.settings.base_url) for link in made]


def cookie(base: str, path: str) -> str:
    """A visit by link; the session's cookie as a header wants it."""
    with httpx.Client(base_url=base, headers={"Origin": base}) as client:
        client.post(path)
        return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


@contextmanager
def server(home: Path, **more: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A web process of its own over `home`; `more`: other settings."""
    port = _free_port()
    base = f"http://localhost:{port}"
    ours = {"PORTAL_HOME": str(home), "PORTAL_PORT": str(port), "PORTAL_BASE_URL": base, **more}
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")} | ours
    log = home / "web.log"
    command = [sys.executable, "-m", "portal.web"]
    with log.open("wb") as out, subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out) as process:
        try:
            _wait(f"{base}/healthz", process, log)
            yield base, process
        finally:
            process.terminate()


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        try:
            httpx.get(url).raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"the web process did not answer:\n{log.read_text(encoding='utf-8')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
