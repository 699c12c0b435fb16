"""A small fixed scene for the walk of the matrix: two issuers, a customer each, and one visitor of every role."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from portal.app import jobs
from portal.app.attachments import Upload
from portal.app.export_requests import DocumentsRequest, Format, StatementRequest
from portal.app.exports import request_export
from portal.app.importing.asking import ask_import
from portal.app.links import create_link, open_link
from portal.app.mailing import Template, post_mail
from portal.app.payments.accounts import set_account
from portal.app.payments.asking import begin_look, record
from portal.app.portal import Portal
from portal.app.sessions import session_actor
from portal.domain.access import Right, operator
from portal.domain.checkouts import Due, Part, Plan, new_reference
from portal.domain.payments import Standing, Transaction
from portal.domain.roles import Role
from portal.domain.tokens import new_session_token, session_hash
from portal.ledger.baskets import add_basket
from portal.ledger.checkouts import add_checkout, find_checkout
from portal.ledger.grants import add_grant
from portal.ledger.payment_tables import payments, vouchers
from portal.ledger.sessions import add_user_session
from portal.ledger.tables import documents, issuers
from portal.ledger.users import add_user
from tests.factories import ABC, EJEMPLAR, OTRA, XYZ, bring, facts

BOSS = operator("test")
MISSING = 4_611_686_018_427_387_000
FORMATS = (Format.CSV, Format.XLSX, Format.PDF)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@dataclass(frozen=True)
class Side:
    """One issuer with its customer, document, shop, personal link, and a payment with its comprobante."""

    issuer: int
    customer: int
    document: int
    slug: str
    link: str
    account: int
    checkout: int
    voucher: int
    attachment: int
    imported: int
    mail: int


@dataclass(frozen=True)
class Player:
    """A visitor: its column in the table, its rights, its cookie (empty: a stranger), the files it asked for."""

    role: str
    rights: frozenset[Right]
    token: str = ""
    files: dict[str, int] = field(default_factory=dict)

    @property
    def cookies(self) -> dict[str, str]:
        return {"Cookie": f"portal={self.token}"} if self.token else {}

    @property
    def person(self) -> bool:
        return bool(self.token) and self.role != "link"


@dataclass(frozen=True)
class Scene:
    """`own`: of which the players have something; `foreign`: of which only `other` has. Operators have both."""

    portal: Portal
    own: Side
    foreign: Side
    players: list[Player]
    other: Player


def build_scene(portal: Portal) -> Scene:
    """Everybody has asked for a list and a statement in every format, as far as they may, and they are made."""
    bring(portal, facts("FE-1", issuer=EJEMPLAR, customer=ABC), facts("FE-2", issuer=OTRA, customer=XYZ))
    own, foreign = _side(portal, "FE-1"), _side(portal, "FE-2")
    give = (Right.DOWNLOAD, Right.PAY, Right.COMMENT, Right.MANAGE)
    players = [_by_link(portal, own), new_person(portal, own, Role.CUSTOMER, ())]
    players += [new_person(portal, own, Role.CUSTOMER, (right,)) for right in give]
    players += [new_person(portal, own, role) for role in (Role.OWNER, Role.COLLECTOR, Role.READER, Role.ANALYST)]
    players += [new_person(portal, own, None), Player("stranger", frozenset())]
    return Scene(portal, own, foreign, players, new_person(portal, foreign, Role.OWNER))


def _side(portal: Portal, number: str) -> Side:
    with portal.ledger.read() as conn:
        row = conn.execute(select(documents).where(documents.c.number == number)).one()
        slug = conn.execute(select(issuers.c.slug).where(issuers.c.id == row.issuer_id)).scalar_one()
    url = create_link(portal, BOSS, row.customer_id).url or ""
    account = set_account(portal, BOSS, row.issuer_id, "sandbox", {"secret": "s" * 20}).row.id
    checkout = _checkout(portal, row, account)
    voucher = pay(portal, checkout)
    link, proof = url.rpartition("/")[2], _proof(portal, row)
    imported = ask_import(portal, BOSS, row.issuer_id, [("roto.csv", number.encode())])
    jobs.run_job(portal, imported)
    mail = _mail(portal, row.issuer_id)
    return Side(row.issuer_id, row.customer_id, row.id, slug, link, account, checkout, voucher, proof, imported, mail)


def _mail(portal: Portal, issuer_id: int) -> int:
    """One that went out into a file."""
    with portal.ledger.write("test") as unit:
        values = {"link": "https://clientes.example/"}
        mail_id = post_mail(portal, unit, Template.PASSWORD_CHANGED, "x@y.example", "es", values, issuer_id)
        unit.commit()
    jobs.run_job(portal, mail_id)
    return mail_id


def _proof(portal: Portal, row: Any) -> int:
    """A PDF that somebody uploaded."""
    upload = Upload(portal, "soporte.pdf", b"%PDF-1.7\n%%EOF\n")
    with portal.ledger.write("test") as unit:
        made = upload.attach(unit, row.issuer_id, row.customer_id, "proof")
        unit.commit()
    return made


def _checkout(portal: Portal, row: Any, account: int) -> int:
    """One that has expired, so that a look at it sends nobody anywhere and changes nothing."""
    part = Part(Due(row.id, row.item_id, row.total, row.issue_date), row.total, True)
    with portal.ledger.write("test") as unit:
        basket = add_basket(unit, [row.id])
        made = add_checkout(
            unit, Plan(row.total, (part,), ()), basket_id=basket, issuer_id=row.issuer_id, customer_id=row.customer_id,
            currency=row.currency, account_id=account, reference=new_reference(row.number), start_key=str(row.id),
            language="es", expires_at=unit.now - timedelta(hours=1),
        )  # fmt: skip
        unit.commit()
    return made


def pay(portal: Portal, checkout_id: int) -> int:
    """The provider says that it was paid; returns the comprobante's id."""
    with portal.ledger.read() as conn:
        checkout = find_checkout(conn, checkout_id)
    assert checkout is not None
    told = Transaction(
        checkout.reference, checkout.reference, Standing.APPROVED, checkout.amount, checkout.currency, False
    )
    look = begin_look(portal, checkout_id)
    assert look is not None
    record(portal, look, [told])
    with portal.ledger.read() as conn:
        found = select(vouchers.c.id).join(payments).where(payments.c.checkout_id == checkout_id)
        return int(conn.execute(found).scalar_one())


def _by_link(portal: Portal, side: Side) -> Player:
    return _with_files(portal, side, "link", open_link(portal, side.link, "203.0.113.1", "walk"))


def new_person(portal: Portal, side: Side, role: Role | None, rights: Collection[Right] = ()) -> Player:
    """Somebody signed in; without a role an operator."""
    token, name = new_session_token(), str(role or "operator")
    with portal.ledger.write("operator:test") as unit:
        email = f"{token[:12].strip('-_')}@persona.example"
        user_id = add_user(unit, email, f"Persona {name}", "es", role is None)
        if role is not None:
            customer = side.customer if role is Role.CUSTOMER else None
            add_grant(unit, user_id, side.issuer, customer, role, rights, "invitation")
        expires = unit.now + timedelta(hours=24)
        add_user_session(unit, session_hash(token), user_id, "203.0.113.2", "walk", expires)
        unit.commit()
    return _with_files(portal, side, name, token)


def _with_files(portal: Portal, side: Side, role: str, token: str) -> Player:
    actor = session_actor(portal, session_hash(token))
    assert actor is not None
    held = frozenset(right for right in Right if actor.scope(right).covers(side.issuer, side.customer))
    wanted = {"exports": DocumentsRequest(Format.CSV)} | {
        f"statements.{kind}": StatementRequest(kind, side.issuer, side.customer, "COP", *YEAR) for kind in FORMATS
    }
    if Right.DOWNLOAD not in held:
        return Player(role, held, token)
    files = {name: request_export(portal, actor, request) for name, request in wanted.items()}
    for export_id in files.values():
        jobs.run_job(portal, export_id)
    return Player(role, held, token, files)
