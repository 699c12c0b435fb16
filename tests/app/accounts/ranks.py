"""Whether two samples could come from one source: the Mann-Whitney test, by its normal approximation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import erfc, sqrt


def mann_whitney(first: Sequence[float], second: Sequence[float]) -> float:
    """Two-sided p: small when one of them tends to be larger. For samples of 20 and more; ties are corrected for."""
    n, m = len(first), len(second)
    whole = n + m
    pooled = sorted([(value, True) for value in first] + [(value, False) for value in second])
    ranks, ties, passed = 0.0, 0.0, 0
    for _, equal in groupby(pooled, key=lambda pair: pair[0]):
        mine = [is_first for _, is_first in equal]
        ranks += sum(mine) * (passed + (len(mine) + 1) / 2)
        ties += len(mine) ** 3 - len(mine)
        passed += len(mine)
    u = ranks - n * (n + 1) / 2
    spread = sqrt(n * m / 12 * (whole + 1 - ties / (whole * (whole - 1))))
    return erfc(max(0.0, abs(u - n * m / 2) - 0.5) / spread / sqrt(2)) if spread else 1.0
