"""Coverage as a power law of the number of samples: −ln c = a·k^−b, the simple way past the samples at hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from isocost.analysis.fit_inputs import first_false
from isocost.analysis.least_squares import least_squares_line
from isocost.errors import DomainError
from isocost.metrics.domain import shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_FEWEST_KS: Final = 3
"""Different k that the law needs: with two it meets both, and has no residual to show."""


@dataclass(frozen=True, eq=False)
class CoverageLaw:
    """−ln c = a·k^−b, one fit for each element of the leading axes; NaN where `exists` is False."""

    a: NDArray[np.float64]
    """a, −ln of the coverage of one sample, as fitted."""
    b: NDArray[np.float64]
    """b, how fast −ln c falls with k."""
    residuals: NDArray[np.float64]
    """Fitted minus observed coverage in points (percent), shape (..., ks)."""
    max_residual: NDArray[np.float64]
    """Largest |residual| in points, shape (...): the law is an approximation, show this beside every value of it."""
    exists: NDArray[np.bool_]
    """Whether at least 3 different k had a coverage between 0 and 1."""

    def predict(self, ks: ArrayLike) -> NDArray[np.float64]:
        """Coverage at each k of at least 1: shape (..., ks). Past the samples it is an extrapolation: mark it as one."""
        wanted = _checked_ks(np.atleast_1d(np.asarray(ks, dtype=np.float64)))
        return np.exp(-self.a[..., np.newaxis] * wanted ** -self.b[..., np.newaxis])


def fit_power_of_k(ks: ArrayLike, coverage: ArrayLike) -> CoverageLaw:
    """Least-squares fit of ln(−ln c) = ln a − b·ln k, each k weighing the same.

    Not the default: it weighs the k, which share samples, as if they were independent, and the choice of k with them;
    `fit_beta_binomial` uses the tallies themselves. On logarithms a point next to c = 1 weighs as much as any other.

    **Coverage of exactly 0 or 1** has no ln(−ln c): such a point is absent from the fit of that row, but keeps its residual.
    Fewer than 3 different k left: no fit, `exists` False.

    Source: B. Brown and others (2024), arXiv 2407.21787, eq. 2 and 3, with a of the other sign.

    Args:
        ks: shape (ks,), samples allowed, at least 1, at least 3 of them different.
        coverage: shape (..., ks), shares in [0, 1] (not percent).

    Raises:
        DomainError: fewer than 3 different k, shapes that do not fit, or a number out of range.

    >>> law = fit_power_of_k([1, 4, 16, 64], [0.30, 0.52, 0.71, 0.85])
    >>> f"{law.a:.3f} {law.b:.3f} {law.max_residual:.1f}"
    '1.241 0.480 1.1'
    >>> law.predict([1000]).round(3).tolist()
    [0.956]
    """
    wanted = _checked_ks(np.asarray(ks, dtype=np.float64))
    shares = np.asarray(coverage, dtype=np.float64)
    if wanted.ndim != 1 or shares.ndim == 0 or shares.shape[-1] != wanted.size:
        raise DomainError(
            f"ks has shape {wanted.shape} and coverage {shares.shape}, expected (ks,) and (..., ks); "
            "give one coverage for each k"
        )
    different, k_of = np.unique(wanted, return_inverse=True)
    if different.size < _FEWEST_KS:
        raise DomainError(
            f"ks holds {different.size} different numbers, expected at least {_FEWEST_KS}; "
            "score more samples, or show coverage without a law"
        )
    if not (inside := (shares >= 0.0) & (shares <= 1.0)).all():
        index = first_false(inside)
        raise DomainError(
            f"coverage at index {index} is {shown(float(shares[index]))}, expected a share from 0 to 1; "
            "divide percentages by 100"
        )
    present = (shares > 0.0) & (shares < 1.0)
    of_k = (k_of[:, np.newaxis] == np.arange(different.size)).astype(np.int64)
    exists = np.asarray(((present.astype(np.int64) @ of_k) > 0).sum(axis=-1) >= _FEWEST_KS)
    height = np.log(-np.log(np.where(present, shares, 0.5)))
    intercept, slope = least_squares_line(np.log(wanted), height, present.astype(np.float64))
    a, b = np.where(exists, np.exp(intercept), np.nan), np.where(exists, -slope, np.nan)
    residuals = 100.0 * (np.exp(-a[..., np.newaxis] * wanted ** -b[..., np.newaxis]) - shares)
    return CoverageLaw(a=a, b=b, residuals=residuals, max_residual=np.abs(residuals).max(axis=-1), exists=exists)


def _checked_ks(ks: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ks, or a DomainError that shows the first one below 1."""
    if not (inside := (ks >= 1.0) & np.isfinite(ks)).all():
        index = first_false(inside)
        raise DomainError(
            f"k at index {index} is {shown(float(ks[index]))}, expected a finite number of at least 1; "
            "no sample solves nothing, and the law does not know it"
        )
    return ks
