"""Watched folders: what an issuer's files become, from the drop to the report beside them."""

from __future__ import annotations

import hashlib
import logging
import os

from portal.app.importing.asking import LARGEST, Busy, Key, ask_import
from portal.app.importing.register import OUTCOMES
from portal.app.importing.report import ROWS_SHOWN
from portal.app.portal import Portal
from portal.domain.access import Actor, By, Grant, Right
from portal.errors import PortalError, Refused
from portal.files.inbox import Inbox, own_name
from portal.i18n import translator
from portal.ledger import import_rows as rows
from portal.ledger import import_runs as runs
from portal.ledger import parties
from portal.ledger.import_runs import DONE, Run
from portal.ledger.parties import Issuer
from portal.ledger.shops import shop_by_id
from portal.ledger.unit import Connection
from portal.render.labels import Labels
from portal.render.place_words import place_words
from portal.text import Text

log = logging.getLogger(__name__)


def look_into_folders(portal: Portal, inbox: Inbox) -> None:
    """One look: take what has settled, ask for its import, finish what has ended. May run in several processes.

    What can't be read now is tried at the next look and holds nothing else up; a folder that is nobody's is left alone.
    """
    for folder in inbox.folders():
        with portal.ledger.read() as conn:
            found = parties.issuers_named(conn, folder)
        if len(found) != 1:
            continue
        try:
            inbox.take(folder)
            waiting = inbox.taken(folder)
        except OSError:
            log.warning("the folder of %s can't be read or written now", folder, exc_info=True)
            continue
        _go_on_with(portal, inbox, found[0], folder, waiting)


def folder_actor(issuer_id: int, kind: str = "folder") -> Actor:
    """Whoever brings in what came without a person: with what an issuer's own import may."""
    grants = (Grant(issuer_id, None, frozenset({Right.IMPORT})),)
    return Actor(By.ISSUER, f"{kind}:{issuer_id}", grants, issuer_id)


def _go_on_with(portal: Portal, inbox: Inbox, issuer: Issuer, folder: str, waiting: list[str]) -> None:
    """The oldest first, until there is no room for more imports; the next look asks again."""
    for taken in waiting:
        try:
            _go_on(portal, inbox, issuer, folder, taken)
        except Busy:
            return
        except FileNotFoundError:
            continue  # another process has finished it
        except OSError:
            log.warning("%s of %s can't be read or written now", taken, folder, exc_info=True)


def _go_on(portal: Portal, inbox: Inbox, issuer: Issuer, folder: str, taken: str) -> None:
    """The same at every look until it has ended: its name is the import's key."""
    with portal.ledger.read() as conn:
        labels = _labels(conn, issuer.id)
    try:
        data = _read(inbox, folder, taken)
        key = Key(hashlib.sha256(b"folder:" + os.fsencode(taken)).hexdigest(), hashlib.sha256(data).hexdigest())
        run_id = ask_import(portal, folder_actor(issuer.id), issuer.id, [(own_name(taken), data)], "folder", key)
    except Busy:
        raise
    except PortalError as refused:
        inbox.finish(folder, taken, True, labels.say(refused.text) + "\n")
        return
    with portal.ledger.read() as conn:
        run = runs.find_run(conn, run_id)
        if run is None or not run.ended:
            return
        report = _report(conn, run, labels)
    inbox.finish(folder, taken, run.failed, report)


def _read(inbox: Inbox, folder: str, taken: str) -> bytes:
    try:
        return inbox.read(folder, taken, LARGEST)
    except PermissionError:
        raise Refused(_CLOSED) from None


def _labels(conn: Connection, issuer_id: int) -> Labels:
    shop = shop_by_id(conn, issuer_id)
    language = shop.language if shop else "es"
    return Labels(translator(language), language)


_CLOSED = Text("El portal no puede leer este archivo: dale permiso de lectura y suéltalo otra vez.")
_NAMES = {
    "imported": Text("Llegaron"),
    "enriched": Text("Enriquecidos"),
    "duplicates": Text("Ya estaban"),
    "problems": Text("Rechazados"),
    "warnings": Text("Avisos"),
}


def _report(conn: Connection, run: Run, labels: Labels) -> str:
    """Counts, then each refusal and warning with its place; in the issuer's language."""
    if run.state != DONE:
        said = run.error or Text("No se pudo terminar la importación: suelta el archivo otra vez.")
        return labels.say(said) + "\n"
    lines = [f"{labels.say(_NAMES[name])}: {getattr(run, name)}" for name in OUTCOMES]
    for outcome in ("problems", "warnings"):
        for one in rows.rows_of(conn, run.id, outcome, ROWS_SHOWN):
            where = " · ".join(
                part for part in (labels.say(_NAMES[outcome]), one.file, place_words(one.place, labels)) if part
            )
            lines.append(f"{where}: {labels.say(one.reason) if one.reason else ''}")
    return "\n".join(lines) + "\n"
