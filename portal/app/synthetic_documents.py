"""A batch of synthetic documents as columns: dates, kinds, sums, and what pays what. All vectors, whole numbers only.

A row's position in the batch is its name here; `Applied` rows point to positions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from portal.domain.documents import Kind

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

KINDS = (Kind.INVOICE, Kind.DEBIT_NOTE, Kind.CREDIT_NOTE, Kind.ADVANCE, Kind.RECEIPT)
INVOICE, DEBIT_NOTE, CREDIT_NOTE, ADVANCE, RECEIPT = range(5)
CURRENCIES = ("COP", "USD", "EUR")  # two decimals each
DAYS = 800
_MIX = (0.70, 0.03, 0.07, 0.04, 0.16)
_PROFILES = np.array([[1.0, 1.0, 1.0], [0.75, 1.0, 1.0], [0.0, 0.7, 1.0], [0.8, 0.95, 1.0]])  # cumulated, by currency
_TERMS = np.array([0, 15, 30, 30, 30, 45, 60, 90])  # days; 0 is contado
_PESOS_PER_UNIT = np.array([1, 4_000, 4_500])  # only to make prices believable


@dataclass(frozen=True, slots=True)
class Product:
    """What is sold: text, price in pesos, IVA in percent."""

    text: str
    price: int
    iva: int


PRODUCTS = (
    Product("Cemento gris 50 kg", 32_500, 19), Product("Varilla corrugada 1/2 pulgada", 41_800, 19),
    Product("Resma de papel carta 75 g", 18_900, 19), Product("Tóner negro compatible", 215_000, 19),
    Product("Harina de trigo bulto 50 kg", 142_000, 5), Product("Café molido libra", 21_400, 5),
    Product("Leche entera caja x 12", 48_600, 0), Product("Huevos cubeta x 30", 17_800, 0),
    Product("Servicio de transporte Bogotá–Cali", 1_850_000, 0), Product("Mantenimiento mensual", 980_000, 19),
    Product("Licencia anual de software", 2_400_000, 19), Product("Hora de consultoría", 165_000, 19),
    Product("Guante de nitrilo caja x 100", 38_700, 19), Product("Acetaminofén 500 mg caja", 12_300, 0),
    Product("Camiseta tipo polo bordada", 46_000, 19), Product("Tubería PVC 4 pulgadas x 6 m", 96_500, 19),
    Product("Pintura vinilo tipo 1 galón", 78_900, 19), Product("Llanta 195/65 R15", 312_000, 19),
    Product("Aguacate Hass kilo", 7_900, 0), Product("Arriendo de bodega", 6_200_000, 19),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Applied:
    """Credits set against debits, by position in the batch; `on` in days since 1970."""

    credit: Ints
    debit: Ints
    amount: Ints
    on: Ints


@dataclass(slots=True)
class Batch:
    """Columns of equal length; dates in days since 1970, sums in minor units."""

    customer: Ints
    kind: Ints
    currency: Ints
    issued: Ints
    days: Ints
    product: Ints
    quantity: Ints
    price: Ints  # minor units
    total: Ints

    @property
    def debits(self) -> Bools:
        return self.kind <= DEBIT_NOTE


def draw(customer: Ints, today: date, rng: np.random.Generator) -> Batch:
    """Documents of these customers (by index), not applied to each other yet."""
    size = len(customer)
    profile = np.where(customer == 0, 3, np.array([0] * 17 + [1, 1, 2])[customer % 20])
    currency = (rng.random(size)[:, None] >= _PROFILES[profile]).sum(axis=1)
    product = rng.integers(len(PRODUCTS), size=size)
    quantity = rng.geometric(0.12, size=size)
    pesos = np.array([p.price for p in PRODUCTS])[product]
    price = np.maximum(1, pesos // _PESOS_PER_UNIT[currency]) * 100
    last = (today - date(1970, 1, 1)).days
    kind = rng.choice(5, size=size, p=_MIX)
    return Batch(
        customer=customer,
        kind=kind,
        currency=currency,
        issued=last - rng.integers(DAYS, size=size),
        days=np.where(kind == INVOICE, _TERMS[rng.integers(len(_TERMS), size=size)], 30),
        product=product,
        quantity=quantity,
        price=price,
        total=quantity * price + iva(product, quantity, price),
    )


def iva(product: Ints, quantity: Ints, price: Ints) -> Ints:
    """The tax in minor units: exact, since prices are whole."""
    percent: Ints = np.array([p.iva for p in PRODUCTS])[product]
    tax: Ints = quantity * price // 100 * percent
    return tax


def apply(batch: Batch, today: date, rng: np.random.Generator) -> Applied:
    """Let credits pay debits of the same customer and currency; sums and dates of the credits follow from it."""
    accounts = _Accounts(batch, (today - date(1970, 1, 1)).days, rng)
    found = [accounts.credit_notes(), accounts.advances(), accounts.receipts()]
    credit, debit, amount = (np.concatenate(ends) for ends in zip(*found, strict=True))
    paid = amount > 0
    credit, debit = credit[paid], debit[paid]
    return Applied(credit, debit, amount[paid], np.maximum(batch.issued[credit], batch.issued[debit]))


class _Accounts:
    """A batch by account (customer and currency): the debits of each in the order of their dates."""

    def __init__(self, batch: Batch, last: int, rng: np.random.Generator) -> None:
        self.batch, self.last, self.rng = batch, last, rng
        _, self.account = np.unique(batch.customer * len(CURRENCIES) + batch.currency, return_inverse=True)
        self.size = int(self.account.max()) + 1
        self.debits, self.count, self.start = self._of(batch.debits)
        self.left = batch.total.copy()

    def _of(self, chosen: Bools) -> tuple[Ints, Ints, Ints]:
        """Positions by account and date, how many each account has, and where it starts."""
        rows = np.flatnonzero(chosen)
        rows = rows[np.lexsort((self.batch.issued[rows], self.account[rows]))]
        count = np.bincount(self.account[rows], minlength=self.size)
        return rows, count, np.cumsum(count) - count

    def _aimed(self, kind: int) -> tuple[Ints, Ints]:
        """Credits of a kind, spread over the debits of their account, one debit each; the rest aims at nothing."""
        rows, count, start = self._of(self.batch.kind == kind)
        mine = self.account[rows]
        rank = np.arange(len(rows)) - start[mine]
        debits = self.count[mine]
        place = np.where(count[mine] <= debits, rank * debits // count[mine], rank)
        hits = place < debits
        return rows[hits], self.debits[(self.start[mine] + place)[hits]]

    def credit_notes(self) -> tuple[Ints, Ints, Ints]:
        """Most correct a part of a debit, some all of it."""
        credit, debit = self._aimed(CREDIT_NOTE)
        percent = np.where(self.rng.random(len(credit)) < 0.3, 100, self.rng.integers(5, 31, size=len(credit)))
        amount = self.left[debit] * percent // 100
        self.batch.total[credit] = amount
        return self._settle(credit, debit, amount, self.rng.integers(1, 21, size=len(credit)))

    def advances(self) -> tuple[Ints, Ints, Ints]:
        """Half are spent, as far as they reach; the others are saldo a favor."""
        credit, debit = self._aimed(ADVANCE)
        spent = self.rng.random(len(credit)) < 0.5
        credit, debit = credit[spent], debit[spent]
        amount = np.minimum(self.batch.total[credit], self.left[debit])
        return self._settle(credit, debit, amount, -self.rng.integers(1, 21, size=len(credit)))

    def receipts(self) -> tuple[Ints, Ints, Ints]:
        """Each pays the next debits of its account: old ones nearly always, new ones rarely, some in part."""
        rows, count, start = self._of(self.batch.kind == RECEIPT)
        mine = self.account[self.debits]
        rank = np.arange(len(self.debits)) - self.start[mine]
        has = count[mine] > 0
        debit = self.debits[has]
        credit = rows[(start[mine] + rank * count[mine] // np.maximum(self.count[mine], 1))[has]]
        amount = self.left[debit] * self._paid_percent(debit) // 100
        paid = np.zeros_like(self.batch.total)
        np.add.at(paid, credit, amount)
        surplus = self.rng.random(len(paid)) < 0.04
        total = self.batch.total
        total[rows] = np.where(paid[rows] > 0, paid[rows] + np.where(surplus[rows], total[rows], 0), total[rows])
        return self._settle(credit, debit, amount, self.rng.integers(3, 40, size=len(credit)))

    def _paid_percent(self, debit: Ints) -> Ints:
        age = self.last - self.batch.issued[debit]
        chance = self.rng.random(len(debit))
        settled = chance < np.where(age < 30, 0.15, 0.74)
        part = ~settled & (chance > 0.92)
        return np.where(settled, 100, np.where(part, self.rng.integers(20, 81, size=len(debit)), 0))

    def _settle(self, credit: Ints, debit: Ints, amount: Ints, lag: Ints) -> tuple[Ints, Ints, Ints]:
        """Take the amounts off, and date each credit by the last debit it pays."""
        np.subtract.at(self.left, debit, amount)
        paid = amount > 0
        issued = self.batch.issued
        issued[credit[paid]] = 0
        np.maximum.at(issued, credit[paid], np.minimum(issued[debit[paid]] + lag[paid], self.last))
        return credit, debit, amount
