"""How often somebody may try: counted where they sit, and over all places where the account was never seen.

A guesser with many addresses meets the account's ceiling. The person meets only their own counter, in a browser
or at an address where they have signed in before; nobody can shut them out from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from portal.app.accounts.refusals import TooMany
from portal.app.portal import Portal
from portal.ledger.attempts import Counter, give_back, is_known, key_hash, make_known, room, take_room
from portal.ledger.audit import Where
from portal.ledger.unit import Connection, Unit
from portal.text import Text

KNOWN_FOR = timedelta(days=90)
_ONE_HOST = 64  # bits of an IPv6 address that name a subscriber; the rest is theirs to choose


@dataclass(frozen=True, slots=True)
class Rule:
    """How many attempts of a kind: at one place, for one account from unknown places, from one address for any."""

    kind: str
    own: int
    account: int
    address: int
    within: timedelta
    text: Text


PASSWORD = Rule(
    "password", 10, 40, 60, timedelta(minutes=15),
    Text("Van muchos intentos fallidos. Espera 15 minutos, o pide que te enviemos un código al correo."),
)  # fmt: skip
MAIL = Rule(
    "mail", 5, 6, 30, timedelta(hours=1),
    Text("Ya pediste varios correos. Busca el último en tu bandeja o en el correo no deseado, o espera una hora."),
)  # fmt: skip
CODE = Rule(
    "code", 20, 30, 100, timedelta(days=1),
    Text("Van muchos códigos equivocados. Abre el enlace del correo, o entra con tu contraseña."),
)  # fmt: skip
FACTOR = Rule(
    "factor", 20, 20, 60, timedelta(days=1),
    Text("Van muchos códigos equivocados. Escribe uno de tus códigos de recuperación, o inténtalo mañana."),
)  # fmt: skip
RECOVERY = Rule(
    "recovery", 10, 20, 60, timedelta(hours=1),
    Text("Van muchos códigos de recuperación equivocados. Espera una hora e inténtalo de nuevo."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Try:
    """Who tries what from where. `account`: a folded address or a user's id, as text."""

    rule: Rule
    account: str
    browser: str
    where: Where


def check_room(portal: Portal, one: Try) -> None:
    """Raises TooMany when there is no room; counts nothing and locks nothing, so that a storm costs little."""
    now = portal.clock.now()
    with portal.ledger.read() as conn:
        if not room(conn, _counters(conn, one, now), now):
            raise TooMany(one.rule.text)


def count_try(portal: Portal, one: Try) -> None:
    """Take one attempt before it is made, so that many at once are not more than allowed. Raises TooMany."""
    check_room(portal, one)
    with portal.ledger.write("visitor") as unit:
        count_in(unit, one)
        unit.commit()


def count_in(unit: Unit, one: Try) -> None:
    """The same within a unit that its caller commits."""
    if not take_room(unit, _counters(unit.conn, one, unit.now)):
        raise TooMany(one.rule.text)


def forgive(unit: Unit, one: Try) -> None:
    """The attempt was right: it does not count."""
    give_back(unit, _counters(unit.conn, one, unit.now))


def know_place(unit: Unit, accounts: tuple[str, ...], browser: str, where: Where) -> None:
    """Somebody proved here who they are: guesses elsewhere no longer shut them out here."""
    for account in accounts:
        make_known(unit, _address_key(account, where))
        if browser:
            make_known(unit, _browser_key(account, browser))


def is_known_place(portal: Portal, one: Try) -> bool:
    """Whether the account was proven before in this browser or at this address."""
    since = portal.clock.now() - KNOWN_FOR
    keys = [_address_key(one.account, one.where)] + ([_browser_key(one.account, one.browser)] if one.browser else [])
    with portal.ledger.read() as conn:
        return any(is_known(conn, key, since) for key in keys)


def _counters(conn: Connection, one: Try, now: datetime) -> list[Counter]:
    rule, since = one.rule, now - KNOWN_FOR
    if one.browser and is_known(conn, _browser_key(one.account, one.browser), since):
        return [Counter(rule.kind, _browser_key(one.account, one.browser), rule.own, rule.within)]
    at_address = Counter(rule.kind, key_hash("any", _network(one.where)), rule.address, rule.within)
    here = Counter(rule.kind, _address_key(one.account, one.where), rule.own, rule.within)
    if is_known(conn, _address_key(one.account, one.where), since):
        return [here, at_address]
    anywhere = Counter(rule.kind, key_hash("account", one.account), rule.account, rule.within)
    return [here, at_address, anywhere]


def _browser_key(account: str, browser: str) -> str:
    return key_hash("browser", account, browser)


def _address_key(account: str, where: Where) -> str:
    return key_hash("address", account, _network(where))


def _network(where: Where) -> str:
    try:
        address = ip_address(where.address)
    except ValueError:
        return where.address
    return str(ip_network(f"{address}/{_ONE_HOST}", strict=False)) if address.version == 6 else str(address)
