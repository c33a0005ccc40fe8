"""How the cost of a solved problem goes with model size, and how that changes from rung to rung."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from isocost.analysis.fit_inputs import FEWEST_SIZES, checked_sizes, first_false
from isocost.analysis.least_squares import least_squares_line
from isocost.errors import DomainError
from isocost.metrics.domain import shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class ElasticityFit:
    """ln(cost per solved problem) = a + γ·ln N, one fit for each element of the leading axes."""

    intercept: NDArray[np.float64]
    """a, in ln of the cost's unit; NaN where `exists` is False."""
    gamma: NDArray[np.float64]
    """γ, percent that a solved problem costs more when N grows by one percent; NaN where `exists` is False."""
    exists: NDArray[np.bool_]
    """Whether at least 4 different sizes solved something; where not, there is no fit."""
    models: NDArray[np.int64]
    """Models that entered: those with a finite cost."""


@dataclass(frozen=True, eq=False)
class RungChange:
    """Differences between each rung and the one before it."""

    change: NDArray[np.float64]
    """Slope at rung r + 1 minus slope at rung r, shape (..., rungs − 1); NaN only where a slope is NaN."""
    exists: NDArray[np.bool_]
    """Whether both slopes exist."""


def fit_elasticity(sizes: ArrayLike, cost_per_solved: ArrayLike) -> ElasticityFit:
    """Least-squares fit of ln(cost per solved problem) = a + γ·ln N, each model weighing the same.

    γ is the cost's elasticity minus the accuracy's, for ln(C/p) = ln C − ln p and least squares are linear. For a single
    attempt it is usually above 0; what informs is how it falls from rung to rung (`change_between_rungs`).

    **A model that solved nothing** has infinite cost per solved problem. It is absent from that draw and that rung: its
    logarithm cannot enter a mean. This flatters the model (the dearest point is the one that goes), so that `models`
    should be shown wherever it is below the number of models. Fewer than 4 different sizes left: no fit, `exists` False.

    It is a summary, not a law: a straight line through few points, without an allowance for their unequal noise.

    Args:
        sizes: shape (models,), at least 4 different; models of equal size are two points above one size.
        cost_per_solved: shape (..., models), above 0, in any one unit; infinite where nothing was solved.

    Raises:
        DomainError: fewer than 4 different sizes, shapes that do not fit, or a cost that is not above 0.

    >>> import math
    >>> fit = fit_elasticity([0.5, 1.5, 3, 7, 14], [[1.0, 2.0, 3.5, 7.0, 12.0], [math.inf, 9.0, 12.0, 20.0, 30.0]])
    >>> fit.gamma.round(3).tolist(), fit.models.tolist()
    ([0.755, 0.547], [5, 4])
    >>> fit_elasticity([0.5, 1.5, 7], [1.0, 2.0, 7.0])
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: sizes holds 3 different sizes, expected at least 4; show the models without a fit
    """
    row = checked_sizes(sizes)
    cost = np.asarray(cost_per_solved, dtype=np.float64)
    if cost.ndim == 0 or cost.shape[-1] != row.size:
        raise DomainError(
            f"cost_per_solved has shape {cost.shape}, expected a last axis of {row.size} models as in sizes; "
            "give one cost for each model"
        )
    if not (inside := cost > 0.0).all():
        index = first_false(inside)
        raise DomainError(
            f"cost_per_solved at index {index} is {shown(float(cost[index]))}, expected a number above 0, or infinity "
            "where nothing was solved; leave out models without a cost"
        )
    present = np.isfinite(cost)
    different, size_of = np.unique(row, return_inverse=True)
    of_size = (size_of[:, np.newaxis] == np.arange(different.size)).astype(np.int64)  # (models, sizes)
    exists = ((present.astype(np.int64) @ of_size) > 0).sum(axis=-1) >= FEWEST_SIZES
    intercept, gamma = least_squares_line(np.log(row), np.log(np.where(present, cost, 1.0)), present.astype(np.float64))
    return ElasticityFit(
        intercept=np.where(exists, intercept, np.nan),
        gamma=np.where(exists, gamma, np.nan),
        exists=np.asarray(exists),
        models=np.asarray(present.sum(axis=-1)),
    )


def change_between_rungs(slopes: ArrayLike, exists: ArrayLike) -> RungChange:
    """The interaction of ln N with the rung: how much a slope changes from each rung to the next.

    For β or ν of `fit_logit` and `fit_power` this *is* the interaction coefficient of the joint model in which each rung
    has its own intercept and slope, since that model's likelihood falls apart into the rungs'. For γ of `fit_elasticity` it
    is the change of γ. Draws of the paired bootstrap as a leading axis give its interval, the pairing kept because one draw
    holds all rungs. Take the quantiles over draws that exist, and say how many do.

    Args:
        slopes: shape (..., rungs), rungs in rising order; at least 2.
        exists: shape (..., rungs), the fit's mask.

    Raises:
        DomainError: fewer than 2 rungs, or shapes that differ.

    >>> change_between_rungs([[0.9, 0.8, 0.5]], [[True, True, False]]).change.round(2).tolist()
    [[-0.1, -0.3]]
    >>> change_between_rungs([[0.9, 0.8, 0.5]], [[True, True, False]]).exists.tolist()
    [[True, False]]
    """
    values, mask = np.asarray(slopes, dtype=np.float64), np.asarray(exists, dtype=np.bool_)
    if values.ndim == 0 or values.shape[-1] < 2:
        raise DomainError(
            f"slopes has shape {values.shape}, expected a last axis of at least 2 rungs; one rung has no change"
        )
    if values.shape != mask.shape:
        raise DomainError(f"exists has shape {mask.shape}, expected {values.shape} as slopes; give the mask of the fit")
    return RungChange(change=np.diff(values, axis=-1), exists=mask[..., 1:] & mask[..., :-1])
