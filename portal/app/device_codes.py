"""The code that proves a personal link on a new device: mailed to the customer's address, typed where it was asked."""

from __future__ import annotations

from datetime import timedelta

from portal.app.accounts.refusals import TooMany, WrongCode
from portal.app.devices import asks_code, proof
from portal.app.links import check_link
from portal.app.mailing import Template, post_mail
from portal.app.portal import Portal
from portal.domain.one_time import code_fits, code_hash, new_code, typed_code
from portal.domain.tokens import new_session_token, session_hash
from portal.errors import NotFound, Refused
from portal.ledger import codes, devices
from portal.ledger.attempts import Counter, key_hash, take_room
from portal.ledger.audit import Where
from portal.ledger.codes import Purpose
from portal.ledger.links import Link
from portal.ledger.parties import customer_by_id
from portal.ledger.unit import Unit
from portal.text import Text

LIFETIME = timedelta(minutes=10)
HOUR = timedelta(hours=1)
MOST_CODES, MOST_FOR_ALL = 5, 20  # an hour: from one address, and from all, so that nobody shuts the owner out
_PURPOSES = (Purpose.DEVICE,)


def ask_device_code(portal: Portal, token: str, device: str, where: Where, language: str = "es") -> str:
    """Mail a code, good for ten minutes; the address it goes to, with most of it hidden: "p•••@abc.example".

    Raises LinkClosed, NotFound when no code is asked for, Refused when the issuer knows no address of the customer,
    TooMany.
    """
    link = check_link(portal, token)
    token_hash, code = session_hash(new_session_token()), new_code()
    with portal.ledger.write(f"link:{link.id}") as unit:
        if not asks_code(unit.conn, link):
            raise NotFound()
        email = _address(unit, link)
        if not take_room(unit, _counters(link, where)):
            raise TooMany(
                Text("Ya enviamos varios códigos en una hora: usa el último que llegó a tu correo o intenta más tarde.")
            )
        kept = code_hash(code, token_hash, portal.secret)
        codes.add_code(unit, Purpose.DEVICE, token_hash, email, unit.now + LIFETIME, proof(link, device), kept)
        post_mail(portal, unit, Template.DEVICE_CODE, email, language, {"code": code}, link.issuer_id)
        unit.commit()
    return masked(email)


def redeem_device_code(portal: Portal, token: str, device: str, typed: str, where: Where) -> None:
    """Take the newest code that this device asked for, once; the link then opens on it. Every try is counted.

    Raises LinkClosed, WrongCode.
    """
    link = check_link(portal, token)
    with portal.ledger.write(f"link:{link.id}") as unit:
        right = _redeemed(portal, unit, proof(link, device), _address(unit, link), typed)
        if right:
            devices.add_device(unit, link.id, proof(link, device), where.agent)
        unit.commit()
    if not right:
        raise WrongCode()


def masked(email: str) -> str:
    """An address that its owner recognises and a stranger can't use."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}•••@{domain}"


def _redeemed(portal: Portal, unit: Unit, proven: str, email: str, typed: str) -> bool:
    tried, code = codes.try_typed(unit, email, _PURPOSES, proven), typed_code(typed)
    if tried is None or code is None or tried.code_hash is None:
        return False
    return code_fits(code, tried.token_hash, tried.code_hash, portal.keys) and codes.close_code(unit, tried.id)


def _counters(link: Link, where: Where) -> list[Counter]:
    here, all_over = key_hash(str(link.id), where.address), key_hash(str(link.id))
    return [Counter("device", here, MOST_CODES, HOUR), Counter("device", all_over, MOST_FOR_ALL, HOUR)]


def _address(unit: Unit, link: Link) -> str:
    email = customer_by_id(unit.conn, link.customer_id).email
    if not email:
        raise Refused(
            Text("{issuer} pide un código en cada dispositivo nuevo y no tiene un correo tuyo: pídele que lo registre.",
                 issuer=link.issuer_name)
        )  # fmt: skip
    return email
