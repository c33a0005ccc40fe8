"""What a fit over model sizes accepts: sizes, passes and trials as arrays; anything else is refused with what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from isocost.errors import DomainError
from isocost.metrics.domain import shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FEWEST_SIZES: Final = 4
"""Different sizes that a fit over sizes needs: two parameters, and two sizes left to disagree with them."""

_ROUNDING: Final = 1e-9
"""Share of the trials that passes may lie outside [0, trials]: the rounding of weighted sums, and nothing more."""


def checked_sizes(sizes: ArrayLike) -> NDArray[np.float64]:
    """Sizes as one row of positive floats, at least `FEWEST_SIZES` of them different.

    Two models of equal size are fine: they are two points above one size, and count as one size.

    Raises:
        DomainError: another shape, a size that is not positive and finite, or too few different sizes.

    >>> checked_sizes([0.5e9, 1.5e9, 7e9])
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: sizes holds 3 different sizes, expected at least 4; show the models without a fit
    """
    row = np.asarray(sizes, dtype=np.float64)
    if row.ndim != 1:
        raise DomainError(f"sizes has shape {row.shape}, expected one size for each model; give a flat array")
    inside = (row > 0.0) & np.isfinite(row)
    if not inside.all():
        index = int(np.argmin(inside))
        raise DomainError(
            f"sizes[{index}] is {shown(float(row[index]))}, expected a positive finite number of parameters; "
            "leave out models of unknown size"
        )
    different = np.unique(row).size
    if different < FEWEST_SIZES:
        raise DomainError(
            f"sizes holds {different} different sizes, expected at least {FEWEST_SIZES}; show the models without a fit"
        )
    return row


def checked_counts(
    passed: ArrayLike, trials: ArrayLike, models: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Passes and trials, broadcast to one shape (..., models); they may be fractions, as sums of weights are.

    Raises:
        DomainError: the last axis is not the models, trials not positive and finite, or passes outside [0, trials].

    >>> checked_counts([1.0, 3.0], 2.0, models=2)
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: passed at index (1,) is 3.0, expected a number from 0 to trials = 2.0; count each ...
    """
    given = np.asarray(passed, dtype=np.float64), np.asarray(trials, dtype=np.float64)
    try:
        passes, total = (np.array(array) for array in np.broadcast_arrays(*given))
    except ValueError:
        raise DomainError(
            f"passed has shape {given[0].shape} and trials {given[1].shape}, expected shapes that can be broadcast; "
            "let the last axis of both be the models"
        ) from None
    if passes.ndim == 0 or passes.shape[-1] != models:
        raise DomainError(
            f"passed has shape {passes.shape}, expected a last axis of {models} models as in sizes; "
            "give one count for each model"
        )
    inside = (total > 0.0) & np.isfinite(total)
    if not inside.all():
        index = first_false(inside)
        raise DomainError(
            f"trials at index {index} is {shown(float(total[index]))}, expected a positive finite number; "
            "leave out a model without a scored sample"
        )
    inside = (passes >= -_ROUNDING * total) & (passes <= (1.0 + _ROUNDING) * total)
    if not inside.all():
        index = first_false(inside)
        raise DomainError(
            f"passed at index {index} is {shown(float(passes[index]))}, expected a number from 0 to "
            f"trials = {shown(float(total[index]))}; count each sample that passed once"
        )
    # What differs from none or from all by rounding only is none or all: whether a fit exists depends on it.
    passes[passes < _ROUNDING * total] = 0.0
    return np.where(total - passes < _ROUNDING * total, total, passes), total


def first_false(inside: NDArray[np.bool_]) -> tuple[int, ...]:
    """Index of the first element that is false."""
    return tuple(int(i) for i in np.argwhere(~inside)[0])
