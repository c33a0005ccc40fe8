"""Coverage past the samples at hand: the share of problems that k samples would solve, by the posterior of each rate.

Never by the plug-in 1 − (1 − c/n)^k: a problem that n samples did not solve would stay unsolved for ever, and one that
each of them solved would be certain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.analysis.fit_inputs import first_false
from isocost.analysis.log_gamma import log_rising
from isocost.analysis.tally_inputs import checked_tallies, checked_weights
from isocost.errors import DomainError
from isocost.metrics.domain import shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def expected_pass_at(k: ArrayLike, n: ArrayLike, c: ArrayLike, a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    """Posterior mean of 1 − (1 − p)^k, with p ~ Beta(a, b) before and n samples seen of which c passed.

    1 − B(a + c, b + n − c + k) / B(a + c, b + n − c); (a + c)/(a + b + n) for k = 1. It is what k *fresh* samples of a
    problem like this one are expected to solve, so that at k ≤ n it is not the unbiased pass@k of the n samples, which
    takes them as they came: expect a small seam where a curve goes over from one to the other.

    Source: Schaeffer and others (2025), arXiv 2502.17578, eq. 10, with the posterior in place of the prior.

    Args:
        k: samples allowed, real and at least 0; to 1e6 and beyond without loss of digits.
        n: samples scored, whole and at least 1.
        c: samples that passed, whole, 0 to n.
        a: above 0 and finite, as from `fit_beta_binomial`.
        b: above 0 and finite. All five are broadcast against each other.

    Returns:
        Probabilities in [0, 1], in the broadcast shape.

    Raises:
        DomainError: a number out of range; the text names its index.

    >>> expected_pass_at([1, 10, 1e6], n=10, c=0, a=0.5, b=0.5).round(4).tolist()
    [0.0455, 0.2885, 0.9968]
    >>> expected_pass_at(1, n=[10, 10], c=[0, 7], a=0.5, b=0.5).round(4).tolist()
    [0.0455, 0.6818]
    """
    total, passed = checked_tallies(n, c)
    allowed = _checked("k", k, least=0.0, hint="ask for at least 0 samples")
    return _expected(allowed, total, passed, *_checked_beta(a, b))


def expected_coverage(
    ks: ArrayLike, n: ArrayLike, c: ArrayLike, a: ArrayLike, b: ArrayLike, weights: ArrayLike | None = None
) -> NDArray[np.float64]:
    """Weighted mean over problems of `expected_pass_at`, for each k and each weighting.

    Problems with the same tally are worked out once, so that the work goes with the different (n, c) and not the problems.

    Args:
        ks: shape (ks,), samples allowed, at least 0.
        n: shape (problems,).
        c: shape (problems,).
        a: shape (...), one for each weighting.
        b: shape (...).
        weights: shape (..., problems), at least 0, not all 0 in a row; None weighs each problem 1. Its leading axes are
            broadcast against those of a and b.

    Returns:
        Shape (..., ks).

    Raises:
        DomainError: as for `expected_pass_at`, or shapes that do not fit.

    >>> expected_coverage([1, 10, 1000], n=[10, 10, 10], c=[0, 3, 10], a=0.5, b=0.7).round(3).tolist()
    [0.432, 0.738, 0.966]
    """
    total, passed = checked_tallies(n, c)
    weight = checked_weights(weights, total)
    allowed = np.atleast_1d(_checked("ks", ks, least=0.0, hint="ask for at least 0 samples"))
    first, second = _checked_beta(a, b)
    cells, cell_of = np.unique(np.stack([total, passed]), axis=1, return_inverse=True)
    shares = weight @ (cell_of.reshape(-1)[:, np.newaxis] == np.arange(cells.shape[1])).astype(np.float64)
    shares = shares / shares.sum(axis=-1, keepdims=True)
    first, second = first[..., np.newaxis], second[..., np.newaxis]
    means = [(shares * _expected(k, cells[0], cells[1], first, second)).sum(axis=-1) for k in allowed.ravel()]
    return np.stack(means, axis=-1)


def _expected(
    k: NDArray[np.float64] | np.float64,
    n: NDArray[np.int64],
    c: NDArray[np.int64],
    a: NDArray[np.float64],
    b: NDArray[np.float64],
) -> NDArray[np.float64]:
    """1 − Γ(β + k)·Γ(α + β) / (Γ(β)·Γ(α + β + k)) with α = a + c and β = b + n − c.

    α and k may change places; the smaller of the two is taken as the distance, which keeps the logarithms small.
    """
    alpha, beta = a + c, b + (n - c)
    less, more = np.minimum(alpha, k), np.maximum(alpha, k)
    shares: NDArray[np.float64] = -np.expm1(np.minimum(log_rising(beta, less) - log_rising(beta + more, less), 0.0))
    return shares


def _checked_beta(a: ArrayLike, b: ArrayLike) -> list[NDArray[np.float64]]:
    """Both parameters of the Beta distribution."""
    least = float(np.nextafter(0.0, 1.0))
    return [
        _checked(name, value, least=least, hint="take it from fit_beta_binomial")
        for name, value in (("a", a), ("b", b))
    ]


def _checked(name: str, values: ArrayLike, *, least: float, hint: str) -> NDArray[np.float64]:
    """Finite floats of at least `least`, or a DomainError that shows the first wrong one."""
    array = np.asarray(values, dtype=np.float64)
    if not (inside := (array >= least) & np.isfinite(array)).all():
        index = first_false(inside)
        allowed = "of at least 0" if least == 0.0 else "above 0"
        raise DomainError(
            f"{name} at index {index} is {shown(float(array[index]))}, expected a finite number {allowed}; {hint}"
        )
    return array
