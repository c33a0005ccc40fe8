"""Figures of a result: what each draws, as rows, and which of its columns a reader can switch between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from isocost.records import Outcome, Regime, Unit
from isocost.report import figure_specs as specs
from isocost.report.curve_rows import Row, curve_rows, overtaking_rows, seen_best
from isocost.report.legible import legible
from isocost.report.short_names import short_names

if TYPE_CHECKING:
    from isocost.study.answering.result import Result
    from isocost.study.published.coverage import CoverageCurve

UNITS = {
    Unit.flops: "FLOP", Unit.seconds: "device-seconds", Unit.tokens: "tokens", Unit.joules: "joules",
    Unit.dollars: "dollars", Unit.byte_seconds: "byte·seconds",
}  # fmt: skip
"""Units as an axis names them."""


LABELS = {
    **{unit.value: words for unit, words in UNITS.items()}, Regime.single.value: "one answer",
    Regime.oracle.value: "hidden tests choose", Regime.selected.value: "a selector chooses",
}  # fmt: skip
"""Values of switches as people read them; another stands for itself."""


class Switch(NamedTuple):
    """A column that one value is chosen of."""

    column: str
    """The column."""
    label: str
    """What people call it."""
    values: tuple[str, ...]
    """Its values, the one shown first at the front."""


class Figure(NamedTuple):
    """A chart with all that it may be switched to."""

    name: str
    """Short name: part of its id, and of the files that it is saved as."""
    title: str
    """What it shows."""
    told: str
    """The same for those who cannot see it: what is on which axis, and where the figures stand."""
    spec: dict[str, Any]
    """A Vega-Lite chart, its data by name."""
    rows: dict[str, list[Row]]
    """Data by name; the first is the one that is saved as CSV."""
    switches: tuple[Switch, ...] = ()
    """What can be chosen."""
    axis: dict[str, str] | None = None
    """Title of the axis of budgets by unit, for what the chart names `{unit}`."""


def figures_of(result: Result) -> Iterator[Figure]:
    """Give those figures that the result has data for: where nothing is solved, there is no best model to draw."""
    return (figure for figure in _possible(result) if next(iter(figure.rows.values())))


def _possible(result: Result) -> Iterator[Figure]:
    names = {name: legible(short) for name, short in short_names([model.name for model in result.models]).items()}
    if result.curves:
        yield _curves(result, names)
        yield _best(result, names)
    if result.solved:
        yield _solved(result, names)
    if result.costs:
        yield _costs(result, names)
    if result.outcomes:
        yield _outcomes(result, names)
    if result.drops:
        yield _drops(result, names)
    slopes = [part for part in result.fits if "γ" in part.form and part.slope is not None]
    if slopes:
        yield Figure(
            "elasticity", "γ: how the cost of a solved problem grows with size",
            "Points with intervals: γ of each family and rung; 1 means that cost grows as size does. The table below has the figures.",
            specs.elasticity(len(slopes)),
            {"rows": [
                {"family": part.family, "rung": f"rung {part.rung}", "gamma": part.slope.value, "low": part.slope.low,
                 "high": part.slope.high} for part in slopes if part.slope is not None
            ]},
        )  # fmt: skip


def coverage_figure(curves: Sequence[CoverageCurve]) -> Figure:
    """Coverage of published pass@k at equal budgets, by benchmark and unit."""
    names = short_names(list(dict.fromkeys(curve.model for curve in curves)))
    rows: list[Row] = [
        {"unit": curve.unit.value, "benchmark": curve.benchmark, "model": names[curve.model], "budget": budget, "solved": solved}
        for curve in curves
        for budget, solved in zip(curve.budgets, curve.solved, strict=True)
        if solved is not None
    ]  # fmt: skip
    return Figure(
        "coverage", "Coverage of Code Llama at equal budgets, if hidden tests choose (arXiv 2404.00725)",
        "Lines: share of problems covered against the budget of each problem, one line a size. The table below says who is ahead.",
        specs.coverage(list(names.values())), {"rows": rows},
        (_switch("benchmark", "Benchmark", rows), _switch("unit", "Unit", rows)), _axis(),
    )  # fmt: skip


def _curves(result: Result, names: dict[str, str]) -> Figure:
    rows = list(curve_rows(result, names))
    return Figure(
        "curves", "Share of problems solved against the budget of each problem",
        "Lines with bands: share of problems solved against budget, one line a model, dashed where a law goes on past the "
        "samples; diamonds where a size overtakes the next smaller one. The tables below have the best at each budget.",
        specs.curves(list(names.values())), {"rows": rows, "overtaking": list(overtaking_rows(result, names))},
        (_switch("regime", "How an answer is chosen", rows), _switch("rung", "Rung", rows), _switch("unit", "Unit", rows)),
        _axis(),
    )  # fmt: skip


def _best(result: Result, names: dict[str, str]) -> Figure:
    rows = list(seen_best(result, names))
    return Figure(
        "best", "The best model at each budget; the paler, the more in doubt",
        "Stripes: for each rung the model that solves the most, from budget to budget; paler where fewer draws agree. "
        "The first table below has the same stretches.",
        specs.best(list(names.values()), len({part.rung for part in result.best})), {"rows": rows},
        (_switch("regime", "How an answer is chosen", rows), _switch("unit", "Unit", rows)), _axis(),
    )  # fmt: skip


def _solved(result: Result, names: dict[str, str]) -> Figure:
    return Figure(
        "solved", "Share of problems solved by one sample",
        "Points with intervals: share solved, one row a model, a mark for each rung. The table below has the figures.",
        specs.solved(list(names.values()), len({part.rung for part in result.solved})),
        {"rows": [
            {"model": names[part.model], "rung": f"rung {part.rung}", "solved": part.pass_at_1.value,
             "low": part.pass_at_1.low, "high": part.pass_at_1.high} for part in result.solved
        ]},
    )  # fmt: skip


def _costs(result: Result, names: dict[str, str]) -> Figure:
    solved = {(part.model, part.rung): part.pass_at_1 for part in result.solved}
    rows: list[Row] = [
        {"model": names[part.model], "rung": str(part.rung), "unit": part.unit.value, "basis": part.basis.value,
         "cost": part.prompt + part.completion, "per solved": None if part.per_solved is None else part.per_solved.value,
         "solved": seen.value, "low": seen.low, "high": seen.high}
        for part in result.costs
        if part.prompt + part.completion > 0.0 and (seen := solved.get((part.model, part.rung))) is not None
    ]  # fmt: skip
    return Figure(
        "costs", "What one sample costs, and what it solves",
        "Points with intervals: share of problems solved by one sample, against the cost of a sample. The table below has the figures.",
        specs.costs(list(names.values()), list(dict.fromkeys(part.basis.value for part in result.costs))), {"rows": rows},
        (_switch("rung", "Rung", rows), _switch("unit", "Unit", rows)), _axis(),
    )  # fmt: skip


def _outcomes(result: Result, names: dict[str, str]) -> Figure:
    seen = {outcome for part in result.outcomes for outcome, share in part.shares.items() if share > 0.0}
    order = [outcome for outcome in Outcome if outcome in seen]
    rows: list[Row] = [
        {"model": names[part.model], "rung": str(part.rung), "outcome": outcome.value.replace("_", " "), "share": share,
         "order": order.index(outcome)}
        for part in result.outcomes
        for outcome, share in part.shares.items()
        if share > 0.0
    ]  # fmt: skip
    return Figure(
        "outcomes", "How samples ended",
        "Stacked bars: share of each outcome among scored samples, one bar a model. The table below has the figures.",
        specs.outcomes(list(names.values()), order), {"rows": rows},
        (_switch("rung", "Rung", rows),),
    )  # fmt: skip


def _drops(result: Result, names: dict[str, str]) -> Figure:
    rows: list[Row] = [
        {"model": names[part.model], "rungs": f"{part.rung} → {part.to_rung}",
         "unfair": f"{part.excluding} left out" if part.excluding else "all in", "part": words, "share": share, "order": place}
        for part in result.drops
        for place, (words, share) in enumerate(
            (("both", part.both), ("only base", part.only_base), ("only harder", part.only_harder), ("neither", part.neither))
        )
    ]  # fmt: skip
    return Figure(
        "drops", "The same problems on a rung and on a harder one",
        "Stacked bars: share of base problems solved on both rungs, on one of them, or on neither. The table below has the figures.",
        specs.drops(list(names.values())), {"rows": rows},
        (_switch("rungs", "Rungs", rows), _switch("unfair", "Unfair problems", rows)),
    )  # fmt: skip


def _switch(column: str, label: str, rows: Iterable[Row]) -> Switch:
    return Switch(column, label, tuple(dict.fromkeys(str(row[column]) for row in rows)))


def _axis() -> dict[str, str]:
    return {unit.value: words for unit, words in UNITS.items()}
