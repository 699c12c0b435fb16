"""How a mail stands, for people."""

from __future__ import annotations

from enum import StrEnum


class MailState(StrEnum):
    WAITING = "waiting"
    FAILED = "failed"  # it surely did not go out, and waits for a person
    DOUBT = "doubt"  # it was handed over, and nobody knows whether it went out
    SENT = "sent"
    BOUNCED = "bounced"  # it came back, or its recipient was refused for good
    CANCELLED = "cancelled"
