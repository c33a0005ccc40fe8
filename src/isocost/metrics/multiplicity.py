"""Several comparisons at once: p values adjusted so that the whole family errs as seldom as one comparison should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.errors import DomainError
from isocost.metrics.domain import shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """P values adjusted by Holm's step-down method, in the order given.

    With the m values sorted upwards, p(1) ≤ … ≤ p(m), the adjusted ones are::

        p̃(i) = max over j ≤ i of min(1, (m − j + 1)·p(j))

    A comparison is shown at family-wise level α where its adjusted value is at most α: then the chance that any true
    null hypothesis of the family is rejected is at most α, however the comparisons depend on each other. Neighbouring
    sizes share a model, so they do depend on each other.

    What it does not cover: it holds for the family that was named before the data were seen; one picked afterwards from
    a larger grid needs the whole grid. It says nothing of the share of false discoveries.

    Source: S. Holm (1979), Scandinavian Journal of Statistics 6(2), 65-70.

    Args:
        p_values: shape (comparisons,), each from 0 to 1.

    Returns:
        Adjusted values of the same shape, each at least its own p value and at most 1.

    Raises:
        DomainError: another shape, or a value outside [0, 1].

    >>> holm([0.01, 0.04, 0.03]).round(6).tolist()
    [0.03, 0.06, 0.06]
    >>> holm([0.2]).tolist(), holm([]).tolist()
    ([0.2], [])
    >>> holm([0.2, 1.5])
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: p_values[1] is 1.5, expected a number from 0 to 1; leave out comparisons without one
    """
    values = np.asarray(p_values, dtype=np.float64)
    if values.ndim != 1:
        raise DomainError(
            f"p_values has shape {values.shape}, expected one value for each comparison; give a flat array"
        )
    inside = (values >= 0.0) & (values <= 1.0)  # false for NaN
    if not inside.all():
        index = int(np.argmin(inside))
        raise DomainError(
            f"p_values[{index}] is {shown(float(values[index]))}, expected a number from 0 to 1; "
            "leave out comparisons without one"
        )
    order = np.argsort(values, kind="stable")
    factors = np.arange(values.size, 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.maximum.accumulate(np.minimum(1.0, factors * values[order]))
    return adjusted
