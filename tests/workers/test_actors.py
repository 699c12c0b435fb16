from pathlib import Path

import pytest

from portal.app.exports import QUEUE
from portal.app.portal import Portal
from portal.app.reminders import sending
from portal.app.statements import monthly
from portal.bootstrap import build
from portal.config import Settings
from portal.errors import PortalError
from workers.actors import LANES, declare_actor
from workers.broker import make_broker


@pytest.fixture
def alone(tmp_path: Path) -> Portal:
    return build(Settings(home=tmp_path))


@pytest.mark.parametrize("queue", LANES)
def test_every_actor_names_its_queue_retries_time_limit_and_what_it_throws(alone: Portal, queue: str) -> None:
    actor = declare_actor(make_broker(None), queue, alone)
    assert actor.queue_name == queue
    assert actor.options["max_retries"] == 0
    assert 0 < actor.options["time_limit"] <= 3_600_000
    assert actor.options["throws"] == (PortalError,)
    alone.close()


def test_exports_have_a_queue_and_who_gets_mails_is_looked_for_in_another() -> None:
    assert QUEUE in LANES and {sending.QUEUE, monthly.QUEUE} <= set(LANES) - {QUEUE, "mail"}
