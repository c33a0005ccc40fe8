"""How solve rates are spread over problems: the Beta(a, b) under which the tallies are likeliest, for many weightings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from isocost.analysis.tally_inputs import checked_tallies, checked_weights
from isocost.errors import DomainError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LEAST_TOTAL: Final = 1e-6
"""Least a + b: problems are as good as always or never solved."""

MOST_TOTAL: Final = 1e6
"""Most a + b: solve rates are as good as equal."""

_STEPS: Final = 200
"""Newton steps, halved ones counted."""

_SMALL: Final = 1e-7
"""A step no longer than this in logit(a / (a + b)) and ln(a + b) is the last."""

_LONGEST: Final = 1.5
"""Longest step, in the same units."""

_CELLS: Final = 2**17
"""Weightings × counts worked on at a time, so that a block stays in the processor's cache."""


class Boundary(IntEnum):
    """Where the likelihood has its supremum."""

    none = 0
    """Inside: a and b are the maximum-likelihood estimates."""
    binomial = 1
    """At a + b → ∞: tallies vary no more than they would if all problems had one solve rate. a + b is `MOST_TOTAL`."""
    all_or_nothing = 2
    """At a + b → 0: every problem passed always or never, and both occur. a + b is `LEAST_TOTAL`, and a/(a + b) the share
    of problems that passed."""
    unanimous = 3
    """Nothing passed, or everything did: there is no estimate. a/(a + b) is (Σc + ½)/(Σn + 1) and a + b is 1."""
    one_sample = 4
    """No problem in this weighting has two samples: only the mean can be told. a + b is 1."""


@dataclass(frozen=True, eq=False)
class BetaBinomialFit:
    """Beta(a, b) of shape (...), one for each weighting."""

    a: NDArray[np.float64]
    """First parameter of the Beta distribution of solve rates; the share left unsolved falls as k^−a."""
    b: NDArray[np.float64]
    """Second parameter, of the rate of failing."""
    boundary: NDArray[np.int8]
    """A `Boundary` for each weighting: 0 where a and b are estimates inside, else what stands in for them."""

    @property
    def exists(self) -> NDArray[np.bool_]:
        """Whether the likelihood has a maximum inside."""
        return np.asarray(self.boundary == Boundary.none)


@dataclass(frozen=True, eq=False)
class _Counts:
    """The tallies as the likelihood needs them: weights of the problems with more than j passes, failures and samples,
    each of shape (rows, j), and the sums of the first two over j, which are all passes and all failures.
    """

    passes: NDArray[np.float64]
    failures: NDArray[np.float64]
    samples: NDArray[np.float64]
    passed: NDArray[np.float64]
    failed: NDArray[np.float64]

    def rows(self, pick: NDArray[np.bool_]) -> _Counts:
        """The counts of some of the weightings."""
        columns = self.passes, self.failures, self.samples, self.passed, self.failed
        return _Counts(*(column[pick] for column in columns))


def fit_beta_binomial(n: ArrayLike, c: ArrayLike, weights: ArrayLike | None = None) -> BetaBinomialFit:
    """Maximum-likelihood Beta(a, b) of the problems' solve rates, each tally being binomial given its rate.

    L(a, b) = Σ_i w_i · ln[ B(a + c_i, b + n_i − c_i) / B(a, b) ], which for whole counts is
    Σ_j S_j·ln(a + j) + F_j·ln(b + j) − N_j·ln(a + b + j), where S_j, F_j and N_j are the weights of the problems with more
    than j passes, failures and samples. No gamma function is left, and nothing cancels where a + b is large.

    Newton's method in logit(a/(a + b)) and ln(a + b), which are nearly independent; a step that lowers the likelihood is
    halved. A bootstrap draw of problems is one row of weights; all rows are fitted at once. No row raises because of what
    it drew: where the likelihood has no maximum inside, `boundary` says where it is and what stands in for a and b.

    What it does not cover: problems that no number of samples solves, beside others that are solvable (a third parameter,
    the ceiling; see arXiv 2502.17578). A Beta has no such problems, and its coverage always reaches 1 in the end.

    Source: Schaeffer and others (2025), arXiv 2502.17578 (beta-binomial coverage); the likelihood: J. Skellam (1948),
    J. R. Stat. Soc. B 10(2), 257-261.

    Args:
        n: shape (problems,), whole numbers of at least 1; 2 or more for some problem, or the spread cannot be told.
        c: shape (problems,), whole numbers from 0 to n.
        weights: shape (..., problems), at least 0 and not all 0 in a row; None weighs each problem 1.

    Raises:
        DomainError: shapes that do not fit, counts or weights out of range, or only one sample of each problem.

    >>> fit = fit_beta_binomial([10] * 8, [0, 0, 1, 2, 4, 7, 9, 10])
    >>> f"{fit.a:.3f} {fit.b:.3f} {fit.exists}"
    '0.378 0.528 True'
    >>> fit_beta_binomial([1] * 3, [0, 1, 1])
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: n is 1 for every problem, expected at least 2 samples of some problem; one sample ...
    """
    total, passed = checked_tallies(n, c)
    weight = checked_weights(weights, total)
    if int(total.max()) < 2:
        raise DomainError(
            "n is 1 for every problem, expected at least 2 samples of some problem; one sample cannot tell how solve "
            "rates spread: sample more, or show no coverage beyond it"
        )
    lead = weight.shape[:-1]
    weight = weight.reshape(-1, total.size)
    a, b = np.empty(len(weight)), np.empty(len(weight))
    boundary = np.empty(len(weight), dtype=np.int8)
    # Problems with the same tally are one cell: the work goes with the different (n, c), not with the problems.
    cells, cell_of = np.unique(np.stack([total, passed]), axis=1, return_inverse=True)
    samples, passes = cells
    mixed = ((passes > 0) & (passes < samples)).astype(np.float64)
    in_cell = (cell_of.reshape(-1)[:, np.newaxis] == np.arange(samples.size)).astype(np.float64)
    block = max(1, _CELLS // int(total.max()))
    for start in range(0, len(weight), block):
        part = slice(start, start + block)
        of_cells = weight[part] @ in_cell
        counts = _Counts(
            passes=_more_than(of_cells, passes),
            failures=_more_than(of_cells, samples - passes),
            samples=_more_than(of_cells, samples),
            passed=of_cells @ passes.astype(np.float64),
            failed=of_cells @ (samples - passes).astype(np.float64),
        )
        some = of_cells @ np.stack([mixed, passes > 0, np.ones_like(mixed)], axis=-1)
        a[part], b[part], boundary[part] = _fit(
            counts, some_mixed=some[:, 0] > 0.0, solved=some[:, 1] / some[:, 2], equal_samples=np.ptp(samples) == 0
        )
    return BetaBinomialFit(a=a.reshape(lead), b=b.reshape(lead), boundary=boundary.reshape(lead))


def _more_than(weight: NDArray[np.float64], count: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weight of the cells whose count is above j, for j = 0 … max − 1: shape (rows, max)."""
    return weight @ (count[:, np.newaxis] > np.arange(count.max())).astype(np.float64)


def _fit(
    counts: _Counts, *, some_mixed: NDArray[np.bool_], solved: NDArray[np.float64], equal_samples: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.int8]]:
    """The a, b and boundary of each row; `solved` is the share of problems that passed at all."""
    samples = counts.passed + counts.failed
    unanimous = (counts.passed == 0.0) | (counts.failed == 0.0)
    mean = np.where(unanimous, (counts.passed + 0.5) / (samples + 1.0), counts.passed / samples)
    of_passes, of_failures, all_pairs = (
        array @ np.arange(array.shape[-1], dtype=np.float64)
        for array in (counts.passes, counts.failures, counts.samples)
    )
    # The slope of the likelihood in 1/(a + b) at 0: how far the tallies vary beyond the binomial.
    beyond = of_passes / mean + of_failures / (1.0 - mean) - all_pairs
    boundary = np.select(
        [unanimous, all_pairs == 0.0, ~some_mixed, beyond <= 1e-12 * all_pairs],
        [Boundary.unanimous, Boundary.one_sample, Boundary.all_or_nothing, Boundary.binomial],
        Boundary.none,
    ).astype(np.int8)
    # At a + b → 0 a problem is one trial, however many samples it has: the mean is the share of problems solved.
    mean = np.where(boundary == Boundary.all_or_nothing, solved, mean)
    total = np.select(
        [boundary == Boundary.all_or_nothing, boundary == Boundary.binomial], [LEAST_TOTAL, MOST_TOTAL], 1.0
    )
    # With unequal n a likelihood that falls from the binomial's end may still rise above it further in.
    sought = boundary == Boundary.none if equal_samples else np.isin(boundary, (Boundary.none, Boundary.binomial))
    if sought.any():
        rows = counts.rows(sought)
        # Two samples of one problem agree in being passed more often than by chance: the start, by moments.
        both = of_passes[sought] / all_pairs[sought]
        alike = (both - mean[sought] ** 2) / (mean[sought] * (1.0 - mean[sought]))
        alike = np.where(boundary[sought] == Boundary.none, np.clip(alike, 1e-4, 0.99), 0.3)
        place = np.stack([np.log(mean[sought]) - np.log1p(-mean[sought]), np.log(1.0 / alike - 1.0)], axis=-1)
        place = _maximise(rows, place)
        equal_rates = rows.passed * np.log(mean[sought]) + rows.failed * np.log1p(-mean[sought])
        inside = (_log_likelihood(rows, place) > equal_rates) & (place[:, 1] < np.log(MOST_TOTAL) - 1e-9)
        mean[sought] = np.where(inside, 1.0 / (1.0 + np.exp(-place[:, 0])), mean[sought])
        total[sought] = np.where(inside, np.exp(place[:, 1]), MOST_TOTAL)
        boundary[sought] = np.where(inside, Boundary.none, Boundary.binomial)
    return mean * total, (1.0 - mean) * total, boundary


def _maximise(counts: _Counts, place: NDArray[np.float64]) -> NDArray[np.float64]:
    """The place (rows, 2) of each maximum in logit(a/(a + b)) and ln(a + b), ln(a + b) kept within its bounds."""
    low, high = np.log(LEAST_TOTAL), np.log(MOST_TOTAL)
    place = place.copy()
    live, best, value = np.arange(len(place)), place, np.full(len(place), -np.inf)
    step, scale = np.zeros_like(place), np.ones(len(place))
    for _ in range(_STEPS):
        if live.size == 0:
            break
        here = best + scale[:, np.newaxis] * step
        here[:, 1] = np.clip(here[:, 1], low, high)
        moved = np.abs(here - best).max(axis=-1)
        new_value = _log_likelihood(counts, here)
        better = new_value >= value - 1e-13 * (1.0 + np.abs(value))
        last = better & np.isfinite(value) & (moved <= _SMALL)
        best = np.where(better[:, np.newaxis], here, best)
        value = np.where(better, new_value, value)
        place[live] = best
        keep = ~last
        live, best, value, scale, better = live[keep], best[keep], value[keep], scale[keep], better[keep]
        counts = counts.rows(keep) if last.any() else counts
        step = np.where(better[:, np.newaxis], _newton(counts, best), step[keep])
        scale = np.where(better, 1.0, scale / 2.0)
    return place


def _log_likelihood(counts: _Counts, place: NDArray[np.float64]) -> NDArray[np.float64]:
    """L(a, b) at each place, the ln(a + b) in common taken out of every term."""
    a, b, total = _parameters(place)
    value = -counts.passed * np.logaddexp(0.0, -place[:, 0]) - counts.failed * np.logaddexp(0.0, place[:, 0])
    for sign, weight, scale in ((1.0, counts.passes, a), (1.0, counts.failures, b), (-1.0, counts.samples, total)):
        value += sign * np.einsum("rj,rj->r", weight, np.log1p(np.arange(weight.shape[-1]) / scale[:, np.newaxis]))
    return np.asarray(value)


def _newton(counts: _Counts, place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Newton's step, or where the likelihood is not concave one along each axis by its own curvature; not too long."""
    a, b, total = _parameters(place)
    # For x = a, b, a + b with its weights W: P = Σ W·j/(x + j) and Q = Σ W·j·x/(x + j)². The terms with 1/x, which
    # cancel between the three, are left out from the start.
    sums = []
    for weight, x in ((counts.passes, a), (counts.failures, b), (counts.samples, total)):
        j = np.arange(weight.shape[-1], dtype=np.float64)
        inverse = 1.0 / (x[:, np.newaxis] + j)
        part = weight * j * inverse
        sums.append((part @ np.ones_like(j), x * np.einsum("rj,rj->r", part, inverse)))
    (p_a, q_a), (p_b, q_b), (p_t, q_t) = sums
    mean, rest = a / total, b / total
    passes, failures = counts.passed - p_a, counts.failed - p_b
    slope = np.stack([rest * passes - mean * failures, p_t - p_a - p_b], axis=-1)
    h11 = rest**2 * q_a + mean**2 * q_b - mean * rest * (passes + failures)
    h12 = rest * q_a - mean * q_b
    h22 = q_a + q_b - q_t
    det = h11 * h22 - h12**2
    concave = (h11 < 0.0) & (det > 0.0)
    det = np.where(concave, det, 1.0)
    newton = np.stack([h12 * slope[:, 1] - h22 * slope[:, 0], h12 * slope[:, 0] - h11 * slope[:, 1]], axis=-1)
    newton /= det[:, np.newaxis]
    apart = slope / np.maximum(np.abs(np.stack([h11, h22], axis=-1)), 1e-300)
    step = np.where(concave[:, np.newaxis], newton, apart)
    length = np.maximum(np.abs(step).max(axis=-1), 1e-300)
    return np.asarray(step * np.minimum(1.0, _LONGEST / length)[:, np.newaxis])


def _parameters(place: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """a, b and a + b at each place."""
    total = np.exp(place[:, 1])
    return total / (1.0 + np.exp(-place[:, 0])), total / (1.0 + np.exp(place[:, 0])), total
