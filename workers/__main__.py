"""`python -m workers [QUEUE…]`: the jobs process of production, one or several; all queues, or the ones named."""

from __future__ import annotations

import logging
import signal
import sys
import threading

import click

from portal.app.production import refuse_trial_data
from portal.bootstrap import build
from portal.config import Settings
from portal.errors import SettingsError
from portal.process import calm_collector, stand_back
from workers.actors import LANES
from workers.crew import Crew

LONGEST_END = 600.0  # seconds for the jobs at work after SIGTERM
_TICK = 0.5


@click.command()
@click.argument("queues", nargs=-1, type=click.Choice(tuple(LANES)))
def main(queues: tuple[str, ...]) -> None:
    """Do the portal's jobs until SIGTERM or Ctrl-C, then finish those at work."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        settings = Settings.load()
        if not settings.redis_url:
            raise SettingsError(["PORTAL_REDIS_URL must be set: without it the web process does the jobs itself."])
        portal = build(settings)
        refuse_trial_data(portal)
    except SettingsError as error:
        raise click.ClickException("\n".join(error.problems)) from None
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stopping.set())
    calm_collector()
    if set(queues) == {"exports"}:
        stand_back()
    crew = Crew(portal)
    crew.start(queues or tuple(LANES))
    while crew.alive and not stopping.wait(_TICK):
        pass
    crew.stop(LONGEST_END)
    portal.close()
    sys.exit(0 if stopping.is_set() else 1)


if __name__ == "__main__":
    main()
