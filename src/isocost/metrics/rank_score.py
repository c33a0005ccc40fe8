"""rank-score@k: the chance that the sample which a selector puts first among k samples passes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.errors import DomainError
from isocost.metrics.domain import shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def rank_score(scores: ArrayLike, passed: ArrayLike, k: ArrayLike) -> NDArray[np.float64]:
    """rank-score@k = Σ_{i=1}^{n−k+1} C(n−i, k−1)·pass_i / C(n, k), the samples sorted by score, best first.

    Of all k-subsets of the n samples, C(n−i, k−1) have the i-th best sample as their best one; so this is the share of
    k-subsets whose best sample passes.

    **Ties.** Samples with equal scores are in no order; the result is the average over all orders of them. As the sum is
    linear in pass_i, and over all orders each place of a tied group holds a passing sample with the group's share c_g/g,
    pass_i is replaced by that share. It equals the average over k-subsets of the share that passes among those tied at
    the top. With all scores equal it is c/n, which is what a selector that knows nothing is worth.

    Source: M. Hassid, T. Remez, J. Gehring, R. Schwartz and Y. Adi (2024), arXiv 2404.00725, eq. 4; ties derived here.

    Method: the weight of place i is Q_{i−1}·k/(n − i + 1) with Q_i = Q_{i−1}·(n − i + 1 − k)/(n − i + 1), Q_0 = 1: the
    chance that none of the k samples is among the i best. Only factors from 0 to 1 are multiplied and only positive
    terms added, so nothing overflows or cancels; within 1e-12, relative, of the exact fraction for n up to 2,000.

    Args:
        scores: shape (problems, n), or (n,) for one problem; larger is better, ±inf allowed.
        passed: same shape, 0 or 1 (or bool): did the sample pass?
        k: integers from 1 to n, shape () or (problems,) or (problems, budgets); () or (budgets,) for one problem.

    Returns:
        Probabilities in [0, 1]: shape of the problems, or (problems, budgets).

    Raises:
        DomainError: shapes that differ, no samples, a NaN score, a verdict that is not 0 or 1, or a k out of range.

    >>> rank_score([0.9, 0.5, 0.1], [0, 1, 1], [1, 2, 3]).round(4).tolist()  # k = 3: always the first, which fails
    [0.6667, 0.3333, 0.0]
    >>> rank_score([[0.5, 0.5, 0.5, 0.5], [4, 3, 2, 1]], [[1, 0, 0, 0], [1, 0, 0, 0]], 2).round(4).tolist()
    [0.25, 0.5]
    >>> float(rank_score([1, 0], [1, 0], 3))
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: rank-score@k: k is 3, expected an integer from 1 to n = 2; score more samples or ...
    """
    table, verdicts = np.asarray(scores, dtype=np.float64), np.asarray(passed)
    if table.shape != verdicts.shape or table.ndim not in {1, 2} or table.shape[-1] == 0:
        raise DomainError(
            f"rank-score@k: scores has shape {table.shape} and passed {verdicts.shape}, expected the same, (problems, n) "
            "or (n,), with n of at least 1; group problems by their number of samples"
        )
    if np.isnan(table).any():
        raise DomainError("rank-score@k: a score is nan, expected a number; give a sample without a score -inf")
    if not np.isin(verdicts, (0, 1)).all():
        wrong = verdicts[~np.isin(verdicts, (0, 1))][0]
        raise DomainError(
            f"rank-score@k: a verdict is {shown(wrong)}, expected 0 or 1; give whether each sample passed"
        )
    single = table.ndim == 1
    rows, samples = np.atleast_2d(table).shape
    allowed = _checked_k(k, rows, samples, single=single)
    shares = _tied_shares(np.atleast_2d(table), np.atleast_2d(verdicts).astype(np.float64))
    columns = [(_weights(samples, allowed[:, j]) * shares).sum(axis=1) for j in range(allowed.shape[1])]
    result = np.minimum(1.0, np.stack(columns, axis=1)) if columns else np.empty((rows, 0))
    shape = np.shape(k) if single else (rows, *np.shape(k)[1:])
    return result.reshape(shape)


def _tied_shares(scores: NDArray[np.float64], passed: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shape (problems, n), best first: the share that passed among the samples tied with each place."""
    order = np.argsort(-scores, axis=1, kind="stable")
    ranked = np.take_along_axis(scores, order, axis=1)
    fresh = np.ones(ranked.shape, dtype=bool)
    fresh[:, 1:] = ranked[:, 1:] != ranked[:, :-1]
    groups = np.cumsum(fresh.ravel()) - 1  # each row begins a group of its own
    wins = np.bincount(groups, weights=np.take_along_axis(passed, order, axis=1).ravel())
    shares: NDArray[np.float64] = (wins / np.bincount(groups))[groups].reshape(scores.shape)
    return shares


def _weights(samples: int, k: NDArray[np.int64]) -> NDArray[np.float64]:
    """Shape (problems, n): the chance that place i is the best of k samples drawn from n."""
    left = samples - np.arange(samples)  # n, n − 1, …, 1: samples not above place i
    missed = np.maximum(0, left - k[:, None]) / left
    none_above = np.ones((k.size, samples))
    np.cumprod(missed[:, :-1], axis=1, out=none_above[:, 1:])
    return none_above * np.minimum(1.0, k[:, None] / left)


def _checked_k(k: ArrayLike, rows: int, samples: int, *, single: bool) -> NDArray[np.int64]:
    """`k` as an array of shape (problems, budgets)."""
    array = np.asarray(k)
    if array.size and array.dtype.kind not in "iu":
        raise DomainError(f"rank-score@k: k has dtype {array.dtype}, expected integers; round budgets down to samples")
    wrong = (array < 1) | (array > samples)
    if wrong.any():
        raise DomainError(
            f"rank-score@k: k is {int(array[wrong].flat[0])}, expected an integer from 1 to n = {samples}; "
            "score more samples or ask for a smaller k"
        )
    if array.ndim == 0:
        return np.full((rows, 1), int(array), dtype=np.int64)
    if single and array.ndim == 1:
        return array.astype(np.int64)[None, :]
    if not single and array.ndim in {1, 2} and array.shape[0] == rows:
        return array.astype(np.int64).reshape(rows, -1)
    wanted = "() or (budgets,)" if single else f"(), ({rows},) or ({rows}, budgets)"
    raise DomainError(f"rank-score@k: k has shape {array.shape}, expected {wanted}; give one k for each problem")
