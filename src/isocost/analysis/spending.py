"""Sequential spending: sample after sample is drawn, each at its own cost, until one passes or the budget is spent.

The curves take the mean cost of a problem's samples for each of them. That ignores that right and wrong answers differ
in length, and that spending ends with the first that passes. Here the recorded samples themselves are spent, in random
order, so that the difference can be seen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray


def spend_in_sequence(
    passed: Sequence[ArrayLike],
    costs: Sequence[ArrayLike],
    prompt: ArrayLike,
    budgets: ArrayLike,
    *,
    rng: np.random.Generator,
    orders: int = 200,
) -> NDArray[np.float64]:
    """Chance that a problem is solved within a budget when its samples are spent in random order.

    A sample counts if the budget covers it: prompt + the costs of all samples before it + its own ≤ B. Samples are
    drawn without replacement; a budget that buys more than were recorded is NaN unless one of them passed by then.

    Args:
        passed: for each problem its samples, true where they passed.
        costs: for each problem the cost of each of its samples, from 0 on.
        prompt: shape (problems,), charged once.
        budgets: shape (budgets,).
        rng: source of randomness.
        orders: random orders for each problem.

    Returns:
        Shape (problems, budgets). NaN where in some order the samples ran out first, and none had passed.

    Raises:
        DomainError: a problem without samples, or whose costs do not match its samples.

    >>> chance = spend_in_sequence([[True, False]], [[1.0, 3.0]], [0.0], [0.5, 1.0, 5.0], rng=np.random.default_rng(7))
    >>> chance[0, 0].item(), bool(0.3 < chance[0, 1] < 0.7), chance[0, 2].item()
    (0.0, True, 1.0)
    """
    amounts = np.asarray(budgets, dtype=np.float64)
    first = np.asarray(prompt, dtype=np.float64)
    solved = np.empty((len(passed), amounts.size))
    for place, (outcomes, prices) in enumerate(zip(passed, costs, strict=True)):
        right, each = np.asarray(outcomes, dtype=bool), np.asarray(prices, dtype=np.float64)
        if right.size == 0 or right.shape != each.shape or not (each >= 0.0).all():
            raise DomainError(
                f"problem {place} has {right.size} samples and {each.size} costs, expected as many costs from 0 on as "
                "samples, and at least one; leave out problems without samples"
            )
        order = rng.permuted(np.tile(np.arange(right.size), (orders, 1)), axis=1)
        spent = first[place] + np.cumsum(each[order], axis=1)
        reached = np.where(right[order], spent, np.inf).min(axis=1)  # what it takes until the first that passes
        chance = (reached[:, None] <= amounts).mean(axis=0)
        ran_out = (spent[:, -1, None] < amounts) & np.isinf(reached)[:, None]
        solved[place] = np.where(ran_out.any(axis=0), np.nan, chance)
    return solved
