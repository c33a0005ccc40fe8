"""A study planned: which differences it would show, and what it would cost in tokens, FLOPs, seconds and dollars."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from isocost.analysis.planning import Assumptions, PlanOption, plan_options, requirement
from isocost.benchmarks import load
from isocost.benchmarks.catalogue import ENTRIES
from isocost.benchmarks.source import look
from isocost.cost.devices import Origin, device
from isocost.cost.prices import read_prices
from isocost.cost.roofline import Load
from isocost.errors import DataNotFoundError, UsageError
from isocost.records import Record
from isocost.study.planning.model_survey import family_models, found_model
from isocost.study.planning.planned_cost import SampleCost, StudyCost, sample_costs, study_cost
from isocost.study.planning.planning_defaults import Supposed, supposed_by_default

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isocost.cost.devices import Device
    from isocost.cost.prices import PriceTable
    from isocost.records import ModelSpec

SIZES = (0.5, 1.5, 3.0, 7.0, 14.0)
"""Billions of parameters of the models that are planned with where none are named."""
FAMILY = "Qwen2.5-Coder"
"""Their family."""
PROBLEMS = 164
"""Problems where neither a number nor a benchmark is given: HumanEval's."""


class PlanRequest(Record, frozen=True):
    """What is asked of a plan; None takes the default, which the plan then names."""

    models: tuple[str, ...] = ()
    """Names of models, or paths of their files, by rising size; with none, `sizes` of `family`."""
    sizes: tuple[float, ...] = ()
    """Billions of parameters, as in the names of the family's models."""
    family: str = FAMILY
    """Family of the sizes."""
    problems: tuple[int, ...] = ()
    """Numbers of base problems."""
    benchmark: str | None = None
    """Benchmark whose base problems are counted, instead of `problems`."""
    samples: tuple[int, ...] = (1, 10)
    """Samples for each problem, model and rung."""
    rungs: int = 1
    """Rungs at which each problem is asked, with the same tokens."""
    accuracy: float | None = None
    """Supposed mean chance to pass."""
    spread: float | None = None
    """Supposed spread of the chances over problems."""
    correlation: float | None = None
    """Supposed correlation of the chances of neighbouring sizes."""
    wanted: float | None = None
    """Difference that is to be shown, as 0.05."""
    level: float = 0.95
    """Nominal coverage."""
    power: float = 0.8
    """Chance with which a difference is to be shown."""
    prompt_tokens: int = 200
    """Supposed tokens of a prompt."""
    completion_tokens: int = 200
    """Supposed tokens of a completion."""
    device: str = "A100-80GB"
    """Device whose seconds are modelled."""
    batch: float = 1.0
    """Samples in flight."""
    prices: Path | None = None
    """Price table."""


class PlannedStudy(Record, frozen=True):
    """One study that could be run, and its cost."""

    option: PlanOption
    """What it would show."""
    cost: StudyCost
    """What it would cost."""


class WantedStudy(Record, frozen=True):
    """One way to show the wanted difference, whatever the other comparisons show."""

    problems: int
    """Base problems."""
    samples: int | None
    """Samples for each; None where no number would do on so many problems."""
    cost: StudyCost | None
    """What it would cost; None where there is no such study."""


class StudyPlan(Record, frozen=True):
    """A plan."""

    models: tuple[SampleCost, ...]
    """The models, the smallest first, each with the cost of one sample."""
    rungs: int
    """Rungs."""
    supposed: tuple[Supposed, ...]
    """What is supposed of the models, each figure with where it comes from."""
    prompt_tokens: int
    """Supposed tokens of a prompt."""
    completion_tokens: int
    """Supposed tokens of a completion."""
    device: str
    """Device of the seconds."""
    batch: float
    """Samples in flight."""
    prices: str | None
    """Day and source of the prices; None without."""
    level: float
    """Nominal coverage."""
    power: float
    """Chance with which a difference is shown."""
    studies: tuple[PlannedStudy, ...]
    """What was asked about, the fewest samples first."""
    wanted: float | None
    """The wanted difference."""
    ways: tuple[WantedStudy, ...]
    """Ways to show it, the cheapest in FLOPs first; empty where none was wanted."""
    notes: tuple[str, ...]
    """What a reader should know beside the numbers."""


def plan_study(request: PlanRequest, *, data_dir: Path | None = None) -> StudyPlan:
    """Plan a study of several sizes: what neighbouring sizes must differ by to be told apart, and what it costs.

    Costs are modelled: tokens as supposed, FLOPs from the shapes, device-seconds by roofline, dollars from a price table.
    Each sample reads its own prompt. What judging costs is left out.

    Raises UsageError for names that are not known or options that exclude each other, DataNotFoundError for a benchmark
    that is not on this machine (nothing is downloaded), DomainError for a number out of range, InputError for a file.

    >>> plan = plan_study(PlanRequest(sizes=(1.5, 7), samples=(1,), wanted=0.05))
    >>> option = plan.studies[0].option
    >>> option.problems, f"{option.detectable_first:.3f}", f"{plan.studies[0].cost.flops / 1e12:.0f} TFLOP"
    (164, '0.122', '1084 TFLOP')
    >>> [(way.problems, way.samples) for way in plan.ways]
    [(977, 1), (164, 49)]
    """
    specs = _models(request)
    problems = _problems(request, data_dir)
    supposed, assumptions = _supposed(request)
    machine, prices = device(request.device), None if request.prices is None else read_prices(request.prices)
    each = sample_costs(
        specs, request.prompt_tokens, request.completion_tokens, device=machine, load=Load(batch=request.batch),
        prices=prices,
    )  # fmt: skip
    options = plan_options(
        len(specs), problems, request.samples, assumptions, rungs=request.rungs, wanted=request.wanted,
        level=request.level, power=request.power,
    )  # fmt: skip
    return StudyPlan(
        models=each, rungs=request.rungs, supposed=supposed, prompt_tokens=request.prompt_tokens,
        completion_tokens=request.completion_tokens, device=machine.name, batch=request.batch,
        prices=None if prices is None else f"{prices.date}, {prices.source}", level=request.level, power=request.power,
        studies=tuple(
            PlannedStudy(option=option, cost=study_cost(each, option.problems * option.samples * request.rungs))
            for option in options
        ),
        wanted=request.wanted,
        ways=() if request.wanted is None else _ways(request.wanted, request, problems, assumptions, each),
        notes=tuple(_notes(machine, specs, prices, each)),
    )  # fmt: skip


def _models(request: PlanRequest) -> tuple[ModelSpec, ...]:
    if request.models and request.sizes:
        raise UsageError("both models and sizes are given, expected one of them: leave out --sizes or --model")
    if not request.models:
        return family_models(request.family, request.sizes or SIZES)
    found = {spec.name: spec for spec in map(found_model, request.models)}
    return tuple(sorted(found.values(), key=lambda spec: spec.parameters))


def _problems(request: PlanRequest, data_dir: Path | None) -> tuple[int, ...]:
    name = request.benchmark
    if name is None:
        return request.problems or (PROBLEMS,)
    if request.problems:
        raise UsageError("both problems and a benchmark are given, expected one: leave out --problems or --benchmark")
    entry = ENTRIES.get(name)
    if entry is not None and not entry.shipped and look(entry.pins, data_dir) is None:
        raise DataNotFoundError(
            f"{entry.pins[0].file}, the file of {name}, is not on this machine: name its folder with --data-dir, or "
            "type --problems with the number of its problems"
        )
    return (len({problem.base_id for problem in load(name, data_dir=data_dir).problems.values()}),)


def _supposed(request: PlanRequest) -> tuple[tuple[Supposed, ...], Assumptions]:
    figures = []
    for default in supposed_by_default():
        told = getattr(request, default.name)
        figures.append(default if told is None else Supposed(name=default.name, value=told, origin="as given"))
    return tuple(figures), Assumptions(**{figure.name: figure.value for figure in figures})


def _ways(
    wanted: float, request: PlanRequest, problems: Sequence[int], assumptions: Assumptions, each: Sequence[SampleCost]
) -> tuple[WantedStudy, ...]:
    """More problems with each number of samples, and more samples on each number of problems."""
    found: dict[tuple[int, int | None], None] = {}
    for n in problems:
        for k in request.samples:
            needed = requirement(
                wanted, assumptions, sizes=len(each), problems=n, samples=k, rungs=request.rungs, level=request.level,
                power=request.power,
            )  # fmt: skip
            found[needed.problems, k] = None
            found[n, needed.samples_needed] = None
    ways = [
        WantedStudy(problems=n, samples=k, cost=None if k is None else study_cost(each, n * k * request.rungs))
        for n, k in found
    ]
    return tuple(sorted(ways, key=lambda way: (0.0 if way.cost is None else way.cost.flops, way.problems)))


def _notes(
    machine: Device, specs: Sequence[ModelSpec], prices: PriceTable | None, each: Sequence[SampleCost]
) -> list[str]:
    notes = []
    if machine.step_seconds is None and machine.bytes_per_second.origin is Origin.datasheet:
        notes.append(f"seconds are a lower bound: the rates of {machine.name} are of a datasheet, without overheads")
    large = [
        spec.name
        for spec, cost in zip(specs, each, strict=True)
        if machine.memory_bytes is not None and cost.weight_bytes > machine.memory_bytes
    ]
    if large:
        notes.append(
            f"the weights of {', '.join(large)} do not fit into one {machine.name}; seconds are as if they did"
        )
    dear = [cost.name for cost in each if cost.dollars is None]
    if prices is not None and dear:
        notes.append(f"no dollars: the price table has neither {', '.join(dear)} nor an hour of {machine.name}")
    return notes
