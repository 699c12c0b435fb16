"""The figures of exports alone: `python -m benchmarks.exports [--documents N] [--home SEEDED]`."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks.measure import exporting
from benchmarks.measure.table import load, machine
from portal.app.seeding import seed
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import operator
from portal.process import calm_collector

_PER_CUSTOMER = 28


def main() -> None:
    calm_collector()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000_000)
    parser.add_argument("--home", type=Path, help="documents that are there already")
    asked, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as directory:
        portal = build(Settings(home=asked.home or Path(directory)))
        if asked.home is None:
            seed(portal, operator("bench"), asked.documents, 20, asked.documents // _PER_CUSTOMER, 1)
        portal.views.fresh()
        print(f"{machine()}\nLoad average at the start: {load()}")
        for table in exporting.measure(portal):
            print(f"\n{table.markdown()}")
        print(f"Load average at the end: {load()}")


if __name__ == "__main__":
    main()
