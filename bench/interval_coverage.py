"""How often a 95% interval holds the truth: simulated studies whose true figures are known.

    python -m bench.interval_coverage [--studies 1000] [--problems 164 378] [--samples 1 10]

Each study draws its problems from one population, asks five sizes on two rungs, and is analysed by the functions that
`isocost analyse` uses. The truth is the same figure over a very large draw of that population, with the chances
themselves in place of tallies. An interval should hold it in 93 to 97% of the studies; exit 1 where one does not.
Crossings count only the studies in which there is an interval, as they are reported conditional on existence.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isocost.analysis.crossings import existing, overtakes, reach
from isocost.analysis.curves import affordable, budget_grid
from isocost.analysis.elasticity import fit_elasticity
from isocost.analysis.law_of_curve import beta_binomial_law
from isocost.analysis.panel import Key, Panel, Row
from isocost.analysis.panel_curves import panel_curves
from isocost.analysis.resampling import cluster_weights, means, percentile_interval, share_interval
from isocost.metrics.intervals import wilson
from isocost.metrics.pass_at_k import pass_at_k_array
from isocost.records import Regime

Floats = NDArray[np.float64]

SIZES = np.array([0.5, 1.5, 3.0, 7.0, 14.0])
RUNGS = (0, 2)
DRAWS = 1000
TRUTH_PROBLEMS = 200_000
LOW, HIGH = 0.93, 0.97


@dataclass(frozen=True)
class Population:
    """Chances and costs of problems drawn from the population."""

    chance: Floats
    """Shape (problems, rungs, models)."""
    cost: Floats
    """Shape (problems, models): what one sample costs; the prompt costs a fifth of it more."""


def draw_population(rng: np.random.Generator, problems: int) -> Population:
    """Draw problems: some are easy, some hard, each size finds others easy, and long answers cost more."""
    ease = rng.normal(0.0, 1.5, (problems, 1, 1))
    of_rung = rng.normal(0.0, 0.7, (problems, len(RUNGS), 1))
    of_model = rng.normal(0.0, 0.8, (problems, len(RUNGS), SIZES.size))
    level = np.array([0.3, -1.0])[None, :, None] + np.array([0.55, 0.85])[None, :, None] * np.log(SIZES / 3.0)
    chance = 1.0 / (1.0 + np.exp(-(level + ease + of_rung + of_model)))
    length = rng.lognormal(0.0, 0.4, (problems, 1))
    return Population(chance, length * SIZES**0.9)


def budgets_of(samples: int) -> Floats:
    """The budgets at which curves are made, the same for all studies."""
    return budget_grid(0.1, 60.0 if samples == 1 else 120.0, 120)


def truth_of(samples: int) -> dict[str, float]:
    """Every figure over a large draw of the population."""
    many = draw_population(np.random.default_rng(987654321), TRUTH_PROBLEMS)
    budgets = budgets_of(samples)
    curves = []
    for model in (1, 3):
        counts = affordable(budgets, 0.2 * many.cost[:, model], many.cost[:, model])
        if samples == 1:
            counts = np.minimum(counts, 1)
        failing = (1.0 - many.chance[:, 0, model])[:, None] ** counts
        curves.append(1.0 - failing.mean(axis=0))
    small, large = curves
    solved = many.chance.mean(axis=0)  # rungs, models
    gamma = fit_elasticity(SIZES, (1.2 * many.cost).mean(axis=0) / solved).gamma
    k = max(1, samples // 2)
    figures = {
        "pass@1": solved[0, 2],
        "paired difference, 7B − 1.5B": solved[0, 3] - solved[0, 1],
        "solved(B)": large[place_of(budgets, 6.0)],
        "budget to reach 50%": reach(budgets, large, 0.5).item(),
        "overtaking, 7B over 1.5B": overtakes(budgets, large, small).item(),
        "γ, rung 0": gamma[0],
        "γ, rung 2": gamma[1],
        "γ, rung 2 − rung 0": gamma[1] - gamma[0],
    }
    if k > 1:
        figures[f"pass@{k}"] = 1.0 - ((1.0 - many.chance[:, 0, 2]) ** k).mean()
    return {name: float(value) for name, value in figures.items()}


def place_of(budgets: Floats, budget: float) -> int:
    """Index of the grid's budget that is nearest."""
    return int(np.argmin(np.abs(np.log(budgets / budget))))


def intervals_of(problems: int, samples: int, seed: int) -> Iterator[tuple[str, float, float] | tuple[str, None, None]]:
    """Simulate one study and give its intervals; None where a crossing has none."""
    rng = np.random.default_rng(seed)
    drawn = draw_population(rng, problems)
    passed = rng.binomial(samples, drawn.chance)
    cells = {
        Key(f"{size}B", rung): [
            Row(f"Own/{i:03}", samples, int(passed[i, r, m]), 0.2 * drawn.cost[i, m], drawn.cost[i, m])
            for i in range(problems)
        ]
        for r, rung in enumerate(RUNGS)
        for m, size in enumerate(SIZES)
        if r == 0 and m in (1, 3)
    }
    panel = Panel(cells)
    weights = cluster_weights(["Own"] * problems, rng=rng, draws=DRAWS)
    share = passed / samples
    if samples == 1:
        yield "pass@1", *wilson(int(passed[:, 0, 2].sum()), problems)
    else:
        k = samples // 2
        for name, values in (("pass@1", share[:, 0, 2]), (f"pass@{k}", pass_at_k_array(samples, passed[:, 0, 2], k))):
            low, high = share_interval(means(values), means(values, weights), problems)
            yield name, float(low), float(high)
    gap = share[:, 0, 3] - share[:, 0, 1]
    yield "paired difference, 7B − 1.5B", *_ends(means(gap, weights))

    budgets = budgets_of(samples)
    regime = Regime.single if samples == 1 else Regime.oracle
    law = None if samples == 1 else beta_binomial_law
    curves = panel_curves(panel, regime, budgets, weights, law=law)
    small, large = curves[Key("1.5B", 0)], curves[Key("7.0B", 0)]
    low, high = large.interval(problems)
    place = place_of(budgets, 6.0)
    yield "solved(B)", float(low[place]), float(high[place])
    for name, value, draws in (
        ("budget to reach 50%", reach(budgets, large.values, 0.5), reach(budgets, large.draws, 0.5)),
        (
            "overtaking, 7B over 1.5B",
            overtakes(budgets, large.values, small.values),
            overtakes(budgets, large.draws, small.draws),
        ),
    ):
        crossing = existing(value.item(), draws)
        if crossing.value is None or crossing.low is None or crossing.high is None:
            yield name, None, None
        else:
            yield name, crossing.low, crossing.high

    solved = means(share, weights)  # draws, rungs, models
    cost = means(1.2 * drawn.cost, weights)[:, None, :]
    with np.errstate(divide="ignore"):
        gamma = fit_elasticity(SIZES, cost / solved).gamma
    for name, values in (
        ("γ, rung 0", gamma[:, 0]),
        ("γ, rung 2", gamma[:, 1]),
        ("γ, rung 2 − rung 0", gamma[:, 1] - gamma[:, 0]),
    ):
        yield name, *_ends(values[~np.isnan(values)])


def _ends(draws: Floats) -> tuple[float, float]:
    low, high = percentile_interval(draws)
    return float(low), float(high)


def main() -> int:
    """Simulate, print a row for each figure, and tell by the exit status whether all intervals cover."""
    parser = argparse.ArgumentParser(prog="python -m bench.interval_coverage", description="coverage of intervals")
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--problems", type=int, nargs="+", default=[164, 378])
    parser.add_argument("--samples", type=int, nargs="+", default=[1, 10])
    given = parser.parse_args()
    misses = 0
    print(
        "| problems | samples | figure | truth | studies | covered | mean width |\n|---:|---:|---|---:|---:|---:|---:|"
    )
    for samples in given.samples:
        truth = truth_of(samples)
        for problems in given.problems:
            begun = time.perf_counter()
            held: dict[str, list[bool]] = {name: [] for name in truth}
            width: dict[str, list[float]] = {name: [] for name in truth}
            for study in range(given.studies):
                for name, low, high in intervals_of(problems, samples, study):
                    if low is None or high is None:
                        continue
                    held[name].append(low <= truth[name] <= high)
                    width[name].append(high - low)
            for name, hits in held.items():
                covered = float(np.mean(hits))
                misses += not LOW <= covered <= HIGH
                print(
                    f"| {problems} | {samples} | {name} | {truth[name]:.3f} | {len(hits)} | {covered:.1%} | "
                    f"{np.mean(width[name]):.3f} |",
                    flush=True,
                )
            print(f"{time.perf_counter() - begun:.0f} s", file=sys.stderr)
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
