from pathlib import Path

import pytest
from sqlalchemy import select

from portal.app.issuers import add_issuer
from portal.app.payments.accounts import set_account
from portal.bootstrap import build
from portal.config import Settings
from portal.domain.access import operator
from portal.ledger.payment_accounts import change_account
from portal.ledger.tables import outbox
from tests.waiting import until
from workers import relay
from workers.relay import Relay


def test_the_relay_goes_on_after_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    portal = build(Settings(home=tmp_path))
    looks: list[bool] = []

    def away(_portal: object) -> int:
        looks.append(True)
        if len(looks) == 1:
            raise OSError("the database is away")
        return 0

    monkeypatch.setattr(relay, "relay", away)
    monkeypatch.setattr(relay, "EVERY", 0.01)
    thread = Relay(portal)
    thread.start()
    until(lambda: len(looks) > 2)
    thread.stop()
    assert not thread.is_alive()
    portal.close()


def test_the_relay_begins_the_comparisons_of_the_morning(tmp_path: Path) -> None:
    portal = build(Settings(home=tmp_path))
    issuer = add_issuer(portal, operator("test"), "900100200", "Ejemplar S.A.S.", "a@ejemplar.example")
    account = set_account(portal, operator("test"), issuer.id, "sandbox", {"secret": "hush-hush"}).row.id
    with portal.ledger.write("test") as unit:
        change_account(unit, account, next_compared_at=unit.now)
        unit.commit()

    def posted() -> list[str]:
        with portal.ledger.read() as conn:
            return list(conn.execute(select(outbox.c.job)).scalars())

    thread = Relay(portal)
    thread.start()
    until(posted)
    thread.stop()
    assert posted() == ["compare_days"]
    portal.close()


def test_a_relay_that_never_began_can_be_stopped(tmp_path: Path) -> None:
    portal = build(Settings(home=tmp_path))
    Relay(portal).stop()
    portal.close()
