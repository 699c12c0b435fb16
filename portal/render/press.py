"""PDFs of documents drawn in processes of their own, so that one process's pages and jobs never wait for them.

A child runs `python -m portal.render.press`: pickled prints on its standard input, pickled bytes back. It knows no
database and no store: what is to be drawn comes to it whole.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import portal
from portal.domain.documents import Facts, Validation
from portal.i18n import translator
from portal.process import stand_back
from portal.render.balances import Balances
from portal.render.labels import Labels


@dataclass(frozen=True, slots=True)
class Print:
    """A document to draw, as `portal.render.invoice_pdf.document_pdf` takes it."""

    facts: Facts
    language: str
    made_at: datetime
    balances: Balances
    validation: Validation | None
    logo: bytes | None


class NotDrawn(Exception):
    """This document can't be drawn; the press goes on."""


class Press:
    """Several children at once; a context manager. Nothing is started before the first print."""

    def __init__(self, processes: int) -> None:
        self._pool = ThreadPoolExecutor(processes, "press")
        self._own = threading.local()
        self._children: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Press:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        for child in self._children:
            child.kill()
        self._pool.shutdown()
        for child in self._children:
            child.communicate()

    def submit(self, wanted: Print) -> Future[bytes]:
        """The PDF, later. Its result raises NotDrawn for this document, OSError or EOFError when a child died."""
        return self._pool.submit(self._draw, wanted)

    def _draw(self, wanted: Print) -> bytes:
        child = self._child()
        assert child.stdin and child.stdout  # noqa: S101  both are pipes
        pickle.dump(wanted, child.stdin)
        child.stdin.flush()
        drawn, data = pickle.load(child.stdout)  # noqa: S301  from our own child
        if not drawn:
            raise NotDrawn(data)
        return bytes(data)

    def _child(self) -> subprocess.Popen[bytes]:
        if not hasattr(self._own, "child"):
            paths = [str(Path(portal.__file__).parent.parent), os.environ.get("PYTHONPATH", "")]
            self._own.child = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
            )
            self._children.append(self._own.child)
        child: subprocess.Popen[bytes] = self._own.child
        return child


def draw(wanted: Print) -> bytes:
    """Draw one here."""
    from portal.render.invoice_pdf import document_pdf  # fpdf costs 30 MB: only who prints pays

    labels = Labels(translator(wanted.language), wanted.language)
    return document_pdf(
        wanted.facts,
        labels,
        made_at=wanted.made_at,
        balances=wanted.balances,
        validation=wanted.validation,
        logo=wanted.logo,
    )


def serve(asked: IO[bytes], answers: IO[bytes]) -> None:
    """The child's whole work, until nobody asks any more."""
    while True:
        try:
            wanted = pickle.load(asked)  # noqa: S301  from our own parent
        except EOFError:
            return
        answer: tuple[bool, Any]
        try:
            answer = True, draw(wanted)
        except Exception as error:  # noqa: BLE001  the parent says which document it was
            answer = False, f"{type(error).__name__}: {error}"
        pickle.dump(answer, answers)
        answers.flush()


if __name__ == "__main__":
    stand_back()
    serve(sys.stdin.buffer, sys.stdout.buffer)
