"""The bootstrap over problems: how far would a mean move, had the benchmark drawn other problems of the same kind?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from isocost.errors import DomainError
from isocost.metrics.domain import checked_count, checked_level, shown
from isocost.metrics.intervals import wilson_of_mean

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

DRAWS: Final = 2000
"""Draws of a bootstrap unless told otherwise."""

_CELLS: Final = 2**20
"""Values resampled at a time: 16 MiB of indices and values, whatever the number of draws."""

_SAME: Final = 1e-12
"""Values closer than this are equal: far above the rounding of pass@k, far below any difference worth reporting."""


def bootstrap_mean(
    values: ArrayLike, *, rng: np.random.Generator, draws: int = DRAWS, level: float = 0.95
) -> tuple[float, float]:
    """Percentile bootstrap interval of a mean over problems.

    One draw takes as many problems as there are, with replacement, and averages their values. The ends are the quantiles
    of (1 − level)/2 and (1 + level)/2 of these means, interpolated linearly. A problem's value moves as a whole, so what
    its samples have in common is kept; samples are not drawn again within it.

    Where the values have no spread (`has_spread`), every draw has the same mean and the bootstrap would claim certainty.
    Then the interval is `wilson_of_mean`, Wilson's interval on the number of problems.

    What it does not cover: with few problems, or where nearly all values are 0 or nearly all are 1, the interval is too
    narrow, because rare cases may be missing from the sample. In simulations a 95% interval held the true mean in 94 to
    96% of cases with 164 problems, 93% with 30 and 92% with 10; with 164 problems of which hardly any is ever solved
    (true mean 1% and below), in 82 to 87%. At a low level both ends can be the same mean. It supposes independent problems.

    Source: B. Efron (1979), Annals of Statistics 7(1), 1-26; the percentile interval: B. Efron (1981), Canadian Journal
    of Statistics 9(2), 139-158.

    Args:
        values: shape (problems,), one share in [0, 1] per problem; their order has no influence on the result.
        rng: source of randomness; the same seed gives the same interval.
        draws: how many resampled means; at least 2 / (1 − level), so that a tail holds one.
        level: nominal coverage, between 0 and 1.

    Returns:
        The two ends, in the unit of `values`.

    Raises:
        DomainError: no values, another shape, a value outside [0, 1], too few draws, or a level out of range.

    >>> import numpy as np
    >>> low, high = bootstrap_mean([0.0] * 50 + [1.0] * 50, rng=np.random.default_rng(7))
    >>> round(low, 1), round(high, 1)
    (0.4, 0.6)
    >>> low, high = bootstrap_mean([1.0] * 100, rng=np.random.default_rng(7))  # no spread: Wilson's interval
    >>> f"{low:.4f} {high:.4f}"
    '0.9630 1.0000'
    >>> bootstrap_mean([], rng=np.random.default_rng(7))
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: values has shape (0,), expected one value for each of at least 1 problem; ...
    """
    shares = _checked_values(values)
    level = checked_level(level)
    # A little slack: in floats 2 / (1 − 0.9) is just above 20.
    least = math.ceil(2.0 / (1.0 - level) - 1e-6)
    draws = checked_count("draws", draws, least, hint=f"at level {level} fewer leave the tails empty")
    if not has_spread(shares):
        return wilson_of_mean(math.fsum(shares) / shares.size, shares.size, level)
    means = _resampled_means(shares, rng, draws)
    low, high = np.quantile(means, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(low), float(high)


def has_spread(values: ArrayLike) -> bool:
    """Whether values differ by more than rounding; where they don't, a bootstrap has nothing to go by.

    Args:
        values: shape (problems,), at least one.

    Raises:
        DomainError: as for `bootstrap_mean`.

    >>> has_spread([0.0, 0.0, 0.1]), has_spread([0.3, 0.1 + 0.2]), has_spread([1.0])
    (True, False, False)
    """
    shares = _checked_values(values)
    return bool(np.ptp(shares) > _SAME)


def _resampled_means(shares: NDArray[np.float64], rng: np.random.Generator, draws: int) -> NDArray[np.float64]:
    """Means of `draws` resamples, a block of draws at a time."""
    # Sorted, so that the result depends on which values there are and not on the order they came in.
    shares = np.sort(shares)
    block = max(1, _CELLS // shares.size)
    means = np.empty(draws)
    for start in range(0, draws, block):
        stop = min(start + block, draws)
        picks = rng.integers(shares.size, size=(stop - start, shares.size))
        means[start:stop] = shares[picks].mean(axis=1)
    return means


def _checked_values(values: ArrayLike) -> NDArray[np.float64]:
    """The values as one row of floats, or a DomainError that shows the first wrong one."""
    shares = np.asarray(values, dtype=np.float64)
    if shares.ndim != 1 or shares.size == 0:
        raise DomainError(
            f"values has shape {shares.shape}, expected one value for each of at least 1 problem; "
            "give a flat array with an entry per problem"
        )
    inside = (shares >= 0.0) & (shares <= 1.0)  # false for NaN
    if not inside.all():
        index = int(np.argmin(inside))
        raise DomainError(
            f"values[{index}] is {shown(float(shares[index]))}, expected a share from 0 to 1; "
            "leave out problems that have no value"
        )
    return shares
