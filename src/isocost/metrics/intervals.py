"""Intervals of a share: of n problems, so many were solved; where may the true share lie?

Both intervals have one answer per problem in mind, right or wrong. Neither collapses to a point at 0% or 100%, which
the textbook interval p ± z·√(p(1−p)/n) does; both stay inside [0, 1].
"""

from __future__ import annotations

import math
from statistics import NormalDist

from isocost.errors import DomainError
from isocost.metrics.domain import checked_count, checked_level, shown


def wilson(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's score interval of a share: all p that a score test at `1 - level` would not reject.

    With p̂ = successes / n and z the normal quantile of (1 + level) / 2, the ends are::

        (p̂ + z²/2n ± z·√(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n)

    Its coverage is near `level` on average over p, and can fall below it for single p near 0 or 1. It supposes
    independent problems; where problems come in groups that share a base problem, it is too narrow.

    Source: E. B. Wilson (1927), J. Am. Stat. Assoc. 22(158), 209-212; compared with its rivals by L. D. Brown, T. T. Cai
    and A. DasGupta (2001), Statistical Science 16(2), 101-133.

    Args:
        successes: problems solved, 0 to n.
        n: problems asked, at least 1.
        level: nominal coverage, between 0 and 1.

    Returns:
        The two ends, shares in [0, 1]; exactly 0.0 below when nothing was solved, exactly 1.0 above when everything was.

    Raises:
        DomainError: a count or the level is out of range.

    >>> low, high = wilson(82, 164)
    >>> f"{low:.4f} {high:.4f}"
    '0.4244 0.5756'
    >>> low, high = wilson(0, 164)
    >>> f"{low:.4f} {high:.4f}"
    '0.0000 0.0229'
    >>> wilson(165, 164)
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: successes is 165, expected an integer from 0 to n = 164; count each problem once
    """
    successes, n = _checked_counts(successes, n)
    return _wilson_ends(float(successes), n, checked_level(level))


def wilson_of_mean(mean: float, n: int, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval around the mean of n values that lie in [0, 1], whole or not.

    The formula is `wilson`'s with p̂ = `mean`. Of all variables in [0, 1] with mean p, the one that takes only 0 and 1 has
    the largest variance, p(1 − p), because x² ≤ x there. So the interval is that of the worst case: with values strictly
    between 0 and 1 it is wider than needed, hence of use where the data show no spread of their own.

    Args:
        mean: mean of the values, 0 to 1.
        n: number of values, at least 1.
        level: nominal coverage, between 0 and 1.

    Returns:
        The two ends, in [0, 1].

    Raises:
        DomainError: an argument is out of range.

    >>> wilson_of_mean(0.5, 164) == wilson(82, 164)
    True
    """
    n = checked_count("n", n, 1, hint="an interval needs at least one value")
    if not 0.0 <= mean <= 1.0:
        raise DomainError(f"mean is {shown(mean)}, expected a number from 0 to 1; give shares, not per cent")
    return _wilson_ends(mean * n, n, checked_level(level))


def beta_interval(successes: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Equal-tailed credible interval of a share under a uniform prior.

    The prior Beta(1, 1) and s successes of n give the posterior Beta(1 + s, 1 + n − s); the ends are its quantiles of
    (1 − level)/2 and (1 + level)/2. They are never 0 or 1: at s = 0 the interval lies wholly above the observed share
    0, and at s = n below 1, as equal tails must. It supposes independent problems.

    Source: T. Bayes (1763), Phil. Trans. 53, 370-418; for evaluations of language models: S. Bowyer, L. Aitchison and
    D. R. Ivanova (2025), arXiv 2503.01747.

    Args:
        successes: problems solved, 0 to n.
        n: problems asked, at least 1.
        level: posterior probability of the interval, between 0 and 1.

    Returns:
        The two ends, shares strictly inside (0, 1) as far as floats can say.

    Raises:
        DomainError: a count or the level is out of range.

    >>> low, high = beta_interval(82, 164)
    >>> f"{low:.4f} {high:.4f}"
    '0.4243 0.5757'
    >>> low, high = beta_interval(0, 1)  # the posterior has density 2(1 − p): its quantiles are 1 − √(1 − q)
    >>> f"{low:.4f} {high:.4f}"
    '0.0126 0.8419'
    """
    # scipy.special alone: its statistics package takes several times as long to import.
    from scipy.special import betainccinv, betaincinv

    successes, n = _checked_counts(successes, n)
    tail = (1.0 - checked_level(level)) / 2.0
    a, b = 1.0 + successes, 1.0 + (n - successes)
    return float(betaincinv(a, b, tail)), float(betainccinv(a, b, tail))


def _checked_counts(successes: object, n: object) -> tuple[int, int]:
    """Both counts, or a DomainError that names the wrong one."""
    total = checked_count("n", n, 1, hint="an interval needs at least one problem")
    hint = "count each problem once"
    return checked_count("successes", successes, 0, total, bound=f"n = {total}", hint=hint), total


def _wilson_ends(successes: float, n: int, level: float) -> tuple[float, float]:
    """The ends for a sum of successes that need not be whole.

    They are the roots of (n + z²)x² − (2s + z²)x + s²/n = 0. The upper one is written as it comes; the lower one from
    their product s²/(n(n + z²)), since the difference in the textbook form loses its digits when s is near 0.
    """
    z = -NormalDist().inv_cdf((1.0 - level) / 2.0)
    share = successes / n
    reach = 2.0 * successes + z * z + z * math.sqrt(z * z + 4.0 * successes * (1.0 - share))
    low = 2.0 * successes * share / reach if successes else 0.0  # reach is 0 too, should z round to 0
    high = 1.0 if share == 1.0 else min(1.0, reach / (2.0 * (n + z * z)))
    return low, high
