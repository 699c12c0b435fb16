"""Nothing hostile comes in, and refusing it costs next to nothing and touches nothing."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from portal.importers.recognise import read
from tests.importers.hostile_xml import doctypes, hostile_xml
from tests.importers.hostile_zips import hostile_zips

ROOT = Path(__file__).parents[2]
XML, ZIPS = hostile_xml(), hostile_zips()
CPU_SECONDS, RSS_MEGABYTES = 1, 100
YARDSTICK = 0.1  # seconds that MEASURE's empty loop takes of a machine on which a second is the limit
MEASURE = """
import json, re, sys, time
from pathlib import Path
from portal.importers.recognise import read
from portal.importers.zips import read_zip
read("a.xml", b'<?xml version="1.0" encoding="windows-1252"?><a/>')  # loads what Python loads late
"".encode("cp437")
touched, watched, worst = [], False, {}
began = time.process_time()
for _ in range(3_000_000): pass
yardstick = time.process_time() - began
def watch(event, args):
    if watched and event.startswith(("open", "socket")):
        touched.append([event, str(args)])
def memory(name):
    return int(re.search(name + r":\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1024
sys.addaudithook(watch)
for path in sorted(Path(sys.argv[1]).iterdir()):
    data = path.read_bytes()
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts again at what is held now
    before, start, watched = memory("VmRSS"), time.process_time(), True
    reading = read(path.name, data)
    watched = False
    worst[path.name] = (time.process_time() - start, memory("VmHWM") - before, len(reading.found))
print(json.dumps({"worst": worst, "touched": touched, "yardstick": yardstick}))
"""


@pytest.mark.parametrize("name", XML)
def test_hostile_xml_is_refused_with_one_sentence(name: str) -> None:
    reading = read("factura.xml", XML[name])
    (problem,) = reading.problems
    assert not reading.found
    assert str(problem.reason).endswith(".") and "{" not in str(problem.reason) and len(str(problem.reason)) < 250


@pytest.mark.parametrize("name", ZIPS)
def test_hostile_zips_are_refused_with_one_sentence(name: str) -> None:
    reading = read("correo.zip", ZIPS[name])
    (problem,) = reading.problems
    assert not reading.found
    assert str(problem.reason).endswith(".") and "{" not in str(problem.reason) and len(str(problem.reason)) < 250


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="memory is measured through Linux's /proc")
def test_refusing_takes_less_than_a_second_and_100_mb_each_and_opens_nothing(tmp_path: Path) -> None:
    corpus = [
        *((name, data, "xml") for name, data in XML.items()),
        *((name, data, "zip") for name, data in ZIPS.items()),
    ]
    assert len(corpus) >= 60
    for number, (_, data, ending) in enumerate(corpus):
        (tmp_path / f"{number:03}.{ending}").write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    answer = json.loads(done.stdout)
    most = [max(row[column] for row in answer["worst"].values()) for column in (0, 1)]
    print(f"{len(corpus)} hostile inputs: at most {most[0]:.2f} s CPU and {most[1]:.0f} MB each")  # noqa: T201
    assert answer["touched"] == []
    limit = CPU_SECONDS * max(1.0, answer["yardstick"] / YARDSTICK)
    slow = {name: row for name, row in answer["worst"].items() if row[0] >= limit or row[1] >= RSS_MEGABYTES}
    assert {corpus[int(name[:3])][0]: row for name, row in slow.items()} == {}
    assert {name for name, row in answer["worst"].items() if row[2]} == set()


def test_no_entity_reaches_a_file_or_a_server(tmp_path: Path) -> None:
    secret = tmp_path / "secreto.txt"
    secret.write_text("no debe salir")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        for _, data in doctypes(str(secret), address):
            assert "no debe salir" not in repr(read("factura.xml", data))
        with pytest.raises(BlockingIOError):
            server.accept()
