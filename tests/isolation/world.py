"""A seeded random world: issuers, customers, people and links in every standing, with a marker on all that is theirs.

What stands in the ledger is told a second time as plain tuples, which is all that the oracle gets.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import select, update

from portal.app.link_mails import mail_link
from portal.app.links import create_link, open_link, revoke_link, rotate_link
from portal.app.payments.accounts import set_account
from portal.app.payments.deciding import reject_report
from portal.app.payments.reporting import Said, report_transfer
from portal.app.payments.withheld_certificates import add_certificate
from portal.app.payments.withheld_deciding import reject_withholding
from portal.app.payments.withheld_policy import decide_policy
from portal.app.payments.withheld_stating import state_withholdings
from portal.app.portal import Portal
from portal.app.voiding import void, withdraw
from portal.domain.access import Right, operator
from portal.domain.crediting import Trouble
from portal.domain.documents import Facts, Kind, Line, Reference
from portal.domain.documents import Role as Names
from portal.domain.parties import Party
from portal.domain.roles import Role
from portal.domain.tokens import new_session_token, session_hash
from portal.domain.withholdings import Policy, Withheld
from portal.ledger import access_requests, documents
from portal.ledger.grants import add_grant, end_grant
from portal.ledger.grants import confirm_grant as confirm
from portal.ledger.payables import payables
from portal.ledger.payment_tables import payments as paid_rows
from portal.ledger.payments import Fact, add_payment
from portal.ledger.sessions import add_user_session, pass_second_factor, revoke_session
from portal.ledger.tables import customers, issuers, links, sessions
from portal.ledger.tables import documents as papers
from portal.ledger.transfers import find_report
from portal.ledger.unit import Unit
from portal.ledger.users import add_user, set_user
from portal.ledger.withholdings import find_withholding, of_documents
from tests.factories import bring
from tests.isolation import oracle
from tests.isolation.talks import Talk, make_talks
from tests.isolation.tills import Tills, fill_tills

BOSS = operator("test")
SHARED_TAX_ID = "800111222"
PERSON_RIGHTS = (Right.DOWNLOAD, Right.PAY, Right.COMMENT, Right.MANAGE)
PAST = datetime(2020, 1, 1, tzinfo=UTC)
MISSING = 4_611_686_018_427_387_000


@dataclass(frozen=True)
class Tenant:
    """An issuer, or a customer of one: its id, its issuer's, and the marker on all that is its own."""

    id: int
    issuer: int
    marker: str


@dataclass(frozen=True)
class Visitor:
    """A browser's session: `name` says whose, for the message of a failure."""

    name: str
    who: oracle.Who
    token: str
    person: bool

    @property
    def hash(self) -> str:
        return session_hash(self.token)

    @property
    def person_name(self) -> str:
        """As the ledger writes down what it does."""
        return f"{'user' if self.person else 'link'}:{self.who.id}"


@dataclass(frozen=True)
class Reported:
    """A transfer that somebody reported: for which document of whom, with which proof; decided or not."""

    id: int
    issuer: int
    customer: int
    document: int
    proof: int
    waits: bool


@dataclass(frozen=True)
class KeptBack:
    """A withholding that somebody stated: of which document of whom, with which certificate (0: none)."""

    id: int
    issuer: int
    customer: int
    document: int
    certificate: int
    waits: bool


@dataclass
class World:
    """`markers` of people by their id; `tokens` of links, open or not."""

    portal: Portal
    seed: int
    issuers: list[Tenant] = field(default_factory=list)
    customers: list[Tenant] = field(default_factory=list)
    slugs: list[str] = field(default_factory=list)
    people: dict[int, str] = field(default_factory=dict)
    visitors: list[Visitor] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    grants: list[int] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    accounts: dict[int, int] = field(default_factory=dict)  # an issuer's account with a provider
    payments: list[oracle.Payment] = field(default_factory=list)
    exports: list[tuple[int, Visitor, str]] = field(default_factory=list)
    asked: set[tuple[int, int]] = field(default_factory=set)  # person who waits for the answer of an issuer
    reports: list[Reported] = field(default_factory=list)
    kept_back: list[KeptBack] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    knowing: set[tuple[int, int, int | None]] = field(default_factory=set)  # person seen at (issuer, customer)
    tills: Tills = field(init=False)
    oracle: oracle.Oracle = field(init=False)

    def marker_of(self, customer: int) -> str:
        return next(one.marker for one in self.customers if one.id == customer)

    @property
    def documents(self) -> list[oracle.Document]:
        return self.oracle.documents


class _Builder:
    def __init__(self, portal: Portal, seed: int) -> None:
        self.random, self.portal, self.world = Random(seed), portal, World(portal, seed)
        self.people: list[oracle.Person] = []
        self.links: list[oracle.Link] = []
        self.grants: list[oracle.Grant] = []
        self.tokens: dict[int, list[tuple[int, str]]] = {}

    def parties(self, count: int, each: int) -> None:
        """Issuers with customers; the first customer of the first two is the same company."""
        for i in range(count):
            number, kept = Party("CO", "31", str(900_000_100 + i), f"Emisor MI{i:03}X"), []
            for c in range(each):
                marker = f"MC{i * each + c:03}X"
                tax_id = SHARED_TAX_ID if c == 0 and i < 2 else str(800_200_000 + i * 100 + c)
                kept.append(Party("CO", "31", tax_id, f"Cliente {marker}", email=f"pagos@{marker.lower()}.example"))
            bring(self.portal, *self._papers(number, kept, i * each))
        with self.portal.ledger.read() as conn:
            for row in conn.execute(select(issuers).order_by(issuers.c.tax_id)):
                self.world.issuers.append(Tenant(row.id, row.id, row.name.split()[-1]))
                self.world.slugs.append(row.slug)
            for row in conn.execute(select(customers).order_by(customers.c.name)):
                self.world.customers.append(Tenant(row.id, row.issuer_id, row.name.split()[-1]))

    def _papers(self, issuer: Party, parties: list[Party], first: int) -> list[Facts]:
        """A few documents each; some name a document of somebody else by its CUFE."""
        made = []
        for c, customer in enumerate(parties):
            marker, stranger = f"MC{first + c:03}X", f"{first + (c + 1) % len(parties):03}"
            for n in range(self.random.randint(2, 5)):
                named = (Reference(Names.CORRECTS, cufe=f"cufe-{stranger}-0"),) if n == 1 else ()
                made.append(
                    Facts(
                        kind=Kind.CREDIT_NOTE if n == 1 else Kind.INVOICE,
                        number=f"FE{marker}-{n}",
                        issuer=issuer,
                        customer=customer,
                        issue_date=date(2026, self.random.randint(1, 9), self.random.randint(1, 28)),
                        due_date=date(2026, 12, 1),
                        currency=self.random.choice(("COP", "COP", "USD")),
                        total=Decimal(self.random.randint(1_000, 900_000)),
                        cufe=f"cufe-{first + c:03}-{n}" if n < 2 else None,
                        lines=(Line("1", f"Servicio {marker}", Decimal(1), Decimal(1_000)),),
                        references=named,
                        notes=(f"Nota para {marker}",),
                        order=f"OC-{marker}",
                    )
                )
        return made

    def standings(self) -> list[oracle.Document]:
        """Files with markers for half of the documents; some are withdrawn, some void."""
        found = []
        with self.portal.ledger.write("test") as unit:
            for row in unit.conn.execute(select(papers).order_by(papers.c.number)).all():
                marker = self.world.marker_of(row.customer_id)
                if self.random.random() < 0.5:
                    self._keep(unit, row.id, marker)
                chance = self.random.random()
                if chance < 0.12:
                    withdraw(unit, row.id, f"error de {marker}")
                elif chance < 0.25 and not row.cufe:
                    void(unit, row.id, date(2026, 9, 30), f"anulada {marker}")
                state = unit.conn.execute(select(papers.c.state).where(papers.c.id == row.id)).scalar_one()
                found.append(oracle.Document(row.id, row.issuer_id, row.customer_id, state))
            unit.commit()
        return found

    def _keep(self, unit: Unit, document_id: int, marker: str) -> None:
        for role, media, data in (
            ("pdf", "application/pdf", f"%PDF-1.7 {marker}"),
            ("original", "application/xml", f"<Invoice>{marker}</Invoice>"),
        ):
            stored = {"sha256": self.portal.files.put(data.encode()), "size": len(data), "name": f"{marker}.x"}
            documents.keep_files(unit, [{"document_id": document_id, "role": role, "media_type": media, **stored}])

    def make_reports(self) -> None:
        """Transfers that payers say they have sent; some are decided. The proof has the customer's marker."""
        for customer in self.world.customers:
            with self.portal.ledger.read() as conn:
                mine = conn.execute(select(papers.c.id).where(papers.c.customer_id == customer.id)).scalars()
                owed = [one for one in payables(conn, list(mine)) if one.outstanding > 1_000]
            for n, one in enumerate(owed[:2]):
                proof = (f"{customer.marker}.pdf", f"%PDF-1.7 {customer.marker}\n%%EOF".encode())
                words = {"reference": f"{customer.marker}-{n}", "comment": f"para {customer.marker}", "proof": proof}
                said = Said([one.document_id], f"{one.document_id}", 1_000, date(2026, 1, 9), "47", **words)
                made = report_transfer(self.portal, BOSS, said)
                waits = self.random.random() < 0.6
                if not waits:
                    reject_report(self.portal, BOSS, made, f"No, {customer.marker}")
                with self.portal.ledger.read() as conn:
                    report = find_report(conn, made)
                assert report is not None and report.proof_id is not None
                told = (made, customer.issuer, customer.id, one.document_id, report.proof_id, waits)
                self.world.reports.append(Reported(*told))

    def keep_back(self) -> None:
        """One document of each customer in pesos: rejected, or with a certificate that has the customer's marker."""
        for number, customer in enumerate(self.world.customers):
            decide_policy(self.portal, BOSS, customer.issuer, Policy(allowed=True))
            with self.portal.ledger.read() as conn:
                mine = conn.execute(select(papers.c.id).where(papers.c.customer_id == customer.id)).scalars()
                owed = [one for one in payables(conn, list(mine)) if one.outstanding > 1_000 and one.currency == "COP"]
            for one in owed[-1:]:
                little = {one.document_id: {Withheld.RETEICA: 90}}  # no more than is rounded away
                state_withholdings(self.portal, BOSS, little, str(number))
                with self.portal.ledger.read() as conn:
                    (made,) = of_documents(conn, [one.document_id])
                if number % 3 == 0:
                    reject_withholding(self.portal, BOSS, made.id, f"No, {customer.marker}")
                else:
                    file = (f"{customer.marker}.pdf", f"%PDF-1.7 {customer.marker}\n%%EOF".encode())
                    add_certificate(self.portal, BOSS, one.document_id, [made.id], file)
                with self.portal.ledger.read() as conn:
                    now = find_withholding(conn, made.id) or made
                here = (customer.issuer, customer.id, one.document_id)
                self.world.kept_back.append(KeptBack(made.id, *here, now.certificate_id or 0, number % 3 != 0))

    def make_links(self) -> None:
        for customer in self.world.customers:
            for how in self.random.sample(("open", "expired", "revoked", "rotated"), self.random.randint(1, 3)):
                self._make_link(customer, how)

    def _make_link(self, customer: Tenant, how: str) -> None:
        made = create_link(self.portal, BOSS, customer.id)
        opened = [(1, self._open(made.url))]
        version = 1
        if how == "rotated":
            again, version = rotate_link(self.portal, BOSS, made.link.id), 2
            opened.append((2, self._open(again.url)))
        elif how == "revoked":
            revoke_link(self.portal, BOSS, made.link.id)
        elif how == "expired":
            with self.portal.ledger.write("test") as unit:
                unit.conn.execute(update(links).where(links.c.id == made.link.id).values(expires_at=PAST))
                unit.commit()
        self.world.links.append(made.link.id)
        told = oracle.Link(made.link.id, customer.issuer, customer.id, version, how not in ("expired", "revoked"))
        self.links.append(told)
        for of, token in opened:
            who = oracle.Who("link", told.id, of, True)
            self.world.visitors.append(Visitor(f"link {how} v{of} of {customer.marker}", who, token, False))

    def _open(self, url: str | None) -> str:
        return open_link(self.portal, (url or "").rpartition("/")[2], "203.0.113.1", "probe")

    def pay(self) -> None:
        """An account for each issuer, and money kept apart for some of its customers; with their markers."""
        for issuer in self.world.issuers:
            made = set_account(self.portal, BOSS, issuer.id, "sandbox", {"secret": f"secreto-{issuer.marker}"})
            self.world.accounts[issuer.id] = made.row.id
        with self.portal.ledger.write("test") as unit:
            for customer in self.random.sample(self.world.customers, 2 * len(self.world.customers) // 3):
                waits = self.random.random() < 0.5
                paid = add_payment(
                    unit, issuer_id=customer.issuer, customer_id=customer.id, kind=Fact.PAYMENT, serial=0, returned=0,
                    account_id=self.world.accounts[customer.issuer], transaction_id=f"T-{customer.marker}",
                    currency="COP", amount=1_000, method="pse", effective_on=date(2026, 9, 1),
                    trouble=Trouble.CURRENCY if waits else None,
                )  # fmt: skip
                self.world.payments.append(oracle.Payment(paid.id, customer.issuer, customer.id, waits))
            unit.commit()

    def make_people(self, each: int) -> None:
        for issuer in self.world.issuers:
            for role in (Role.OWNER, Role.COLLECTOR, Role.READER, Role.ANALYST):
                user = self.person(f"{role} of {issuer.marker}")
                self.give(user, issuer.id, None, role, ())
        for _ in range(each):
            user = self.person("somebody")
            for customer in self.random.sample(self.world.customers, self.random.randint(1, 4)):
                self._grant_somehow(user, customer)
        first, second, *_ = self.world.issuers
        both = self.person("collector and reader")
        self.give(both, first.id, None, Role.COLLECTOR, ())
        self.give(both, second.id, None, Role.READER, ())
        mixed = self.person("owner here, customer there")
        self.give(mixed, second.id, None, Role.OWNER, ())
        self._grant_somehow(mixed, self.world.customers[0])
        analyst = self.person("analyst of two customers")
        for customer in self.random.sample(self.world.customers, 2):
            self.give(analyst, customer.issuer, customer.id, Role.ANALYST, ())
        for customer in self.world.customers[:2]:
            self.give(self.person("who only sees"), customer.issuer, customer.id, Role.CUSTOMER, ())
        self.person("nobody in particular")
        self.person("operator", operator=True)
        shut = self.person("owner whose account is shut", welcome=False)
        self.give(shut, first.id, None, Role.OWNER, ())
        self._ask()
        self._mail()

    def person(self, what: str, operator: bool = False, welcome: bool = True) -> int:
        """Somebody with a session; and now and then with others that are over or owe a second factor."""
        marker = f"MU{len(self.people):03}X"
        with self.portal.ledger.write("test") as unit:
            user = add_user(unit, f"{marker.lower()}@persona.example", f"Persona {marker}", "es", operator)
            if not welcome:
                set_user(unit, user, disabled_at=unit.now)
            for how in ("good", self.random.choice(("over", "signed out", "idle", "owing"))):
                self._session(unit, user, f"{what} {marker}, {how}", how)
            unit.commit()
        self.world.people[user] = marker
        if operator:  # an issuer's audit tells when one looked at its documents
            self.world.knowing |= {(user, one.id, None) for one in self.world.issuers}
        self.people.append(oracle.Person(user, operator, welcome))
        return user

    def _session(self, unit: Unit, user: int, name: str, how: str) -> None:
        if how == "owing":  # the second factor is on, and this session has not shown it
            set_user(unit, user, totp_on_at=unit.now)
        token, expires = new_session_token(), unit.now + timedelta(hours=24)
        add_user_session(unit, session_hash(token), user, "203.0.113.2", "probe", PAST if how == "over" else expires)
        if how != "owing":
            pass_second_factor(unit, session_hash(token))
        if how == "signed out":
            revoke_session(unit, session_hash(token))
        if how == "idle":
            mine = sessions.c.token_hash == session_hash(token)
            unit.conn.execute(update(sessions).where(mine).values(seen_at=PAST))
        self.world.visitors.append(Visitor(name, oracle.Who("person", user, None, how == "good"), token, True))

    def _grant_somehow(self, user: int, customer: Tenant) -> None:
        rights = self.random.sample(PERSON_RIGHTS, self.random.randint(0, 4))
        here = [one.id for one in self.links if one.customer == customer.id]
        link = self.random.choice(here) if here and self.random.random() < 0.4 else None
        confirmed = link is not None and self.random.random() < 0.4
        ended = self.random.random() < 0.25
        self.give(user, customer.issuer, customer.id, Role.CUSTOMER, rights, link, confirmed, ended)

    def give(
        self,
        user: int,
        issuer: int,
        customer: int | None,
        role: Role,
        rights: Sequence[Right],
        link: int | None = None,
        confirmed: bool = False,
        ended: bool = False,
    ) -> None:
        with self.portal.ledger.write("operator:test") as unit:
            made = add_grant(unit, user, issuer, customer, role, rights, "link" if link else "invitation", link)
            if confirmed:
                confirm(unit, made)
            if ended:
                end_grant(unit, made)
            unit.commit()
        told = oracle.Grant(user, issuer, customer, str(role), tuple(map(str, rights)), link, confirmed, ended)
        if not ended:
            self.world.grants.append(made)
        self.grants.append(told)
        self.world.knowing.add((user, issuer, customer))

    def _ask(self) -> None:
        """Requests that wait on desks."""
        with self.portal.ledger.write("test") as unit:
            for user in self.random.sample(list(self.world.people), 6):
                issuer, marker = self.random.choice(self.world.issuers).id, self.world.people[user]
                asked = access_requests.add_request(unit, issuer, user, f"{marker}-1", f"{marker}-2", "1", None)
                self.world.requests.append(asked)
                self.world.asked.add((user, issuer))
                self.world.knowing.add((user, issuer, None))
            unit.commit()

    def _mail(self) -> None:
        """A link of each issuer by mail; the address has the marker of its customer."""
        for issuer in self.world.issuers:
            mine = [one for one in self.links if one.open and one.issuer == issuer.id]
            for link in mine[:2]:
                address = f"{self.world.marker_of(link.customer)}@correo.example"
                mail_link(self.portal, BOSS, link.id, address, "", "es")


def build_world(portal: Portal, seed: int, issuers: int = 4, each: int = 5, people: int = 12) -> World:
    """At least three issuers with a dozen customers, people of every role, links in every standing."""
    builder = _Builder(portal, seed)
    builder.parties(issuers, each)
    told = builder.standings()
    builder.make_reports()
    builder.keep_back()
    builder.world.talks += make_talks(portal, builder.world.customers)
    builder.pay()
    builder.make_links()
    builder.make_people(people)
    world = builder.world
    owners = {one.id: one.issuer for one in world.customers}
    world.tills = fill_tills(portal, sorted({one.person_name for one in world.visitors}), builder.random)
    world.payments += _paid_at_tills(portal, {one.id for one in world.payments})
    world.oracle = oracle.Oracle(builder.people, builder.links, builder.grants, told, owners)
    return world


def _paid_at_tills(portal: Portal, known: Collection[int]) -> list[oracle.Payment]:
    """What checkouts brought in; it is just what was asked, and waits for nobody."""
    with portal.ledger.read() as conn:
        rows = conn.execute(select(paid_rows).where(paid_rows.c.id.not_in(known))).all()
    return [oracle.Payment(row.id, row.issuer_id, row.customer_id, False) for row in rows]
