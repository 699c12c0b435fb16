"""The three ways to start, each with the gate in front; and the refusal to start without it being safe."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from portal.app.links import create_link
from portal.domain.access import operator
from portal.ledger.tables import customers
from tests.factories import ABC, bring, facts
from tests.portal_server import ROOT, SERVE, running_portal
from tests.services import free_port
from tests.web.conftest import OURS, path_of
from tests.web.streamlit_client import streamlit_socket

STREAMLIT = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", "--server.port", "{port}"]
WAYS = {
    "serve": [sys.executable, "-c", SERVE],
    "uvicorn": [sys.executable, "-m", "uvicorn", "streamlit_app:app", "--port", "{port}"],
    "streamlit": [*STREAMLIT, "--server.address", "127.0.0.1"],
}


@pytest.mark.parametrize("way", WAYS)
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


@pytest.mark.parametrize(
    ("option", "value"),
    [("server.enableAgentApi", "true"), ("server.maxUploadSize", "200"), ("browser.gatherUsageStats", "true")],
)
def test_a_lax_option_stops_the_start_by_name(tmp_path: Path, option: str, value: str) -> None:
    line = [part.format(port=free_port()) for part in STREAMLIT] + [f"--{option}", value]
    done = subprocess.run(
        line, cwd=ROOT, env={"PATH": "", "PORTAL_HOME": str(tmp_path)}, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0 and f"Streamlit's option {option} is" in done.stdout + done.stderr
