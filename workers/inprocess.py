"""Jobs of the web process: sent to Redis where there is one, else done right here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from portal.app.portal import Portal
from workers.crew import Crew

GRACE = 5.0  # seconds for jobs at work when the web process ends; the rest is done after the next start


@contextmanager
def jobs_of_web(portal: Portal) -> Iterator[None]:
    """While the block runs, what the portal commits starts at once."""
    crew = Crew(portal)
    if not portal.settings.redis_url:
        crew.start()
    try:
        yield
    finally:
        crew.stop(GRACE)
