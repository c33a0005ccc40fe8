"""Tables of a result on what was solved: by rung, from rung to rung, by outcome, and model against model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from isocost.records import Outcome
from isocost.report.short_names import short_names
from isocost.report.tables import Cell, Table, count, estimated, number, percent, points, share, words
from isocost.study.comparing.words import p_words

if TYPE_CHECKING:
    from isocost.study.answering.result import Result


def score_tables(result: Result) -> Iterator[Table]:
    """Give those tables that a result, its models by their short names, has rows for."""
    made = (_solved(result), _drops(result), _outcomes(result), _comparisons(result), _fits(result), _changes(result))
    yield from (table for table in made if table.rows)


def _solved(result: Result) -> Table:
    rungs = sorted({part.rung for part in result.solved})
    found = {(part.model, part.rung): part for part in result.solved}
    names = short_names([model.name for model in result.models])
    rows: list[tuple[Cell, ...]] = []
    for model in result.models:
        size = () if model.parameters is None else number(model.parameters / 1e9, form=".2f")
        short = names[model.name]
        cells = [share(found[short, rung].pass_at_1) if (short, rung) in found else () for rung in rungs]
        rows.append((words(model.name), words(short), size, *cells))
    notes = [
        f"Rung {rung}: {', '.join(dict.fromkeys(name for part in parts for name in part.benchmarks))}; "
        f"{', '.join(dict.fromkeys(part.estimand for part in parts))}; "
        f"interval: {', '.join(dict.fromkeys(part.pass_at_1.method for part in parts))}."
        for rung in rungs
        if (parts := [part for part in result.solved if part.rung == rung])
    ]
    if result.left_out:
        told = ", ".join(f"{number} of {name}" for name, number in result.left_out.items())
        notes.append(f"Left out, because not all models and rungs have them: {told}.")
    return Table(
        "pass-rates", f"Share of problems solved by one sample, on {result.problems} shared problems",
        ("model", "in short", "10⁹ parameters", *(f"rung {rung}" for rung in rungs)), tuple(rows), left=(0, 1),
        notes=tuple(notes),
    )  # fmt: skip


def _drops(result: Result) -> Table:
    order = {name: place for place, name in enumerate(short_names([model.name for model in result.models]).values())}
    return Table(
        "drops", "The same problems on two rungs, paired: base against harder",
        ("model", "rungs", "problems", "both", "only base", "only harder", "neither", "drop, points", "unfair left out"),
        tuple(
            (words(part.model), words(f"{part.rung} → {part.to_rung}"), count(part.problems), percent(part.both),
             percent(part.only_base), percent(part.only_harder), percent(part.neither),
             points(part.drop.value, part.drop.low, part.drop.high), count(part.excluding))
            for part in sorted(result.drops, key=lambda part: order.get(part.model, 0))
        ),
        left=(0, 1),
    )  # fmt: skip


def _outcomes(result: Result) -> Table:
    seen = [outcome for outcome in Outcome if any(outcome in part.shares for part in result.outcomes)]
    return Table(
        "outcomes", "How samples ended, each problem weighing the same",
        ("model", "rung", *(outcome.value.replace("_", " ") for outcome in seen), "unscored, our fault"),
        tuple(
            (words(part.model), count(part.rung), *(percent(part.shares.get(outcome, 0.0)) for outcome in seen),
             count(part.unscored))
            for part in result.outcomes
        ),
    )  # fmt: skip


def _comparisons(result: Result) -> Table:
    return Table(
        "comparisons", "Neighbouring sizes, problem by problem",
        ("compared", "first", "second", "first less second, points", "first better on", "second better on", "p (Holm)",
         "would be seen from, points"),
        tuple(
            (words(seen.what), words(seen.a), words(seen.b),
             points(seen.difference.value, seen.difference.low, seen.difference.high), count(seen.a_better),
             count(seen.b_better), words(_p(seen.p_value if seen.p_adjusted is None else seen.p_adjusted)),
             number(None if seen.minimal_detectable_difference is None else 100 * seen.minimal_detectable_difference,
                    form=".1f"))
            for seen in result.comparisons
        ),
        left=(0, 1, 2),
    )  # fmt: skip


def _p(value: float) -> str:
    return p_words(value).removeprefix("p ").removeprefix("= ")


def _fits(result: Result) -> Table:
    return Table(
        "fits", "Fits over sizes within a family, rung by rung; γ is the slope of the cost of a solved problem",
        ("family", "rung", "form", "slope", "sizes, 10⁹", "error of a size left out"),
        tuple(
            (words(part.family), count(part.rung), words(part.form),
             estimated(part.slope) if part.slope is not None else words(part.reason or ""),
             words(f"{len(part.sizes)}: {min(part.sizes):.1f} to {max(part.sizes):.1f}" if part.sizes else ""),
             percent(part.left_out_error))
            for part in result.fits
        ),
        left=(0, 2),
    )  # fmt: skip


def _changes(result: Result) -> Table:
    return Table(
        "changes", "How slopes change from rung to rung",
        ("family", "form", "rungs", "change of slope"),
        tuple(
            (words(part.family), words(part.form), words(f"{part.rung} → {part.to_rung}"), estimated(part.change))
            for part in result.changes
        ),
        left=(0, 1, 2),
    )  # fmt: skip
