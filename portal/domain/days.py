"""Which calendar date it is: another one, at times, for issuers in another time zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from portal.clock import BOGOTA, Clock, today


@dataclass(frozen=True, slots=True)
class Today:
    """The date for everybody, and the issuers (by id) for whom it is another one right now."""

    usual: date
    elsewhere: Mapping[int, date] = field(default_factory=dict)

    def at(self, issuer_id: int) -> date:
        """The date in this issuer's zone: what decides whether its documents are overdue."""
        return self.elsewhere.get(issuer_id, self.usual)


def today_everywhere(clock: Clock, zones: Mapping[int, str]) -> Today:
    """Today, given the IANA zones of the issuers that are not in the usual one."""
    usual = today(clock, BOGOTA)
    there = {issuer_id: today(clock, zone) for issuer_id, zone in zones.items()}
    return Today(usual, {issuer_id: day for issuer_id, day in there.items() if day != usual})
