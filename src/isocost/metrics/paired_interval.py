"""The interval of a mean of paired differences, by the method that holds its level on such differences."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from isocost.errors import DomainError
from isocost.metrics.bootstrap import DRAWS
from isocost.metrics.cluster_bootstrap import Clusters, cluster_mean_draws
from isocost.metrics.domain import checked_count, checked_level, shown
from isocost.metrics.intervals import wilson
from isocost.metrics.paired_score import tango

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

CLUSTER_BOOTSTRAP: Final = "cluster-bootstrap"
"""Method of an interval: percentile bootstrap over base problems, the two compared moving together."""

TANGO: Final = "tango"
"""Method of an interval: Tango's score interval, both compared having one verdict on each problem."""

WILSON_NO_SPREAD: Final = "wilson-no-spread"
"""Method of an interval: all differences are equal; Wilson's upper limit on the share of problems that would differ."""

_SAME: Final = 1e-12
"""Differences closer than this are equal: far above the rounding of pass@k."""


def paired_interval(
    differences: ArrayLike, clusters: Clusters, *, rng: np.random.Generator, draws: int = DRAWS, level: float = 0.95
) -> tuple[float, float, str]:
    """Interval of a mean of paired differences over problems, and its method.

    `tango`: where all differences are −1, 0 or 1 and each base problem has one problem, the score interval of the two
    counts (`isocost.metrics.paired_score.tango`); nothing is drawn.

    `cluster-bootstrap`: elsewhere, quantiles of (1 − level)/2 and (1 + level)/2 of `cluster_mean_draws`.

    `wilson-no-spread`: where the differences of each stratum are all equal, every draw has the same mean v. Then none of
    m clusters strayed from it; with u Wilson's upper limit for 0 of m, and since a difference lies in [−1, 1], the mean
    is taken to lie from v − u·(1 + v) to v + u·(1 − v): for models that agree on all of 164 problems, ±2.3 points.
    (With strata of different v, the larger v stands in the lower end and the smaller in the upper.)

    What it does not cover: where few problems differ at all, the percentile interval is too narrow, for rare cases may be
    missing from the sample. In single verdicts, which are Tango's for that reason, it held the true difference of two
    models in 91% of simulated studies of 164 problems when 5% of problems differed, all of them one way, and in 89% when
    2% did. Tango's knows no strata: it is a little too wide where benchmarks differ much in the difference.

    Args:
        differences: shape (problems,), each from −1 to 1.
        clusters: of these problems, from `isocost.metrics.cluster_bootstrap.cluster`.
        rng: source of randomness.
        draws: draws of the bootstrap; at least 2 / (1 − level).
        level: nominal coverage, between 0 and 1.

    Raises:
        DomainError: another shape, a difference outside [−1, 1], too few draws, or a level out of range.

    >>> import numpy as np
    >>> from isocost.metrics.cluster_bootstrap import cluster
    >>> groups = cluster([f"HumanEval/{i}" for i in range(164)])
    >>> low, high, method = paired_interval([0.0] * 164, groups, rng=np.random.default_rng(7))
    >>> f"{low:.3f} {high:.3f} {method}"
    '-0.023 0.023 wilson-no-spread'
    >>> low, high, method = paired_interval([1.0] * 20 + [0.0] * 144, groups, rng=np.random.default_rng(7))
    >>> f"{low:.2f} {high:.2f} {method}"
    '0.08 0.18 tango'
    >>> low, high, method = paired_interval([0.5] * 40 + [0.0] * 124, groups, rng=np.random.default_rng(7))
    >>> f"{low:.2f} {high:.2f} {method}"
    '0.09 0.16 cluster-bootstrap'
    """
    values = checked_shares("differences", differences, -1.0, clusters.of_problem.size)
    level = checked_level(level)
    draws = checked_count(
        "draws", draws, math.ceil(2.0 / (1.0 - level) - 1e-6), hint=f"at level {level} fewer leave the tails empty"
    )
    means = clusters.sums(values) / clusters.sizes
    if all(np.ptp(means[part]) <= _SAME for part in clusters.strata):
        _, upper = wilson(0, clusters.sizes.size, level)
        value = math.fsum(values) / values.size
        low = max(-1.0, value - upper * (1.0 + float(means.max())))
        high = min(1.0, value + upper * (1.0 - float(means.min())))
        return low, high, WILSON_NO_SPREAD
    if clusters.sizes.max() == 1 and np.isin(values, (-1.0, 0.0, 1.0)).all():
        return *tango(int((values > 0).sum()), int((values < 0).sum()), values.size, level), TANGO
    drawn = cluster_mean_draws(values, clusters, rng=rng, draws=draws)
    low, high = np.quantile(drawn, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return float(low), float(high), CLUSTER_BOOTSTRAP


def checked_shares(name: str, values: ArrayLike, low: float, problems: int) -> NDArray[np.float64]:
    """The values as one row of floats from `low` to 1, one for each problem.

    Raises:
        DomainError: another shape, or a value out of range or NaN; the text names `name` and the first wrong one.
    """
    array = np.array(values, dtype=np.float64)
    if array.shape != (problems,):
        raise DomainError(f"{name} has shape {array.shape}, expected ({problems},); give one value for each problem")
    inside = (array >= low) & (array <= 1.0)  # false for NaN
    if not inside.all():
        index = int(np.argmin(inside))
        raise DomainError(
            f"{name}[{index}] is {shown(float(array[index]))}, expected a number from {low:g} to 1; "
            "leave out problems that have no value"
        )
    return array
