"""The bytes of an array of texts, looked at all together: quicker by far than each text by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

Bytes = np.ndarray[Any, np.dtype[np.uint8]]


@dataclass(frozen=True, slots=True)
class Look:
    """All texts one after the other, and the first and the last byte of each that is not empty."""

    data: bytes
    firsts: Bytes
    lasts: Bytes

    @classmethod
    def at(cls, texts: pa.Array) -> Look:
        data, ends = bytes(bytes_of(texts)), _offsets(texts)
        ends = ends - ends[0]
        filled = ends[1:] > ends[:-1]
        every = np.frombuffer(data, np.uint8)
        return cls(data, every[ends[:-1][filled]], every[ends[1:][filled] - 1])

    def holds(self, any_of: Iterable[bytes]) -> bool:
        """Whether one of these occurs in a text, or where two of them meet."""
        return any(part in self.data for part in any_of)

    @property
    def has_controls(self) -> bool:
        """Whether a character below the blank occurs."""
        return bool((np.frombuffer(self.data, np.uint8) < ord(" ")).any())


def bytes_of(texts: pa.Array) -> memoryview:
    """The texts of an array one after the other, without copying them."""
    ends = _offsets(texts)
    return memoryview(texts.buffers()[2] or b"")[ends[0] : ends[-1]]


def _offsets(texts: pa.Array) -> Any:
    if not len(texts):
        return np.zeros(1, np.int32)
    return np.frombuffer(texts.buffers()[1], np.int32, len(texts) + 1, 4 * texts.offset)
