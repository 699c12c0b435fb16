"""Is the portal whole? The ledger's laws, the files it promises, the views against it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from portal.app.payments.checkup import payment_troubles
from portal.app.portal import Portal
from portal.app.production import trial_data
from portal.domain.access import Actor, By
from portal.errors import FileDamaged, NotFound
from portal.ledger import documents, statements
from portal.ledger.changes import Changes
from portal.ledger.links import count_of_strangers
from portal.ledger.verify import broken_laws
from portal.text import Text
from portal.views.store import Views

_LOW_DISK = 1 << 30


def check_portal(portal: Portal, actor: Actor) -> Iterator[Text]:
    """One sentence per thing that is off. Operators only. The views are checked on a scratch copy."""
    if actor.by is not By.OPERATOR:
        raise NotFound()
    with portal.ledger.read() as conn:
        yield from broken_laws(conn)
        kept = documents.all_files(conn)
        issued, gaps = list(statements.kept_files(conn)), statements.gaps(conn)
    for sha256, size in kept:
        try:
            if portal.files.size(sha256) != size:
                yield Text("El archivo {sha256} no tiene el tamaño que se recibió.", sha256=sha256)
        except NotFound:
            yield _missing(sha256)
    for sha256 in issued:
        try:
            portal.files.get(sha256)
        except NotFound:
            yield _missing(sha256)
        except FileDamaged as damaged:
            yield damaged.text
    for issuer_id, count, last in gaps:
        yield Text("El emisor {issuer} tiene {count} estados de cuenta emitidos y su serie va en {last}.",
                   issuer=issuer_id, count=count, last=last)  # fmt: skip
    with tempfile.TemporaryDirectory() as scratch:
        views = Views(Path(scratch), Changes(portal.ledger.engine))
        try:
            yield from (Text("{problem}", problem=problem) for problem in views.check())
        finally:
            views.close()


def _missing(sha256: str) -> Text:
    return Text("Falta el archivo {sha256}: recupéralo de una copia de seguridad.", sha256=sha256)


def diagnose(portal: Portal) -> Iterator[Text]:
    """What an operator should see to: data that are not real, payments that hang, a disk that is full or shut."""
    if portal.settings.is_production:
        yield from (Text("{problem}", problem=problem) for problem in trial_data(portal))
    yield from payment_troubles(portal)
    with portal.ledger.read() as conn:
        strangers = count_of_strangers(conn, portal.clock.now())
    if strangers:
        yield Text("{n} enlaces personales abren la cuenta de «consumidor final», que reúne compras de muchas personas:"
                   " revócalos en «Enlaces».", n=strangers)  # fmt: skip
    if shutil.disk_usage(portal.settings.home).free < _LOW_DISK:
        yield Text("Queda menos de 1 GB libre en {home}.", home=portal.settings.home)
    probe = portal.settings.home / ".writable"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError:
        yield Text("No se puede escribir en {home}: da permiso a quien corre el portal.", home=portal.settings.home)
    try:
        portal.files.get(portal.files.put(b"doctor"))
    except OSError as error:
        yield Text("El almacén de archivos no responde: {error}.", error=error)
