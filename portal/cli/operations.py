"""`verify`, `migrate`, `doctor`: is all well, and if not, what to do."""

from __future__ import annotations

import sys

import click

from portal.app.checking import check_portal, diagnose
from portal.bootstrap import build
from portal.cli.common import answer, json_option, open_portal
from portal.config import Settings
from portal.domain.access import operator
from portal.ledger.engine import make_engine
from portal.ledger.schema import current, migrate, newest


@click.command()
@json_option
def verify(as_json: bool) -> None:
    """Prove the ledger's laws, its files, and the views against it; exit code 1 and the list if something is off."""
    broken = [str(one) for one in check_portal(open_portal(), operator())]
    answer(as_json, {"ok": not broken, "broken": broken}, "\n".join(broken) or "Todo cuadra.")
    sys.exit(1 if broken else 0)


@click.command("migrate")
@json_option
def migrate_command(as_json: bool) -> None:
    """Bring the database to the newest schema; safe to run twice."""
    engine = make_engine(Settings.load().database_url)
    before = current(engine)
    after = migrate(engine)
    answer(as_json, {"before": before, "after": after}, f"Esquema: {before or 'vacío'} → {after}.")


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Say what is missing and how to fix it; exit code 1 if something is."""
    settings = Settings.load()
    engine = make_engine(settings.database_url)
    problems = [] if current(engine) in (None, newest()) else ["El esquema no está al día: corre «migrate»."]
    problems += [str(one) for one in diagnose(build(settings))] if not problems else []
    answer(as_json, {"ok": not problems, "problems": problems}, "\n".join(problems) or "Todo está en orden.")
    sys.exit(1 if problems else 0)
