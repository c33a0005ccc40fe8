"""Where curves cross: the budget that reaches a share, and the budget at which one curve overtakes another.

Curves are given at the same budgets, evenly spaced in their logarithm; between two of them a curve is taken to be
straight in the logarithm of the budget. Functions keep the axes before the last one (draws), so that a bootstrap of a
crossing is one call. A crossing that is not there is NaN; `existing` sums such an array up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from isocost.errors import DomainError
from isocost.metrics.domain import checked_level

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_DRAWS = 40
"""Fewer draws in which a crossing exists have no 95% interval worth the name."""


class Crossing(NamedTuple):
    """A budget with its interval, both conditional on the crossing's existence."""

    value: float | None
    """The budget, from all base problems; None where there is no such crossing."""
    low: float | None
    """Lower end over the draws in which it exists; None where it exists in too few of them."""
    high: float | None
    """Upper end."""
    existence: float
    """Share of draws in which it exists."""


def reach(budgets: NDArray[np.float64], curves: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """The smallest budget at which a curve has reached a share.

    Args:
        budgets: shape (budgets,), rising.
        curves: shape (…, budgets), shares; NaN where a curve is not known.
        share: the share to be reached, above 0 and at most 1.

    Returns:
        Shape (…); NaN where the curve does not reach it within the budgets. The first budget itself where the curve
        begins at or above the share: it may have been reached earlier.

    Raises:
        DomainError: the share is out of range.

    >>> reach(np.array([1.0, 10.0, 100.0]), np.array([[0.0, 0.2, 0.6], [0.0, 0.1, 0.2]]), 0.4).round(1).tolist()
    [31.6, nan]
    """
    if not 0.0 < share <= 1.0:
        raise DomainError(f"share is {share:g}, expected a number above 0 and at most 1; 40% is 0.4")
    return _first_rise(np.log(budgets), curves - share)


def overtakes(
    budgets: NDArray[np.float64], larger: NDArray[np.float64], smaller: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The budget at which `larger` overtakes `smaller` for good, within the budgets at which both are known.

    It is the last place at which the difference larger − smaller goes from below 0 to above it. So it does not exist
    where `larger` is never behind (there is nothing to overtake), and where it is not ahead at the end.

    Args:
        budgets: shape (budgets,), rising.
        larger: shape (…, budgets).
        smaller: the same shape.

    Returns:
        Shape (…); NaN where there is no such budget.

    >>> budgets = np.array([1.0, 10.0, 100.0])
    >>> overtakes(budgets, np.array([0.0, 0.3, 0.9]), np.array([0.2, 0.4, 0.6])).round(1).item()
    17.8
    """
    gap = larger - smaller
    logs = np.log(budgets)
    known = ~np.isnan(gap)
    # Turned around, the last rise from behind is the first fall from ahead.
    flipped = np.where(known, gap, np.nan)[..., ::-1]
    start = np.argmax(known[..., ::-1], axis=-1)[..., None]
    ahead = np.take_along_axis(flipped, start, axis=-1)[..., 0] > 0.0
    behind = flipped < 0.0
    place = np.argmax(behind, axis=-1)  # counted from the end: the last budget at which it is behind
    found = ahead & behind.any(axis=-1)
    right = np.clip(gap.shape[-1] - place, 1, gap.shape[-1] - 1)  # the budget after that one
    # Budgets at which both are equal lie between behind and ahead: the crossing is where they begin.
    return _where_found(found, _between(logs, gap, right))


def existing(value: float, draws: NDArray[np.float64], level: float = 0.95) -> Crossing:
    """Sum up a crossing: the value, its interval over the draws in which it exists, and how often it does.

    Args:
        value: the crossing of the whole data; NaN where there is none.
        draws: shape (draws,); NaN in the draws in which there is none.
        level: nominal coverage of the interval, conditional on existence.

    >>> existing(10.0, np.array([9.0, 10.0, 11.0, np.nan] * 25)).existence
    0.75
    """
    level = checked_level(level)
    there = draws[~np.isnan(draws)]
    low = high = None
    if there.size >= _LEAST_DRAWS:
        low, high = (float(end) for end in np.quantile(there, [(1.0 - level) / 2.0, (1.0 + level) / 2.0]))
    return Crossing(None if np.isnan(value) else float(value), low, high, float(there.size / draws.size))


def _first_rise(logs: NDArray[np.float64], height: NDArray[np.float64]) -> NDArray[np.float64]:
    """Exponential of the first place at which `height` comes to 0 from below."""
    above = height >= 0.0  # false for NaN
    place = np.argmax(above, axis=-1)
    right = np.maximum(place, 1)
    inside = np.where(place == 0, logs[0], _between(logs, height, right))
    return _where_found(np.asarray(above.any(axis=-1)), inside)


def _where_found(found: NDArray[np.bool_], logs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Budgets where there is a crossing, NaN elsewhere: there the line may point anywhere, far beyond what exp can say."""
    return np.exp(np.where(found, logs, np.nan))


def _between(logs: NDArray[np.float64], height: NDArray[np.float64], right: NDArray[np.int64]) -> NDArray[np.float64]:
    """Where the line from the point before `right` to the one at `right` crosses 0, in logarithms."""
    y1 = np.take_along_axis(height, right[..., None], axis=-1)[..., 0]
    y0 = np.take_along_axis(height, right[..., None] - 1, axis=-1)[..., 0]
    x1, x0 = logs[right], logs[right - 1]
    rise = y1 - y0
    part = np.where(rise > 0.0, -y0 / np.where(rise > 0.0, rise, 1.0), 0.0)
    return x0 + np.where(np.isnan(part), 1.0, part) * (x1 - x0)
