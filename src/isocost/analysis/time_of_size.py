"""How time grows with the size of a model: a power law with its interval, and seconds a layer plus bytes a second."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.errors import DomainError
from isocost.records import Record

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

FEWEST_SIZES = 4
"""Sizes from which a law is fitted, as for every law of isocost; with fewer, leaving one out says nothing."""


class PowerLaw(Record, frozen=True):
    """time = factor · size^exponent, over the sizes that were measured."""

    exponent: float
    """Slope of log time over log size."""
    low: float
    """Lower end of its interval."""
    high: float
    """Upper end of its interval."""
    level: float
    """Nominal coverage of the interval."""
    method: str
    """How the interval was made."""
    factor: float
    """Seconds of a model of size 1, which is far outside what was measured."""
    r_squared: float
    """Share of the variance of log time that the line takes up."""
    left_out_mean: float
    """Mean error, as a share, of the line through all other sizes."""
    left_out_most: float
    """Largest such error."""
    sizes: int
    """Sizes that entered."""
    rounds: int
    """Rounds that entered."""


class LayersAndBytes(Record, frozen=True):
    """time = layer_seconds · L + bytes / bytes_per_second, neither below 0."""

    layer_seconds: float
    """Fixed cost of each layer."""
    bytes_per_second: float | None
    """Rate at which bytes stream; None where time does not depend on bytes."""
    error_mean: float
    """Mean error, as a share, on the sizes that it was fitted to."""
    error_most: float
    """Largest such error."""
    left_out_mean: float
    """Mean error, as a share, of the fit to all other sizes."""
    left_out_most: float
    """Largest such error."""
    sizes: int
    """Sizes that entered."""


def power_law(
    sizes: ArrayLike, seconds: ArrayLike, *, rng: np.random.Generator, draws: int = 2000, level: float = 0.95
) -> PowerLaw:
    """Least squares of ln(time) over ln(size), one point a size: the median of its rounds.

    The interval is the percentile bootstrap over rounds, which are drawn whole (all sizes of a round together, for they
    share the machine's minute). It says how well these rounds settle the exponent of *these* sizes; whether a power law
    holds at all is told by the sizes left out, never by R².

    Args:
        sizes: parameters, shape (sizes,), all different.
        seconds: shape (rounds, sizes), above 0; NaN where a round has no time of a size, of which each must have some.
        rng: of the draws.
        draws: how many.
        level: nominal coverage.

    Raises:
        DomainError: fewer than 4 sizes, sizes that are equal, or a time that is not above 0.

    >>> import numpy as np
    >>> n = np.array([1e6, 1e7, 1e8, 1e9])
    >>> law = power_law(n, np.tile(n**0.9, (4, 1)), rng=np.random.default_rng(0))
    >>> f"{law.exponent:.3f} [{law.low:.3f}, {law.high:.3f}]"
    '0.900 [0.900, 0.900]'
    """
    n, t = _checked(sizes, seconds)
    x, y = np.log(n), np.log(np.nanmedian(t, axis=0))
    slope, cut = _line(x, y)
    rounds = t.shape[0]
    chosen = rng.integers(0, rounds, size=(draws, rounds))
    lacking = np.isnan(t[chosen]).all(axis=1)
    whole = np.logical_not(lacking.any(axis=-1))  # a draw must have each size
    drawn = _line(x, np.log(np.nanmedian(t[chosen[whole]], axis=1)))[0]
    low, high = np.quantile(drawn, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    errors = _left_out(n.size, lambda keep: np.exp(_at(_line(x[keep], y[keep]), x)), np.exp(y))
    spread = float(((y - y.mean()) ** 2).sum())
    missed = float(((y - _at((slope, cut), x)) ** 2).sum())
    return PowerLaw(
        exponent=float(slope), low=float(low), high=float(high), level=level, method="bootstrap over rounds",
        factor=float(np.exp(cut)), r_squared=1.0 - missed / spread if spread > 0.0 else 1.0,
        left_out_mean=float(errors.mean()), left_out_most=float(errors.max()), sizes=n.size, rounds=rounds,
    )  # fmt: skip


def layers_and_bytes(layers: ArrayLike, streamed: ArrayLike, seconds: ArrayLike) -> LayersAndBytes:
    """Fit a·L + bytes/BW to the medians over rounds, by least squares of the errors as shares, a and 1/BW at least 0.

    Args:
        layers: L, shape (sizes,).
        streamed: bytes of a step, shape (sizes,).
        seconds: shape (rounds, sizes), above 0 or NaN, as for `power_law`.

    Raises:
        DomainError: fewer than 4 sizes, or a time that is not above 0.

    >>> fit = layers_and_bytes([8, 12, 18, 24], [1e7, 3e7, 1e8, 1e9], [[9e-3, 15e-3, 28e-3, 124e-3]])
    >>> f"{fit.layer_seconds * 1e3:.2f} ms a layer, {fit.bytes_per_second / 1e9:.1f} GB/s"
    '1.00 ms a layer, 10.0 GB/s'
    """
    size, t = _checked(streamed, seconds)
    terms = np.column_stack([np.asarray(layers, dtype=np.float64), size])
    median = np.nanmedian(t, axis=0)

    def fitted(keep: NDArray[np.bool_]) -> NDArray[np.float64]:
        return np.asarray(terms @ _not_negative(terms[keep], median[keep]))

    layer, per_byte = _not_negative(terms, median)
    off = np.abs(fitted(np.ones(size.size, dtype=bool)) / median - 1.0)
    errors = _left_out(size.size, fitted, median)
    return LayersAndBytes(
        layer_seconds=float(layer), bytes_per_second=float(1.0 / per_byte) if per_byte > 0.0 else None,
        error_mean=float(off.mean()), error_most=float(off.max()),
        left_out_mean=float(errors.mean()), left_out_most=float(errors.max()), sizes=size.size,
    )  # fmt: skip


def rate_beside_layers(
    layers: ArrayLike, amounts: ArrayLike, seconds: ArrayLike, *, layer_seconds: float
) -> float | None:
    """F of time = layer_seconds · L + amount / F, the first term given, by least squares of the errors as shares.

    None where the times leave nothing for the amounts.

    >>> f"{rate_beside_layers([8, 12], [1e9, 4e9], [0.108, 0.412], layer_seconds=1e-3) / 1e9:.1f}"
    '10.0'
    """
    t = np.asarray(seconds, dtype=np.float64)
    x = np.asarray(amounts, dtype=np.float64) / t
    y = 1.0 - layer_seconds * np.asarray(layers, dtype=np.float64) / t
    inverse = float((x * y).sum() / (x * x).sum())
    return 1.0 / inverse if inverse > 0.0 else None


def _not_negative(terms: NDArray[np.float64], seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.optimize import nnls

    scale = terms.max(axis=0)  # columns of one size, or the solver's tolerance swallows the small one
    found, _ = nnls(terms / scale / seconds[:, np.newaxis], np.ones(seconds.size))
    return np.asarray(found / scale)


def _left_out(
    sizes: int, fitted: Callable[[NDArray[np.bool_]], NDArray[np.float64]], seconds: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Error as a share at each size, of the fit to all others."""
    everything = np.arange(sizes)
    return np.array([abs(fitted(everything != left)[left] / seconds[left] - 1.0) for left in everything])


def _line(x: NDArray[np.float64], y: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Slope and intercept of each row of y over x."""
    off = x - x.mean()
    slope = (off * y).sum(axis=-1) / (off**2).sum()
    return slope, y.mean(axis=-1) - slope * x.mean()


def _at(line: tuple[NDArray[np.float64], NDArray[np.float64]], x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(line[0] * x + line[1])


def _checked(sizes: ArrayLike, seconds: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n, t = np.asarray(sizes, dtype=np.float64), np.asarray(seconds, dtype=np.float64)
    if n.ndim != 1 or n.size < FEWEST_SIZES or np.unique(n).size != n.size:
        raise DomainError(
            f"sizes are {n.tolist()}, expected at least {FEWEST_SIZES}, all different; measure more sizes of the family"
        )
    if t.ndim != 2 or t.shape[1] != n.size or not t.shape[0]:
        raise DomainError(f"times have the shape {t.shape}, expected (rounds, {n.size}); give a row for each round")
    fine = np.isnan(t) | (np.isfinite(t) & (t > 0.0))
    if not (np.isfinite(n) & (n > 0.0)).all() or not fine.all() or np.isnan(t).all(axis=0).any():
        raise DomainError(
            "a size or a time is not above 0, or a size has no time, expected finite numbers; leave out sizes without any"
        )
    return n, t
