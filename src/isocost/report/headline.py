"""The answer in two sentences: what is best for the money, how sure that is, and whether it survives harder problems."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from isocost.records import Regime
from isocost.report.short_names import short_names
from isocost.study.answering.answer import REGIME_WORDS, SURE, amount

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isocost.study.answering.result import BestPart, Result

# What can be deployed comes first; coverage is named last, and its words say that nobody can deploy it.
_ORDER = (Regime.selected, Regime.single, Regime.oracle)


def headline(result: Result) -> tuple[str, str]:
    """Two sentences, each with its uncertainty; models by their short names."""
    names = short_names([model.name for model in result.models])
    known = {part.regime for part in result.best if part.model is not None}
    regime = next((regime for regime in _ORDER if regime in known), None)
    if regime is None:
        return _without_budgets(result)
    unit = next(part.unit for part in result.best if part.regime is regime)
    parts = [part for part in result.best if part.regime is regime and part.unit is unit]
    rungs = sorted({part.rung for part in parts if part.model is not None})
    first = _first(regime, [part for part in parts if part.rung == rungs[0]], names)
    if len(rungs) == 1:
        return first, f"Only rung {rungs[0]} was measured: whether the answer survives harder problems is not known."
    easy, hard = ([part for part in parts if part.rung == rung] for rung in (rungs[0], rungs[-1]))
    return first, _survival(easy, hard, names)


def _first(regime: Regime, parts: Sequence[BestPart], names: dict[str, str]) -> str:
    spans = [
        (names[name], list(span)) for name, span in groupby(parts, key=lambda part: part.model) if name is not None
    ]
    name, span = spans[-1]
    start = f"On rung {parts[0].rung}, {REGIME_WORDS[regime]}, "
    if len(spans) == 1:
        least = amount(span[0].budget, span[0].unit)
        return f"{start}{name} solves the most at every budget from {least} on: {_solved(span[-1], names)}."
    low, low_span = spans[0]
    steps = len(spans) - 2
    between = f"; between them the best changes {steps + 1} times" if steps else ""
    return (
        f"{start}{low} solves the most at the smallest budgets (up to {amount(low_span[-1].budget, low_span[-1].unit)}) and "
        f"{name} at the largest ({amount(span[-1].budget, span[-1].unit)}: {_solved(span[-1], names)}){between}."
    )


def _survival(easy: Sequence[BestPart], hard: Sequence[BestPart], names: dict[str, str]) -> str:
    at = {part.budget: part.model for part in easy}
    shared = [part for part in hard if part.model is not None and at.get(part.budget) is not None]
    same = sum(at[part.budget] == part.model for part in shared)
    model, last = next((names[part.model], part) for part in reversed(hard) if part.model is not None)
    return (
        f"On rung {last.rung}, the hardest measured, the best model is the same at {same} of {len(shared)} budgets; "
        f"at the largest, {model} solves {_solved(last, names)}."
    )


def _solved(part: BestPart, names: dict[str, str]) -> str:
    """Share solved, the lead with its interval, and in how many draws it is the best."""
    words = "" if part.solved is None else f"{part.solved:.0%} of problems"
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


def _without_budgets(result: Result) -> tuple[str, str]:
    second = "No unit of cost is known for every model, so budgets cannot be held equal and the question stays open."
    if not result.solved:
        return "Nothing was scored.", second
    rung = min(part.rung for part in result.solved)
    best = max((part for part in result.solved if part.rung == rung), key=lambda part: part.pass_at_1.value)
    seen = best.pass_at_1
    first = (
        f"On rung {rung}, {best.model} solves the most by one sample a problem: {seen.value:.1%} "
        f"[{100 * seen.low:.1f}, {100 * seen.high:.1f}] of {seen.problems} problems."
    )
    return first, second
