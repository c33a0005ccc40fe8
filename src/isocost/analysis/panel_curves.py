"""The isocost curves of a panel, each with its draws; all of them come from the same draws of base problems."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from isocost.analysis.curves import affordable, budget_grid, lookup, oracle_table, single_table
from isocost.analysis.resampling import means, share_interval
from isocost.errors import DomainError, UsageError
from isocost.records import Regime

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from isocost.analysis.panel import Cell, Key, Panel

    Law = Callable[[Cell, NDArray[np.int64], NDArray[np.float64]], tuple[NDArray[np.float64], NDArray[np.float64]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Expected share of problems solved at each budget, for one model on one rung in one regime."""

    values: NDArray[np.float64]
    """Shape (budgets,); NaN where some problem's samples do not suffice and no law goes on."""
    draws: NDArray[np.float64]
    """Shape (draws, budgets): the same on resampled base problems."""
    within: NDArray[np.float64]
    """Shape (budgets,): share of problems whose samples at hand suffice; for the others a law was used, or nothing."""
    affording: NDArray[np.float64]
    """Shape (budgets,): share of problems for which at least one sample can be afforded."""
    in_sequence: NDArray[np.float64] | None = None
    """Shape (budgets,): the same by `spend_in_sequence`, each sample at its own cost; None where that was not asked."""

    def interval(self, problems: int, level: float = 0.95) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Both ends at each budget; zero width only where nothing can be afforded at all."""
        low, high = share_interval(self.values, self.draws, problems, level)
        nothing = self.affording == 0.0
        return np.where(nothing, 0.0, low), np.where(nothing, 0.0, high)


def panel_curves(
    panel: Panel,
    regime: Regime,
    budgets: NDArray[np.float64],
    weights: NDArray[np.float64],
    *,
    prompt_shared: bool = True,
    tables: Mapping[Key, NDArray[np.float64]] | None = None,
    law: Law | None = None,
) -> dict[Key, Curve]:
    """Make the curve of every model on every rung.

    Args:
        panel: tallies and costs.
        regime: how an answer is chosen. `selected` needs `tables`.
        budgets: shape (budgets,), in the unit of the panel's costs.
        weights: shape (draws, base problems), as from `cluster_weights`.
        prompt_shared: whether the prompt is charged once for all samples of a problem.
        tables: for `selected`, what each problem's k samples solve, as `oracle_table` gives it for the oracle. Past the
            samples at hand the curve is flat, since a budget need not be spent: no more than that is claimed.
        law: goes on past the samples at hand, as from `coverage.beta_binomial_law`; only for `oracle`.

    Returns:
        A curve for each cell that has costs; cells without costs are absent.

    Raises:
        UsageError: `selected` without tables. DomainError: as for `affordable`.
    """
    curves: dict[Key, Curve] = {}
    for key, cell in panel.cells.items():
        if cell.prompt is None or cell.completion is None:
            continue
        if regime is Regime.selected and (tables is None or key not in tables):
            raise UsageError(f"no selector's scores for {key.model} at rung {key.rung}; score its samples first")
        counts = affordable(budgets, cell.prompt, cell.completion, prompt_shared=prompt_shared)
        if regime is Regime.single:
            shares = lookup(single_table(cell.n, cell.c), counts, first_only=True)
        elif regime is Regime.oracle:
            shares = lookup(oracle_table(cell.n, cell.c), counts)
        else:
            assert tables is not None  # noqa: S101 (checked above)
            # Nobody has to spend all: what would buy more than the samples at hand buys the choice among those.
            shares = lookup(tables[key], np.minimum(counts, cell.n[:, None]))
        curves[key] = _curve(cell, shares, counts, weights, law if regime is Regime.oracle else None)
    return curves


def common_budgets(
    panel: Panel, regime: Regime, points: int = 50, *, reach: float = 1.0, prompt_shared: bool = True
) -> NDArray[np.float64]:
    """A grid from the cheapest single sample of any problem to what spends all samples of the largest model.

    For `single` it ends where every model's dearest problem can be afforded. `reach` stretches the upper end, which is
    for laws that go on past the samples at hand; `prompt_shared` is as for `panel_curves`.

    Raises DomainError when no cell has costs.
    """
    lows, highs = [], []
    for cell in panel.cells.values():
        if cell.prompt is None or cell.completion is None:
            continue
        once = cell.prompt + cell.completion
        lows.append(float(once.min()))
        samples = 1 if regime is Regime.single else int(cell.n.min())
        readings = 1 if prompt_shared else samples
        highs.append(float((readings * cell.prompt + samples * cell.completion).max()))
    if not lows:
        raise DomainError("no model has a cost in this unit, expected one at least; choose another --unit")
    low, high = min(lows), max(highs) * reach
    return budget_grid(low, high if high > low else low * 2.0, points)


def _curve(
    cell: Cell,
    shares: NDArray[np.float64],
    counts: NDArray[np.int64],
    weights: NDArray[np.float64],
    law: Law | None,
) -> Curve:
    beyond = np.isnan(shares)
    within = 1.0 - beyond.mean(axis=0)
    values = means(np.where(beyond, 0.0, shares))
    draws = means(np.where(beyond, 0.0, shares), weights)
    known = within == 1.0
    if law is None or known.all():
        values = np.where(known, values, np.nan)
        draws = np.where(known, draws, np.nan)
    else:
        more, more_draws = law(cell, np.where(beyond, counts, 0), weights)  # NaN where there is no law
        values, draws = values + more, draws + more_draws
    return Curve(values=values, draws=draws, within=within, affording=(counts > 0).mean(axis=0))
