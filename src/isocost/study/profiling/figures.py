"""From trials to figures: spreads over rounds, the roofline beside them, and how time grows with size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from isocost.analysis.time_of_size import FEWEST_SIZES, layers_and_bytes, power_law, rate_beside_layers
from isocost.cost.devices import Device, Figure, Origin
from isocost.cost.flops import prefill_flops
from isocost.cost.memory import peak_bytes, streamed_bytes
from isocost.cost.parameters import architecture_of
from isocost.cost.roofline import Load, decode_seconds, prefill_seconds
from isocost.measure.waiting import calm_rounds
from isocost.records import Conditions, ModelSpec
from isocost.study.profiling.engine import Trial, Work
from isocost.study.profiling.profile_record import BatchFigures, ModelFigures, SizeScaling, Spread

DRAWS = 2000
"""Draws of the interval of an exponent."""
FEWEST_ROUNDS = 3
"""Rounds from which there is an interval."""


def spread(values: Sequence[float]) -> Spread:
    """Median, deciles, number and relative deviation of values, at least one of them.

    >>> spread([1.0, 2.0, 3.0]).median
    2.0
    """
    array = np.asarray(values, dtype=np.float64)
    low, middle, high = np.quantile(array, [0.1, 0.5, 0.9])
    cv = float(array.std(ddof=1) / array.mean()) if array.size > 1 and array.mean() > 0 else None
    return Spread(median=float(middle), p10=float(low), p90=float(high), n=array.size, cv=cv)


def batch_figures(trials: Sequence[Trial], spec: ModelSpec | None, device: Device | None) -> BatchFigures:
    """Figures of one model at one batch, of its calm rounds, with the roofline of the tokens that were counted."""
    calm = [trials[number] for number in calm_rounds([trial.waited_share for trial in trials])]
    ttft, tpot = _known(trial.ttft_seconds for trial in calm), _known(trial.tpot_seconds for trial in calm)
    batch = trials[0].batch
    read = step = None
    if spec is not None and spec.architecture is not None and device is not None:
        load = Load(batch=batch)
        prompt, new = trials[0].prompt_tokens, trials[0].completion_tokens / batch
        read = float(prefill_seconds(spec, device, prompt, load=load))
        step = float(decode_seconds(spec, device, _middle(prompt, new), load=load))
    return BatchFigures(
        batch=batch, ttft_seconds=ttft, tpot_seconds=tpot,
        tokens_per_second=spread([trial.completion_tokens / trial.seconds for trial in calm]),
        roofline_ttft_seconds=read, roofline_tpot_seconds=step,
        ttft_ratio=None if read is None or ttft is None else ttft.median / read,
        tpot_ratio=None if step is None or tpot is None else tpot.median / step,
        ttft_rounds=tuple(trial.ttft_seconds for trial in trials),
        tpot_rounds=tuple(trial.tpot_seconds for trial in trials),
        seconds_rounds=tuple(trial.seconds for trial in trials),
        waited_rounds=tuple(trial.waited_share for trial in trials), calm=len(calm),
    )  # fmt: skip


def step_bytes(spec: ModelSpec, prompt: float, new: float) -> float:
    """Bytes that a step in the middle of a completion streams at batch 1."""
    shape = architecture_of(spec)
    return float(streamed_bytes(shape, 1, _middle(prompt, new), weight_bits=spec.weight_bits))


def modelled_bytes(spec: ModelSpec, work: Work) -> float:
    """Memory that a model needs for this work, by the cost model; without the runtime."""
    shape = architecture_of(spec)
    peak = peak_bytes(shape, work.prompt_tokens, work.new_tokens, batch=work.most, weight_bits=spec.weight_bits)
    return float(peak)


def size_scaling(models: Sequence[ModelFigures], *, seed: int) -> tuple[SizeScaling, None] | tuple[None, str]:
    """How time at batch 1 grows with size, or why that cannot be said."""
    ready = [model for model in models if model.parameters and model.step_bytes and _single(model) is not None]
    sizes = [model.parameters for model in ready if model.parameters is not None]
    if len(set(sizes)) < FEWEST_SIZES:
        return (
            None,
            f"sizes with both times: {len(set(sizes))}, expected at least {FEWEST_SIZES}; profile more of a family",
        )
    if len(set(sizes)) < len(sizes):
        return None, "several models have one size, expected one of each; profile those of one family and type"
    rounds = len(ready[0].batches[0].seconds_rounds)
    if rounds < FEWEST_ROUNDS:
        return None, f"{rounds} rounds, expected at least {FEWEST_ROUNDS} for an interval; type --rounds 12"
    single = [figures for model in ready if (figures := _single(model)) is not None]
    tpot = np.column_stack([_calm_only(figures.tpot_rounds, figures.waited_rounds) for figures in single])
    ttft = np.column_stack([_calm_only(figures.ttft_rounds, figures.waited_rounds) for figures in single])
    layers = [model.architecture.layers for model in ready if model.architecture is not None]
    rng = np.random.default_rng(seed)
    return (
        SizeScaling(
            tpot=power_law(sizes, tpot, rng=rng, draws=DRAWS),
            ttft=power_law(sizes, ttft, rng=rng, draws=DRAWS),
            tpot_terms=layers_and_bytes(layers, [model.step_bytes or 0.0 for model in ready], tpot),
        ),
        None,
    )


def effective_device(
    device: Device | None, models: Sequence[ModelFigures], scaling: SizeScaling | None, conditions: Conditions
) -> Device | None:
    """What this engine gets of the device at batch 1: bytes and seconds a layer of its steps, FLOPs of its reading.

    None where there is no fit, or the times leave nothing for bytes or FLOPs.
    """
    terms = None if scaling is None else scaling.tpot_terms
    if terms is None or device is None or terms.bytes_per_second is None:
        return None
    ready = [model for model in models if model.architecture is not None and _single(model) is not None]
    flops = [float(prefill_flops(model.architecture, model.prompt_tokens)) for model in ready if model.architecture]
    seconds = [figures.ttft_seconds.median for model in ready if (figures := _single(model)) and figures.ttft_seconds]
    layers = [model.architecture.layers for model in ready if model.architecture is not None]
    rate = rate_beside_layers(layers, flops, seconds, layer_seconds=terms.layer_seconds)
    if rate is None:
        return None
    streamed, engine = terms.bytes_per_second, conditions.engine or conditions.backend
    fit = f"over {terms.sizes} sizes, {engine}"

    def fitted(value: float, what: str) -> Figure:
        return Figure(value=value, origin=Origin.measured, source=f"fitted to {what} {fit}")

    return Device(
        name=f"{device.name}-{engine.replace(' ', '-')}", dtype=conditions.dtype or device.dtype,
        flops_per_second=fitted(rate, "the times to read a prompt"),
        bytes_per_second=fitted(streamed, "the times of a step"),
        layer_seconds=fitted(terms.layer_seconds, "the times of a step") if terms.layer_seconds > 0.0 else None,
        overlap=True, memory_bytes=device.memory_bytes,
    )  # fmt: skip


def tokens_counted(trials: Mapping[int, Sequence[Trial]]) -> tuple[int, float]:
    """Tokens of a prompt, and of a completion on average, at the smallest batch."""
    first = trials[min(trials)]
    return first[0].prompt_tokens, float(np.mean([trial.completion_tokens / trial.batch for trial in first]))


def _single(model: ModelFigures) -> BatchFigures | None:
    """Figures at batch 1, if each round has both times."""
    for figures in model.batches:
        if figures.batch == 1 and None not in (*figures.ttft_rounds, *figures.tpot_rounds):
            return figures
    return None


def _calm_only(seconds: Sequence[float | None], waited: Sequence[float | None]) -> NDArray[np.float64]:
    """Each round's time; NaN, which stands for absence in a matrix, where the round was not calm."""
    kept = set(calm_rounds(waited))
    return np.array([value if number in kept else np.nan for number, value in enumerate(seconds)], dtype=np.float64)


def _middle(prompt: float, new: float) -> float:
    return prompt + max(new - 2.0, 0.0) / 2.0


def _known(values: Iterable[float | None]) -> Spread | None:
    told = [value for value in values if value is not None]
    return spread(told) if told else None
