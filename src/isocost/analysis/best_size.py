"""The first answer to the question: which model solves the most at each budget, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from isocost.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from isocost.analysis.panel_curves import Curve


_SAME = 5e-4
"""Shares closer than this, a twentieth of a point, count as equal: no number of problems in use could tell them apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Best:
    """The best model at one budget."""

    budget: float
    """What each problem may spend."""
    model: str
    """The model that solves the most; of several equal ones (`_SAME`), the first named."""
    solved: float
    """Share of problems that it solves."""
    probability: float
    """Share of draws in which it solves the most; draws in which several do are divided among them."""
    runner_up: str | None
    """The next best; None where no other model has a value at this budget."""
    lead: tuple[float, float, float] | None
    """By how much it leads the next best: the difference, and its interval over the draws."""


def best_at_each(
    budgets: NDArray[np.float64], curves: Mapping[str, Curve], level: float = 0.95
) -> tuple[Best | None, ...]:
    """Name the best model at each budget.

    Args:
        budgets: shape (budgets,).
        curves: by model, all at these budgets and from the same draws.
        level: nominal coverage of the leads' intervals.

    Returns:
        One for each budget; None where nothing is solved by any model, so that none is best.

    Raises:
        DomainError: no curve.

    The probability is that of *this data's* best one being the best on resampled problems; it does not speak of other
    models of the same size.
    """
    if not curves:
        raise DomainError("curves holds no model, expected at least one; give costs to some model")
    names = list(curves)
    values = np.stack([curves[name].values for name in names])
    draws = np.stack([curves[name].draws for name in names])  # models, draws, budgets
    found: list[Best | None] = []
    for place, budget in enumerate(budgets):
        known = np.flatnonzero(~np.isnan(values[:, place]))
        if not known.size or values[known, place].max() <= 0.0:
            found.append(None)
            continue
        level_at = values[known, place]
        equal = level_at >= level_at.max() - _SAME
        order = known[np.argsort(np.where(equal, -2.0, -level_at), kind="stable")]
        first = int(order[0])
        here = draws[known, :, place]
        top = here >= here.max(axis=0) - _SAME
        shared = (top / top.sum(axis=0)).mean(axis=1)
        lead = None
        if order.size > 1:
            second = int(order[1])
            gaps = draws[first, :, place] - draws[second, :, place]
            low, high = np.quantile(gaps, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
            lead = (float(values[first, place] - values[second, place]), float(low), float(high))
        found.append(
            Best(
                budget=float(budget),
                model=names[first],
                solved=float(values[first, place]),
                probability=float(shared[np.searchsorted(known, first)]),
                runner_up=names[int(order[1])] if order.size > 1 else None,
                lead=lead,
            )
        )
    return tuple(found)
