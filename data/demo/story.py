"""The demo's whole story: every seller's documents, with the cases that a customer portal has to show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from data.demo.companies import ABC, ACCOUNTS, ALTURA, EJEMPLAR, NOGALES, RIO_CLARO, ROBLE, Seller
from data.demo.invoices import Sale, numbered, prepaid, purchases, single
from data.demo.settling import Till, settle
from portal.domain.documents import Facts, Kind, Reference, Role
from portal.domain.parties import Party

_HALF = Decimal(2)


def documents(today: date, seed: int = 1) -> list[Facts]:
    """Every document of the demo for somebody whose today is `today`; the same seed and day give the same ones."""
    sellers = {account.seller.party.tax_id: account.seller for account in ACCOUNTS}
    made: list[Facts] = []
    for seller in sellers.values():
        made += _of_seller(seller, today, Random(f"{seed}{seller.first}"))  # noqa: S311  chance, no secret
    return made


def _of_seller(seller: Seller, today: date, rng: Random) -> Iterator[Facts]:
    accounts = [account for account in ACCOUNTS if account.seller is seller]
    sales = [sale for account in accounts for sale in purchases(account, today, rng)]
    sales = numbered([*sales, single(seller, today)] if seller is ROBLE else sales)
    till = Till(today, rng, seller.first % 1_000 * 10)
    scenes = _Scenes(till, sales)
    if seller is EJEMPLAR:
        scenes.at_ejemplar()
    elif seller is ROBLE:
        scenes.at_roble()
    elif seller is ALTURA:
        scenes.advance(ABC, 4, Decimal(600_000))
    for own in _by_account(scenes.sales):
        settle(till, own)
    yield from (sale.facts for sale in scenes.sales)
    yield from till.made


def _by_account(sales: list[Sale]) -> list[list[Sale]]:
    found: dict[int, list[Sale]] = defaultdict(list)
    for sale in sales:
        found[id(sale.account)].append(sale)
    return list(found.values())


class _Scenes:
    """Cases told on purpose; chance tells the others."""

    def __init__(self, till: Till, sales: list[Sale]) -> None:
        self.till, self.sales = till, sales

    def at_ejemplar(self) -> None:
        """An invoice credited in full, an advance nobody spent, a payment for a document that has not come."""
        sale = self._nth(ABC, -7)
        self.till.owed[sale.facts.number] = sale.facts.total
        on = sale.facts.issue_date + timedelta(days=3)
        self.till.credit(sale, sale.facts.lines, on, "2", "Anulación de la factura: pedido repetido")
        self.advance(ABC, 11, Decimal(1_500_000))
        self._receipt_ahead(NOGALES, 6, Decimal(890_000), "FE99120")
        self._annulled()

    def at_roble(self) -> None:
        """An advance that an invoice is net of, half of another one applied by name, interest charged."""
        sale = self._nth(RIO_CLARO, -9)
        amount = sale.facts.total // _HALF // 1_000 * 1_000
        paid = self.advance(RIO_CLARO, (self.till.today - sale.facts.issue_date).days + 12, amount)
        self.sales[self.sales.index(sale)] = prepaid(sale, amount, paid)
        late = self._nth(ABC, -8)
        interest = Decimal(48_500)
        self.till.charge(late, interest, late.facts.payable_on + timedelta(days=9), "1", "Intereses de mora")
        self.advance(RIO_CLARO, 20, Decimal(4_200_000))

    def advance(self, customer: Party, days_ago: int, amount: Decimal) -> Facts:
        """An advance that names nothing."""
        return self._money(Kind.ADVANCE, "AN-", customer, days_ago, amount, ())

    def _receipt_ahead(self, customer: Party, days_ago: int, amount: Decimal, number: str) -> None:
        self._money(Kind.RECEIPT, "RC-", customer, days_ago, amount, (Reference(Role.PAYS, number, amount=amount),))

    def _money(
        self, kind: Kind, prefix: str, customer: Party, days_ago: int, amount: Decimal, names: tuple[Reference, ...]
    ) -> Facts:
        sale = self._nth(customer, -1)
        made = Facts(
            kind,
            self.till.number(kind, prefix),
            sale.facts.issuer,
            customer,
            self.till.today - timedelta(days=days_ago),
            "COP",
            amount,
            method="47",
            payment_reference=f"PSE-{self.till.rng.randint(10_000, 99_999)}",
            references=names,
        )
        self.till.made.append(made)
        return made

    def _annulled(self) -> None:
        """An invoice of the old paper book, annulled by the issuer."""
        sale = self._nth(ABC, -20)
        kept = replace(sale.facts, source="sheet", number="TAL-0457", voided=True, references=(), order=None)
        self.till.made.append(kept)

    def _nth(self, customer: Party, place: int) -> Sale:
        own = [sale for sale in self.sales if sale.facts.customer is customer and sale.account.days]
        return own[place]
