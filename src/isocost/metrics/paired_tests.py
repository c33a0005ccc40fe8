"""Tests of a paired difference: would it be as large by chance, were the two compared exchangeable on each problem?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from isocost.errors import DomainError
from isocost.metrics.domain import checked_count, shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

FLIPS: Final = 10_000
"""Sign flips drawn unless told otherwise; where there are no more than this, all are gone through."""

_CELLS: Final = 2**20
"""Signs drawn at a time: 8 MiB, whatever the number of flips."""

_SAME: Final = 1e-9
"""Sums closer than this, relative to the largest that is possible, are equal: a tie must not depend on rounding."""


def mcnemar_exact(only_a: int, only_b: int) -> float:
    """Exact McNemar test: of the problems that just one of two models solved, is the split one of a fair coin?

    With d = only_a + only_b discordant problems and m the smaller count, the two-sided p value is::

        p = min(1, 2·Σ_{i=0}^{m} C(d, i) / 2^d)

    Problems that both solved, or neither, do not enter. Without discordant problems p is 1.

    What it does not cover: problems that share a base problem (use `sign_flip` with clusters), several samples for each
    problem. It is conservative where d is small: with fewer than 6 discordant problems p cannot fall below 0.05.

    Source: Q. McNemar (1947), Psychometrika 12(2), 153-157, in its exact (sign test) form.

    Args:
        only_a: problems that only the first solved, at least 0.
        only_b: problems that only the second solved, at least 0.

    Returns:
        The p value, above 0 and at most 1, rounded once from the exact fraction.

    Raises:
        DomainError: a count is negative or not an integer.

    >>> mcnemar_exact(5, 0), mcnemar_exact(6, 0)
    (0.0625, 0.03125)
    >>> mcnemar_exact(3, 3), mcnemar_exact(0, 0)
    (1.0, 1.0)
    >>> f"{mcnemar_exact(21, 9):.4f}"
    '0.0428'
    """
    hint = "count the problems that only one of the two solved"
    only_a = checked_count("only_a", only_a, 0, hint=hint)
    only_b = checked_count("only_b", only_b, 0, hint=hint)
    discordant = only_a + only_b
    term, tail = 1, 1
    for i in range(min(only_a, only_b)):
        term = term * (discordant - i) // (i + 1)
        tail += term
    return min(1.0, 2 * tail / (1 << discordant))


def sign_flip(sums: ArrayLike, *, rng: np.random.Generator, flips: int = FLIPS) -> tuple[float, bool]:
    """Sign-flip permutation test of a paired difference: the p value, and whether it is exact.

    For each cluster (a base problem) take the sum of its differences, first minus second. Were the two exchangeable,
    each sum would as likely have the other sign. The statistic is the absolute total; p is the share of sign patterns
    whose statistic is at least the one seen. Clusters with sum 0 do not move it and are left out.

    Where all 2^m patterns are at most `flips` they are gone through, and p is exact. Otherwise `flips` patterns are drawn
    and p = (1 + as large) / (1 + flips), which is never 0 and keeps the test's level. With one sample for each of two
    models and one problem in a cluster, the exact p value is that of `mcnemar_exact`.

    What it does not cover: its null hypothesis is exchangeability, not only equal means; with few clusters and very
    unequal sums p is coarse.

    Source: R. A. Fisher (1935), The Design of Experiments, §21; the correction of drawn patterns: B. Phipson and
    G. K. Smyth (2010), Stat. Appl. Genet. Mol. Biol. 9(1), 39.

    Args:
        sums: shape (clusters,), finite; their order has no influence on the result.
        rng: source of randomness; not used where the result is exact.
        flips: sign patterns drawn, at least 100.

    Raises:
        DomainError: another shape, a sum that is not finite, or too few flips.

    >>> import numpy as np
    >>> sign_flip([0.5, 0.25, 0.0, 0.75, 0.1, 0.3], rng=np.random.default_rng(7))  # all agree: 2 patterns of 2^5
    (0.0625, True)
    >>> p, exact = sign_flip([1.0] * 30 + [-1.0] * 10, rng=np.random.default_rng(7))
    >>> 0.001 < p < 0.004, exact
    (True, False)
    """
    values = np.asarray(sums, dtype=np.float64)
    if values.ndim != 1:
        raise DomainError(f"sums has shape {values.shape}, expected one value for each cluster; give a flat array")
    if not np.isfinite(values).all():
        index = int(np.argmin(np.isfinite(values)))
        raise DomainError(
            f"sums[{index}] is {shown(float(values[index]))}, expected a finite number; leave out problems without a value"
        )
    flips = checked_count("flips", flips, 100, hint="fewer patterns cannot show a small p value")
    # Sorted, so that the patterns drawn meet the same values whatever order they came in.
    moving = np.sort(values[values != 0.0])
    if moving.size == 0:
        return 1.0, True
    slack = _SAME * float(np.abs(moving).sum())
    seen = abs(math.fsum(moving)) - slack
    if moving.size < 63 and 2**moving.size <= flips:
        totals = np.abs(_all_totals(moving))
        return int((totals >= seen).sum()) / 2**moving.size, True
    larger = 0
    block = max(1, _CELLS // moving.size)
    for start in range(0, flips, block):
        signs = rng.integers(2, size=(min(block, flips - start), moving.size), dtype=np.int8)
        totals = np.abs((2.0 * signs - 1.0) @ moving)
        larger += int((totals >= seen).sum())
    return (1 + larger) / (1 + flips), False


def _all_totals(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The totals of all sign patterns, 2^m of them, each pattern doubling those before it."""
    totals = np.zeros(1)
    for value in values:
        totals = np.concatenate([totals + value, totals - value])
    return totals
