"""The demo's invoices: two years of purchases that end today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from data.demo.companies import SAN_JOSE, Account, Product, Seller
from portal.domain.documents import Authorisation, Facts, Kind, Line, Prepayment, Reference, Role, Tax, Term

_PERSON = "2"
_FEW = 3  # what a person carries home
_HUNDRED = Decimal(100)
_WITHHELD = (("06", "ReteFuente", Decimal("2.50")), ("07", "ReteICA", Decimal("0.69")))
_VAT = {"CO": "IVA", "ES": "VAT"}


@dataclass(frozen=True, slots=True)
class Sale:
    """An invoice and the account that it belongs to."""

    account: Account
    facts: Facts


def purchases(account: Account, today: date, rng: Random) -> Iterator[Sale]:
    """What an account bought, in no order and without numbers yet."""
    for start in range(0, account.since - account.every, account.every):
        on = today - timedelta(days=start + rng.randrange(account.every))
        prices = account.seller.prices[account.currency]
        chosen = rng.sample(prices, min(len(prices), rng.choice((1, 1, 2, 3)) if account.days else 1))
        few = account.days == 0 or account.customer.legal_form == _PERSON
        lines = [(product, rng.randint(1, min(product.most, _FEW) if few else product.most)) for product in chosen]
        yield Sale(account, _invoice(account, on, lines, rng))


def single(seller: Seller, today: date) -> Sale:
    """The only invoice of a customer who bought once."""
    account = Account(seller, SAN_JOSE, 730, unpaid=(8,))
    products = seller.prices["COP"]
    lines = [(products[3], 6), (products[5], 1)]
    return Sale(account, _invoice(account, today - timedelta(days=38), lines, Random(0)))  # noqa: S311  no secret


def numbered(sales: list[Sale]) -> list[Sale]:
    """One seller's sales by date, with numbers without gaps, DIAN's range, and the customers' order numbers."""
    ordered = sorted(sales, key=lambda sale: (sale.facts.issue_date, sale.facts.customer.tax_id, sale.facts.total))
    return [Sale(sale.account, _with_number(sale, place)) for place, sale in enumerate(ordered)]


def prepaid(sale: Sale, amount: Decimal, advance: Facts) -> Sale:
    """The same invoice, net of an advance that it uses up."""
    return Sale(
        sale.account,
        replace(
            sale.facts,
            total=sale.facts.total - amount,
            prepaid=amount,
            prepayments=(Prepayment(amount, advance.number, advance.issue_date),),
            references=(Reference(Role.CONSUMES, advance.number, amount=amount),),
        ),
    )


def lines_of(lines: list[tuple[Product, int]], country: str) -> tuple[Line, ...]:
    """Lines with their tax."""
    return tuple(_line(str(place), product, quantity, country) for place, (product, quantity) in enumerate(lines, 1))


def totals(lines: tuple[Line, ...]) -> dict[str, object]:
    """What a document states besides its lines: subtotal, base, taxes by rate, total."""
    taxes: dict[Decimal, Tax] = {}
    for tax in (tax for line in lines for tax in line.taxes):
        rate, base = tax.rate or Decimal(0), tax.base or Decimal(0)
        known = taxes.get(rate)
        taxes[rate] = replace(tax, amount=tax.amount + known.amount, base=base + (known.base or 0)) if known else tax
    subtotal = sum((line.amount for line in lines), Decimal(0))
    return {
        "lines": lines,
        "line_total": subtotal,
        "tax_base": sum((tax.base or Decimal(0) for tax in taxes.values()), Decimal(0)),
        "taxes": tuple(taxes.values()),
        "total": subtotal + sum((tax.amount for tax in taxes.values()), Decimal(0)),
    }


def _invoice(account: Account, on: date, lines: list[tuple[Product, int]], rng: Random) -> Facts:
    made = totals(lines_of(lines, account.seller.party.country))
    return Facts(
        kind=Kind.INVOICE,
        number="",
        issuer=account.seller.party,
        customer=account.customer,
        issue_date=on,
        currency=account.currency,
        source="xml",
        due_date=on + timedelta(days=account.days),
        issue_time=f"{rng.randint(8, 17):02d}:{rng.randint(0, 59):02d}:00-05:00",
        type_code=account.type_code,
        environment="1",
        withholdings=_withheld(made["line_total"]) if account.withholds else (),  # type: ignore[arg-type]
        term=Term.CREDIT if account.days else Term.CASH,
        method=account.method,
        notes=(account.seller.note,) if account.seller.note else (),
        exchange=(account.currency, "COP", Decimal(rng.randint(3_900, 4_400))) if account.type_code == "02" else None,
        **made,  # type: ignore[arg-type]
    )


def _line(place: str, product: Product, quantity: int, country: str) -> Line:
    amount = product.price * quantity
    tax = Tax("01", _VAT[country], amount * product.iva / _HUNDRED, amount, product.iva)
    return Line(
        place,
        product.text,
        Decimal(quantity),
        amount,
        product.unit,
        product.price,
        product.code,
        taxes=(tax,) if product.iva else (),
    )


def _withheld(base: Decimal) -> tuple[Tax, ...]:
    return tuple(Tax(code, name, base * rate / _HUNDRED, base, rate) for code, name, rate in _WITHHELD)


def _with_number(sale: Sale, place: int) -> Facts:
    account, seller = sale.account, sale.account.seller
    number = seller.first + place
    return replace(
        sale.facts,
        number=f"{seller.prefix}{number}",
        order=f"{account.orders}{number * 7 % 9_000 + 1_000}" if account.orders else None,
        authorisation=_range(seller),
    )


def _range(seller: Seller) -> Authorisation | None:
    if seller.party.country != "CO":
        return None
    nit = seller.party.tax_id
    return Authorisation(f"18764{nit}"[:14], seller.prefix, str(seller.first), "99999")
