"""Record batches of cells, which every export format is written from: one column each, in the order of the columns.

A cell of money is exact text with exactly the places of its currency ("1234.50"); of the other shapes text, integer,
date and true/false. What is not stated is null.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from portal.domain.money import exponent
from portal.render import words
from portal.render.columns import Cell, Column, Computed, R, Shape
from portal.render.labels import Labels

_BATCH = 5_000
_AHEAD = 2
T = TypeVar("T")
S = TypeVar("S")
_MINOR = pa.decimal128(28, 0)
TYPES = {
    Shape.TEXT: pa.string(),
    Shape.WHOLE: pa.int64(),
    Shape.DATE: pa.date32(),
    Shape.MONEY: pa.string(),
    Shape.FLAG: pa.bool_(),
}
TYPED = TYPES | {Shape.MONEY: pa.decimal128(28, 4)}  # no currency of ISO 4217 has more places


def _methods(codes: str, labels: Labels) -> str:
    return ", ".join(words.means_name(code, labels) for code in codes.split(","))


_SAID = {
    "method": _methods,
    "kind": words.kind_name,
    "settlement": words.settlement_name,
    "cause": words.movement_name,
    "section": words.section_name,
}


def of_listing(
    columns: Sequence[Column], batches: Iterable[pa.RecordBatch], typed: bool = False
) -> Iterator[pa.RecordBatch]:
    """Cells of the columns, from batches that have them by name: money as minor units of their `currency`.

    `typed`: amounts are decimals with four places, as programs take them, not text.
    """
    types = TYPED if typed else TYPES
    schema = pa.schema([(one.name, types[one.shape]) for one in columns])
    money = any(one.shape is Shape.MONEY for one in columns)

    def cells(batch: pa.RecordBatch) -> pa.RecordBatch:
        places = _places(batch["currency"]) if money else pa.scalar(0)
        arrays = [
            _exact(batch[one.name], places, typed) if one.shape is Shape.MONEY else batch[one.name] for one in columns
        ]
        return pa.record_batch(arrays, schema=schema)

    return in_turn(cells, batches)


def of_rows(columns: Sequence[Computed[R]], rows: Iterable[R]) -> Iterator[pa.RecordBatch]:
    """Cells of rows that are objects, some at a time."""
    left = iter(rows)
    schema = pa.schema([(one.name, TYPES[one.shape]) for one in columns])
    while some := list(islice(left, _BATCH)):
        arrays = [_array(column, [column.value(row) for row in some]) for column in columns]
        yield pa.record_batch(arrays, schema=schema)


def spoken(column: Column, cells: pa.Array, labels: Labels) -> pa.Array:
    """Closed words and true/false as people read them; any other cells as they are."""
    if column.shape is Shape.FLAG:
        return pc.if_else(cells, labels.gettext("Sí"), labels.gettext("No"))
    say = _SAID.get(column.name)
    if say is None or column.shape is not Shape.TEXT:
        return cells
    coded = cells.dictionary_encode()
    said = [say(code, labels) for code in coded.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(coded.indices, pa.array(said, pa.string())).cast(pa.string())


def in_turn(shape: Callable[[T], S], batches: Iterable[T]) -> Iterator[S]:
    """What `shape` makes of each batch, in order; some at once, and beside who reads and who writes."""
    with ThreadPoolExecutor(_AHEAD, "export") as pool:
        shaping: deque[Future[S]] = deque()
        for batch in batches:
            shaping.append(pool.submit(shape, batch))
            if len(shaping) > _AHEAD:
                yield shaping.popleft().result()
        while shaping:
            yield shaping.popleft().result()


def joined(*parts: pa.Array | str) -> pa.Array:
    """Texts one after the other, row by row; null where one of them is."""
    return pc.binary_join_element_wise(*parts, "")


def _places(currencies: pa.Array) -> pa.Array | pa.Scalar:
    """The places of each row's currency; one number where all have the same."""
    coded = currencies.dictionary_encode()
    places = [exponent(currency) for currency in coded.dictionary.to_pylist()]
    return pa.array(places).take(coded.indices) if len(set(places)) > 1 else pa.scalar(places[0] if places else 0)


def _exact(minor: pa.Array, places: pa.Array | pa.Scalar, typed: bool) -> pa.Array:
    write = _decimals if typed else _placed
    if isinstance(places, pa.Scalar):
        return write(minor, places.as_py())
    told = pa.nulls(len(minor), TYPED[Shape.MONEY] if typed else pa.string())
    for number in pc.unique(places).to_pylist():
        told = pc.if_else(pc.equal(places, number), write(minor, number), told)
    return told


def _decimals(minor: pa.Array, places: int) -> pa.Array:
    """Minor units as decimals: a product of exact numbers, nothing is rounded."""
    return pc.multiply(minor.cast(_MINOR), pa.scalar(Decimal(1).scaleb(-places))).cast(TYPED[Shape.MONEY])


def _placed(minor: pa.Array, places: int) -> pa.Array:
    """Minor units as text with so many places: whole units, and what is left of them."""
    least, most = pc.min_max(minor).values()
    if not places or least.as_py() is None:
        return minor.cast(pa.string())
    if least.as_py() == most.as_py() == 0 and not minor.null_count:
        return pa.repeat(f"0.{'0' * places}", len(minor))
    size = minor if least.as_py() >= 0 else pc.abs(minor)
    whole = pc.divide(size, 10**places)
    left = pc.subtract(size, pc.multiply(whole, 10**places))
    told = joined(whole.cast(pa.string()), _fractions(places).take(left))
    return told if size is minor else pc.if_else(pc.less(minor, 0), joined("-", told), told)


@lru_cache(maxsize=4)
def _fractions(places: int) -> pa.Array:
    return pa.array([f".{left:0{places}}" for left in range(10**places)])


def _array(column: Column, cells: list[Cell]) -> pa.Array:
    if column.shape is Shape.MONEY:
        return pa.array([None if cell is None else f"{cell:f}" for cell in cells], pa.string())
    if column.shape is Shape.TEXT:
        return pa.array([None if cell is None else _storable(str(cell)) for cell in cells], pa.string())
    return pa.array(cells, TYPES[column.shape])


def _storable(text: str) -> str:
    """Text with question marks for what can't be UTF-8 (lone surrogates)."""
    return text.encode("utf-8", "replace").decode("utf-8")
