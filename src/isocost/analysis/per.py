"""The Performance-Efficiency Ratio in its three forms: of the paper, anchored to a reference, and of a budget.

All take arrays whose last dimension is the models; what stands before it (bootstrap draws, rungs) is kept.

Absent values. A ratio 0/0 has no value. So `paper_per` and `anchored_per` return a `numpy.ma.MaskedArray`: a masked
entry is absent, `tolist()` shows it as None, and means and counts leave it out. Under the mask stands NaN, so that code
that strips the mask gets no number that looks like a score.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from isocost.analysis.axes import Axis, checked_axis, checked_models
from isocost.errors import DomainError
from isocost.metrics.domain import shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Scores: TypeAlias = "np.ma.MaskedArray[Any, np.dtype[np.float64]]"
"""Scores with the models last; masked where there is none."""


def paper_per(accuracy: ArrayLike, throughput: ArrayLike, memory: ArrayLike, latency: ArrayLike) -> Scores:
    """PER = (ACC · THR · MEM · LAT)^¼, each first brought to [0, 1] over the models that are compared.

    ACC and THR are (x − min) / (max − min); MEM and LAT, where less is better, are 1 − (x − min) / (max − min). Minimum
    and maximum are over the last dimension, for each draw its own.

    Where all models are equal on an axis, its normalisation is 0/0 and no model of the set has a PER: the whole row
    is masked (absent, None), also for a set of one model.

    Its faults, which are the paper's and kept for comparison: the worst model on any axis gets 0, however good it is
    on the others; a model's PER changes when another joins or leaves the set; and speed enters twice, as throughput and
    as latency (`isocost.analysis.ranking.coupling` says how nearly the same they are; in the paper's own tables the logs
    correlate with −0.62 to −0.85 over all 16 models, beyond −0.95 over the six smallest on SQuAD). `anchored_per` has
    none of the first two.

    Source: J. Cao et al. (2026), arXiv 2603.21389, section "Performance-Efficiency Ratio".

    Args:
        accuracy: shape (…, models), at least 0, in any unit.
        throughput: shape (…, models), above 0, in any unit.
        memory: as throughput; less is better.
        latency: as throughput; less is better. An argument of fewer dimensions is repeated along the leading ones.

    Returns:
        Shape (…, models), in [0, 1]; rows that have no PER are masked.

    Raises:
        DomainError: a value is out of range or not finite, or the numbers of models differ.

    >>> paper_per([0.4, 0.6, 0.8], [900.0, 500.0, 100.0], [1.0, 3.0, 14.0], [1.0, 2.0, 9.0]).round(3).tolist()
    [0.0, 0.656, 0.0]
    >>> paper_per([0.4, 0.6], [900.0, 500.0], [2.0, 2.0], [1.0, 2.0]).tolist()  # equal memory: 0/0
    [None, None]
    >>> paper_per([0.4, 0.6], [900.0, 500.0], [2.0, 0.0], [1.0, 2.0])
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: memory[1] is 0.0, expected a finite number above 0; leave out models without a ...
    """
    axes = checked_models(
        {Axis.accuracy: accuracy, Axis.throughput: throughput, Axis.memory: memory, Axis.latency: latency}
    )
    product: NDArray[np.float64] = np.ones(axes[Axis.accuracy].shape)
    absent: NDArray[np.bool_] = np.zeros((*product.shape[:-1], 1), dtype=bool)
    for axis, values in axes.items():
        low, high = values.min(axis=-1, keepdims=True), values.max(axis=-1, keepdims=True)
        equal = high == low
        # From the worst end, so that the worst is exactly 0 and the best exactly 1 on either kind of axis.
        gain = values - low if axis.more_is_better else high - values
        product = product * (gain / np.where(equal, 1.0, high - low))
        absent = absent | equal
    return _masked(product**0.25, absent)


def anchored_per(
    axes: Mapping[Axis, ArrayLike], reference: Mapping[Axis, ArrayLike], weights: Mapping[Axis, float]
) -> Scores:
    """PER = ∏ (x / x_ref)^(±w): a weighted geometric mean of ratios to a declared reference model.

    The sign is + where more is better and − where less is; the weights are stated and sum to 1. So the reference has
    PER 1, a model with PER 1.2 is better by a fifth, a change of unit changes nothing, and neither does a model that
    joins or leaves the set. It is 0 only where nothing was solved.

    A reference that solved nothing is no measure: ratios to it are masked (absent, None), which can happen in single
    draws of a bootstrap.

    Source: the geometric mean of ratios to a reference, as of benchmark suites: P. J. Fleming and J. J. Wallace (1986),
    Communications of the ACM 29(3), 218-221; weights as in a Cobb-Douglas function.

    Args:
        axes: for each axis its values, shape (…, models); above 0, an accuracy at least 0.
        reference: for each axis the reference's value in the same unit: a number, or one for each draw, shape (…).
        weights: for each axis its weight, above 0; they sum to 1.

    Returns:
        Shape (…, models), at least 0; masked where the reference solved nothing.

    Raises:
        DomainError: a value is out of range, the axes of the three differ, or the weights don't sum to 1.

    >>> axes = {Axis.accuracy: [0.4, 0.6, 0.0], Axis.cost: [1.0, 4.0, 0.5]}
    >>> half = {Axis.accuracy: 0.5, Axis.cost: 0.5}
    >>> anchored_per(axes, {Axis.accuracy: 0.4, Axis.cost: 1.0}, half).round(3).tolist()
    [1.0, 0.612, 0.0]
    >>> anchored_per(axes, {Axis.accuracy: 0.4, Axis.cost: 1.0}, {Axis.accuracy: 0.5, Axis.cost: 0.4})
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: weights sum to 0.9, expected 1; divide each by their sum
    """
    values = checked_models(axes)
    _check_weights(axes, reference, weights)
    logs: NDArray[np.float64] = np.zeros(next(iter(values.values())).shape)
    absent: NDArray[np.bool_] = np.zeros((1,), dtype=bool)
    for axis, column in values.items():
        anchor = checked_axis(axis, reference[axis], f"reference {axis}")[..., np.newaxis]
        sign = 1.0 if axis.more_is_better else -1.0
        # A sum of logs neither overflows nor depends on the size of a unit; the log of 0 is −∞, whose exp is 0 again.
        with np.errstate(divide="ignore"):
            logs = logs + sign * weights[axis] * (np.log(column) - np.log(np.where(anchor > 0.0, anchor, 1.0)))
        absent = absent | (anchor == 0.0)
    return _masked(np.exp(logs), absent)


def budgeted_per(solved: ArrayLike, budget: ArrayLike) -> NDArray[np.float64]:
    """PER = solved(B) / B: problems solved per unit of budget, all models having the same budget.

    At one budget it ranks as `solved` does; it is reported for its scale, as "1.3 problems per petaFLOP". It falls with
    the budget as soon as `solved` grows slower than the budget, so values of different budgets are not compared.

    Args:
        solved: shape (…, models), expected share (or number) of problems solved within the budget, at least 0.
        budget: the same for all models: a number, or one for each row, shape (…); above 0. For a share of problems it
            is the budget of one problem, for a number of problems that of all.

    Returns:
        Shape (…, models), in 1 / unit of the budget.

    Raises:
        DomainError: a value is out of range.

    >>> budgeted_per([0.3, 0.6], 2.0).tolist()
    [0.15, 0.3]
    >>> budgeted_per([[0.3, 0.6], [0.4, 0.7]], [1.0, 2.0]).tolist()  # two budgets
    [[0.3, 0.6], [0.2, 0.35]]
    """
    numbers = checked_axis(Axis.accuracy, solved, "solved")
    return numbers / checked_axis(Axis.cost, budget, "budget")[..., np.newaxis]


def _masked(values: NDArray[np.float64], absent: NDArray[np.bool_]) -> Scores:
    """The values with whole rows masked, NaN under the mask."""
    mask = np.broadcast_to(absent, np.broadcast_shapes(values.shape, absent.shape))
    shown_values = np.where(mask, np.nan, np.broadcast_to(values, mask.shape))
    scores: Scores = np.ma.MaskedArray(shown_values, mask=mask.copy())
    return scores


def _check_weights(
    axes: Mapping[Axis, ArrayLike], reference: Mapping[Axis, ArrayLike], weights: Mapping[Axis, float]
) -> None:
    """Refuse weights that don't sum to 1 or are not positive, and axes that not all three name."""
    for name, given in (("reference", reference), ("weights", weights)):
        if set(given) != set(axes):
            raise DomainError(
                f"{name} has axes {sorted(given)}, expected {sorted(axes)}; give each axis a value, a reference and a weight"
            )
    for axis, weight in weights.items():
        if not 0.0 < weight <= 1.0:
            raise DomainError(
                f"weight of {axis} is {shown(weight)}, expected a number above 0 and up to 1; "
                "leave out an axis that shall not count"
            )
    total = math.fsum(weights.values())
    if abs(total - 1.0) > 1e-9:
        raise DomainError(f"weights sum to {total:.6g}, expected 1; divide each by their sum")
