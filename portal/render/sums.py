"""Sums of the money columns by currency, taken while a list goes by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import pyarrow as pa

from portal.domain.money import to_decimal
from portal.render.columns import Column, Shape

_WIDE = pa.decimal128(38, 0)


class Sums:
    """What has gone through `over` so far; exact, whatever it comes to."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._names = [column.name for column in columns if column.shape is Shape.MONEY]
        self._sums: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))

    def over(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The batches as they are: money as minor units of their `currency`."""
        for batch in batches:
            self._add(batch)
            yield batch

    def by_currency(self) -> Iterator[tuple[str, dict[str, Decimal]]]:
        """(currency, sums by column), in the order of the currencies."""
        for currency, of in sorted(self._sums.items()):
            yield currency, {name: to_decimal(of[name], currency) for name in self._names}

    def _add(self, batch: pa.RecordBatch) -> None:
        arrays = [batch["currency"], *(batch[name].cast(_WIDE) for name in self._names)]
        table = pa.table(arrays, names=["currency", *self._names])
        summed = table.group_by("currency").aggregate([(name, "sum") for name in self._names])
        for row in summed.to_pylist():
            for name in self._names:
                self._sums[row["currency"]][name] += int(row[f"{name}_sum"] or 0)
