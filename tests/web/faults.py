"""Things that go wrong in the web process, on demand: each raises, deep inside, what its library would raise.

`plant()` runs in the server before it serves. The fault that `PORTAL_HOME/fault` then names is on.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

SECRET = "s3cr3t-pa55w0rd"
PLACE = "/srv/portal-7/var"
DSN = f"postgresql+psycopg://portal:{SECRET}@db.internal:5432/portal"
SQL = "SELECT sessions.token_hash FROM sessions WHERE sessions.user_id = 7"
PDF, NO_FILE, XML = "GET /documents/{with_file}.pdf", "GET /documents/{without}.pdf", "GET /documents/{without}.xml"
DOCUMENT = "page documento?id={without}"


@dataclass(frozen=True)
class Fault:
    """`target` fails with `error()` when somebody asks for one of `asked`, for example "page documentos"."""

    name: str
    target: str
    error: Callable[[], BaseException]
    asked: tuple[str, ...]


def sql_error(kind: str, said: str) -> Callable[[], BaseException]:
    def made() -> BaseException:
        from sqlalchemy import exc

        error: BaseException = getattr(exc, kind)(SQL, {"token_hash": SECRET}, RuntimeError(f"{said} ({DSN})"))
        return error

    return made


def duck_error(kind: str, said: str) -> Callable[[], BaseException]:
    def made() -> BaseException:
        import duckdb

        error: BaseException = getattr(duckdb, kind)(f"{said}: {SQL}: {PLACE}/views/1.duckdb")
        return error

    return made


def os_error(number: int, said: str) -> Callable[[], BaseException]:
    return lambda: OSError(number, said, f"{PLACE}/files/ab/cd/abcd")


def plain(kind: type[BaseException], *values: object) -> Callable[[], BaseException]:
    return lambda: kind(*values or (f"{SECRET} {PLACE}/x.py {SQL}",))


def group() -> BaseException:
    return ExceptionGroup(SECRET, [ValueError(SQL), OSError(PLACE)])


def bucket_error() -> BaseException:
    from botocore.exceptions import ClientError

    return ClientError({"Error": {"Code": "SignatureDoesNotMatch", "Message": f"{SECRET} {PLACE}"}}, "GetObject")


def queue_error() -> BaseException:
    from redis.exceptions import ConnectionError as Away

    return Away(f"Error 111 connecting to redis://:{SECRET}@queue.internal:6379/0. Connection refused.")


def damaged() -> BaseException:
    from portal.errors import FileDamaged

    return FileDamaged(f"{SECRET}{PLACE}")


def lost() -> BaseException:
    from portal.errors import NotFound

    return NotFound()


def law_broken() -> BaseException:
    from portal.errors import LedgerBroken
    from portal.text import Text

    return LedgerBroken(Text("{said}", said=f"{SECRET} {SQL}"))


def double_key() -> BaseException:
    from streamlit.errors import StreamlitDuplicateElementKey

    return StreamlitDuplicateElementKey(SECRET)


LEDGER = "sqlalchemy.engine.base:Engine.connect"
WRITE = "portal.ledger.unit:Ledger.write"
FAULTS = (
    Fault("the ledger is away", LEDGER, sql_error("OperationalError", "connection refused"),
          (PDF, "page documentos", "socket", "POST /auth/code", "GET /q/{slug}", "GET /sign-out", "form")),
    Fault("the ledger is locked", WRITE, sql_error("OperationalError", "database is locked"),
          ("POST /auth/code", "POST /l/{link}", "form")),
    Fault("the ledger's disk is full", WRITE, sql_error("OperationalError", "database or disk is full"),
          ("POST /auth/forgot", "GET /account/data.json")),
    Fault("a table is missing", "portal.ledger.documents:find", sql_error("ProgrammingError", "no such table"),
          (DOCUMENT, XML)),
    Fault("a row breaks a rule", "portal.ledger.unit:Unit.job", sql_error("IntegrityError", "UNIQUE constraint failed"),
          ("POST /auth/code",)),
    Fault("a law of the ledger is broken", "portal.app.reading:documents.files_of", law_broken, (DOCUMENT, PDF)),
    Fault("kept facts can't be read", "portal.app.reading:load_facts", plain(ValueError), (DOCUMENT,)),
    Fault("the views can't be read", "portal.views.store:Views.cursor", duck_error("IOException", "could not read"),
          ("page", "page documentos")),
    Fault("the views are out of memory", "portal.views.receivables:_position",
          duck_error("OutOfMemoryException", "failed"), ("page",)),
    Fault("a query of the views is wrong", "portal.views.statements:_aging", duck_error("ConversionException", "cast"),
          ("page estado-de-cuenta",)),
    Fault("the views' disk is full", "portal.views.store:Views._current", os_error(28, "No space left on device"),
          ("page estado-de-cuenta",)),
    Fault("a file may not be read", "portal.files.local:LocalFiles.get", os_error(13, "Permission denied"), (PDF,)),
    Fault("the disk is broken", "portal.files.local:LocalFiles.get", os_error(5, "Input/output error"), (PDF,)),
    Fault("a file is damaged", "portal.files.local:LocalFiles.get", damaged, (PDF,)),
    Fault("a file is gone", "portal.files.local:LocalFiles.get", lost, (PDF,)),
    Fault("the bucket says no", "portal.files.local:LocalFiles.get", bucket_error, (PDF,)),
    Fault("a PDF can't be drawn", "portal.app.files:own_pdf", plain(UnicodeError), (NO_FILE,)),
    Fault("memory is full", "portal.app.files:own_pdf", plain(MemoryError), (NO_FILE,)),
    Fault("an XML can't be written", "portal.app.files:facts_to_ubl", plain(TypeError), (XML,)),
    Fault("a QR can't be drawn", "portal.app.shop:qr_png", plain(ValueError), ("GET /shops/{issuer}/qr.png",)),
    Fault("a poster can't be drawn", "portal.app.shop:_poster", plain(KeyError, SECRET),
          ("GET /shops/{issuer}/qr.a4.pdf",)),
    Fault("a secret can't be sealed", "portal.app.mailing:seal", plain(ValueError), ("POST /auth/code",)),
    Fault("a mail's template is bad", "portal.app.mailing:needs", plain(KeyError, SECRET), ("POST /auth/forgot",)),
    Fault("a page's template is bad", "portal.text:Text.render", plain(KeyError, SECRET),
          ("page documentos", "page", "GET /sign-out", "GET /documents/1.pdf")),
    Fault("it never ends", "portal.ui.receivables_view:draw_weeks", plain(RecursionError), ("page",)),
    Fault("it is not as it must be", "portal.ui.receivables_figures:draw_figures", plain(AssertionError), ("page",)),
    Fault("several things at once", "portal.ui.settings_view:read_settings", group, ("page ajustes",)),
    Fault("two widgets have one key", "portal.ui.staff_view:draw_rows", double_key, ("page equipo",)),
    Fault("a page was half deployed", "streamlit.runtime.pages_manager:PagesManager.get_page_script_byte_code",
          plain(SyntaxError, "invalid syntax", (f"{PLACE}/registro.py", 7, 1, SECRET)), ("page registro",)),
    Fault("the check of health fails", "portal.web.health:problems", plain(RuntimeError), ("GET /readyz",)),
    Fault("it takes too long", "portal.web.file_routes:take_my_data", plain(TimeoutError), ("GET /account/data.json",)),
    Fault("a payment's door breaks", "portal.web.pay_routes:door_of", plain(ConnectionError), ("GET /pay/7",)),
)  # fmt: skip
# No fault for who asks: the jobs wait in the outbox, and the relay sends them.
UNSEEN = (
    Fault("the queue is away", "workers.crew:queues_of", queue_error, ("POST /auth/code",)),
    Fault("the ledger is away after the commit", "workers.crew:queues_of",
          sql_error("OperationalError", "connection refused"), ("POST /auth/code",)),
    Fault("a look can't be noted", "portal.app.looking:note", plain(RuntimeError), (DOCUMENT,)),
)  # fmt: skip


def plant() -> None:
    for fault in (*FAULTS, *UNSEEN):
        _plant(fault)


def _plant(fault: Fault) -> None:
    module, _, path = fault.target.partition(":")
    *owners, name = path.split(".")
    owner: Any = importlib.import_module(module)
    for one in owners:
        owner = getattr(owner, one)
    real = getattr(owner, name)

    @wraps(real)
    def broken(*values: Any, **named: Any) -> Any:
        if _chosen() == fault.name:
            raise fault.error()
        return real(*values, **named)

    setattr(owner, name, broken)


def _chosen() -> str:
    try:
        return (Path(os.environ["PORTAL_HOME"]) / "fault").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
