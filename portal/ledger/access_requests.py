"""Access requests: somebody signed in states a tax id, one document and its total; the issuer decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from portal.domain.access import Scope
from portal.ledger.ids import new_id
from portal.ledger.people_tables import access_requests, users
from portal.ledger.tables import customers, documents, issuers
from portal.ledger.unit import Unit


class Decision(StrEnum):
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """What was stated, as typed. `customer_id` and its name only when it fits a document of the issuer."""

    id: int
    issuer_id: int
    user_id: int
    tax_id: str
    number: str
    total: str
    customer_id: int | None
    state: str
    made_at: datetime
    email: str
    user_name: str
    language: str | None
    issuer_name: str
    customer_name: str | None

    @property
    def fits(self) -> bool:
        return self.customer_id is not None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document under the number that was stated: whose it is, and its total in minor units of its currency."""

    customer_id: int
    country: str
    id_type: str
    tax_id: str
    currency: str
    total: int


_OWN = tuple(AccessRequest.__dataclass_fields__)[:9]
_COLUMNS = (
    *(access_requests.c[name] for name in _OWN),
    users.c.email,
    users.c.name,
    users.c.language,
    issuers.c.name,
    customers.c.name,
)
_JOINED = (
    access_requests.join(users, users.c.id == access_requests.c.user_id)
    .join(issuers, issuers.c.id == access_requests.c.issuer_id)
    .outerjoin(customers, customers.c.id == access_requests.c.customer_id)
)
_WAITING = access_requests.c.state == "waiting"
_ALIVE = users.c.deleted_at.is_(None) & users.c.disabled_at.is_(None)


def candidates(conn: Connection, issuer_id: int, folded_number: str) -> list[Candidate]:
    """The documents of an issuer under a number; none of «consumidor final», none that was withdrawn."""
    rows = conn.execute(
        select(
            customers.c.id,
            customers.c.country,
            customers.c.id_type,
            customers.c.tax_id,
            documents.c.currency,
            documents.c.total,
        )
        .join(customers, customers.c.id == documents.c.customer_id)
        .where(documents.c.issuer_id == issuer_id, documents.c.folded_number == folded_number)
        .where(documents.c.state != "withdrawn", ~customers.c.anonymous)
    )
    return [Candidate(*row) for row in rows]


def asked_since(conn: Connection, user_id: int, since: datetime) -> int:
    """How often a person asked, whatever became of it."""
    return _count(conn, access_requests.c.user_id == user_id, access_requests.c.made_at > since)


def waiting_of(conn: Connection, user_id: int) -> int:
    """How many requests of a person nobody has decided."""
    return _count(conn, access_requests.c.user_id == user_id, _WAITING)


def issuers_asked(conn: Connection, user_id: int) -> list[str]:
    """The names of the issuers whose answer a person waits for."""
    names = select(issuers.c.name).join(access_requests, access_requests.c.issuer_id == issuers.c.id)
    return list(conn.execute(names.where(access_requests.c.user_id == user_id, _WAITING).distinct()).scalars())


def add_request(
    unit: Unit, issuer_id: int, user_id: int, tax_id: str, number: str, total: str, customer_id: int | None
) -> int:
    """A new request; returns its id."""
    request_id = new_id()
    unit.conn.execute(
        insert(access_requests).values(
            id=request_id,
            issuer_id=issuer_id,
            user_id=user_id,
            tax_id=tax_id,
            number=number,
            total=total,
            customer_id=customer_id,
            state="waiting",
            made_at=unit.now,
        )
    )
    return request_id


def replace_waiting(unit: Unit, issuer_id: int, user_id: int, tax_id: str) -> None:
    """Whoever asks again for the same tax id takes back what is still waiting: one line on the issuer's desk."""
    c = access_requests.c
    _decide(unit, c.issuer_id == issuer_id, c.user_id == user_id, c.tax_id == tax_id, state=Decision.REFUSED)


def request_by_id(conn: Connection, request_id: int) -> AccessRequest | None:
    """A request whose person still has an account."""
    row = conn.execute(
        select(*_COLUMNS).select_from(_JOINED).where(access_requests.c.id == request_id, _ALIVE)
    ).one_or_none()
    return AccessRequest(*row) if row else None


def waiting_in(conn: Connection, scope: Scope, limit: int, offset: int = 0) -> list[AccessRequest]:
    """What waits for the issuers of a scope, the oldest first."""
    wanted = select(*_COLUMNS).select_from(_JOINED).where(_WAITING, _ALIVE)
    if not scope.everything:
        wanted = wanted.where(access_requests.c.issuer_id.in_(scope.issuers))
    ordered = wanted.order_by(access_requests.c.made_at, access_requests.c.id).limit(limit).offset(offset)
    return [AccessRequest(*row) for row in conn.execute(ordered)]


def decide(unit: Unit, request_id: int, decision: Decision, customer_id: int | None) -> bool:
    """Answer a waiting request, once, for this customer's documents; False when somebody has answered it already."""
    return _decide(unit, access_requests.c.id == request_id, state=decision, customer_id=customer_id) == 1


def _decide(unit: Unit, *where: ColumnElement[bool], **values: str | int | None) -> int:
    decided = update(access_requests).where(_WAITING, *where)
    return unit.conn.execute(decided.values(decided_at=unit.now, decided_by=unit.person, **values)).rowcount


def _count(conn: Connection, *where: ColumnElement[bool]) -> int:
    return int(conn.execute(select(func.count()).select_from(access_requests).where(*where)).scalar_one())
