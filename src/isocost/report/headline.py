"""The answer in two sentences: what is best for the money, how sure that is, and whether it survives harder problems."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from isocost.records import Regime
from isocost.report.short_names import short_names
from isocost.study.answering.answer import REGIME_WORDS, SURE, amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isocost.study.answering.result import BestPart, Result, SolvedPart

_DEPLOYABLE = (Regime.selected, Regime.single)
"""What can be deployed comes first; coverage is named last, and its words say that nobody can deploy it."""


def headline(result: Result) -> tuple[str, str]:
    """Two sentences, each with its uncertainty; models by their short names."""
    names = short_names([model.name for model in result.models])
    if len(result.models) == 1 and result.solved:
        return _alone(result)
    parts = _compared(result)
    if not parts:
        return _without_budgets(result)
    regime = parts[0].regime
    rungs = sorted({part.rung for part in parts})
    first = _first(regime, [part for part in parts if part.rung == rungs[0]], names)
    if len(rungs) == 1:
        return first, f"Only rung {rungs[0]} was measured: whether the answer survives harder problems is not known."
    easy, hard = ([part for part in parts if part.rung == rung] for rung in (rungs[0], rungs[-1]))
    return first, _survival(easy, hard, names)


def _compared(result: Result) -> list[BestPart]:
    """The best models of one regime and unit, at those budgets at which another model is known too.

    Past its samples a selector's curve ends: who is alone there is the best of one, which is no answer. So the deployable
    regime with the most compared budgets is taken, and coverage only where there is none.
    """
    found = [part for part in result.best if part.model is not None and part.runner_up is not None]
    of = {regime: [part for part in found if part.regime is regime] for regime in (*_DEPLOYABLE, Regime.oracle)}
    regime = max(_DEPLOYABLE, key=lambda regime: len(of[regime]))
    parts = of[regime] or of[Regime.oracle]
    return [part for part in parts if part.unit is parts[0].unit]


def _first(regime: Regime, parts: Sequence[BestPart], names: dict[str, str]) -> str:
    spans = [(names[name or ""], list(span)) for name, span in groupby(parts, key=lambda part: part.model)]
    name, span = spans[-1]
    start = f"On rung {parts[0].rung}, {REGIME_WORDS[regime]}, "
    if len(spans) == 1:
        least, most = (amount(part.budget, part.unit) for part in (span[0], span[-1]))
        return f"{start}{name} solves the most at every budget from {least} to {most}: {_solved(span[-1], names)}."
    low, low_span = spans[0]
    steps = len(spans) - 2
    between = f"; between them the best changes {steps + 1} times" if steps else ""
    return (
        f"{start}{low} solves the most at the smallest budgets (up to {amount(low_span[-1].budget, low_span[-1].unit)}) and "
        f"{name} at the largest ({amount(span[-1].budget, span[-1].unit)}: {_solved(span[-1], names)}){between}."
    )


def _survival(easy: Sequence[BestPart], hard: Sequence[BestPart], names: dict[str, str]) -> str:
    at = {part.budget: part.model for part in easy}
    shared = [part for part in hard if part.budget in at]
    same = sum(at[part.budget] == part.model for part in shared)
    last = hard[-1]
    model = names[last.model or ""]
    return (
        f"On rung {last.rung}, the hardest measured, the best model is the same at {same} of {len(shared)} budgets; "
        f"at the largest, {model} solves {_solved(last, names)}."
    )


def _solved(part: BestPart, names: dict[str, str]) -> str:
    """Share solved, the lead with its interval, and in how many draws it is the best."""
    words = ""
    if part.solved is not None and part.solved_low is not None and part.solved_high is not None:
        words = f"{part.solved:.0%} [{100 * part.solved_low:.0f}, {100 * part.solved_high:.0f}] of problems"
    if part.within is not None and part.within < 1.0:
        words += " by law, beyond the samples at hand"
    other = names.get(part.runner_up or "")
    if other is not None and part.lead is not None and part.lead_low is not None and part.lead_high is not None:
        words += (
            f", {100 * part.lead:.1f} points [{100 * part.lead_low:.1f}, {100 * part.lead_high:.1f}] more than {other}"
        )
    if part.probability is not None:
        words += f"; the best in {part.probability:.0%} of draws" + (", in doubt" if part.probability < SURE else "")
    return words


def _alone(result: Result) -> tuple[str, str]:
    rung = min(part.rung for part in result.solved)
    part = next(part for part in result.solved if part.rung == rung)
    first = f"On rung {rung}, {part.model}, the only model here, solves {_share(part)} by one sample."
    return first, "With one model there is nothing to compare: which size is the best at a budget is not known."


def _share(part: SolvedPart) -> str:
    seen = part.pass_at_1
    return f"{seen.value:.1%} [{100 * seen.low:.1f}, {100 * seen.high:.1f}] of {seen.problems} problems"


def _without_budgets(result: Result) -> tuple[str, str]:
    second = "No unit of cost is known for every model, so budgets cannot be held equal and the question stays open."
    if not result.solved:
        return "Nothing was scored.", second
    rung = min(part.rung for part in result.solved)
    best = max((part for part in result.solved if part.rung == rung), key=lambda part: part.pass_at_1.value)
    return f"On rung {rung}, {best.model} solves the most by one sample a problem: {_share(best)}.", second
