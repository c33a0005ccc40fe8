"""The paired cluster bootstrap: which base problems a draw takes, and what a draw makes of values by base problem.

A draw is a row of counts over base problems. All models, samples and rungs of a base problem move together, because
all of them are weighed by the same row; and a mean over problems is a matrix product, whatever the number of curves.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from isocost.errors import DomainError
from isocost.metrics.bootstrap import DRAWS
from isocost.metrics.cluster_bootstrap import resampled_counts
from isocost.metrics.domain import checked_count, checked_level
from isocost.metrics.intervals import wilson_of_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_SAME = 1e-12


def cluster_weights(strata: Sequence[str], *, rng: np.random.Generator, draws: int = DRAWS) -> NDArray[np.float64]:
    """How often each base problem is taken in each draw, resampled within its stratum.

    Strata are benchmarks: a draw takes as many base problems of HumanEval as there are, and as many of MBPP, so that
    the mixture stays what it was. Samples within a problem are not drawn again.

    Source: A. C. Davison and D. V. Hinkley (1997), Bootstrap Methods and their Application, §3.2 (strata) and §3.8
    (the first stage alone, where clusters are whole).

    Args:
        strata: the stratum of each base problem, in the order of the base problems.
        rng: source of randomness; the same seed gives the same draws.
        draws: number of draws, at least 1.

    Returns:
        Shape (draws, base problems), whole numbers as floats; each row adds up to the number of base problems.

    Raises:
        DomainError: no base problem, or no draw.

    >>> weights = cluster_weights(["HumanEval"] * 3 + ["MBPP"] * 2, rng=np.random.default_rng(7), draws=4)
    >>> weights.shape, weights[:, :3].sum(axis=1).tolist(), weights[:, 3:].sum(axis=1).tolist()
    ((4, 5), [3.0, 3.0, 3.0, 3.0], [2.0, 2.0, 2.0, 2.0])
    """
    draws = checked_count("draws", draws, 1, hint="2,000 is the default")
    if not len(strata):
        raise DomainError("strata holds 0 base problems, expected at least 1; compare runs that share some problems")
    places: dict[str, list[int]] = {}
    for place, name in enumerate(strata):
        places.setdefault(name, []).append(place)
    weights = np.zeros((draws, len(strata)))
    for name in sorted(places):
        weights[:, places[name]] = resampled_counts(len(places[name]), rng, draws)
    return weights


def means(values: NDArray[np.float64], weights: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Mean of values over base problems, for each draw; the plain mean where `weights` is None.

    Args:
        values: shape (base problems, …).
        weights: shape (draws, base problems), as from `cluster_weights`.

    Returns:
        Shape (draws, …), or (…) without weights.

    >>> means(np.array([[0.0, 1.0], [1.0, 1.0]])).tolist()
    [0.5, 1.0]
    >>> means(np.array([0.0, 1.0]), np.array([[2.0, 0.0], [1.0, 1.0]])).tolist()
    [0.0, 0.5]
    """
    if weights is None:
        return np.asarray(values.mean(axis=0))
    flat = values.reshape(values.shape[0], -1)
    drawn: NDArray[np.float64] = weights @ flat / values.shape[0]
    return drawn.reshape(weights.shape[0], *values.shape[1:])


def percentile_interval(draws: NDArray[np.float64], level: float = 0.95) -> tuple[NDArray[np.float64], ...]:
    """Both ends of the percentile interval, over the first axis.

    Args:
        draws: shape (draws, …), one value a draw.
        level: nominal coverage, between 0 and 1.

    Returns:
        Two arrays of shape (…).

    Raises:
        DomainError: the level is out of range, or there are fewer than 2 / (1 − level) draws.
    """
    level = checked_level(level)
    least = math.ceil(2.0 / (1.0 - level) - 1e-6)
    checked_count("draws", draws.shape[0], least, hint=f"at level {level} fewer leave the tails empty")
    low, high = np.quantile(draws, [(1.0 - level) / 2.0, (1.0 + level) / 2.0], axis=0)
    return low, high


def share_interval(
    values: NDArray[np.float64], draws: NDArray[np.float64], problems: int, level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Percentile interval of shares in [0, 1] that never has zero width.

    Where all draws have the same value, as at 0% and 100%, a bootstrap has nothing to go by: there the interval is
    Wilson's on the number of problems (`wilson_of_mean`).

    Args:
        values: shape (…), the shares.
        draws: shape (draws, …), the same in each draw.
        problems: number of base problems.
        level: nominal coverage.

    Returns:
        The two ends, each of shape (…).

    >>> low, high = share_interval(np.array([0.0]), np.zeros((100, 1)), 164)
    >>> f"{low[0]:.4f} {high[0]:.4f}"
    '0.0000 0.0229'
    """
    low, high = percentile_interval(draws, level)
    flat = np.ptp(draws, axis=0) < _SAME
    for place in map(tuple, np.argwhere(flat)):
        low[place], high[place] = wilson_of_mean(float(np.clip(values[place], 0.0, 1.0)), problems, level)
    return low, high
