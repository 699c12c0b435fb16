"""What follows the demo's invoices: notes, receipts in whole and in part, and what is left unpaid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from data.demo.einvoice import code_of
from data.demo.invoices import Sale, totals
from portal.domain.documents import Facts, Kind, Line, Reference, Role

_PARTLY = 0.07
_RETURNED = 0.06
_CHARGED = 0.04
_SEVERAL = 2
_THOUSAND = Decimal(1_000)


@dataclass
class Till:
    """One seller's series of notes and receipts, and what is still owed of each debit."""

    today: date
    rng: Random
    first: int
    counters: dict[Kind, int] = field(default_factory=lambda: defaultdict(int))
    owed: dict[str, Decimal] = field(default_factory=dict)
    made: list[Facts] = field(default_factory=list)

    def number(self, kind: Kind, prefix: str) -> str:
        self.counters[kind] += 1
        return f"{prefix}{self.first + self.counters[kind]}"

    def credit(self, sale: Sale, lines: tuple[Line, ...], on: date, code: str, reason: str) -> None:
        """A credit note over `lines` of an invoice."""
        self._note(sale, Kind.CREDIT_NOTE, "NC", lines, on, (code, reason))

    def charge(self, sale: Sale, amount: Decimal, on: date, code: str, reason: str) -> Sale:
        """A debit note without taxes; it is owed like its invoice."""
        line = Line("1", reason, Decimal(1), amount, "94", amount)
        note = self._note(sale, Kind.DEBIT_NOTE, "ND", (line,), on, (code, reason))
        self.owed[note.number] = note.total
        return Sale(sale.account, note)

    def receive(self, facts: Facts, on: date, amounts: dict[str, Decimal], reference: str | None = None) -> None:
        """A receipt that pays debits of one customer: amounts by number."""
        for number, amount in amounts.items():
            self.owed[number] -= amount
        self.made.append(
            Facts(
                Kind.RECEIPT,
                self.number(Kind.RECEIPT, "RC-"),
                facts.issuer,
                facts.customer,
                on,
                facts.currency,
                sum(amounts.values(), Decimal(0)),
                method=facts.method,
                payment_reference=reference,
                references=tuple(Reference(Role.PAYS, n, amount=amount) for n, amount in amounts.items()),
            )
        )

    def _note(
        self, sale: Sale, kind: Kind, prefix: str, lines: tuple[Line, ...], on: date, why: tuple[str, str]
    ) -> Facts:
        invoice = sale.facts
        named = Reference(Role.CORRECTS, invoice.number, Kind.INVOICE, _cufe(invoice), invoice.issue_date)
        note = Facts(
            kind=kind,
            number=self.number(kind, prefix),
            issuer=invoice.issuer,
            customer=invoice.customer,
            issue_date=min(on, self.today),
            currency=invoice.currency,
            source="xml",
            due_date=min(on, self.today) + timedelta(days=30) if kind is Kind.DEBIT_NOTE else None,
            issue_time="16:20:00-05:00",
            environment="1",
            references=(named,),
            reason_code=why[0],
            reason=why[1],
            term=invoice.term if kind is Kind.DEBIT_NOTE else None,
            method=invoice.method,
            **totals(lines),  # type: ignore[arg-type]
        )
        if kind is Kind.CREDIT_NOTE:
            self.owed[invoice.number] -= note.total
        self.made.append(note)
        return note


def settle(till: Till, sales: list[Sale]) -> None:
    """Give one account's sales their notes and receipts; a month's payments come on one receipt."""
    account = sales[0].account
    for sale in sales:
        till.owed.setdefault(sale.facts.number, sale.facts.total)
    if account.days == 0 and account.seller.paid_on_issue:
        return
    held = _held(till, sales)
    free = [sale for sale in sales if sale.facts.number not in held]
    charged = [note for sale in free if (note := _notes(till, sale))]
    for on, amounts in _payments(till, free + charged + _paid_in_part(sales, held)):
        till.receive(sales[0].facts, on, amounts, f"TRF-{till.rng.randint(100_000, 999_999)}")


def _held(till: Till, sales: list[Sale]) -> set[str]:
    """The numbers left unpaid: for each wanted lateness the invoice whose due date comes nearest."""
    held: set[str] = set()
    for late in sales[0].account.unpaid:
        wanted = till.today - timedelta(days=late)
        free = [sale.facts for sale in sales if sale.facts.number not in held]
        held.add(min(free, key=lambda facts: abs((facts.payable_on - wanted).days)).number)
    return held


def _paid_in_part(sales: list[Sale], held: set[str]) -> list[Sale]:
    """Where several are unpaid, a third of the newest has been paid."""
    late = [sale for sale in sales if sale.facts.number in held]
    if len(late) < _SEVERAL:
        return []
    newest = late[-1]
    part = newest.facts.total // (3 * _THOUSAND) * _THOUSAND or newest.facts.total // 3
    return [Sale(replace(newest.account, delay=(0, 0)), replace(newest.facts, total=part))]


def _notes(till: Till, sale: Sale) -> Sale | None:
    """By chance, goods that come back or a charge on top; a debit note is something more to be paid."""
    chance, facts = till.rng.random(), sale.facts
    on = facts.issue_date + timedelta(days=till.rng.randint(2, 12))
    if on > till.today or facts.issuer.country != "CO":
        return None
    if chance < _RETURNED and facts.lines[0].quantity >= 2:
        till.credit(sale, (_part(facts.lines[0]),), on, "1", "Devolución parcial de los bienes")
    elif chance > 1 - _CHARGED:
        return till.charge(sale, Decimal(35_000 if facts.currency == "COP" else 35), on, "2", "Gastos de transporte")
    return None


def _part(line: Line) -> Line:
    """A quarter of a line, one at least."""
    quantity = max(Decimal(1), line.quantity // 4)
    price = line.unit_price or Decimal(0)
    amount = price * quantity
    taxes = tuple(replace(tax, amount=amount * (tax.rate or Decimal(0)) / 100, base=amount) for tax in line.taxes)
    return replace(line, number="1", quantity=quantity, amount=amount, taxes=taxes)


def _payments(till: Till, sales: list[Sale]) -> Iterator[tuple[date, dict[str, Decimal]]]:
    """By month of payment: the day of its last one, and what it pays."""
    months: dict[tuple[int, int], list[tuple[date, str, Decimal]]] = defaultdict(list)
    for sale in sales:
        for on, amount in _instalments(till, sale):
            months[on.year, on.month].append((on, sale.facts.number, amount))
    for paid in months.values():
        amounts: dict[str, Decimal] = defaultdict(Decimal)
        for _, number, amount in paid:
            amounts[number] += amount
        yield max(on for on, _, _ in paid), dict(amounts)


def _instalments(till: Till, sale: Sale) -> Iterable[tuple[date, Decimal]]:
    """When an invoice is paid and how much each time; what lies in the future has not happened."""
    owed = min(till.owed[sale.facts.number], sale.facts.total)
    if sale.account.delay is None:
        return []
    on = sale.facts.payable_on + timedelta(days=till.rng.randint(*sale.account.delay) if sale.account.days else 0)
    parts = [(max(on, sale.facts.issue_date), owed)]
    if till.rng.random() < _PARTLY and owed > 100 * _THOUSAND:
        first = owed * till.rng.randint(3, 7) // (10 * _THOUSAND) * _THOUSAND
        parts = [(parts[0][0], first), (on + timedelta(days=till.rng.randint(20, 45)), owed - first)]
    return [(day, amount) for day, amount in parts if day <= till.today and amount > 0]


def _cufe(facts: Facts) -> str | None:
    return code_of(facts) if facts.issuer.country == "CO" else None
