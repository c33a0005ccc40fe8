"""How the share of problems solved goes with model size: two forms of two parameters, fitted to tallies by likelihood.

Both are for one family and one rung at a time; rungs and bootstrap draws are leading axes, fitted at once. "Associated
with size", not "caused by": models of one family differ in their training data too.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from isocost.analysis.binomial_line import Link, Logit, LogLog, fit_binomial_line
from isocost.analysis.fit_inputs import checked_counts, checked_sizes, first_false
from isocost.errors import DomainError
from isocost.metrics.domain import shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Form(StrEnum):
    """The forms of p(N) that can be fitted."""

    logit = "logit"
    """logit p = α + β·ln N"""
    power = "power"
    """−ln p = A·N^−ν"""

    @property
    def link(self) -> Link:
        """What makes the form a straight line in ln N."""
        return Logit() if self is Form.logit else LogLog()


@dataclass(frozen=True, eq=False)
class LogitFit:
    """logit p = α + β·ln N, one fit for each element of the leading axes."""

    alpha: NDArray[np.float64]
    """α, logit of p at N = 1; depends on the unit of N, and lies far outside the sizes: read p off `predict` instead."""
    beta: NDArray[np.float64]
    """β, rise of logit p when N grows e-fold."""
    exists: NDArray[np.bool_]
    """Whether the likelihood has a maximum; where not, α and β are those of the pulled fit (`fit_binomial_line`)."""
    log_likelihood: NDArray[np.float64]
    """Of passes and trials, in nats, without binomial coefficients; comparable with the other form's on the same counts."""
    n_min: float
    """Smallest size fitted."""
    n_max: float
    """Largest size fitted."""

    def predict(self, sizes: ArrayLike) -> NDArray[np.float64]:
        """Share p at each size: shape (..., sizes). Refuses sizes outside [n_min, n_max] with `DomainError`."""
        x = np.log(_inside(sizes, self.n_min, self.n_max))
        return Logit().share(self.alpha[..., np.newaxis] + self.beta[..., np.newaxis] * x)


@dataclass(frozen=True, eq=False)
class PowerFit:
    """−ln p = A·N^−ν, one fit for each element of the leading axes."""

    log_A: NDArray[np.float64]  # noqa: N815 (the formula's letter)
    """ln A, with A = −ln p at N = 1; its logarithm, for A itself may overflow where N is counted in parameters."""
    nu: NDArray[np.float64]
    """ν, fall of ln(−ln p) when N grows e-fold."""
    exists: NDArray[np.bool_]
    """As in `LogitFit`."""
    log_likelihood: NDArray[np.float64]
    """As in `LogitFit`."""
    n_min: float
    """Smallest size fitted."""
    n_max: float
    """Largest size fitted."""

    def predict(self, sizes: ArrayLike) -> NDArray[np.float64]:
        """Share p at each size: shape (..., sizes). Refuses sizes outside [n_min, n_max] with `DomainError`."""
        x = np.log(_inside(sizes, self.n_min, self.n_max))
        return LogLog().share(self.log_A[..., np.newaxis] - self.nu[..., np.newaxis] * x)


def fit_logit(sizes: ArrayLike, passed: ArrayLike, trials: ArrayLike) -> LogitFit:
    """Maximum-likelihood fit of logit p = α + β·ln N to passes and trials, so that shares of 0 and 1 are no trouble.

    The likelihood treats trials as independent. They are not: problems are shared by models and samples by problems. The
    estimate is good all the same, but its spread has to come from the paired cluster bootstrap, whose draws are a leading
    axis here; never from the curvature of this likelihood. It knows of no lack of fit between models either: leave models
    out one at a time for that. Counts enter as they are: give each problem the same trials for every model, or passes
    as Σ w·c/n and trials as Σ w, so that no model weighs more because it was sampled more.

    Source of the form: Y. Ruan and others (2024), arXiv 2405.10938, eq. 2, in training compute.

    Args:
        sizes: shape (models,), parameters of each model in any one unit and order; at least 4 different. Models of equal
            size are two points above one size.
        passed: shape (..., models), in [0, trials]; fractions are allowed.
        trials: shape (..., models) or broadcast to it, above 0.

    Returns:
        Arrays of shape (...). A row where the likelihood has no maximum (nothing passed, everything passed, or all passes
        at larger sizes than all failures) raises nothing: `exists` is False there and the numbers are the pulled fit's.

    Raises:
        DomainError: fewer than 4 different sizes, shapes that do not fit, or a number out of range.

    >>> fit = fit_logit([0.5, 1.5, 3, 7, 14], passed=[40, 70, 85, 105, 120], trials=164)
    >>> f"{fit.beta:.3f} {fit.exists}"
    '0.627 True'
    >>> fit.predict([7]).round(3).tolist()
    [0.644]
    >>> fit.predict([32])
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: sizes at index (0,) is 32.0, expected a size from 0.5 to 14.0; a fit says nothing ...
    """
    row = checked_sizes(sizes)
    line = fit_binomial_line(np.log(row), *checked_counts(passed, trials, row.size), Logit())
    return LogitFit(
        alpha=line.intercept,
        beta=line.slope,
        exists=line.exists,
        log_likelihood=line.log_likelihood,
        n_min=float(row.min()),
        n_max=float(row.max()),
    )


def fit_power(sizes: ArrayLike, passed: ArrayLike, trials: ArrayLike) -> PowerFit:
    """Maximum-likelihood fit of −ln p = A·N^−ν to passes and trials: the size's analogue of the coverage law in k.

    Arguments, leading axes, what it does not cover, and rows without a maximum are those of `fit_logit`.

    Source of the form: J. Krajewski and others (2025), arXiv 2512.08894, in training compute.

    Raises:
        DomainError: as for `fit_logit`.

    >>> fit = fit_power([0.5, 1.5, 3, 7, 14], passed=[40, 70, 85, 105, 120], trials=164)
    >>> f"{fit.nu:.3f} {fit.exists}"
    '0.443 True'
    >>> fit.predict([7]).round(3).tolist()
    [0.645]
    """
    row = checked_sizes(sizes)
    line = fit_binomial_line(np.log(row), *checked_counts(passed, trials, row.size), LogLog())
    return PowerFit(
        log_A=line.intercept,
        nu=-line.slope,
        exists=line.exists,
        log_likelihood=line.log_likelihood,
        n_min=float(row.min()),
        n_max=float(row.max()),
    )


def _inside(sizes: ArrayLike, low: float, high: float) -> NDArray[np.float64]:
    """Sizes as floats of at least one axis, or a DomainError that shows the first one beyond those fitted."""
    wanted = np.atleast_1d(np.asarray(sizes, dtype=np.float64))
    inside = (wanted >= low) & (wanted <= high)
    if not inside.all():
        index = first_false(inside)
        raise DomainError(
            f"sizes at index {index} is {shown(float(wanted[index]))}, expected a size from {low} to {high}; "
            "a fit says nothing beyond the sizes measured: measure a model of that size"
        )
    return wanted
