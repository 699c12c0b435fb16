"""Ways in, as tests take them: a person with a password, two browsers, what the last mail said, many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from portal.app.accounts import passwords
from portal.app.accounts.sign_in import begin_attempt, finish_attempt
from portal.app.accounts.tickets import Ticket, redeem_ticket
from portal.app.portal import Portal
from portal.app.sessions import find_session
from portal.domain.tokens import session_hash
from portal.errors import PortalError
from portal.ledger.audit import Where
from portal.ledger.sessions import Session
from portal.ledger.users import set_user
from portal.mail.templates import Template
from tests.app.people import HERE, mailed, person

BROWSER, OTHER = "b" * 64, "c" * 64
ELSEWHERE = Where("198.51.100.7", "curl")
EMAIL, PASSWORD = "ana@empresa.example", "caballo grapa correcto"
T = TypeVar("T")


def with_password(portal: Portal, email: str = EMAIL, password: str = PASSWORD, name: str = "Ana Peña") -> int:
    """A person who signs in with a password; returns the id."""
    user_id = person(portal, email, name)
    with portal.ledger.write("test") as unit:
        set_user(unit, user_id, password_hash=passwords.hash_new_password(password, email))
        unit.commit()
    return user_id


def sign_in_password(portal: Portal, email: str, password: str, browser: str, where: Where) -> Ticket:
    """What the form does in two halves: count the try, compare, say how it ended."""
    attempt = begin_attempt(portal, email, browser, where)
    return finish_attempt(portal, attempt, passwords.fits(password, attempt.stored))


def come_in(portal: Portal, email: str = EMAIL, password: str = PASSWORD, browser: str = BROWSER,
            where: Where = HERE) -> str:  # fmt: skip
    """The hash of a new session by password."""
    ticket = sign_in_password(portal, email, password, browser, where)
    return session_hash(redeem_ticket(portal, ticket.token, browser, where))


def session(portal: Portal, token_hash: str) -> Session:
    found = find_session(portal, token_hash)
    assert found is not None
    return found


def user_of(portal: Portal, session_token: str) -> int:
    user = session(portal, session_hash(session_token)).user
    assert user is not None
    return user.id


def last_mail(portal: Portal, template: Template, to: str = EMAIL) -> dict[str, str]:
    """What the newest mail of this kind to this address says, and `token`: the last part of its link."""
    said = [values for kind, recipient, values in mailed(portal) if kind is template and recipient == to][-1]
    return said | {"token": said["link"].rpartition("/")[2]}


def many_at_once(do: Callable[[], T], many: int = 8) -> list[T | PortalError]:
    """What each of several calls at the same time gave, or how it was refused."""
    return all_at_once([do] * many)


def all_at_once(calls: Iterable[Callable[[], T]]) -> list[T | PortalError]:
    def outcome(do: Callable[[], T]) -> T | PortalError:
        try:
            return do()
        except PortalError as refused:
            return refused

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(outcome, calls))


def won(outcomes: Iterable[object]) -> int:
    """How many were not refused."""
    return sum(not isinstance(one, PortalError) for one in outcomes)
