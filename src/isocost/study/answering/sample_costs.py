"""Costs of a run's samples that follow from their tokens: tokens, FLOPs, and what is modelled for a device or priced."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from isocost.cost.architectures import model as known_model
from isocost.errors import InputError
from isocost.records import ModelSpec
from isocost.study.benchmark_of_run import benchmark_of

if TYPE_CHECKING:
    from isocost.cost.costing import CostColumn
    from isocost.cost.devices import Device
    from isocost.cost.prices import PriceTable
    from isocost.records import Sample, Unit
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


class SampleColumns(NamedTuple):
    """What a run's samples cost, as far as their tokens tell."""

    ids: tuple[str, ...]
    """Sample ids, in order."""
    problems: tuple[str, ...]
    """The problem of each."""
    columns: dict[Unit, CostColumn]
    """By unit, one figure for each sample; empty where the tokens are not known."""
    by_tokens: bool
    """Whether its dollars are those of a price of tokens."""
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


def columns_of_run(
    run: Run, pricing: Pricing, *, measured: bool = False, data_dir: Path | None = None
) -> SampleColumns:
    """Make the costs of every sample of a run, as far as they follow from its tokens.

    Tokens are those that the samples say; where they do not, characters divided by `chars_per_token`, which needs the
    benchmark's file for the prompts. `measured` says whether windows tell other costs. Raises what `benchmark_of` raises.
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
    which = f"the samples of {name}" if silent == len(samples) else f"{silent} of {len(samples)} samples of {name}"
    columns: dict[Unit, CostColumn] = {}
    if silent and pricing.chars_per_token is None:
        caveats.append(
            f"{which} do not say how many tokens they used, so that the model has no cost"
            f"{' but what was measured' if measured else ''}: --chars-per-token 3 estimates it from the length of all"
        )
    else:
        tokens = [counts for sample in samples if (counts := _counts(sample)) is not None]
        if silent:
            assert pricing.chars_per_token is not None  # noqa: S101 (asked for above)
            tokens = _estimated(run, samples, pricing.chars_per_token, data_dir)
            caveats.append(
                f"tokens of {name} are estimated, as {which} do not say them: {pricing.chars_per_token:g} characters "
                "each, the benchmark's own prompt where none came with the samples"
            )
        prompt, completion = (np.array(column, dtype=np.float64) for column in zip(*tokens, strict=True))
        columns = cost_columns(
            spec, prompt, completion, assumed=silent > 0, device=pricing.device, prices=pricing.prices,
            shared_prefix=True,
        )  # fmt: skip
    return SampleColumns(
        ids=tuple(sample.id for sample in samples),
        problems=tuple(sample.problem_id for sample in samples),
        columns=columns,
        by_tokens=pricing.prices is not None and pricing.prices.of_model(spec.name, spec.kind) is not None,
        spec=spec if spec.parameters else None,
        caveats=tuple(caveats),
    )


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
