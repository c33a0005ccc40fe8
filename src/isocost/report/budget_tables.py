"""Tables of a result on budgets: the best at each, overtakings, budgets to reach a share, costs, and efficiency ratios."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from isocost.records import Basis
from isocost.report.figures import UNITS
from isocost.report.tables import Cell, Table, chance, count, number, percent, points, spent, words

if TYPE_CHECKING:
    from isocost.records import Unit
    from isocost.study.answering.result import BestPart, CostPart, PerPart, Result

FORMS = ("paper", "anchored", "budgeted")
"""The forms of the Performance-Efficiency Ratio."""


def budget_tables(result: Result) -> Iterator[Table]:
    """Give those tables that a result, its models by their short names, has rows for; other units after that of the answer."""
    units = list(dict.fromkeys((result.unit, *(part.unit for part in result.best))))
    for unit in units:
        here = _in_unit(result, unit, first=unit is units[0])
        for table in (_best(here), _overtakings(here), _reaching(here), _per(here)):
            if table.rows:
                yield table if unit is None or unit is units[0] else _further(table, unit)
    costs = _costs(result)
    if costs.rows:
        yield costs


def _in_unit(result: Result, unit: Unit | None, *, first: bool) -> Result:
    """What a result has in one unit; in the first, what knows no unit is there too."""
    return msgspec.structs.replace(
        result,
        best=tuple(part for part in result.best if part.unit is unit),
        crossings=tuple(part for part in result.crossings if part.unit is unit),
        per=tuple(part for part in result.per if part.unit is unit or (first and part.unit is None)),
        standing=result.standing if first else (),
    )


def _further(table: Table, unit: Unit) -> Table:
    return table._replace(
        name=f"{table.name}-{unit.value}", caption=f"{table.caption}; in {UNITS[unit]}", below=table.name
    )


def _best(result: Result) -> Table:
    def key(part: BestPart) -> tuple[object, ...]:
        return part.unit, part.regime, part.rung, part.model

    rows: list[tuple[Cell, ...]] = []
    for (_, regime, rung, model), stretch in groupby(result.best, key=key):
        parts = list(stretch)
        last = parts[-1]
        rows.append((
            words(str(model or "none known")), words(str(regime)), words(str(rung)),
            spent(parts[0].budget, last.unit), spent(last.budget, last.unit),
            percent(last.solved, last.solved_low, last.solved_high), chance(last.probability), words(last.runner_up or ""), points(last.lead, last.lead_low, last.lead_high),
            chance(last.within),
        ))  # fmt: skip
    header = (
        "best", "regime", "rung", "from a budget of", "to", "solved there", "best in draws", "next best", "lead, points",
        "by samples",
    )  # fmt: skip
    return Table(
        "best", "The best model, budget by budget; all figures but the first budget are of the last budget of a stretch",
        header, tuple(rows), left=(0, 1, 7),
    )  # fmt: skip


def _overtakings(result: Result) -> Table:
    return Table(
        "overtaking", "Where a larger model overtakes a smaller one; intervals hold if it happens at all",
        ("larger", "smaller", "regime", "rung", "budget", "happens in draws"),
        tuple(
            (words(part.model), words(part.other or ""), words(part.regime.value), count(part.rung),
             spent(part.budget, part.unit, part.low, part.high) or words("not within these budgets"),
             chance(part.existence))
            for part in result.crossings
            if part.what == "overtakes"
        ),
        left=(0, 1, 2),
    )  # fmt: skip


def _reaching(result: Result) -> Table:
    parts = [part for part in result.crossings if part.what == "reaches" and part.share is not None]
    shares = sorted({part.share for part in parts if part.share is not None})
    rows: dict[tuple[str, str, int], dict[float, Cell]] = {}
    for part in parts:
        if part.share is not None:
            row = rows.setdefault((part.model, part.regime.value, part.rung), {})
            row[part.share] = spent(part.budget, part.unit, part.low, part.high)
    return Table(
        "reaching", "Budget of each problem that it takes to solve a share of them",
        ("model", "regime", "rung", *(f"{reached:.0%}" for reached in shares)),
        tuple(
            (words(model), words(regime), count(rung), *(cells.get(reached, ()) for reached in shares))
            for (model, regime, rung), cells in rows.items()
        ),
        left=(0, 1),
    )  # fmt: skip


def _costs(result: Result) -> Table:
    found: dict[tuple[str, int, str], dict[Basis, CostPart]] = {}
    for part in result.costs:
        found.setdefault((part.model, part.rung, part.unit.value), {})[part.basis] = part
    rows = []
    for (model, rung, unit), by_basis in found.items():
        any_part = next(iter(by_basis.values()))
        per = any_part.per_solved
        rows.append((
            words(model), count(rung), words(unit),
            *(_each(by_basis.get(basis)) for basis in Basis),
            () if per is None else spent(per.value, any_part.unit, per.low, per.high),
        ))  # fmt: skip
    absent = [basis.value for basis in Basis if all(part.basis is not basis for part in result.costs)]
    notes = (f"Nothing here is {' or '.join(absent)}.",) if absent else ()
    return Table(
        "costs", "What a sample costs, prompt + completion, by where the figure comes from",
        ("model", "rung", "unit", *(basis.value for basis in Basis), "for each solved problem"), tuple(rows),
        left=(0, 2), notes=notes,
    )  # fmt: skip


def _each(part: CostPart | None) -> Cell:
    return () if part is None else (*spent(part.prompt, part.unit), " + ", *spent(part.completion, part.unit))


def _per(result: Result) -> Table:
    found = {(part.rung, part.model, _head(part)): part for part in result.per}
    standing = {(part.rung, part.model): part for part in result.standing}
    forms = sorted({_head(part) for part in result.per}, key=lambda head: FORMS.index(head.partition(",")[0]))
    rows: list[tuple[Cell, ...]] = []
    for rung, model in dict.fromkeys((part.rung, part.model) for part in result.per):
        cells: list[Cell] = []
        for form in forms:
            part = found.get((rung, model, form))
            cells += (
                [(), ()] if part is None else [number(part.value, part.low, part.high, form=".3g"), chance(part.first)]
            )
        if standing:
            stands = standing.get((rung, model))
            moved = () if stands is None else words(", ".join(form for form, yes in stands.without_it.items() if yes))
            cells += [() if stands is None else words("yes" if stands.pareto else "no"), moved]
        rows.append((words(model), count(rung), *cells))
    notes = dict.fromkeys(f"{part.form}: {part.note}." for part in result.per)
    heads = [head for form in forms for head in (form, "highest in draws")]
    fault = "The paper's form gives the worst on any axis 0, and changes with the models compared."
    return Table(
        "per", "Performance-Efficiency Ratio in its forms, with the share of draws in which a model is the highest",
        ("model", "rung", *heads, *(("on the Pareto front", "best changes without it, by") if standing else ())),
        tuple(rows), left=(0, len(heads) + 2, len(heads) + 3), notes=(*notes, fault) if "paper" in forms else tuple(notes),
    )  # fmt: skip


def _head(part: PerPart) -> str:
    """The form; `budgeted` has one for each regime."""
    return f"{part.form}, {part.note.partition(',')[0]}" if part.form == "budgeted" else part.form
