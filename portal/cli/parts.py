"""`run`, `web`, `worker`, `hooks`: start the portal's parts as processes and end them together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import click

from portal.cli.demo import DEMO_HOME, load_demo
from portal.config import Settings

ROOT = Path(__file__).parents[2]
_GRACE = 15.0
_TICK = 0.2


@click.command()
@click.option("--demo", is_flag=True, help="Load the demo data into a home of its own and print links to try.")
@click.option("--host", default=None, help="Where to listen (PORTAL_HOST).")
@click.option("--port", type=int, default=None, help="Port to listen on (PORTAL_PORT).")
def run(demo: bool, host: str | None, port: int | None) -> None:
    """Start all that is needed: web, jobs, relay. Ctrl-C stops everything cleanly."""
    environ = dict(os.environ)
    if host:
        environ["PORTAL_HOST"] = host
    if port:
        environ["PORTAL_PORT"] = str(port)
    if demo:
        environ.setdefault("PORTAL_HOME", str(ROOT / DEMO_HOME))
    settings = Settings.load(environ)
    if demo:
        click.echo(load_demo(settings))
    commands = [_web()] + ([_worker(())] if settings.redis_url else [])
    sys.exit(_supervise(commands, environ))


@click.command()
def web() -> None:
    """The web process: pages, files, links. One of several behind a sticky proxy in production."""
    sys.exit(_supervise([_web()], dict(os.environ)))


@click.command()
@click.argument("queues", nargs=-1)
def worker(queues: tuple[str, ...]) -> None:
    """The jobs process (needs PORTAL_REDIS_URL): all queues, or the ones named."""
    sys.exit(_supervise([_worker(queues)], dict(os.environ)))


@click.command()
def hooks() -> None:
    """Webhooks, files and health without Streamlit: so that no slow page delays a payment's notice."""
    sys.exit(_supervise([[sys.executable, "-m", "portal.web.hooks"]], dict(os.environ)))


def _web() -> list[str]:
    return [sys.executable, "-m", "portal.web"]


def _worker(queues: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "workers", *queues]


def _supervise(commands: Sequence[Sequence[str]], environ: dict[str, str]) -> int:
    """Run the parts until one ends or a signal comes, then end the others; returns the exit code."""
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _frame: stopping.append(got))
    parts = [subprocess.Popen(command, env=environ, cwd=ROOT, start_new_session=True) for command in commands]
    while not stopping and all(part.poll() is None for part in parts):
        time.sleep(_TICK)
    for part in parts:
        if part.poll() is None:
            part.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + _GRACE
    for part in parts:
        try:
            part.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            part.kill()
            part.wait()
    return 0 if stopping else max(abs(part.returncode) for part in parts)
