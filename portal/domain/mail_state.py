"""How a mail stands, for people."""

from __future__ import annotations

from enum import StrEnum

from portal.domain.contacts import Silent


class MailState(StrEnum):
    WAITING = "waiting"
    FAILED = "failed"  # it surely did not go out, and waits for a person
    DOUBT = "doubt"  # it was handed over, and nobody knows whether it went out
    SENT = "sent"
    BOUNCED = "bounced"  # it came back, or its recipient was refused for good
    CANCELLED = "cancelled"


def kept_silence(why: Silent) -> str:
    """Why a mail was cancelled by the portal itself, as its row keeps it ("silent bounced")."""
    return f"silent {why}"


def silence_in(kept: str) -> Silent | None:
    """What `kept_silence` kept; None for the words of a person."""
    return {kept_silence(one): one for one in Silent}.get(kept)
