"""The axes on which models are compared, which way each is better, and what values an axis may have."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from isocost.errors import DomainError
from isocost.metrics.domain import shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class Axis(StrEnum):
    """What a model is measured by. The direction belongs to the axis, so that no caller can turn it round."""

    accuracy = "accuracy"
    """Share or number of problems solved."""
    throughput = "throughput"
    """Tokens or samples per second."""
    memory = "memory"
    """Memory held, in any unit."""
    latency = "latency"
    """Time per token, sample or problem, in any unit."""
    cost = "cost"
    """What a problem costs, in any one unit: tokens, FLOPs, seconds, joules, dollars, byte·seconds."""

    @property
    def more_is_better(self) -> bool:
        """Whether a larger value is the better one.

        >>> [str(axis) for axis in Axis if axis.more_is_better]
        ['accuracy', 'throughput']
        """
        return self in {Axis.accuracy, Axis.throughput}


def checked_axis(axis: Axis, values: ArrayLike, what: str = "") -> NDArray[np.float64]:
    """The values of one axis as floats: finite and above 0; an accuracy may be 0, where nothing was solved.

    Args:
        axis: the axis.
        values: any shape.
        what: how a message names the values; the axis's name where it is empty.

    Raises:
        DomainError: a value is outside that range, or there is none; the text names the first wrong one.

    >>> checked_axis(Axis.accuracy, [0.0, 0.5]).tolist()
    [0.0, 0.5]
    >>> checked_axis(Axis.latency, [3.0, 0.0])
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: latency[1] is 0.0, expected a finite number above 0; leave out models without a ...
    """
    what = what or str(axis)
    numbers = np.asarray(values)
    if numbers.dtype.kind not in "iuf":
        raise DomainError(f"{what} has dtype {numbers.dtype}, expected an array of numbers; leave out absent values")
    numbers = numbers.astype(np.float64)
    if numbers.size == 0:
        raise DomainError(f"{what} has shape {numbers.shape}, expected at least 1 value; give one for each model")
    zero = axis is Axis.accuracy
    inside = np.isfinite(numbers) & ((numbers >= 0.0) if zero else (numbers > 0.0))
    if not inside.all():
        index = tuple(int(i) for i in np.argwhere(~inside)[0])
        place = f"[{', '.join(map(str, index))}]" if index else ""
        allowed = "of at least 0" if zero else "above 0"
        raise DomainError(
            f"{what}{place} is {shown(float(numbers[index]))}, expected a finite number {allowed}; "
            "leave out models without a measurement"
        )
    return numbers


def checked_models(axes: Mapping[Axis, ArrayLike]) -> dict[Axis, NDArray[np.float64]]:
    """All axes as floats of one shape, models last; an axis of fewer dimensions is repeated along the leading ones.

    Raises:
        DomainError: no axis, a value out of range, no model axis, or numbers of models that differ.

    >>> {str(axis): a.shape for axis, a in checked_models({Axis.accuracy: [[0.1, 0.2]] * 3, Axis.cost: [1, 2]}).items()}
    {'accuracy': (3, 2), 'cost': (3, 2)}
    """
    if not axes:
        raise DomainError("axes holds 0 axes, expected at least 1; give as {Axis.accuracy: [...], Axis.cost: [...]}")
    numbers = {axis: checked_axis(axis, values) for axis, values in axes.items()}
    models = {str(axis): values.shape[-1] if values.ndim else 0 for axis, values in numbers.items()}
    if len(set(models.values())) > 1 or 0 in models.values():
        raise DomainError(
            f"axes have lengths {models}, expected the same number of models in the last dimension of each; "
            "give one value for each model"
        )
    try:
        columns = np.broadcast_arrays(*numbers.values())
    except ValueError:
        shapes = {str(axis): values.shape for axis, values in numbers.items()}
        raise DomainError(
            f"axes have shapes {shapes}, expected leading dimensions that agree; use the same draws"
        ) from None
    return dict(zip(numbers, columns, strict=True))
