"""How fast the paired cluster bootstrap is, beside the naive loop over draws, in one pass.

    python -m bench.bootstrap_speed [--draws 2000] [--naive-draws 40] [--rounds 3]

The study: 5 models × 3 rungs × 542 base problems × 20 samples, isocost curves on 50 budgets. The naive loop takes one
draw at a time, picks problems and makes every curve anew; it is run for fewer draws, and its time is scaled up.
That both give the same draws is checked first. Bars: 2 s and 500 MB.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time

import numpy as np
from numpy.typing import NDArray

from isocost.analysis.curves import affordable, lookup, oracle_table
from isocost.analysis.panel import Key, Panel, Row
from isocost.analysis.panel_curves import Curve, common_budgets, panel_curves
from isocost.analysis.resampling import cluster_weights, means
from isocost.records import Regime

MODELS, RUNGS, SAMPLES = 5, 3, 20
STRATA = {"HumanEval": 164, "MBPP": 378}
SECONDS, MEGABYTES = 2.0, 500


def simulated_panel(rng: np.random.Generator) -> Panel:
    """Make a study of the size above, with abilities that rise with size and costs that differ by problem."""
    ids = [f"{name}/{number}" for name, count in STRATA.items() for number in range(count)]
    ease = rng.normal(0.0, 1.5, len(ids))
    length = rng.lognormal(5.0, 0.5, len(ids))
    cells: dict[Key, list[Row]] = {}
    for model in range(MODELS):
        for rung in range(RUNGS):
            chance = 1.0 / (1.0 + np.exp(-(ease + 0.6 * model - 1.0 * rung - 0.5)))
            passed = rng.binomial(SAMPLES, chance)
            cells[Key(f"model-{model}", rung)] = [
                Row(name, SAMPLES, int(c), 0.2 * size * 2.0**model, size * 2.0**model)
                for name, c, size in zip(ids, passed, length, strict=True)
            ]
    return Panel(cells)


def vectorised(panel: Panel, draws: int) -> dict[Key, Curve]:
    """All draws at once, as isocost does it, and every interval."""
    weights = cluster_weights(panel.strata, rng=np.random.default_rng(7), draws=draws)
    curves = panel_curves(panel, Regime.oracle, common_budgets(panel, Regime.oracle), weights)
    for curve in curves.values():
        curve.interval(panel.problems)
    return curves


def naive(panel: Panel, draws: int) -> NDArray[np.float64]:
    """One draw after the other, every curve made anew from the problems picked: shape (draws, cells, budgets)."""
    weights = cluster_weights(panel.strata, rng=np.random.default_rng(7), draws=draws)
    budgets = common_budgets(panel, Regime.oracle)
    found = np.empty((draws, len(panel.cells), budgets.size))
    for draw in range(draws):
        picks = np.repeat(np.arange(panel.problems), weights[draw].astype(int))
        for place, cell in enumerate(panel.cells.values()):
            assert cell.prompt is not None
            assert cell.completion is not None
            table = oracle_table(cell.n[picks], cell.c[picks])
            found[draw, place] = means(lookup(table, affordable(budgets, cell.prompt[picks], cell.completion[picks])))
    return found


def main() -> int:
    """Race, print, and tell by the exit status whether the bars hold."""
    parser = argparse.ArgumentParser(prog="python -m bench.bootstrap_speed", description="the bootstrap's speed")
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--naive-draws", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    panel = simulated_panel(np.random.default_rng(1))
    found = np.stack([curve.draws for curve in vectorised(panel, given.naive_draws).values()], axis=1)
    known = ~np.isnan(found)  # a draw without the problem that lacks samples knows more, for the loop
    if not np.allclose(found[known], naive(panel, given.naive_draws)[known]):
        print("the two ways differ", file=sys.stderr)
        return 1
    ours, theirs = [], []
    for _ in range(given.rounds):
        begun = time.perf_counter()
        vectorised(panel, given.draws)
        ours.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        naive(panel, given.naive_draws)
        theirs.append((time.perf_counter() - begun) * given.draws / given.naive_draws)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    seconds = statistics.median(ours)
    print(f"{MODELS} models × {RUNGS} rungs × {panel.problems} base problems × {SAMPLES} samples, 50 budgets")
    print(f"vectorised: {given.draws} draws in {seconds:.2f} s (bar {SECONDS}), peak {peak:.0f} MB (bar {MEGABYTES})")
    loop = statistics.median(theirs)
    print(f"naive loop: {loop:.1f} s, from {given.naive_draws} draws: {loop / seconds:.0f} times as long")
    return 0 if seconds <= SECONDS and peak <= MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main())
