"""A personal link on a device not seen before: when its issuer says so, only after a code by mail.

A device is named by the hash of its long-lived cookie. What is proven is that device with that link.
"""

from __future__ import annotations

from portal.domain.tokens import session_hash
from portal.errors import Refused
from portal.ledger import devices
from portal.ledger.issuer_settings import settings_of
from portal.ledger.links import Link
from portal.ledger.unit import Connection
from portal.text import Text


class DeviceUnknown(Refused):
    """The link is good, but its issuer wants a code first; the next step is `device_codes.ask_device_code`."""

    def __init__(self) -> None:
        super().__init__(
            Text("Abres este enlace por primera vez en este dispositivo: pide el código que llega a tu correo y "
                 "escríbelo aquí.")
        )  # fmt: skip


def check_device(conn: Connection, link: Link, device: str | None) -> None:
    """Nothing, or DeviceUnknown. `device` None: the browser sent no cookie."""
    if asks_code(conn, link) and not (device and devices.is_proven(conn, proof(link, device))):
        raise DeviceUnknown()


def asks_code(conn: Connection, link: Link) -> bool:
    settings = settings_of(conn, link.issuer_id)
    return settings is not None and settings.device_code


def proof(link: Link, device: str) -> str:
    """The hash under which a device that proved a link is kept: one browser may prove several links."""
    return session_hash(f"device\n{link.id}\n{device}")
