"""What a study will take, before anything is spent: samples, tokens, FLOPs, hours, dollars and joules, from the cost model."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from isocost.cost.costing import costs
from isocost.cost.devices import device as known_device
from isocost.cost.prices import read_prices
from isocost.records import ModelSpec, Record, Unit, Usage
from isocost.study.running.study_file import beside

if TYPE_CHECKING:
    from isocost.cost.devices import Device
    from isocost.cost.prices import PriceTable
    from isocost.study.running.study_file import Study

CHARS_PER_TOKEN = 3.0
"""Characters of a token of code and English, supposed: real tokenizers give 2.5 to 4."""
COMPLETION_TOKENS = 200
"""Tokens of a completion, supposed: about what code models write for one function."""


class Asked(Record, frozen=True):
    """What one model is asked on one benchmark."""

    model: str
    """Name of the model."""
    spec: ModelSpec | None
    """Its shape, where that is known."""
    benchmark: str
    """Name of the benchmark."""
    prompt_chars: tuple[int, ...]
    """Characters of the prompt of each problem."""
    max_tokens: int
    """Most tokens of a completion."""


class ForecastRow(Record, frozen=True):
    """One model on one benchmark."""

    model: str
    """Name of the model."""
    benchmark: str
    """Name of the benchmark."""
    problems: int
    """Problems asked."""
    samples: int
    """Samples of all problems together."""
    prompt_tokens: int
    """Tokens of all prompts, each read once for each sample."""
    completion_tokens: int
    """Tokens of all completions."""
    flops: float | None
    """FLOPs; None where the model's shape is not known."""
    seconds: float | None
    """Device-seconds, one sample in flight; None without a device or a shape."""
    dollars: float | None
    """Dollars; None where no price table says them."""
    joules_at_most: float | None
    """Device-seconds times the most that the device may draw: an estimate, no measurement; None where that is not known."""


class Forecast(Record, frozen=True):
    """All of a study; sums are None where a part of them is."""

    rows: tuple[ForecastRow, ...]
    """Each model on each benchmark."""
    samples: int
    """Samples in all."""
    tokens: int
    """Tokens in all, prompts and completions."""
    tokens_at_most: int
    """Tokens if every completion were as long as `max_tokens` lets it."""
    flops: float | None
    """FLOPs in all."""
    seconds: float | None
    """Device-seconds in all."""
    dollars: float | None
    """Dollars in all."""
    joules_at_most: float | None
    """Joules in all, at most."""
    notes: tuple[str, ...]
    """What is supposed, and what is left out."""


def forecast(study: Study, asked: Sequence[Asked], *, folder: Path = Path()) -> Forecast:
    """Forecast a study; files that it names are meant from `folder`.

    Tokens of prompts are their characters / 3, those of completions 200 or `max_tokens`, whichever is less. FLOPs, seconds
    and dollars follow by `isocost.cost.costing.costs`, for means over a benchmark.

    Raises UsageError for a device that is not known, InputError for a price table that cannot be read.
    """
    wanted = study.analysis
    machine = None if wanted.device is None else known_device(beside(folder, wanted.device))
    prices = None if wanted.prices is None else read_prices(folder / wanted.prices)
    rows = tuple(_row(one, study.samples, machine, prices) for one in asked)
    samples = sum(row.samples for row in rows)
    prompt_tokens = sum(row.prompt_tokens for row in rows)
    return Forecast(
        rows=rows,
        samples=samples,
        tokens=prompt_tokens + sum(row.completion_tokens for row in rows),
        tokens_at_most=prompt_tokens + sum(row.samples * one.max_tokens for row, one in zip(rows, asked, strict=True)),
        flops=_sum([row.flops for row in rows]),
        seconds=_sum([row.seconds for row in rows]),
        dollars=_sum([row.dollars for row in rows]),
        joules_at_most=_sum([row.joules_at_most for row in rows]),
        notes=tuple(_notes(study, asked, machine)),
    )


def _row(one: Asked, samples: int, machine: Device | None, prices: PriceTable | None) -> ForecastRow:
    problems, each = len(one.prompt_chars), min(COMPLETION_TOKENS, one.max_tokens)
    mean = max(1, round(sum(one.prompt_chars) / CHARS_PER_TOKEN / problems)) if problems else 1
    spec = one.spec or ModelSpec(name=one.model, family="", kind="", parameters=0)
    usage = Usage(prompt_tokens=mean, completion_tokens=each)
    amounts = costs(spec, usage, assumed=True, device=machine if one.spec else None, prices=prices)
    count = problems * samples
    total = {unit: count * (cost.prompt + cost.completion) for unit, cost in amounts.items()}
    seconds = total.get(Unit.seconds)
    watts = machine.most_watts if machine is not None else None
    return ForecastRow(
        model=one.model,
        benchmark=one.benchmark,
        problems=problems,
        samples=count,
        prompt_tokens=mean * count,
        completion_tokens=each * count,
        flops=total.get(Unit.flops),
        seconds=seconds,
        dollars=total.get(Unit.dollars),
        joules_at_most=None if seconds is None or watts is None else seconds * watts.value,
    )


def _sum(parts: list[float | None]) -> float | None:
    there = [part for part in parts if part is not None]
    return math.fsum(there) if there and len(there) == len(parts) else None


def _notes(study: Study, asked: Sequence[Asked], machine: Device | None) -> list[str]:
    notes = [
        f"supposed: {CHARS_PER_TOKEN:g} characters a token of a prompt, at most {COMPLETION_TOKENS} tokens a completion"
    ]
    unknown = sorted({one.model for one in asked if one.spec is None})
    if unknown:
        notes.append(
            f"the shape of {', '.join(unknown)} is not known, so that FLOPs and seconds are left out: write spec"
        )
    if machine is None:
        notes.append(
            'no device is named, so that seconds and joules are left out: write device = "H100-SXM" in [analysis]'
        )
    else:
        notes.append(
            "seconds are by roofline with one sample in flight: several in flight share a reading of the weights"
        )
    if study.target_width is not None:
        notes.append(f"samples grow until intervals are {study.target_width:g} wide: this is the first batch alone")
    return notes
