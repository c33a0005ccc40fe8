"""Differences of ln Γ without cancellation, for the Beta functions that coverage needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_ENOUGH: Final = 8
"""From this x on, the seven terms of `_STIRLING` leave less than 1e-15."""

_STIRLING: Final = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156)
"""Coefficients of 1/x, 1/x³, 1/x⁵ … in ln Γ(x) − [(x − ½)·ln x − x + ½·ln 2π]."""


def log_rising(x: ArrayLike, d: ArrayLike) -> NDArray[np.float64]:
    """The difference ln Γ(x + d) − ln Γ(x), exact to rounding however large x or small d.

    (x − ½)·ln(1 + d/x) + d·(ln(x + d) − 1) + σ(x + d) − σ(x) with Stirling's series σ; for x below 8 the difference
    is taken at x + 8 first, and Σ_{i<8} ln(1 + d/(x + i)) taken off. Where d is far smaller than x, the difference of two
    values of ln Γ would lose all digits.

    Source: NIST Digital Library of Mathematical Functions, 5.5.1 and 5.11.1.

    Args:
        x: above 0.
        d: at least 0; broadcast against x.

    >>> import numpy as np
    >>> bool(abs(log_rising(5.0, 2.0) - np.log(5 * 6)) < 1e-14)
    True
    """
    start, more = np.broadcast_arrays(np.asarray(x, dtype=np.float64), np.asarray(d, dtype=np.float64))
    small = start < _ENOUGH
    high = start + _ENOUGH * small
    end = high + more
    rising = (high - 0.5) * np.log1p(more / high) + more * (np.log(end) - 1.0) + _stirling(end) - _stirling(high)
    if small.any():
        # Elsewhere the logarithms of 1, so that no element is looked up by its place.
        low = np.where(small, start, 1.0)
        add = np.where(small, more, 0.0)
        for i in range(_ENOUGH):
            rising = rising - np.log1p(add / (low + i))
    return np.asarray(rising)


def _stirling(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """σ(x) = Σ coefficients · x^−(2i + 1)."""
    inverse = 1.0 / x
    square = inverse * inverse
    total = np.zeros_like(x)
    for coefficient in reversed(_STIRLING):
        total = total * square + coefficient
    return total * inverse
