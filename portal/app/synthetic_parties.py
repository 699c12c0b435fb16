"""Who is in a synthetic ledger: issuers by Zipf's law, a customer with a tenth of everything, ordinary ones around."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.domain.parties import CEDULA, NIT, Party, check_digit

LARGEST_ISSUER = 0.15
BIGGEST_CUSTOMER = 0.10
_FIRST_ISSUER, _FIRST_COMPANY, _FIRST_PERSON = 990_000_001, 980_000_001, 1_990_000_001
_TRADES = (
    "Distribuidora", "Ferretería", "Papelería", "Transportes", "Comercializadora", "Alimentos", "Textiles", "Servicios",
    "Construcciones", "Laboratorios", "Insumos", "Editorial",
)  # fmt: skip
_PLACES = (
    "Andina", "del Valle", "La Sabana", "Caribe", "El Roble", "Boyacá", "San Jerónimo", "del Otún", "Los Llanos",
    "Chicamocha", "La Candelaria", "El Peñón", "Magdalena",
)  # fmt: skip
_NAMES = ("Ana María", "Carlos", "Luz Dary", "Jorge", "Nubia", "Andrés", "Yolanda", "Óscar", "Paula", "Germán", "Inés")
_SURNAMES = (
    "Peña", "Rodríguez", "Quiñones", "Gómez", "Cárdenas", "Ortiz", "Muñoz", "Vélez", "Ávila", "Londoño", "Zúñiga",
    "Rincón", "Castaño",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Population:
    """Parties, and how many documents each customer has; customers stand in the order of their issuers."""

    issuers: list[Party]
    customers: list[Party]
    issuer_of: NDArray[np.int64]  # by customer: index of its issuer
    documents: NDArray[np.int64]  # by customer: how many

    def of_issuer(self, issuer: int) -> Iterator[int]:
        """The customers (by index) of an issuer."""
        return iter(np.flatnonzero(self.issuer_of == issuer).tolist())


def population(documents: int, issuers: int, customers: int, rng: np.random.Generator) -> Population:
    """`issuers` ≤ `customers` ≤ `documents` parties; the first customer belongs to the first, the largest issuer."""
    shares = zipf(issuers)
    biggest = max(1, round(documents * BIGGEST_CUSTOMER)) if customers > 1 else documents
    rest = shares * documents
    rest[0] = max(rest[0] - biggest, 0)
    issuer_of = np.sort(np.concatenate([np.arange(issuers), _shared(customers - issuers, rest, rng)]))
    heads = np.bincount(issuer_of, minlength=issuers)
    weights = rng.gamma(3.0, size=customers) * rest[issuer_of] / heads[issuer_of]
    weights[0] = 0 if customers > 1 else 1
    counts = 1 + _shared_counts(max(documents - biggest - (customers - 1), 0), weights, rng)
    counts[0] = documents - counts[1:].sum()
    return Population(
        [_issuer(i) for i in range(issuers)],
        [_person(i) if i % 4 == 3 else _company(i) for i in range(customers)],
        issuer_of,
        counts,
    )


def zipf(size: int) -> NDArray[np.float64]:
    """Shares that sum to one, falling by rank, the first one 15 % (or what equal shares give, if that is more)."""
    low, high = 0.0, 3.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _zipf(size, middle)[0] < LARGEST_ISSUER else (low, middle)
    return _zipf(size, low)


def _zipf(size: int, exponent: float) -> NDArray[np.float64]:
    weights = np.arange(1, size + 1, dtype=np.float64) ** -exponent
    shares: NDArray[np.float64] = weights / weights.sum()
    return shares


def _shared_counts(amount: int, weights: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    total = weights.sum()
    return rng.multinomial(amount, weights / total if total else np.full(len(weights), 1 / len(weights)))


def _shared(amount: int, weights: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(weights)), _shared_counts(amount, weights, rng))


def _issuer(index: int) -> Party:
    nit = str(_FIRST_ISSUER + index)
    name = f"{_TRADES[index % len(_TRADES)]} {_PLACES[index % len(_PLACES)]} {index + 1} S.A.S."
    return Party("CO", NIT, nit, name, check_digit(nit))


def _company(index: int) -> Party:
    nit = str(_FIRST_COMPANY + index)
    name = f"{_TRADES[index // 3 % len(_TRADES)]} {_PLACES[index // 7 % len(_PLACES)]} {index + 1} Ltda."
    return Party("CO", NIT, nit, name, check_digit(nit))


def _person(index: int) -> Party:
    surnames = f"{_SURNAMES[index % len(_SURNAMES)]} {_SURNAMES[index // 5 % len(_SURNAMES)]}"
    return Party("CO", CEDULA, str(_FIRST_PERSON + index), f"{_NAMES[index % len(_NAMES)]} {surnames}")
