"""A straight line by weighted least squares, for many rows of points at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def least_squares_line(
    x: NDArray[np.float64], y: NDArray[np.float64], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Intercept and slope that minimise Σ w·(y − intercept − slope·x)².

    A row whose weighted points all stand above one x has no slope: both numbers are NaN there, so that a use by mistake
    shows.

    Args:
        x: shape (points,), finite.
        y: shape (..., points); finite wherever the weight is above 0.
        weights: shape (..., points), at least 0; a point of weight 0 is absent.

    Returns:
        Intercept at x = 0 and slope, each of shape (...).

    >>> import numpy as np
    >>> x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0])
    >>> [float(number) for number in least_squares_line(x, y, np.ones(3))]
    [1.0, 2.0]
    """
    y, weights = np.broadcast_arrays(np.where(weights > 0.0, y, 0.0), weights)
    total = weights.sum(axis=-1)
    total = np.where(total > 0.0, total, np.nan)
    x_mean = (weights * x).sum(axis=-1) / total
    y_mean = (weights * y).sum(axis=-1) / total
    off_mean = x - x_mean[..., np.newaxis]
    spread = (weights * off_mean**2).sum(axis=-1)
    spread = np.where(spread > 1e-18 * total * np.square(x).max(initial=0.0), spread, np.nan)
    slope = (weights * off_mean * (y - y_mean[..., np.newaxis])).sum(axis=-1) / spread
    return y_mean - slope * x_mean, slope
