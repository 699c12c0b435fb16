"""The three ways to start, each with the gate in front; and the refusal to start without it being safe."""

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from portal.app.links import create_link
from portal.domain.access import operator
from portal.ledger.tables import customers
from tests.factories import ABC, bring, facts
from tests.portal_server import ROOT, SERVE, running_portal
from tests.services import free_port
from tests.waiting import until
from tests.web.conftest import OURS, path_of
from tests.web.streamlit_client import streamlit_socket
from tests.web.test_hardening import LAX

STREAMLIT = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", "{port}"]
WAYS = {
    "serve": [sys.executable, "-c", SERVE],
    "uvicorn": [sys.executable, "-m", "uvicorn", "streamlit_app:app", "--port", "{port}"],
    "streamlit": [*STREAMLIT, "--server.address", "127.0.0.1"],
}


@pytest.mark.parametrize(
    "way", ["serve", *(pytest.param(one, marks=pytest.mark.nightly) for one in WAYS if one != "serve")]
)
def test_however_it_is_started_the_gate_stands_in_front(tmp_path: Path, way: str) -> None:
    with running_portal(tmp_path, WAYS[way]) as running, httpx.Client(base_url=running.url) as browser:
        bring(running.portal, facts())
        with running.portal.ledger.read() as conn:
            customer = conn.execute(customers.select()).one().id
        link = path_of(create_link(running.portal, operator("test"), customer))
        assert browser.get("/sign-out").status_code == 401
        assert browser.post(link, headers=OURS).status_code == 303
        with streamlit_socket(running, browser.cookies["portal"]) as socket:
            assert socket.run().shows(ABC.name)
        assert link.removeprefix("/l/") not in running.log.read_text(encoding="utf-8")


@pytest.mark.parametrize(("option", "value"), [("server.enableAgentApi", "true")])
def test_a_lax_option_stops_the_start_by_name(tmp_path: Path, option: str, value: str) -> None:
    line = [part.format(port=free_port()) for part in STREAMLIT] + [f"--{option}", value]
    done = subprocess.run(
        line, cwd=ROOT, env={"PATH": "", "PORTAL_HOME": str(tmp_path)}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0 and f"Streamlit's option {option} is" in done.stdout + done.stderr


def house_with(tmp_path: Path, option: str, value: object) -> Path:
    """The portal's own folder but for one line of `.streamlit/config.toml`."""
    section, _, name = option.partition(".")
    told = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    del told["theme"]
    told.setdefault(section, {})[name] = value
    folder = tmp_path / option
    (folder / ".streamlit").mkdir(parents=True)
    lines = [f"[{part}]\n" + "".join(f"{k} = {_toml(v)}\n" for k, v in keys.items()) for part, keys in told.items()]
    (folder / ".streamlit" / "config.toml").write_text("\n".join(lines), encoding="utf-8")
    for there in ("streamlit_app.py", "portal", "pages", "workers"):
        (folder / there).symlink_to(ROOT / there)
    return folder


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value)


def refused_start(tmp_path: Path, option: str, value: object) -> bool:
    """Whether the real process, with a whole production's settings, ends at once and names this option alone."""
    port = free_port()
    production = {
        "PORTAL_ENV": "production", "PORTAL_BASE_URL": "https://portal.example", "PORTAL_SECRET_KEY": "k" * 44,
        "PORTAL_REDIS_URL": "redis://127.0.0.1:1/0", "PORTAL_MAIL_TO_FILES": "1", "PORTAL_PORT": str(port),
        "PORTAL_HOME": str(tmp_path / "home"), "PATH": "",
    }  # fmt: skip
    log, folder = tmp_path / "log", house_with(tmp_path, option, value)
    with log.open("wb") as out:
        started = subprocess.Popen([sys.executable, "-c", SERVE], cwd=folder, env=production, stdout=out, stderr=out)
    until(lambda: started.poll() is not None or _answers(port), option)
    refused = started.poll() not in (None, 0)
    started.kill()
    started.wait()
    told = log.read_text(encoding="utf-8")
    return refused and f"Streamlit's option {option} is" in told and told.count("Streamlit's option") == 1


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_every_hardening_option_that_is_lax_stops_the_start(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """D7, each in a process of its own; with nothing lax the same process serves."""
    assert not refused_start(tmp_path, "client.showErrorDetails", "none")
    shutil.rmtree(tmp_path / "client.showErrorDetails")
    refused = [option for option, value in LAX.items() if refused_start(tmp_path, option, value)]
    figure(f"hardening options at a lax value: {len(refused)} of {len(LAX)} starts refused by name")
    assert refused == list(LAX) and len(LAX) >= 15
