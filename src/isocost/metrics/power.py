"""Power: which difference as many problems and samples can show, and how many a wanted difference takes.

Every formula is that of a two-sided normal test of a paired difference, at `level` (as 0.95) and `power` (as 0.8).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from isocost.errors import DomainError
from isocost.metrics.domain import checked_count, checked_level, shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class PairedVariance:
    """Where the variance of a paired difference comes from; x is a model's chance to pass a problem."""

    between: float
    """ω² = Var(x_A) + Var(x_B) − 2·Cov(x_A, x_B), over problems: more samples don't lower it. From 0 to 1."""
    within_a: float
    """σ_A² = mean of x_A·(1 − x_A): what one sample of the first adds. From 0 to ¼."""
    within_b: float
    """σ_B², of the second."""

    def __post_init__(self) -> None:
        for name, value, most in (("between", self.between, 1.0), ("within_a", self.within_a, 0.25),
                                  ("within_b", self.within_b, 0.25)):  # fmt: skip
            if not (isinstance(value, Real) and 0.0 <= value <= most):
                raise DomainError(
                    f"{name} is {shown(value)}, expected a variance from 0 to {most}; chances lie in [0, 1]"
                )

    def of_problem(self, samples_a: int, samples_b: int) -> float:
        """ω² + σ_A²/K_A + σ_B²/K_B: variance of one problem's difference of mean verdicts."""
        samples_a = checked_count("samples_a", samples_a, 1, hint="a problem needs a sample")
        samples_b = checked_count("samples_b", samples_b, 1, hint="a problem needs a sample")
        return self.between + self.within_a / samples_a + self.within_b / samples_b


def detectable(standard_error: float, *, level: float = 0.95, power: float = 0.8) -> float:
    """Smallest true difference that a test with this standard error shows: δ = (z_{α/2} + z_β)·SE.

    α is 1 − level, β is 1 − power, z_q the normal quantile of 1 − q.

    Source: E. Miller (2024), arXiv 2411.00640, eq. 10, its square root being the standard error.

    >>> f"{detectable(0.02):.4f}"
    '0.0560'
    """
    if not (isinstance(standard_error, Real) and 0.0 <= standard_error < math.inf):
        raise DomainError(
            f"standard_error is {shown(standard_error)}, expected a finite number of at least 0; check it"
        )
    return _quantiles(level, power) * float(standard_error)


def minimal_detectable_difference(
    problems: int,
    variance: PairedVariance,
    *,
    samples_a: int = 1,
    samples_b: int = 1,
    level: float = 0.95,
    power: float = 0.8,
) -> float:
    """Smallest true difference in mean pass@1 that n problems with K samples each show with the given power.

    δ = (z_{α/2} + z_β)·√((ω² + σ_A²/K_A + σ_B²/K_B) / n)

    What it does not cover: problems that share a base problem (let n count base problems), and small n, where the normal
    law is rough. A δ above 1 says that nothing can be shown.

    Source: E. Miller (2024), arXiv 2411.00640, eq. 10.

    >>> uniform = PairedVariance(between=1 / 9, within_a=1 / 6, within_b=1 / 6)
    >>> f"{minimal_detectable_difference(969, uniform, samples_a=10**6, samples_b=10**6):.4f}"
    '0.0300'
    >>> f"{minimal_detectable_difference(969, uniform):.4f}"
    '0.0600'
    """
    problems = checked_count("problems", problems, 1, hint="a difference needs at least one problem")
    return detectable(math.sqrt(variance.of_problem(samples_a, samples_b) / problems), level=level, power=power)


def discordant_variance(discordant: float) -> PairedVariance:
    """Variance of a paired difference of single verdicts, from the share of problems that just one of the two solves.

    Such a difference is −1, 0 or 1, so its variance is ψ − δ², with ψ the share of discordant problems; δ² is left out,
    as under the null hypothesis of the test, which makes it slightly too large. No difference can exceed ψ: where the
    minimal detectable one does, only more problems help.

    Source: Q. McNemar (1947), Psychometrika 12(2), 153-157; R. J. Connor (1987), Biometrics 43(1), 207-211 keeps δ².

    >>> for psi in (0.1, 0.2, 0.3):
    ...     print(f"{100 * minimal_detectable_difference(164, discordant_variance(psi)):.1f} points")
    6.9 points
    9.8 points
    12.0 points
    """
    if not (isinstance(discordant, Real) and 0.0 <= discordant <= 1.0):
        raise DomainError(f"discordant is {shown(discordant)}, expected a share from 0 to 1; divide by the problems")
    return PairedVariance(between=float(discordant), within_a=0.0, within_b=0.0)


def required_problems(
    difference: float,
    variance: PairedVariance,
    *,
    samples_a: int = 1,
    samples_b: int = 1,
    level: float = 0.95,
    power: float = 0.8,
) -> int:
    """Fewest problems that show a difference: n = (z_{α/2} + z_β)²·(ω² + σ_A²/K_A + σ_B²/K_B) / δ², rounded up.

    Source: E. Miller (2024), arXiv 2411.00640, eq. 9; its example is the first below.

    >>> required_problems(0.03, PairedVariance(between=1 / 9, within_a=0.0, within_b=0.0))
    969
    >>> required_problems(0.05, discordant_variance(0.2))
    628
    """
    difference = _checked_difference(difference)
    share = variance.of_problem(samples_a, samples_b) * (_quantiles(level, power) / difference) ** 2
    return max(1, math.ceil(share))


def required_samples(
    difference: float, problems: int, variance: PairedVariance, *, level: float = 0.95, power: float = 0.8
) -> int | None:
    """Fewest samples for each problem and model that show a difference on n problems; None where none would do.

    Solved from eq. 9 with K_A = K_B = K: K = (σ_A² + σ_B²) / (n·δ²/(z_{α/2} + z_β)² − ω²), rounded up. Where ω², which
    samples do not lower, is already too large, the answer is more problems, and this is None.

    Source: E. Miller (2024), arXiv 2411.00640, eq. 9.

    >>> mixed = PairedVariance(between=0.05, within_a=0.1, within_b=0.1)
    >>> required_samples(0.05, 378, mixed), required_samples(0.05, 100, mixed)
    (3, None)
    """
    difference = _checked_difference(difference)
    problems = checked_count("problems", problems, 1, hint="a difference needs at least one problem")
    room = problems * (difference / _quantiles(level, power)) ** 2 - variance.between
    within = variance.within_a + variance.within_b
    if within == 0.0:
        return 1 if room >= 0.0 else None
    return max(1, math.ceil(within / room)) if room > 0.0 else None


def paired_variance(n_a: ArrayLike, c_a: ArrayLike, n_b: ArrayLike, c_b: ArrayLike) -> PairedVariance:
    """Estimate ω², σ_A² and σ_B² from tallies of the same problems, to plan a larger study from a smaller one.

    With x̂ = c/n: σ̂² = mean of n/(n − 1)·x̂(1 − x̂), which is unbiased for each problem; ω̂² = s²(x̂_A − x̂_B) −
    mean(σ̂²_A,i/n_A,i) − mean(σ̂²_B,i/n_B,i), the variance seen less what the finite samples put into it, and 0 at least.

    Source: E. Miller (2024), arXiv 2411.00640, §§3 and 5 (law of total variance); unbiased for fixed n.

    Args:
        n_a: shape (problems,), samples of the first, at least 2 each; the others likewise, joined by problem.
        c_a: samples of the first that passed.
        n_b: samples of the second.
        c_b: samples of the second that passed.

    Raises:
        DomainError: shapes differ, fewer than 2 problems, or fewer than 2 samples for a problem.

    >>> parts = paired_variance([4, 4, 4], [0, 2, 4], [4, 4, 4], [0, 2, 4])
    >>> f"{parts.between:.3f} {parts.within_a:.3f}"  # x̂ equal, so that all difference would be of samples
    '0.000 0.111'
    """
    columns = [np.asarray(column, dtype=np.float64) for column in (n_a, c_a, n_b, c_b)]
    first = columns[0]
    if first.ndim != 1 or first.size < 2 or any(column.shape != first.shape for column in columns):
        shapes = ", ".join(str(column.shape) for column in columns)
        raise DomainError(f"shapes are {shapes}, expected four equal ones of at least 2 problems; join them by id")
    totals_a, passed_a, totals_b, passed_b = columns
    noise_a, noise_b = _noise(totals_a, passed_a), _noise(totals_b, passed_b)
    seen = float((passed_a / totals_a - passed_b / totals_b).var(ddof=1))
    between = seen - float((noise_a / totals_a).mean()) - float((noise_b / totals_b).mean())
    return PairedVariance(
        between=min(1.0, max(0.0, between)),
        within_a=min(0.25, float(noise_a.mean())),
        within_b=min(0.25, float(noise_b.mean())),
    )


def _noise(n: NDArray[np.float64], c: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unbiased estimate of x·(1 − x) for each problem."""
    if not ((n >= 2) & (c >= 0) & (c <= n)).all():
        index = int(np.argmin((n >= 2) & (c >= 0) & (c <= n)))
        raise DomainError(
            f"problem at index {index} has n = {n[index]:g} and c = {c[index]:g}, expected n of at least 2 and c from 0 "
            "to n; one sample does not show how much samples differ"
        )
    rates = c / n
    noise: NDArray[np.float64] = rates * (1.0 - rates) * n / (n - 1.0)
    return noise


def _quantiles(level: float, power: float) -> float:
    """z_{α/2} + z_β."""
    if not (isinstance(power, Real) and 0.5 <= power < 1.0):
        raise DomainError(f"power is {shown(power)}, expected a number from 0.5 to below 1; for 80% give power=0.8")
    return NormalDist().inv_cdf((1.0 + checked_level(level)) / 2.0) + NormalDist().inv_cdf(float(power))


def _checked_difference(difference: object) -> float:
    if isinstance(difference, Real) and 0.0 < float(difference) <= 1.0:
        return float(difference)
    raise DomainError(f"difference is {shown(difference)}, expected a number above 0 up to 1; for 5 points give 0.05")
