"""Discrimination: how well scores tell samples that pass from samples that fail, ties counting one half."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike


def auc(scores: ArrayLike, passed: ArrayLike) -> float | None:
    """Share of (passed, failed) pairs whose passed sample has the higher score; a tie counts ½.

    AUC = U / (c·(n − c)) with U Mann and Whitney's statistic; ½ for scores that tell nothing. None where all samples
    passed or all failed: there are no pairs.

    The paper of the soft score counts ties as errors, so that a discriminator that mostly fails to answer looks worse
    than guessing; here a tie is what it is, no information.

    Source: H. B. Mann and D. R. Whitney (1947), Annals of Mathematical Statistics 18(1), 50-60; J. A. Hanley and
    B. J. McNeil (1982), Radiology 143(1), 29-36.

    Args:
        scores: shape (samples,), no NaN.
        passed: shape (samples,), 0 or 1 (or bool).

    Raises:
        DomainError: shapes that differ, a NaN score, or a verdict that is not 0 or 1.

    >>> auc([0.9, 0.4, 0.4, 0.1], [1, 1, 0, 0]), auc([0.5, 0.5], [0, 1]), auc([0.5], [1])
    (0.875, 0.5, None)
    """
    wins, pairs = _wins(scores, passed)
    return wins / pairs if pairs else None


def pairwise_accuracy(scores: Mapping[str, ArrayLike], passed: Mapping[str, ArrayLike]) -> float | None:
    """Share of (passed, failed) pairs *of the same problem* that the scores order rightly; a tie counts ½.

    All pairs weigh the same, so problems with many pairs weigh more. Unlike `auc` over all samples, it does not reward a
    score for telling easy problems from hard ones, which does not help to choose among the samples of one. None where
    no problem has a pair.

    Source: M. F. Anjum (2025), arXiv 2505.03786 (discrimination accuracy), with ties ½ in place of 0.

    Raises:
        DomainError: the two are not of the same problems, or as for `auc`.

    >>> pairwise_accuracy({"a": [0.9, 0.1], "b": [0.5, 0.5, 0.5]}, {"a": [1, 0], "b": [1, 0, 0]})
    0.666666...
    """
    if scores.keys() != passed.keys():
        raise DomainError(
            f"scores are of {len(scores)} problems and verdicts of {len(passed)}, expected the same problems; "
            "join them by id"
        )
    both = [_wins(scores[problem_id], passed[problem_id]) for problem_id in sorted(scores)]
    pairs = sum(pair for _, pair in both)
    return sum(win for win, _ in both) / pairs if pairs else None


def _wins(scores: ArrayLike, passed: ArrayLike) -> tuple[float, int]:
    """Pairs that are ordered rightly, ties ½, and all pairs; from the scores' order, without going through the pairs."""
    values, verdicts = np.asarray(scores, dtype=np.float64), np.asarray(passed)
    if values.ndim != 1 or values.shape != verdicts.shape or np.isnan(values).any():
        raise DomainError(
            f"scores has shape {values.shape} and passed {verdicts.shape}, expected one number and one verdict for each "
            "sample, no nan; give a sample without a score -inf"
        )
    if not np.isin(verdicts, (0, 1)).all():
        raise DomainError("a verdict is neither 0 nor 1, expected one of them; give whether each sample passed")
    good, bad = values[verdicts == 1], np.sort(values[verdicts == 0])
    below, up_to = np.searchsorted(bad, good, side="left"), np.searchsorted(bad, good, side="right")
    return float((below + up_to).sum()) / 2.0, good.size * bad.size
