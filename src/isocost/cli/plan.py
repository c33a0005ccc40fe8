"""`isocost plan`: which differences a study would show, and what it would cost, before it is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
from cyclopts import Parameter

from isocost.cli.options import DataDir, Json
from isocost.cli.output import escaped, note, print_facts, print_json, print_table
from isocost.study.planning.planned_cost import StudyCost
from isocost.study.planning.study_plan import FAMILY, PlanRequest, StudyPlan, plan_study

_DEFAULTS = PlanRequest()
_Many = Parameter(consume_multiple=True)


def plan(
    *,
    sizes: Annotated[tuple[float, ...], _Many] = (),
    family: str = FAMILY,
    model: Annotated[tuple[str, ...], _Many] = (),
    problems: Annotated[tuple[int, ...], _Many] = (),
    benchmark: Annotated[str | None, Parameter(name=("--benchmark", "-b"))] = None,
    samples: Annotated[tuple[int, ...], _Many] = _DEFAULTS.samples,
    rungs: int = _DEFAULTS.rungs,
    wanted: float | None = None,
    accuracy: float | None = None,
    spread: float | None = None,
    correlation: float | None = None,
    prompt_tokens: int = _DEFAULTS.prompt_tokens,
    completion_tokens: int = _DEFAULTS.completion_tokens,
    device: str = _DEFAULTS.device,
    batch: float = _DEFAULTS.batch,
    prices: Path | None = None,
    level: float = _DEFAULTS.level,
    power: float = _DEFAULTS.power,
    data_dir: DataDir = None,
    json: Json = False,
) -> int:
    """Say which differences between neighbouring sizes a study would show, and what it would cost; nothing is run.

    Parameters
    ----------
    sizes
        Billions of parameters, as in the names of the family's models; by default 0.5 1.5 3 7 14.
    family
        Family of the sizes.
    model
        Models by name, or by the path of a config.json or GGUF file, instead of sizes.
    problems
        Numbers of base problems; by default 164.
    benchmark
        Benchmark whose base problems are counted, instead.
    samples
        Samples for each problem, model and rung.
    rungs
        Rungs at which each problem is asked.
    wanted
        Difference that is to be shown, as 0.05 for 5 points: says what to run for it.
    accuracy
        Supposed mean chance to pass, from 0 to 1.
    spread
        Supposed spread of that chance over problems, from 0 to 1; 1 where each is always or never passed.
    correlation
        Supposed correlation of the chances of neighbouring sizes.
    prompt_tokens
        Supposed tokens of a prompt.
    completion_tokens
        Supposed tokens of a completion.
    device
        Device whose seconds are modelled.
    batch
        Samples in flight on it.
    prices
        Price table in TOML, for dollars.
    level
        Nominal coverage.
    power
        Chance with which a difference is to be shown.
    """
    request = PlanRequest(
        models=model, sizes=sizes, family=family, problems=problems, benchmark=benchmark, samples=samples, rungs=rungs,
        accuracy=accuracy, spread=spread, correlation=correlation, wanted=wanted, level=level, power=power,
        prompt_tokens=prompt_tokens, completion_tokens=completion_tokens, device=device, batch=batch, prices=prices,
    )  # fmt: skip
    made = plan_study(request, data_dir=data_dir)
    if json:
        print_json(msgspec.to_builtins(made))
        return 0
    _print_supposed(made)
    _print_studies(made)
    if made.wanted is not None:
        _print_ways(made, made.wanted)
    for line in made.notes:
        note(line)
    return 0


def _print_supposed(made: StudyPlan) -> None:
    print_facts([
        *((figure.name, f"{figure.value:g}: {figure.origin}") for figure in made.supposed),
        ("tokens", f"{made.prompt_tokens} of a prompt and {made.completion_tokens} of a completion, assumed"),
        ("device", f"{made.device}, {made.batch:g} in flight"),
        ("prices", made.prices),
    ])  # fmt: skip
    print()
    priced = made.prices is not None
    rows = [
        [one.name, f"{one.parameters / 1e9:.2f} B", f"{one.tokens:,.0f}", f"{one.flops / 1e12:.3f}",
         f"{one.seconds:.3f}", *([_dollars(one.dollars, 6)] if priced else [])]
        for one in made.models
    ]  # fmt: skip
    header = ["one sample of", "parameters", "tokens", "TFLOP", "seconds", *(["dollars"] if priced else [])]
    print_table(header, rows, right=range(1, len(header)))


def _print_studies(made: StudyPlan) -> None:
    priced = made.prices is not None
    rows = [
        [str(study.option.problems), str(study.option.samples), f"{study.option.total_samples:,}",
         f"{100 * study.option.detectable_first:.1f} points", f"{100 * study.option.detectable_last:.1f} points",
         *_cost(study.cost, priced=priced)]
        for study in made.studies
    ]  # fmt: skip
    header = ["problems", "samples each", "in all", "shows from", "at best from", *_cost_header(priced=priced)]
    print()
    print_table(header, rows, right=range(len(header)))
    count = made.studies[0].option.comparisons
    print(
        f"\nshows from: a true difference of neighbours that shows with {made.power:.0%} chance, whatever the others do"
    )
    rest = (
        f"once all others of the {count} comparisons are shown (Holm)" if count > 1 else "the same, for one comparison"
    )
    print(f"at best from: {rest}, at a level of {made.level:.0%}")


def _print_ways(made: StudyPlan, wanted: float) -> None:
    priced = made.prices is not None
    print(f"\nto show {100 * wanted:g} points between neighbours:")
    rows = [
        [str(way.problems), str(way.samples), *_cost(way.cost, priced=priced)]
        for way in made.ways
        if way.cost is not None
    ]
    header = ["problems", "samples each", *_cost_header(priced=priced)]
    print_table(header, rows, right=range(len(header)))
    for way in made.ways:
        if way.cost is None:
            print(f"on {way.problems} problems no number of samples would do")


def _cost_header(*, priced: bool) -> list[str]:
    return ["tokens", "TFLOP", "device-seconds", *(["dollars"] if priced else [])]


def _cost(cost: StudyCost, *, priced: bool) -> list[str]:
    cells = [f"{cost.tokens:,.0f}", f"{cost.flops / 1e12:,.0f}", f"{cost.seconds:,.0f}"]
    return [*cells, *([_dollars(cost.dollars, 2)] if priced else [])]


def _dollars(amount: float | None, digits: int) -> str:
    return "–" if amount is None else escaped(f"{amount:,.{digits}f}")
