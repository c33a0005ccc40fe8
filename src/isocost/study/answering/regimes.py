"""Which regimes a study has curves for, on one grid of budgets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from isocost.analysis.law_of_curve import BETA_BINOMIAL, BetaBinomialLaw
from isocost.analysis.panel import Key, Panel, Row
from isocost.analysis.panel_curves import Curve, common_budgets, panel_curves
from isocost.analysis.spending import spend_in_sequence
from isocost.metrics.rank_score import rank_score
from isocost.records import Regime, Unit
from isocost.study.answering.runs_read import prompt_is_shared

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from isocost.study.answering.runs_read import AnalysisRequest, RunRead

STRETCH = 4.0
"""How far a law goes on: to this many times what spends all samples of the dearest model."""


class Regimes(NamedTuple):
    """Curves by regime, on one grid."""

    budgets: NDArray[np.float64] | None
    """Shape (budgets,); None where some model has no cost."""
    curves: dict[Regime, Mapping[Key, Curve]]
    """Curves by regime."""
    law: str | None
    """Law that goes on past the samples at hand."""
    selector: str | None
    """The selector of the regime `selected`."""


class Choice(NamedTuple):
    """One model's samples of one base problem on one rung, scored by a selector."""

    scores: tuple[float, ...]
    """Scores, the higher the better."""
    passed: tuple[bool, ...]
    """Whether the same samples passed."""
    cost: float
    """Mean cost of a score."""


def curves_of(
    panel: Panel,
    weights: NDArray[np.float64],
    reads: list[RunRead],
    unit: Unit | None,
    request: AnalysisRequest,
    *,
    law_of: BetaBinomialLaw,
    further: bool = False,
) -> Regimes:
    """Make `single` always, `oracle` where problems have several samples, `selected` where a selector scored them all.

    In a `further` unit beside that of the answer, a selector that names its cost in other units only is left out.
    """
    if unit is None or not all(cell.priced for cell in panel.cells.values()):
        return Regimes(None, {}, None, None)
    several = min(int(cell.n.min()) for cell in panel.cells.values()) > 1
    law = law_of if several and request.extrapolate else None
    shared = prompt_is_shared(reads, unit, request.prompt_shared)
    budgets = common_budgets(
        panel,
        Regime.oracle if several else Regime.single,
        reach=STRETCH if law is not None else 1.0,
        prompt_shared=shared,
    )
    curves: dict[Regime, Mapping[Key, Curve]] = {
        Regime.single: panel_curves(panel, Regime.single, budgets, weights, prompt_shared=shared)
    }
    selector = None
    if several:
        oracle = panel_curves(panel, Regime.oracle, budgets, weights, prompt_shared=shared, law=law)
        spent = _in_sequence(panel, reads, unit, budgets, shared=shared, seed=request.seed)
        curves[Regime.oracle] = {key: replace(curve, in_sequence=spent[key]) for key, curve in oracle.items()}
        selector = next(iter(sorted(set.intersection(*(set(read.scores) for read in reads)))), None)
        if further and selector is not None and not _charged_in(reads, selector, unit):
            selector = None
    if selector is not None:
        charged, tables = _selected(panel, reads, unit, selector)
        curves[Regime.selected] = panel_curves(
            charged, Regime.selected, budgets, weights, prompt_shared=shared, tables=tables
        )
    return Regimes(budgets, curves, None if law is None else BETA_BINOMIAL, selector)


def _charged_in(reads: list[RunRead], selector: str, unit: Unit) -> bool:
    """Whether a selector says what it used in this unit, or that it used nothing: else it would look free of charge."""
    costs = [score.costs for read in reads for score in read.scores[selector].values()]
    return not any(costs) or any(unit in of for of in costs)


def _in_sequence(
    panel: Panel, reads: list[RunRead], unit: Unit, budgets: NDArray[np.float64], *, shared: bool, seed: int
) -> dict[Key, NDArray[np.float64]]:
    """Share solved when the recorded samples are spent one after the other, each at its own cost."""
    rng = np.random.default_rng(seed)
    told: dict[Key, dict[str, tuple[list[bool], list[float]]]] = {}
    for read in reads:
        costs = read.costs.of_sample[unit]
        for part in read.rungs:
            for problem in part.tallies:
                passed = part.passed(problem)
                row = (list(passed.values()), [costs[sample] for sample in passed])
                told.setdefault(Key(read.model, part.rung), {})[part.base_of[problem]] = row
    found = {}
    for key, cell in panel.cells.items():
        assert cell.prompt is not None  # noqa: S101 (a unit that all have)
        rows = [told[key][name] for name in panel.base_ids]
        once = cell.prompt if shared else np.zeros_like(cell.prompt)
        again = cell.prompt - once  # what each sample pays for the prompt
        each = [np.asarray(prices) + prompt for (_, prices), prompt in zip(rows, again, strict=True)]
        chances = spend_in_sequence([passed for passed, _ in rows], each, once, budgets, rng=rng)
        found[key] = chances.mean(axis=0)
    return found


def _selected(
    panel: Panel, reads: list[RunRead], unit: Unit, selector: str
) -> tuple[Panel, dict[Key, NDArray[np.float64]]]:
    """The panel with the selector's cost charged to each sample, and what the choice among k samples solves."""
    choices = _choices(reads, unit, selector)
    rows: dict[Key, list[Row]] = {}
    tables = {}
    for key, cell in panel.cells.items():
        assert cell.prompt is not None and cell.completion is not None  # noqa: S101, PT018 (asked for before)
        of_base = choices[key]
        columns = zip(panel.base_ids, cell.n, cell.c, cell.prompt, cell.completion, strict=True)
        rows[key] = [Row(name, int(n), int(c), float(p), float(g) + of_base[name].cost) for name, n, c, p, g in columns]
        tables[key] = np.full((panel.problems, int(cell.n.max()) + 1), np.nan)
        tables[key][:, 0] = 0.0
        for place, name in enumerate(panel.base_ids):
            one = of_base[name]
            ks = np.arange(1, len(one.passed) + 1)[None, :]
            tables[key][place, 1 : len(one.passed) + 1] = rank_score([one.scores], [one.passed], ks)[0]
    return Panel(rows), tables


def _choices(reads: list[RunRead], unit: Unit, selector: str) -> dict[Key, dict[str, Choice]]:
    found: dict[Key, dict[str, Choice]] = {}
    for read in reads:
        scores = read.scores[selector]
        for part in read.rungs:
            of_base = found.setdefault(Key(read.model, part.rung), {})
            for problem in part.tallies:
                passed = part.passed(problem)
                of_base[part.base_of[problem]] = Choice(
                    scores=tuple(scores[sample].score for sample in passed),
                    passed=tuple(passed.values()),
                    cost=float(np.mean([scores[sample].costs.get(unit, 0.0) for sample in passed])),
                )
    return found
