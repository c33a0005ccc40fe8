"""How an oracle curve goes on past the samples at hand: by the beta-binomial law, refitted on every draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.analysis.beta_binomial import Boundary, fit_beta_binomial
from isocost.analysis.coverage import expected_pass_at
from isocost.analysis.resampling import means

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from isocost.analysis.beta_binomial import BetaBinomialFit
    from isocost.analysis.panel import Cell

BETA_BINOMIAL = "beta-binomial"
"""Name of the law, as results carry it."""
_STEP = 0.02
_FARTHEST = 2.0


class BetaBinomialLaw:
    """`beta_binomial_law` that keeps its fits: they hang on tallies and draws alone, and a curve in another unit has the same."""

    def __init__(self) -> None:
        self._fits: dict[tuple[bytes, bytes, int], tuple[BetaBinomialFit, BetaBinomialFit, NDArray[np.float64]]] = {}

    def __call__(
        self, cell: Cell, k: NDArray[np.int64], weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """As `beta_binomial_law`."""
        key = cell.n.tobytes(), cell.c.tobytes(), id(weights)
        if key not in self._fits:  # the draws are kept too, so that their id stays theirs
            self._fits[key] = (*_fits(cell, weights), weights)
        return beta_binomial_law(cell, k, weights, fits=self._fits[key][:2])


def _fits(cell: Cell, weights: NDArray[np.float64]) -> tuple[BetaBinomialFit, BetaBinomialFit]:
    return fit_beta_binomial(cell.n, cell.c), fit_beta_binomial(cell.n, cell.c, weights)


def beta_binomial_law(
    cell: Cell,
    k: NDArray[np.int64],
    weights: NDArray[np.float64],
    *,
    fits: tuple[BetaBinomialFit, BetaBinomialFit] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the problems solve whose samples do not suffice: their contribution to the mean, and to each draw's.

    Problems' solve rates are taken to come from Beta(a, b), fitted to all of the cell's tallies; a problem with c of n
    passed then solves with k samples what `expected_pass_at` says. Each draw has its own a and b. The share solved is
    taken as straight in (ln a, ln b) between the draw's fit and the data's: slopes by central differences, and a draw
    whose fit lies further than two e-folds away counts as two. That turns all draws into three matrix products.

    Not covered: whether rates are Beta distributed. With n of 1 the fit does not exist, and DomainError is raised.

    Args:
        cell: tallies.
        k: shape (problems, budgets): samples afforded where they are beyond those at hand, 0 elsewhere.
        weights: shape (draws, problems).
        fits: those of the tallies and of each draw's, where they are known already.

    Returns:
        Shape (budgets,) and (draws, budgets). NaN at budgets where some problem's samples do not suffice, if no sample of
        the cell passed or all of them did: then nothing is known of how rates differ, and the curve ends.

    Source: Schaeffer and others (2025), arXiv 2502.17578, eq. 10; see `fit_beta_binomial`.
    """
    whole, each = _fits(cell, weights) if fits is None else fits
    needed = (k > 0).any(axis=0)
    if whole.boundary == Boundary.unanimous:  # nothing passed, or everything: no rate to go by, and no law
        unknown = np.where(needed, np.nan, 0.0)
        return unknown, np.tile(unknown, (weights.shape[0], 1))
    n, c, beyond = cell.n[:, None], cell.c[:, None], k[:, needed]

    def solved(log_a: float, log_b: float) -> NDArray[np.float64]:
        return np.where(beyond > 0, expected_pass_at(beyond, n, c, np.exp(log_a), np.exp(log_b)), 0.0)

    log_a, log_b = float(np.log(whole.a)), float(np.log(whole.b))
    middle = solved(log_a, log_b)
    by_a = (solved(log_a + _STEP, log_b) - solved(log_a - _STEP, log_b)) / (2 * _STEP)
    by_b = (solved(log_a, log_b + _STEP) - solved(log_a, log_b - _STEP)) / (2 * _STEP)
    towards_a = np.clip(np.log(each.a) - log_a, -_FARTHEST, _FARTHEST)[:, None]
    towards_b = np.clip(np.log(each.b) - log_b, -_FARTHEST, _FARTHEST)[:, None]
    values, drawn = np.zeros(needed.size), np.zeros((weights.shape[0], needed.size))
    values[needed] = means(middle)
    there = means(middle, weights) + towards_a * means(by_a, weights) + towards_b * means(by_b, weights)
    drawn[:, needed] = np.clip(there, 0.0, 1.0)
    return values, drawn
