"""What somebody would pay: a basket of documents, split into one bill per issuer, customer and currency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from portal.app.payments.accounts import opened, provider_named
from portal.app.payments.withheld_offers import stateable_on, too_many
from portal.app.portal import Portal
from portal.clock import today
from portal.domain.access import Actor, Right
from portal.domain.aging import is_overdue
from portal.domain.checkouts import Due, Favour, Plan, Rules, plan
from portal.domain.payments import Method, Terms
from portal.domain.withholdings import Amounts, Stateable, check_stated
from portal.errors import NotFound, Refused
from portal.ledger import baskets, checkouts, payment_accounts, transfers
from portal.ledger.checkouts import Checkout
from portal.ledger.parties import issuer_by_id
from portal.ledger.payables import Payable, favours, payables
from portal.ledger.transfers import Report
from portal.ledger.unit import Connection

MOST = 500  # documents in a basket


@dataclass(frozen=True, slots=True)
class Way:
    """An account that a bill can be paid through."""

    account_id: int
    title: str
    methods: tuple[Method, ...]
    terms: Terms
    live: bool


@dataclass(frozen=True, slots=True)
class Bill:
    """What is due now on a basket's documents of one issuer, customer and currency; minor units.

    `favours`: saldo a favor that could be used. `open_checkouts`: begun for any of these documents and not ended.
    `contact`: the issuer's own address, for what the portal can't do.
    `reports`: transfers for any of them that the issuer has not decided on. `stateable`: what may be stated as
    withheld, by document.
    """

    issuer_id: int
    issuer_name: str
    customer_id: int
    customer_name: str
    currency: str
    lines: tuple[Payable, ...]
    favours: tuple[Favour, ...]
    ways: tuple[Way, ...]
    rules: Rules
    open_checkouts: tuple[Checkout, ...]
    contact: str
    reports: tuple[Report, ...]
    stateable: Mapping[int, Stateable]
    too_many_to_withhold: bool

    @property
    def key(self) -> str:
        """Tells the bills of a basket apart, in keys of widgets and in addresses."""
        return f"{self.issuer_id}-{self.customer_id}-{self.currency}"

    @property
    def dues(self) -> list[Due]:
        return [Due(one.document_id, one.item_id, one.outstanding, one.payable_on) for one in self.lines]

    @property
    def outstanding(self) -> int:
        return sum(one.outstanding for one in self.lines)

    @property
    def in_favour(self) -> int:
        return sum(one.available for one in self.favours)

    @property
    def pending(self) -> bool:
        """Whether money may be on its way already."""
        return bool(self.reports) or any(one.coming for one in self.open_checkouts)


def fill_basket(portal: Portal, actor: Actor, document_ids: Sequence[int]) -> int:
    """Keep what the actor wants to pay; returns the basket's id. Raises NotFound when any is not theirs to pay."""
    wanted = list(dict.fromkeys(document_ids))[:MOST]
    with portal.ledger.write(actor.name) as unit:
        found = payables(unit.conn, wanted)
        if len(found) != len(wanted):
            raise NotFound()
        for one in found:
            actor.require(Right.PAY, one.issuer_id, one.customer_id)
        basket_id = baskets.add_basket(unit, wanted)
        unit.commit()
    return basket_id


def bills_of(portal: Portal, actor: Actor, basket_id: int) -> list[Bill]:
    """The bills of the actor's own basket as they stand now; what has been settled meanwhile is left out.

    Raises NotFound for a basket that is not theirs.
    """
    with portal.ledger.read() as conn:
        wanted = baskets.basket_of(conn, basket_id, actor.name)
        if wanted is None:
            raise NotFound()
        groups: dict[tuple[int, int, str], list[Payable]] = {}
        for one in payables(conn, wanted):
            actor.require(Right.PAY, one.issuer_id, one.customer_id)
            if one.outstanding:
                groups.setdefault((one.issuer_id, one.customer_id, one.currency), []).append(one)
        return [bill(portal, conn, actor.name, lines) for lines in groups.values()]


def bill(portal: Portal, conn: Connection, person: str, lines: Sequence[Payable]) -> Bill:
    """The bill of documents that have issuer, customer and currency in common.

    What `person` began for them and would begin anew reserves nothing: its credit is offered again.
    """
    one, ids = lines[0], [line.document_id for line in lines]
    begun = tuple(checkouts.open_for(conn, ids))
    replaced = [other.id for other in begun if other.replaced_by(person)]
    return Bill(
        one.issuer_id,
        one.issuer_name,
        one.customer_id,
        one.customer_name,
        one.currency,
        lines=tuple(lines),
        favours=tuple(favours(conn, one.customer_id, one.currency, replaced)),
        ways=tuple(ways_at(portal, conn, one.issuer_id, one.currency)),
        rules=payment_accounts.rules_of(conn, one.issuer_id, one.currency),
        open_checkouts=begun,
        contact=issuer_by_id(conn, one.issuer_id).email or "",
        reports=tuple(transfers.reports_for(conn, ids, waiting_only=True)),
        stateable=stateable_on(conn, one.issuer_id, ids),
        too_many_to_withhold=too_many(conn, one.issuer_id, one.currency, len(ids)),
    )


def less(bill: Bill, stated: Mapping[int, Amounts]) -> Bill:
    """A bill without what its payer keeps back. Raises Refused for more than may be stated, or than is outstanding."""
    if not any(any(amounts.values()) for amounts in stated.values()):
        return bill
    lines = tuple(replace(one, outstanding=one.outstanding - _kept_back(bill, one, stated)) for one in bill.lines)
    return replace(bill, lines=lines)


def _kept_back(bill: Bill, one: Payable, stated: Mapping[int, Amounts]) -> int:
    may = bill.stateable.get(one.document_id, Stateable())
    return check_stated(one.number, one.outstanding, may, stated.get(one.document_id, {}))


def quote(bill: Bill, way: Way | None, chosen: Mapping[int, int], use_credit: bool) -> Plan:
    """What would be asked by one way (None: before one is chosen). Raises Refused as `plan` does."""
    return plan(bill.dues, bill.favours if use_credit else (), chosen, bill.rules, way.terms if way else None)


def late(portal: Portal, one: Payable) -> bool:
    """Whether a document is overdue today, where its issuer is."""
    return is_overdue(one.payable_on, one.outstanding, today(portal.clock, one.timezone))


def ways_at(portal: Portal, conn: Connection, issuer_id: int, currency: str) -> list[Way]:
    """With what an issuer is paid in a currency: its accounts that are switched on and take it, the oldest first."""
    found = []
    for row in payment_accounts.accounts_at(conn, [issuer_id]):
        if not row.enabled:
            continue
        company = provider_named(portal, row.provider)
        try:
            terms = company.terms(opened(portal, row), currency)
        except Refused:  # sealed under a key that is gone: not offered; the operator is told by `doctor`
            continue
        if terms is not None:
            found.append(Way(row.id, company.title, company.methods, terms, row.live))
    return found
