"""Sums over the hours that the compiled loops share."""

from __future__ import annotations

from numba import njit


@njit(cache=True, inline="always")
def suffix_sums(values, sums):
    """sums[..., h] = values[..., h] + values[..., h + 1] + …, along the second axis."""
    hours = values.shape[1]
    for a in range(values.shape[0]):
        for k in range(values.shape[2]):
            total = 0.0
            for h in range(hours - 1, -1, -1):
                total += values[a, h, k]
                sums[a, h, k] = total
