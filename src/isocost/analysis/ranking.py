"""How far an order of models can be believed: ranks over draws, models left out, and the Pareto front."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from isocost.analysis.axes import Axis, checked_axis, checked_models
from isocost.errors import DomainError
from isocost.metrics.domain import checked_level

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from isocost.analysis.per import Scores

COUPLED: Final = 0.95
"""Above this |correlation| of their logarithms two axes count the same thing twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """Ranks of models over draws, 1 being the best."""

    rank_1: NDArray[np.float64]
    """Shape (models,): share of draws in which the model is the best; t models that are equally best get 1/t each."""
    low: NDArray[np.float64]
    """Shape (models,): lower end of the interval of the rank."""
    high: NDArray[np.float64]
    """Shape (models,): upper end."""
    level: float
    """Nominal coverage of the intervals."""
    draws: int
    """Draws that entered."""
    absent: int
    """Draws without scores, left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """What leaving out one model at a time does to the others."""

    moves: tuple[tuple[float | None, ...] | None, ...]
    """moves[i][j]: rank of model j without model i, minus its rank among the same models in the whole set; None for
    j = i, and a row is None where the scores without model i are absent."""
    inversions: tuple[int | None, ...]
    """For each model left out, pairs of the others whose order changes (a tie made or broken counts)."""
    best_changes: tuple[bool | None, ...]
    """For each model left out, whether the best of the others is another than in the whole set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupling:
    """Whether two axes measure the same thing."""

    correlation: float
    """Pearson's correlation of the logarithms, −1 to 1."""
    models: int
    """Models that entered."""
    warning: str | None
    """One sentence where |correlation| is above 0.95."""


def mid_ranks(scores: ArrayLike) -> NDArray[np.float64]:
    """Ranks along the last dimension, the highest score first; equal scores share the mean of their ranks.

    Args:
        scores: shape (…, models), not masked.

    >>> mid_ranks([0.2, 0.9, 0.2, 0.0]).tolist()
    [2.5, 1.0, 2.5, 4.0]
    """
    values = np.asarray(scores, dtype=np.float64)
    mine, others = values[..., :, np.newaxis], values[..., np.newaxis, :]
    ranks: NDArray[np.float64] = (others > mine).sum(axis=-1) + ((others == mine).sum(axis=-1) + 1) / 2.0
    return ranks


def ranking(scores: ArrayLike | Scores, level: float = 0.95) -> Ranking | None:
    """Rank-1 probability and rank intervals of models over draws.

    In each draw the models are ranked by score, the highest first (`mid_ranks`). The interval's ends are ranks that
    occurred: the quantile of (1 − level)/2 taken downwards and that of (1 + level)/2 taken upwards.

    Not covered: which models there are. A draw moves the problems; for the choice of models see `leave_one_out`.

    Args:
        scores: shape (draws, models), higher is better; draws with a masked score are left out and counted.
        level: nominal coverage, between 0 and 1.

    Returns:
        The ranks, or None where no draw has scores.

    Raises:
        DomainError: another shape, a score that is not finite, or a level out of range.

    >>> found = ranking([[0.3, 0.9], [0.5, 0.4], [0.7, 0.7], [0.1, 0.2]])
    >>> found.rank_1.tolist(), found.low.tolist(), found.high.tolist()
    ([0.375, 0.625], [1.0, 1.0], [2.0, 2.0])
    """
    level = checked_level(level)
    masked = np.ma.asarray(scores, dtype=np.float64)
    if masked.ndim != 2 or masked.shape[1] == 0:
        raise DomainError(
            f"scores has shape {masked.shape}, expected (draws, models); for one draw give scores[np.newaxis]"
        )
    present = ~np.ma.getmaskarray(masked).any(axis=1)
    values = masked.data[present]
    if not np.isfinite(values).all():
        raise DomainError("scores holds a number that is not finite, expected finite ones; mask draws without a score")
    if not len(values):
        return None
    ranks = mid_ranks(values)
    best = values == values.max(axis=1, keepdims=True)
    tail = (1.0 - level) / 2.0
    return Ranking(
        rank_1=(best / best.sum(axis=1, keepdims=True)).mean(axis=0),
        low=np.quantile(ranks, tail, axis=0, method="lower"),
        high=np.quantile(ranks, 1.0 - tail, axis=0, method="higher"),
        level=level,
        draws=len(values),
        absent=int((~present).sum()),
    )


def leave_one_out(score: Callable[[NDArray[np.intp]], ArrayLike | Scores], models: int) -> Stability | None:
    """Leave out each model in turn, score the others anew, and see whether their order changes.

    An order that hangs on which models happen to be compared says little about the models. An anchored PER never
    changes; a PER of the paper may.

    Args:
        score: from the indices of the models kept, their scores in that order; higher is better, masked where absent.
        models: how many there are, at least 3: with one left of two there is no order.

    Returns:
        What changes, or None where the whole set has no scores.

    Raises:
        DomainError: fewer than 3 models.

    >>> accuracy = np.array([0.1, 0.5, 0.9])
    >>> leave_one_out(lambda kept: accuracy[kept] / accuracy[kept].max(), 3).inversions
    (0, 0, 0)
    """
    if models < 3:
        raise DomainError(f"models is {models}, expected at least 3; fewer have no order once one is left out")
    whole = _present(score(np.arange(models)))
    if whole is None:
        return None
    moves: list[tuple[float | None, ...] | None] = []
    inversions: list[int | None] = []
    best_changes: list[bool | None] = []
    for left_out in range(models):
        kept = np.delete(np.arange(models), left_out)
        after = _present(score(kept))
        if after is None:
            moves.append(None)
            inversions.append(None)
            best_changes.append(None)
            continue
        before = whole[kept]
        moved: list[float | None] = (mid_ranks(after) - mid_ranks(before)).tolist()
        moves.append((*moved[:left_out], None, *moved[left_out:]))
        changed = np.sign(after[:, np.newaxis] - after) != np.sign(before[:, np.newaxis] - before)
        inversions.append(int(np.triu(changed).sum()))
        best_changes.append(bool(((before == before.max()) != (after == after.max())).any()))
    return Stability(moves=tuple(moves), inversions=tuple(inversions), best_changes=tuple(best_changes))


def pareto_front(axes: Mapping[Axis, ArrayLike]) -> NDArray[np.bool_]:
    """Which models no other one dominates.

    A model dominates another when it is at least as good on every axis and better on at least one. Models that are equal
    on all axes do not dominate each other. Needs no weights and no reference, and no unit matters.

    Args:
        axes: for each axis its values, shape (…, models).

    Returns:
        Shape (…, models), True on the front; at least one model of each row is.

    Raises:
        DomainError: a value is out of range or the numbers of models differ.

    >>> pareto_front({Axis.accuracy: [0.4, 0.6, 0.5], Axis.cost: [1.0, 2.0, 3.0]}).tolist()
    [True, True, False]
    """
    columns = checked_models(axes)
    shape = next(iter(columns.values())).shape
    as_good: NDArray[np.bool_] = np.ones((*shape, shape[-1]), dtype=bool)
    better: NDArray[np.bool_] = np.zeros((*shape, shape[-1]), dtype=bool)
    for axis, values in columns.items():
        gain = values if axis.more_is_better else -values
        mine, other = gain[..., :, np.newaxis], gain[..., np.newaxis, :]
        as_good &= other >= mine
        better |= other > mine
    front: NDArray[np.bool_] = np.ones(shape, dtype=bool)
    front[(as_good & better).any(axis=-1)] = False
    return front


def coupling(throughput: ArrayLike, latency: ArrayLike) -> Coupling | None:
    """Correlation of log throughput and log latency over models, with a warning where they are nearly one axis.

    Where latency is time per token of a full device, it is 1/throughput, and a PER that has both counts speed twice.

    Args:
        throughput: shape (models,), above 0.
        latency: shape (models,), above 0.

    Returns:
        The correlation; None for fewer than 3 models, which always lie on a line, or where an axis has no spread.

    Raises:
        DomainError: a value is out of range or the shapes differ.

    >>> coupling([100.0, 50.0, 10.0], [10.0, 20.0, 100.0]).warning
    'throughput and latency say nearly the same (correlation of logs -1.00 over 3 models): give them one weight together'
    >>> coupling([100.0, 50.0], [10.0, 20.0]) is None
    True
    """
    first, second = checked_axis(Axis.throughput, throughput), checked_axis(Axis.latency, latency)
    if first.ndim != 1 or first.shape != second.shape:
        raise DomainError(
            f"throughput and latency have shapes {first.shape} and {second.shape}, expected (models,) both; "
            "give one value for each model"
        )
    if first.size < 3 or np.ptp(first) == 0.0 or np.ptp(second) == 0.0:
        return None
    correlation = float(np.clip(np.corrcoef(np.log(first), np.log(second))[0, 1], -1.0, 1.0))
    warning = None
    if abs(correlation) > COUPLED:
        warning = (
            f"throughput and latency say nearly the same (correlation of logs {correlation:.2f} over "
            f"{first.size} models): give them one weight together"
        )
    return Coupling(correlation=correlation, models=int(first.size), warning=warning)


def _present(scores: ArrayLike | Scores) -> NDArray[np.float64] | None:
    """The scores of one set as plain floats, or None where one of them is absent."""
    masked = np.ma.asarray(scores, dtype=np.float64)
    return None if np.ma.getmaskarray(masked).any() else np.asarray(masked.data)
