"""Costs of a run's samples in every unit that can be had, as means for each problem."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from isocost.cost.architectures import model as known_model
from isocost.errors import InputError
from isocost.records import Basis, ModelSpec, Unit
from isocost.study.benchmark_of_run import benchmark_of

if TYPE_CHECKING:
    from isocost.cost.devices import Device
    from isocost.cost.prices import PriceTable
    from isocost.records import Sample
    from isocost.store.run import Run


class Pricing(msgspec.Struct, frozen=True, kw_only=True):
    """What costs are made with, beside the samples themselves."""

    specs: Mapping[str, ModelSpec] = {}
    """Models whose shape was given, by the name that runs have for them."""
    device: Device | None = None
    """Device to model seconds for; None models none."""
    prices: PriceTable | None = None
    """Price table."""
    chars_per_token: float | None = None
    """Characters of a token, where samples do not say how many tokens they used; None leaves those without costs."""


class ProblemCost(NamedTuple):
    """Mean cost of a problem's samples in one unit."""

    prompt: float
    """Of reading the prompt."""
    completion: float
    """Of writing one sample."""


class RunCosts(NamedTuple):
    """Costs of one run."""

    of_problem: dict[Unit, dict[str, ProblemCost]]
    """By unit and problem id; a unit is there only if every problem with samples has it."""
    of_sample: dict[Unit, dict[str, float]]
    """By unit and sample id: what writing that sample cost."""
    basis: dict[Unit, Basis]
    """Where the figures of each unit come from."""
    spec: ModelSpec | None
    """The model, where it is known."""
    caveats: tuple[str, ...]
    """What a reader should know of them."""


def spec_of(run: Run, pricing: Pricing) -> ModelSpec | None:
    """What is known of a run's model: what was given for it, what the run says, the known model of that name, else None."""
    name = run.manifest.model
    if name in pricing.specs:
        return pricing.specs[name]
    if run.manifest.spec is not None:
        return run.manifest.spec
    try:
        return known_model(name)
    except InputError:
        return None


def costs_of_run(run: Run, pricing: Pricing, *, data_dir: Path | None = None) -> RunCosts:
    """Make the costs of every sample of a run, and their means for each problem.

    Tokens are those that the samples say; where they do not, characters divided by `chars_per_token`, which needs the
    benchmark's file for the prompts. Raises what `benchmark_of` raises in that case.
    """
    import numpy as np

    from isocost.cost.costing import cost_columns

    name = run.manifest.model
    spec = spec_of(run, pricing)
    caveats = []
    if spec is None:
        caveats.append(
            f"the shape of {name} is not known, so that its FLOPs and seconds cannot be modelled: "
            f"give it by --spec {name}=FILE (a config.json or a .gguf)"
        )
        spec = ModelSpec(name=name, family="", kind="", parameters=0)
    samples = sorted(run.samples.read(), key=lambda sample: sample.id)  # journals are in order of arrival
    silent = sum(_counts(sample) is None for sample in samples)
    counted = silent == 0
    which = f"the samples of {name}" if silent == len(samples) else f"{silent} of {len(samples)} samples of {name}"
    if counted:
        tokens = [counts for sample in samples if (counts := _counts(sample)) is not None]
    elif pricing.chars_per_token is None:
        caveats.append(
            f"{which} do not say how many tokens they used, so that the model has no cost: "
            "--chars-per-token 3 estimates it from the length of all"
        )
        return RunCosts({}, {}, {}, spec if spec.parameters else None, tuple(caveats))
    else:
        tokens = _estimated(run, samples, pricing.chars_per_token, data_dir)
        caveats.append(
            f"tokens of {name} are estimated, as {which} do not say them: {pricing.chars_per_token:g} characters each, "
            "the benchmark's own prompt where none came with the samples"
        )
    prompt, completion = (np.array(column, dtype=np.float64) for column in zip(*tokens, strict=True))
    columns = cost_columns(
        spec, prompt, completion, assumed=not counted, device=pricing.device, prices=pricing.prices,
        shared_prefix=True,
    )  # fmt: skip
    members: dict[str, list[int]] = {}
    for place, sample in enumerate(samples):
        members.setdefault(sample.problem_id, []).append(place)
    of_problem = {
        unit: {
            problem: ProblemCost(float(column.prompt[places].mean()), float(column.completion[places].mean()))
            for problem, places in members.items()
        }
        for unit, column in columns.items()
    }
    of_sample = {
        unit: dict(zip((sample.id for sample in samples), column.completion.tolist(), strict=True))
        for unit, column in columns.items()
    }
    bases = {unit: column.basis for unit, column in columns.items()}
    return RunCosts(of_problem, of_sample, bases, spec if spec.parameters else None, tuple(caveats))


def _counts(sample: Sample) -> tuple[int, int] | None:
    usage = sample.usage
    if usage is None or usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    return usage.prompt_tokens, usage.completion_tokens


def _estimated(run: Run, samples: list[Sample], per_token: float, data_dir: Path | None) -> list[tuple[int, int]]:
    problems = benchmark_of(run, data_dir=data_dir).problems
    prompts = {prompt.id: prompt.text for prompt in run.prompts.read()}

    def tokens(text: str) -> int:
        return max(1, round(len(text) / per_token))

    return [
        (tokens(prompts.get(sample.prompt_id or "", problems[sample.problem_id].prompt)), tokens(sample.completion))
        for sample in samples
    ]
