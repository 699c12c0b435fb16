"""Bring a database to the newest schema (Alembic), or say which version it has."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

_HERE = Path(__file__).parent / "migrations"


def migrate(engine: Engine) -> str:
    """Upgrade to the newest schema, in one transaction; returns its revision. Safe to run twice."""
    config = _config()
    with engine.connect() as conn:
        if current(engine) != newest():
            config.attributes["connection"] = conn
            command.upgrade(config, "head")
            conn.commit()
    return newest()


def current(engine: Engine) -> str | None:
    """The revision of this database; None when it is empty."""
    with engine.connect() as conn:
        return MigrationContext.configure(conn).get_current_revision()


def newest() -> str:
    """The revision that this code needs."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    return config
