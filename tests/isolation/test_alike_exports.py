"""A6: files that differ in one byte each reach whoever asked for them, and nobody else by any address.

Streamlit's own way of handing out files gives two people one address for big files that are alike: ours must not.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import httpx
import pytest

from portal.app.export_requests import DocumentsRequest, Format
from portal.app.exports import request_export
from portal.app.sessions import session_actor
from portal.domain.tokens import session_hash
from portal.ledger import exports
from tests.isolation.scene import Player, Scene
from tests.portal_server import Running

MEGABYTE = 1 << 20
TOGETHER = 100  # at most so many lie in the store at once


class Maker:
    """Makes exports of one body, each with another byte changed somewhere, and knows what each must be."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene, self.random = scene, Random(seed)
        self.body = self.random.randbytes(5 * MEGABYTE)
        self.made: dict[int, tuple[Player, str]] = {}

    def make(self, player: Player) -> None:
        """As the job would, from the request to the file."""
        portal, actor = self.scene.portal, session_actor(self.scene.portal, session_hash(player.token))
        assert actor is not None
        size = self.random.choice((MEGABYTE, 2 * MEGABYTE, 5 * MEGABYTE, self.random.randint(MEGABYTE, 5 * MEGABYTE)))
        data, at = bytearray(self.body[:size]), self.random.randrange(size)
        data[at] ^= self.random.randint(1, 255)
        export_id = request_export(portal, actor, DocumentsRequest(Format.CSV))
        sha256 = portal.files.put(bytes(data))
        with portal.ledger.write("test") as unit:
            exports.set_ready(unit, export_id, "documentos.csv", "text/csv", sha256, 1)
            unit.commit()
        self.made[export_id] = (player, sha256)


@pytest.mark.parametrize("count", [8, pytest.param(2_000, marks=[pytest.mark.nightly, pytest.mark.timeout(3_600)])])
def test_files_that_differ_in_a_byte_reach_their_own_asker_and_nobody_else(
    scene: Scene, running: Running, seed: int, figure: Callable[[str], None], count: int
) -> None:
    started, maker, seen = time.monotonic(), Maker(scene, seed), set[tuple[int, str]]()
    store = Path(scene.portal.settings.files_url.removeprefix("file://"))
    askers = [*(player for player in scene.players if player.files), scene.other]
    with httpx.Client(base_url=running.url, timeout=60) as http:
        while len(seen) < count:
            maker.made.clear()
            for number in range(min(TOGETHER, count - len(seen))):
                maker.make(askers[number % len(askers)])
            for export_id, (player, sha256) in maker.made.items():
                mine = http.get(f"/exports/{export_id}", headers=player.cookies)
                assert hashlib.sha256(mine.content).hexdigest() == sha256
                thief = maker.random.choice([one for one in (*askers, scene.players[-1]) if one.token != player.token])
                theirs = http.get(f"/exports/{export_id}", headers=thief.cookies)
                assert theirs.status_code == (404 if thief.token else 401) and len(theirs.content) < 10_000
                seen.add((export_id, sha256))
            _no_other_way(http, maker)
            for _, sha256 in maker.made.values():
                (store / sha256[:2] / sha256[2:4] / sha256).unlink()
    assert len({export_id for export_id, _ in seen}) == len({sha256 for _, sha256 in seen}) == count
    figure(f"exports that differ in one byte: {count} of 1 to 5 MB, each its own asker's, 0 another's, "
           f"{time.monotonic() - started:.0f} s, seed {seed}")  # fmt: skip


def _no_other_way(http: httpx.Client, maker: Maker) -> None:
    """Not under the addresses of Streamlit's files, nor by the name in the store."""
    for export_id, (player, sha256) in list(maker.made.items())[:10]:
        for path in (f"/media/{sha256}", f"/media/{sha256}.csv", f"/media/{export_id}", f"/files/{sha256}",
                     f"/exports/{sha256}", f"/static/{sha256}", f"/app/static/{sha256}"):  # fmt: skip
            answer = http.get(path, headers=player.cookies)
            assert len(answer.content) < MEGABYTE and maker.body[:50] not in answer.content, path
            assert answer.status_code == (404 if path.startswith("/media/") else answer.status_code), path
