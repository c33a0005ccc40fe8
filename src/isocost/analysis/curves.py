"""Isocost curves: the expected share of problems solved, as a function of what each problem may spend.

All regimes have one shape: a table says how likely each problem is solved with k samples, the costs say how many
samples a budget affords, and the curve looks one up in the other. `oracle_table` and `single_table` make such tables
from tallies; rank-score makes the one of a selector.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.errors import DomainError
from isocost.metrics.pass_at_k import pass_at_k_array

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_MOST = 2**53
"""As good as any number of samples."""
_SLACK = 1e-9
"""A budget of three times a cost affords three samples, whatever the rounding of a division."""


def affordable(
    budgets: ArrayLike, prompt: ArrayLike, completion: ArrayLike, *, prompt_shared: bool = True
) -> NDArray[np.int64]:
    """How many samples of each problem a budget affords.

    k_i = max(0, ⌊(B − prompt_i) / completion_i⌋) where the prompt is read once for all samples of a problem, and
    ⌊B / (prompt_i + completion_i)⌋ where each sample reads it again.

    Source: M. Hassid et al. (2024), arXiv 2404.00725, eqs. 2 and 3, with a cost for each problem instead of one for all.

    Args:
        budgets: shape (budgets,), what each problem may spend, above 0.
        prompt: shape (problems,), what reading the prompt costs, from 0 on.
        completion: shape (problems,), the mean over its samples of what writing one costs, from 0 on (where all are
            empty it is 0, and what the prompt costs then affords any number).
        prompt_shared: whether the prompt is charged once.

    Returns:
        Shape (problems, budgets).

    Raises:
        DomainError: a budget or a cost is out of range.

    >>> affordable([1.0, 2.0, 3.5], [0.5, 0.5], [1.0, 0.5]).tolist()
    [[0, 1, 3], [1, 3, 6]]
    >>> affordable([3.0], [0.5], [1.0], prompt_shared=False).tolist()
    [[2]]
    """
    amounts = _positive("budgets", budgets)
    first, each = np.asarray(prompt, dtype=np.float64), np.asarray(completion, dtype=np.float64)
    for name, costs in (("prompt", first), ("completion", each)):
        if not (costs >= 0.0).all() or not np.isfinite(costs).all():
            raise DomainError(
                f"{name} holds a cost below 0, or no number, expected numbers from 0 on; leave such units out"
            )
    if not (first + each > 0.0).all():
        raise DomainError(
            "prompt and completion hold a problem that costs nothing; leave out units in which that is so"
        )
    left = amounts - first[:, None] if prompt_shared else np.broadcast_to(amounts, (first.size, amounts.size))
    step = (each if prompt_shared else first + each)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        counts = np.where(left < 0.0, 0.0, np.where(step > 0.0, left / step, np.inf))
    return np.clip(np.floor(counts * (1.0 + _SLACK)), 0, _MOST).astype(np.int64)


def oracle_table(n: ArrayLike, c: ArrayLike, most: int | None = None) -> NDArray[np.float64]:
    """pass@k of each problem for k = 0, 1, …: what `oracle` solves with k samples.

    Args:
        n: shape (problems,), samples scored.
        c: shape (problems,), samples that passed.
        most: largest k; by default the largest n.

    Returns:
        Shape (problems, most + 1). Column 0 is 0; NaN stands where k is over the problem's n, and nothing else is NaN.

    Raises:
        DomainError: as for `pass_at_k`.

    >>> oracle_table([2, 3], [1, 1]).round(3).tolist()
    [[0.0, 0.5, 1.0, nan], [0.0, 0.333, 0.667, 1.0]]
    """
    ns, cs = np.asarray(n), np.asarray(c)
    top = int(ns.max()) if most is None else most
    ks = np.arange(1, top + 1)
    within = ks <= ns[:, None]
    shares = pass_at_k_array(ns[:, None], cs[:, None], np.minimum(ks, ns[:, None]))
    table = np.zeros((ns.size, top + 1))
    table[:, 1:] = np.where(within, shares, np.nan)
    return table


def single_table(n: ArrayLike, c: ArrayLike) -> NDArray[np.float64]:
    """What one answer solves: 0 where it cannot be afforded, c/n where it can; for `lookup`, which takes no second one.

    With one greedy sample a problem this is pass_i · 1[cost_i ≤ B]; with several sampled ones it is the expectation for
    one of them, which is another estimand and to be labelled so.

    >>> single_table([1, 4], [1, 1]).tolist()
    [[0.0, 1.0], [0.0, 0.25]]
    """
    return oracle_table(n, c, most=1)


def lookup(table: NDArray[np.float64], k: NDArray[np.int64], *, first_only: bool = False) -> NDArray[np.float64]:
    """What each problem's k samples solve, by table.

    Args:
        table: shape (problems, most + 1), as from `oracle_table`.
        k: shape (problems, budgets), as from `affordable`.
        first_only: whether a budget beyond one sample buys nothing more, as in the regime `single`.

    Returns:
        Shape (problems, budgets); NaN where k is beyond what the table knows.
    """
    top = 1 if first_only else table.shape[1] - 1
    within = np.minimum(k, top)
    values = np.take_along_axis(table, within, axis=1)
    return values if first_only else np.where(k > top, np.nan, values)


def budget_grid(low: float, high: float, points: int = 50) -> NDArray[np.float64]:
    """Budgets evenly spaced in their logarithm, both ends among them.

    Raises DomainError unless 0 < low < high and there are at least 2 points.

    >>> budget_grid(1.0, 100.0, 3).tolist()
    [1.0, 10.0, 100.0]
    """
    if not (0.0 < low < high and np.isfinite(high)):
        raise DomainError(f"budgets from {low:g} to {high:g}, expected 0 < low < high; name both ends")
    if points < 2:
        raise DomainError(f"points is {points}, expected at least 2; 50 is the default")
    grid = np.geomspace(low, high, points)
    grid[0], grid[-1] = low, high
    return grid


def _positive(name: str, values: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=np.float64)
    inside = (array > 0.0) & np.isfinite(array)
    if array.ndim != 1 or not inside.all():
        shown = array.ravel()[int(np.argmin(inside))] if array.size else "nothing"
        raise DomainError(f"{name} holds {shown}, expected a flat row of numbers above 0; leave out what has no cost")
    return array
