"""A result as tables that a person reads: solved and cost by model and rung, the best by budget, ratios, fits, drops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocost.cli.output import Form, percent, print_items, print_line, print_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from isocost.records import Comparison, Estimate
    from isocost.study.answering.result import BestPart, CostPart, PerPart, Result, SolvedPart


def print_result(result: Result, form: Form = Form.table) -> None:
    """Print the answer first, then what it rests on, then what it cannot carry; all in the unit of the answer."""
    print_answer(result, form)
    _print_best([part for part in result.best if part.unit is result.unit], form)
    _print_ratios([part for part in result.per if part.unit in {None, result.unit}], form)
    _print_slopes(result, form)
    _print_drops(result, form)
    _print_comparisons(result.comparisons, form)
    if result.caveats:
        print()
        print_line("What cannot be concluded:", form)
        print_items(result.caveats, form, mark="  - ")


def print_answer(result: Result, form: Form = Form.table) -> None:
    """Print the answer in sentences, and what each model solves and costs on each rung."""
    from isocost.study.answering.answer import amount

    print_items(result.answer, form)
    if form is Form.table:
        print()
    print_line(f"{result.study}: {result.problems} base problems, intervals at {result.level:.0%}", form)
    if form is Form.table:
        print()
    told = [part for part in result.costs if part.unit is result.unit]
    costs = {(part.model, part.rung): part for part in reversed(told)}  # the first is the one that budgets are made of
    rows = []
    for part in result.solved:
        cost = costs.get((part.model, part.rung))
        each = amount(cost.prompt + cost.completion, cost.unit) if cost else "unknown"
        solved = _per_solved(part, cost)
        rows.append(
            [str(part.rung), part.model, percent(part.pass_at_1), each, solved, cost.basis.value if cost else ""]
        )
    header = ["rung", "model", "solved by one sample", "cost of a sample", "per solved", "cost is"]
    print_table(header, rows, right=(0, 3, 4), form=form)


def _per_solved(part: SolvedPart, cost: CostPart | None) -> str:
    from isocost.study.answering.answer import amount

    if cost is None:
        return "unknown"
    if cost.per_solved is not None:
        value, low, high = (
            amount(each, cost.unit) for each in (cost.per_solved.value, cost.per_solved.low, cost.per_solved.high)
        )
        unit = f" {value.rpartition(' ')[2]}"  # said once, where all three are in it
        if low.endswith(unit) and high.endswith(unit):
            low, high = low.removesuffix(unit), high.removesuffix(unit)
        return f"{value} [{low}, {high}]"
    return "none solved" if part.pass_at_1.value == 0.0 else "too few solved"


def _share(part: BestPart) -> str:
    if part.solved is None or part.solved_low is None or part.solved_high is None:
        return ""
    return f"{part.solved:.1%} [{100 * part.solved_low:.1f}, {100 * part.solved_high:.1f}]"


def _print_best(best: Sequence[BestPart], form: Form) -> None:
    from isocost.study.answering.answer import amount

    rows = [
        [str(part.rung), part.regime.value, amount(part.budget, part.unit), part.model or "none",
         _share(part), f"{part.probability:.0%}" if part.probability else "",
         f"{part.lead:+.1%} [{part.lead_low:+.1%}, {part.lead_high:+.1%}]"
         if part.lead is not None and part.lead_low is not None and part.lead_high is not None else "",
         "" if part.within is None else f"{part.within:.0%}"]
        for part in _some(best)
    ]  # fmt: skip
    if rows:
        print()
        header = [
            "rung",
            "regime",
            "budget",
            "solves the most",
            "solved",
            "of draws",
            "lead over the next",
            "by samples",
        ]
        print_table(header, rows, right=(0, 2, 4, 5, 7), form=form)


def _some(best: Sequence[BestPart]) -> Iterator[BestPart]:
    """Eight budgets of each curve: enough to read, the rest is in result.json."""
    groups: dict[tuple[int, str], list[BestPart]] = {}
    for part in best:
        groups.setdefault((part.rung, part.regime.value), []).append(part)
    for parts in groups.values():
        step = max(1, (len(parts) - 1) // 7)
        yield from (part for place, part in enumerate(parts) if place % step == 0 and part.model is not None)


def _print_ratios(parts: Sequence[PerPart], form: Form) -> None:
    by_model: dict[tuple[int, str], dict[str, PerPart]] = {}
    for part in parts:
        by_model.setdefault((part.rung, part.model), {})[_form(part)] = part
    if not by_model:
        return
    print()
    forms = list(dict.fromkeys(_form(part) for part in parts))
    header = ["rung", "model", *(f"PER {form} (first)" for form in forms)]
    rows = [[str(rung), model, *(_ratio(row.get(form)) for form in forms)] for (rung, model), row in by_model.items()]
    print_table(header, rows, right=(0,), form=form)
    if form is not Form.table:
        print()
    for note in dict.fromkeys(f"PER {part.form}: {part.note}" for part in parts):
        print_line(note, form)


def _form(part: PerPart) -> str:
    """Name of the form; of the budgeted one with the regime, which its note begins with: regimes are never mixed."""
    regime = part.note.partition(",")[0].removeprefix("regime ") if part.form == "budgeted" else ""
    return f"{part.form} {regime}".strip()


def _ratio(part: PerPart | None) -> str:
    if part is None or part.value is None:
        return ""
    ends = "" if part.low is None or part.high is None else f" [{part.low:.3g}, {part.high:.3g}]"
    return f"{part.value:.3g}{ends} ({part.first:.0%})" if part.first is not None else f"{part.value:.3g}{ends}"


def _print_slopes(result: Result, form: Form) -> None:
    rows = [
        [part.family, str(part.rung), part.form, _signed(part.slope),
         "" if part.left_out_error is None else f"{100 * part.left_out_error:.1f} points"]
        for part in result.fits if part.slope is not None
    ]  # fmt: skip
    rows += [
        [part.family, f"{part.rung} → {part.to_rung}", f"change of: {part.form}", _signed(part.change), ""]
        for part in result.changes
    ]
    if rows:
        print()
        print_table(["family", "rung", "form", "slope", "error of a size left out"], rows, form=form)


def _signed(estimate: Estimate | None) -> str:
    return "" if estimate is None else f"{estimate.value:+.3f} [{estimate.low:+.3f}, {estimate.high:+.3f}]"


def _print_drops(result: Result, form: Form) -> None:
    rows = [
        [part.model, f"{part.rung} → {part.to_rung}", str(part.problems), f"{part.both:.1%}", f"{part.only_base:.1%}",
         f"{part.only_harder:.1%}", f"{part.neither:.1%}", percent(part.drop), str(part.excluding)]
        for part in result.drops
    ]  # fmt: skip
    if rows:
        print()
        header = [
            "model",
            "rungs",
            "problems",
            "both",
            "only base",
            "only harder",
            "neither",
            "drop",
            "unfair left out",
        ]
        print_table(header, rows, right=(2, 3, 4, 5, 6, 8), form=form)


def _print_comparisons(comparisons: Sequence[Comparison], form: Form) -> None:
    """Each size less the next smaller one: all that can be said of sizes where no cost is known."""
    from isocost.study.comparing.words import p_words

    rows = [
        [seen.what, seen.a, seen.b,
         f"{100 * seen.difference.value:+.1f} points [{100 * seen.difference.low:+.1f}, {100 * seen.difference.high:+.1f}]",
         p_words(seen.p_value if seen.p_adjusted is None else seen.p_adjusted).removeprefix("p ").removeprefix("= ")]
        for seen in comparisons
    ]  # fmt: skip
    if rows:
        print()
        print_table(["compared", "first", "second", "first less second", "p (Holm)"], rows, right=(4,), form=form)
