"""Issued statements of account: the issuer's series without gaps, what was issued, and the files made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from portal.domain.issued import Side, StatementFormat
from portal.ledger.holds import hold
from portal.ledger.ids import new_id
from portal.ledger.statement_tables import issued_statement_files, issued_statements, statement_series
from portal.ledger.unit import Unit


@dataclass(frozen=True, slots=True)
class IssuedRow:
    """An issued statement. Its content is in the file store under its fingerprint; `closing` in minor units."""

    id: int
    issuer_id: int
    customer_id: int
    number: int
    currency: str
    starts_on: date
    ends_on: date
    closing: int
    issued_at: datetime
    issued_on: date
    known_at: datetime
    known_seq: int
    side: Side
    fingerprint: str
    person: str


_COLUMNS = tuple(issued_statements.c[name] for name in IssuedRow.__dataclass_fields__)


def next_number(unit: Unit, issuer_id: int) -> int:
    """The next number of the issuer's series; nobody else gets one until the unit ends, so that none is left out."""
    hold(unit, f"statements {issuer_id}")  # the issuer's first has no row to lock yet
    c = statement_series.c
    step = update(statement_series).where(c.issuer_id == issuer_id).values(number=c.number + 1).returning(c.number)
    number = unit.conn.execute(step).scalar_one_or_none()
    if number is None:
        unit.conn.execute(insert(statement_series).values(issuer_id=issuer_id, number=1))
        return 1
    return int(number)


def add_issued(unit: Unit, row: IssuedRow, same: str) -> None:
    values = {name: getattr(row, name) for name in IssuedRow.__dataclass_fields__}
    unit.conn.execute(insert(issued_statements).values(**values, same=same))


def find_same(conn: Connection, same: str) -> IssuedRow | None:
    return _one(conn, issued_statements.c.same == same)


def find_issued(conn: Connection, statement_id: int) -> IssuedRow | None:
    return _one(conn, issued_statements.c.id == statement_id)


def by_fingerprint(conn: Connection, fingerprint: str) -> IssuedRow | None:
    return _one(conn, issued_statements.c.fingerprint == fingerprint)


def by_number(conn: Connection, number: int, begins: str) -> IssuedRow | None:
    """The statement of that number, at whichever issuer, whose fingerprint begins with these hex digits.

    Asked as a range, which the fingerprints' own index answers: anybody may ask, without signing in.
    """
    c = issued_statements.c
    return _one(conn, (c.number == number) & (c.fingerprint >= begins) & (c.fingerprint < f"{begins}g"))


def by_file(conn: Connection, sha256: str) -> tuple[IssuedRow, StatementFormat] | None:
    """The statement that a file with these bytes was made of, and what kind of file it is.

    Of several, the first: a CSV says no number, and is the same for all that have the same content.
    """
    files = issued_statement_files
    both = issued_statements.join(files, files.c.statement_id == issued_statements.c.id)
    wanted = select(*_COLUMNS, files.c.format).select_from(both).where(files.c.sha256 == sha256)
    row = conn.execute(wanted.order_by(issued_statements.c.id).limit(1)).first()
    return (_row(row[:-1]), StatementFormat(row[-1])) if row else None


def issued_to(conn: Connection, customer_id: int, currency: str, limit: int, offset: int = 0) -> list[IssuedRow]:
    """What was issued of an account in a currency, the newest first."""
    c = issued_statements.c
    wanted = select(*_COLUMNS).where(c.customer_id == customer_id, c.currency == currency).order_by(c.id.desc())
    return [_row(row) for row in conn.execute(wanted.limit(limit).offset(offset))]


def file_of(conn: Connection, statement_id: int, format: StatementFormat, language: str) -> str | None:
    """The SHA-256 of a file that was made of it."""
    c = issued_statement_files.c
    mine = c.statement_id == statement_id, c.format == format, c.language == language
    return conn.execute(select(c.sha256).where(*mine)).scalar_one_or_none()


def add_file(unit: Unit, statement_id: int, format: StatementFormat, language: str, sha256: str) -> str:
    """Keep a file made of it, unless one was kept before; returns the SHA-256 of the one that stays."""
    hold(unit, f"statement file {statement_id}")
    before = file_of(unit.conn, statement_id, format, language)
    if before is None:
        told = {"statement_id": statement_id, "format": format, "language": language, "sha256": sha256}
        unit.conn.execute(insert(issued_statement_files).values(id=new_id(), made_at=unit.now, **told))
    return before or sha256


def kept_files(conn: Connection) -> Iterator[str]:
    """The SHA-256 of everything that must be in the file store for them."""
    yield from conn.execute(select(issued_statements.c.fingerprint)).scalars()
    yield from conn.execute(select(issued_statement_files.c.sha256)).scalars()


def gaps(conn: Connection) -> list[tuple[int, int, int]]:
    """(issuer, how many were issued, the last number) where the two differ: a number is missing."""
    c, s = issued_statements.c, statement_series.c
    counted = select(c.issuer_id, func.count().label("n")).group_by(c.issuer_id).subquery()
    wanted = select(s.issuer_id, func.coalesce(counted.c.n, 0), s.number).join(
        counted, counted.c.issuer_id == s.issuer_id, isouter=True
    )
    return [(row[0], int(row[1]), int(row[2])) for row in conn.execute(wanted) if row[1] != row[2]]


def _one(conn: Connection, which: Any) -> IssuedRow | None:
    row = conn.execute(select(*_COLUMNS).where(which)).first()
    return _row(row) if row else None


def _row(row: Any) -> IssuedRow:
    told = dict(zip(IssuedRow.__dataclass_fields__, row, strict=True))
    return IssuedRow(**told | {"side": Side(told["side"])})
