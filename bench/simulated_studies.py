"""Simulated studies whose true figures are known, and the intervals that isocost gives for them.

Problems are drawn from one population. Five sizes are asked on two rungs, with 1 or 10 samples, and the costs of a
problem's samples go with its length. Every interval comes from the functions that results are made by; beside some of
them stands the method that was turned down.
"""

from __future__ import annotations

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
from isocost.analysis.resampling import cluster_weights, means, percentile_interval
from isocost.metrics.bootstrap import DRAWS
from isocost.metrics.cluster_bootstrap import cluster
from isocost.metrics.intervals import beta_interval
from isocost.metrics.paired_interval import paired_interval
from isocost.metrics.pass_at_k import mean_pass_at_k
from isocost.records import Estimate, Regime, Tally, Unit
from isocost.study.answering.evidence import Evidence, Seen
from isocost.study.answering.result import ModelPart
from isocost.study.answering.size_conclusions import fit_parts

Floats = NDArray[np.float64]

SIZES = np.array([0.5, 1.5, 3.0, 7.0, 14.0])
NAMES = tuple(f"{size:g}B" for size in SIZES)
RUNGS = (0, 2)
SMALL, MIDDLE, LARGE = 1, 2, 3
CURVES = ((0, LARGE), (1, SMALL), (1, LARGE))
"""Rung (its place) and model of the curves that are looked at."""
LEVEL = np.array([0.5, -1.0])
SLOPE = np.array([0.55, 1.3])
"""Logit of solving at 3B, and its rise with ln N, on each rung."""
ONE_WAY = 0.05
"""Share of problems that differ, all one way, between two models that are nearly the same."""
TRUTH_PROBLEMS = 200_000


@dataclass(frozen=True)
class Population:
    """Chances and costs of problems drawn from the population."""

    chance: Floats
    """Shape (problems, rungs, models)."""
    cost: Floats
    """Shape (problems, models): what one completion costs; the prompt costs a fifth of it more."""


@dataclass(frozen=True)
class Interval:
    """An interval of one figure by one method."""

    figure: str
    method: str
    low: float | None
    """None where there is no interval, as of a crossing that is not there."""
    high: float | None
    reported: bool = True
    """Whether results give this one; False: shown for comparison."""


def draw_population(rng: np.random.Generator, problems: int) -> Population:
    """Draw problems: some are easy, some hard, each size finds others easy, and long answers cost more."""
    ease = rng.normal(0.0, 2.0, (problems, 1, 1))
    of_rung = rng.normal(0.0, 0.7, (problems, len(RUNGS), 1))
    of_model = rng.normal(0.0, 0.5, (problems, len(RUNGS), SIZES.size))
    level = LEVEL[None, :, None] + SLOPE[None, :, None] * np.log(SIZES / 3.0)
    chance = 1.0 / (1.0 + np.exp(-(level + ease + of_rung + of_model)))
    length = rng.lognormal(0.0, 0.4, (problems, 1))
    return Population(chance, length * SIZES**0.7)


def budgets_of(samples: int) -> Floats:
    """The budgets at which curves are made, the same for all studies of as many samples."""
    return budget_grid(0.1, 60.0 if samples == 1 else 90.0)


def place_of_solved(samples: int) -> int:
    """Place of the budget at which solved(B) is looked at: about one sample of the larger model, or two."""
    return int(np.argmin(np.abs(np.log(budgets_of(samples) / (5.0 if samples == 1 else 8.0)))))


def truth_of(samples: int, problems: int = TRUTH_PROBLEMS) -> dict[str, float]:
    """Every figure over a large draw of the population, with the chances themselves in place of tallies."""
    many = draw_population(np.random.default_rng(987654321), problems)
    budgets, place = budgets_of(samples), place_of_solved(samples)
    known, small, large = (_true_curve(many, rung, model, budgets, samples) for rung, model in CURVES)
    solved = many.chance.mean(axis=0)  # rungs, models
    gamma = fit_elasticity(SIZES, (1.2 * many.cost).mean(axis=0) / solved).gamma
    k = max(1, samples // 2)
    figures = {
        "pass@1": solved[0, MIDDLE],
        f"pass@{k}": 1.0 - ((1.0 - many.chance[:, 0, MIDDLE]) ** k).mean(),
        "paired difference": solved[0, LARGE] - solved[0, SMALL],
        "solved(B)": known[place],
        "budget to reach 50%": reach(budgets, known, 0.5).item(),
        "overtaking": overtakes(budgets, large, small).item(),
        "γ, rung 0": gamma[0],
        "γ, rung 2": gamma[1],
        "γ, rung 2 − rung 0": gamma[1] - gamma[0],
    }
    if samples == 1:
        figures["paired difference, few differ"] = ONE_WAY
    return {name: float(value) for name, value in figures.items()}


def intervals_of(problems: int, samples: int, seed: int) -> Iterator[Interval]:
    """Simulate one study and give all its intervals."""
    rng = np.random.default_rng([seed, problems, samples])
    drawn = draw_population(rng, problems)
    passed = rng.binomial(samples, drawn.chance)
    share: Floats = passed / samples
    weights = cluster_weights(["Own"] * problems, rng=rng, draws=DRAWS)
    yield from _pass_at(passed[:, 0, MIDDLE], samples, rng)
    yield from _differences(share[:, 0, LARGE] - share[:, 0, SMALL], "paired difference", rng)
    if samples == 1:
        yield from _differences(
            (rng.random(problems) < ONE_WAY).astype(np.float64), "paired difference, few differ", rng
        )
    yield from _of_curves(drawn, passed, samples, weights)
    yield from _of_size(share, drawn.cost, samples, weights)


def _true_curve(many: Population, rung: int, model: int, budgets: Floats, samples: int) -> Floats:
    total: Floats = np.zeros(budgets.size)
    problems = many.cost.shape[0]
    for part in np.array_split(np.arange(problems), 20):
        cost = many.cost[part, model]
        counts = affordable(budgets, 0.2 * cost, cost)
        counts = np.minimum(counts, 1) if samples == 1 else counts
        total += (1.0 - (1.0 - many.chance[part, rung, model])[:, None] ** counts).sum(axis=0)
    curve: Floats = total / problems
    return curve


def _ids(problems: int) -> list[str]:
    return [f"Own/{i:03}" for i in range(problems)]


def _pass_at(passed: NDArray[np.int64], samples: int, rng: np.random.Generator) -> Iterator[Interval]:
    ids = _ids(passed.size)
    tallies = [Tally(problem_id=name, n=samples, c=int(c)) for name, c in zip(ids, passed, strict=True)]
    for k in sorted({1, max(1, samples // 2)}):
        seen = mean_pass_at_k(tallies, k, rng=rng)
        yield Interval(f"pass@{k}", seen.method, seen.low, seen.high)
    if samples == 1:
        yield Interval("pass@1", "beta", *beta_interval(int(passed.sum()), passed.size), reported=False)


def _differences(gaps: Floats, figure: str, rng: np.random.Generator) -> Iterator[Interval]:
    low, high, method = paired_interval(gaps, cluster(_ids(gaps.size)), rng=rng)
    yield Interval(figure, method, low, high)
    if method == "tango":
        low, high = _percentiles(means(gaps, cluster_weights(["Own"] * gaps.size, rng=rng)))
        yield Interval(figure, "cluster-bootstrap", low, high, reported=False)


def _of_curves(drawn: Population, passed: NDArray[np.int64], samples: int, weights: Floats) -> Iterator[Interval]:
    ids = _ids(passed.shape[0])
    panel = Panel({
        Key(NAMES[model], RUNGS[rung]): [
            Row(name, samples, int(c), 0.2 * cost, cost)
            for name, c, cost in zip(ids, passed[:, rung, model], drawn.cost[:, model].tolist(), strict=True)
        ]
        for rung, model in CURVES
    })  # fmt: skip
    budgets, place = budgets_of(samples), place_of_solved(samples)
    regime, law = (Regime.single, None) if samples == 1 else (Regime.oracle, beta_binomial_law)
    known, small, large = panel_curves(panel, regime, budgets, weights, law=law).values()
    low, high = known.interval(len(ids))
    yield Interval("solved(B)", "bootstrap", float(low[place]), float(high[place]))
    reached = existing(reach(budgets, known.values, 0.5).item(), reach(budgets, known.draws, 0.5))
    passing = existing(
        overtakes(budgets, large.values, small.values).item(), overtakes(budgets, large.draws, small.draws)
    )
    for figure, crossing in (("budget to reach 50%", reached), ("overtaking", passing)):
        there = crossing.value is not None
        yield Interval(figure, "bootstrap", crossing.low if there else None, crossing.high if there else None)


def _of_size(share: Floats, cost: Floats, samples: int, weights: Floats) -> Iterator[Interval]:
    evidence = _evidence(share, cost, samples, weights)
    fits, changes = fit_parts(evidence, "gamma")
    for fit in fits:
        yield _of_estimate(f"γ, rung {fit.rung}", fit.slope)
    yield _of_estimate("γ, rung 2 − rung 0", changes[0].change if changes else None)


def _of_estimate(figure: str, seen: Estimate | None) -> Interval:
    return (
        Interval(figure, "bootstrap", None, None)
        if seen is None
        else Interval(figure, seen.method, seen.low, seen.high)
    )


def _evidence(share: Floats, cost: Floats, samples: int, weights: Floats) -> Evidence:
    problems = share.shape[0]
    solved, drawn = means(share), means(share, weights)
    paid, paid_drawn = means(cost), means(1.2 * cost, weights)
    seen = {
        Key(name, rung): Seen(
            estimate=Estimate(
                value=float(solved[r, m]), low=0.0, high=1.0, level=0.95, method="none", problems=problems,
                samples=problems * samples,
            ),
            draws=drawn[:, r, m], benchmarks=("Own",), per_problem=samples, prompt=0.2 * float(paid[m]),
            completion=float(paid[m]), cost_draws=paid_drawn[:, m],
        )
        for r, rung in enumerate(RUNGS)
        for m, name in enumerate(NAMES)
    }  # fmt: skip
    models = tuple(
        ModelPart(name=name, family="Own", parameters=int(size * 1e9)) for name, size in zip(NAMES, SIZES, strict=True)
    )
    return Evidence(
        study="simulated", models=models, problems=problems, left_out={}, seen=seen, paired=True, unit=Unit.flops
    )


def _percentiles(draws: Floats) -> tuple[float, float]:
    low, high = percentile_interval(draws)
    return float(low), float(high)
