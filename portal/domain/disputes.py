"""Objections: a customer says what is wrong with a document, and the issuer answers by a day."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum

WORKING_DAYS = 5  # until the issuer should have answered, where it sets no other day
LONGEST_WAIT = timedelta(days=366)


class Ground(StrEnum):
    """Why somebody objects: a closed list; the words beside it say the rest."""

    PRICE = "price"
    QUANTITY = "quantity"
    QUALITY = "quality"
    NOT_RECEIVED = "not_received"
    NOT_ORDERED = "not_ordered"
    TWICE = "twice"
    PAID = "paid"
    DATA = "data"
    OTHER = "other"


class DisputeState(StrEnum):
    OPEN = "open"
    REVIEW = "review"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


LIVE = (DisputeState.OPEN, DisputeState.REVIEW)  # while one of these, nobody is reminded of the document
ANSWERS = (DisputeState.REVIEW, DisputeState.ACCEPTED, DisputeState.REJECTED)


@dataclass(frozen=True, slots=True)
class Head:
    """What a message did to an objection. Who opens one says the ground, and the sum (minor units) unless it is all."""

    state: DisputeState
    ground: Ground | None = None
    amount: int | None = None
    currency: str = ""


def kept_head(head: Head) -> str:
    """As a message's row keeps it."""
    return json.dumps(asdict(head))


def read_head(kept: str) -> Head:
    told = json.loads(kept)
    ground = Ground(told["ground"]) if told["ground"] else None
    return Head(DisputeState(told["state"]), ground, told["amount"], told["currency"])


def answer_due(on: date) -> date:
    """The day by which an objection of `on` is answered: WORKING_DAYS later, Monday to Friday; holidays count too."""
    left, day = WORKING_DAYS, on
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    return day
