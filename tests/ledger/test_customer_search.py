"""Customers are found as people type their names, on both databases, old ledgers included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, text

from portal.app.portal import Portal
from portal.app.viewing import find_customers
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import operator
from portal.domain.parties import Party
from portal.ledger.engine import make_engine
from portal.ledger.schema import _config, migrate
from tests.factories import FrozenClock, bring, facts

NAMES = {"900111222": "Panadería San José S.A.S.", "900333444": "JOSE Ñañez & Cía", "900555666": "Zapatos 100% Ávila"}
BOSS = operator("test")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path / 'ledger.sqlite'}"


@pytest.fixture
def portal(url: str, tmp_path: Path) -> Iterator[Portal]:
    built = build(Settings(home=tmp_path, database_url=url), FrozenClock())
    for number, (tax_id, name) in enumerate(NAMES.items()):
        bring(built, facts(f"FE-{number}", customer=Party("CO", "31", tax_id, name)))
    yield built
    built.close()


def found(portal: Portal, asked: str) -> list[str]:
    return [one.customer_name or "" for one in find_customers(portal, BOSS, asked)]


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("jose", ["JOSE Ñañez & Cía", "Panadería San José S.A.S."]),
        ("José", ["JOSE Ñañez & Cía", "Panadería San José S.A.S."]),
        ("sán PANADERIA", ["Panadería San José S.A.S."]),
        ("nanez cia", ["JOSE Ñañez & Cía"]),
        ("100%", ["Zapatos 100% Ávila"]),
        ("%", ["Zapatos 100% Ávila"]),
        ("_", []),
        ("900.555.666-1", ["Zapatos 100% Ávila"]),
        ("", ["JOSE Ñañez & Cía", "Panadería San José S.A.S.", "Zapatos 100% Ávila"]),
        ("nadie", []),
    ],
)
def test_a_name_is_found_without_its_accents_and_case(portal: Portal, asked: str, names: list[str]) -> None:
    assert found(portal, asked) == names


def test_names_that_were_there_before_are_found_too(url: str) -> None:
    engine = make_engine(url)
    _old_ledger(engine)
    migrate(engine)
    with engine.connect() as conn:
        kept = conn.execute(text("SELECT folded_name FROM customers ORDER BY id")).scalars().all()
    engine.dispose()
    assert kept == ["panaderia san jose s.a.s.", "jose nanez & cia", "zapatos 100% avila"]


def _old_ledger(engine: Engine) -> None:
    """Customers of a ledger as it was before."""
    config = _config()
    with engine.connect() as conn:
        config.attributes["connection"] = conn
        command.upgrade(config, "0005")
        conn.execute(
            text(
                "INSERT INTO issuers (id, country, id_type, tax_id, name, slug, timezone, cash_policy, created_at) "
                "VALUES (1, 'CO', '31', '1', 'E', 'e', 'America/Bogota', 'due', 0)"
            )
        )
        for number, (tax_id, name) in enumerate(NAMES.items()):
            conn.execute(
                text(
                    "INSERT INTO customers (id, issuer_id, country, id_type, tax_id, name, anonymous, created_at) "
                    "VALUES (:id, 1, 'CO', '31', :tax_id, :name, false, 0)"
                ),
                {"id": number + 1, "tax_id": tax_id, "name": name},
            )
        conn.commit()
