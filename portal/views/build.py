"""The full build of a copy, run as a child process so that its memory is given back.

`python -m portal.views.build TARGET` with JSON on standard input: `factory` (a function's
dotted name), `told` (the text it takes; never on the command line, it may hold a password).
"""

from __future__ import annotations

import json
import logging
import os
import pkgutil
import subprocess
import sys
from pathlib import Path

import duckdb

import portal
from portal.errors import PortalError
from portal.text import Text
from portal.views import shaping
from portal.views.generation import Limits, open_copy
from portal.views.source import ChangeSource, Snapshot

log = logging.getLogger(__name__)
_LIMITS = Limits(memory="1GB")


def build(source: ChangeSource, target: Path) -> None:
    """Write everything that one snapshot of `source` holds into the new file `target`."""
    connection = open_copy(target, _LIMITS)
    try:
        connection.execute(shaping.SCHEMA)
        with source.snapshot() as snapshot:
            _load(connection, snapshot)
            state = [snapshot.seq, shaping.VERSION, duckdb.__version__, source.identity()]
        connection.execute("INSERT INTO sync_state VALUES (?, ?, ?, ?)", state)
        connection.execute("CHECKPOINT")
    finally:
        connection.close()


def _load(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> None:
    order = shaping.CLUSTERED
    connection.register("arriving", snapshot.items())
    connection.execute("CREATE TEMP TABLE fetched_items AS FROM arriving")
    connection.register("fetched_documents", snapshot.documents())
    connection.execute(f"INSERT INTO documents {shaping.DOCUMENTS} ORDER BY {order['documents']}")
    connection.execute(f"INSERT INTO documents_by_issuer FROM documents ORDER BY {order['documents_by_issuer']}")
    items = shaping.ITEMS.format(documents="documents")
    connection.execute(f"INSERT INTO items {items} ORDER BY {order['items']}")
    connection.register("fetched_entries", snapshot.entries())
    connection.execute(f"INSERT INTO entries {shaping.ENTRIES} ORDER BY {order['entries']}")
    connection.register("fetched_allocations", snapshot.allocations())
    connection.execute(f"INSERT INTO allocations {shaping.ALLOCATIONS} ORDER BY {order['allocations']}")


def build_apart(source: ChangeSource, target: Path) -> None:
    """`build` in a child process; an error there is one clear sentence here and its words in the log."""
    factory, told = source.origin
    command = [sys.executable, "-m", __name__, str(target.resolve())]
    paths = [str(Path(portal.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        command,
        input=json.dumps({"factory": factory, "told": told}),
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        log.error("the views could not be built (exit %s): %s", done.returncode, done.stderr)
        raise PortalError(Text("No pudimos preparar los datos para consultarlos. Vuelve a intentarlo en un momento."))


def main(arguments: list[str]) -> None:
    """The child's whole work."""
    wanted = json.load(sys.stdin)
    build(pkgutil.resolve_name(wanted["factory"])(wanted["told"]), Path(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
