"""What a fit over problems accepts: tallies as whole counts, and weights of problems; anything else is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.analysis.fit_inputs import first_false
from isocost.errors import DomainError
from isocost.metrics.domain import shown

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def checked_tallies(n: ArrayLike, c: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The counts n and c broadcast to one shape, as whole numbers.

    Raises:
        DomainError: something else than integers, n below 1, or c outside [0, n].
    """
    given = {"n": np.asarray(n), "c": np.asarray(c)}
    for name, array in given.items():
        if array.size and array.dtype.kind not in "iu":
            raise DomainError(f"{name} has dtype {array.dtype}, expected integers; give counts of samples")
    try:
        total, passed = (array.astype(np.int64) for array in np.broadcast_arrays(given["n"], given["c"]))
    except ValueError:
        raise DomainError(
            f"n has shape {given['n'].shape} and c {given['c'].shape}, expected one shape; give both for each problem"
        ) from None
    if not (inside := total >= 1).all():
        index = first_false(inside)
        raise DomainError(
            f"n at index {index} is {int(total[index])}, expected at least 1; leave out problems without a scored sample"
        )
    if not (inside := (passed >= 0) & (passed <= total)).all():
        index = first_false(inside)
        raise DomainError(
            f"c at index {index} is {int(passed[index])}, expected an integer from 0 to n = {int(total[index])}; "
            "count each sample that passed once"
        )
    return total, passed


def checked_weights(weights: ArrayLike | None, n: NDArray[np.int64]) -> NDArray[np.float64]:
    """Weights of shape (..., problems); 1 for each problem where they are None.

    Raises:
        DomainError: n is not one count for each of some problems, or the weights do not fit it, are negative, or all 0.
    """
    if n.ndim != 1 or n.size == 0:
        raise DomainError(
            f"n has shape {n.shape}, expected one count for each of at least 1 problem; give a flat array"
        )
    weight = np.ones(n.size) if weights is None else np.asarray(weights, dtype=np.float64)
    if weight.ndim == 0 or weight.shape[-1] != n.size:
        raise DomainError(
            f"weights has shape {weight.shape}, expected a last axis of {n.size} problems as in n; "
            "give one weight for each problem"
        )
    if not (inside := (weight >= 0.0) & np.isfinite(weight)).all():
        index = first_false(inside)
        raise DomainError(
            f"weights at index {index} is {shown(float(weight[index]))}, expected a finite number of at least 0; "
            "give how often the problem was drawn"
        )
    if not (inside := np.asarray(weight.sum(axis=-1) > 0.0)).all():
        raise DomainError(
            f"weights at index {first_false(inside)} are all 0, expected some problem to weigh more; leave out that row"
        )
    return weight
