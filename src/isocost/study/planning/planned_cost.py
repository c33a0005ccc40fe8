"""What one sample of each model would cost, and what a study of so many would."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from isocost.cost.costing import costs
from isocost.cost.memory import weight_bytes
from isocost.cost.parameters import architecture_of
from isocost.errors import DomainError
from isocost.records import Record, Unit, Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isocost.cost.devices import Device
    from isocost.cost.prices import PriceTable
    from isocost.cost.roofline import Load
    from isocost.records import ModelSpec


class SampleCost(Record, frozen=True):
    """One sample of one model: prompt and completion together."""

    name: str
    """The model."""
    parameters: int
    """All its parameters."""
    weight_bytes: float
    """Its weights, as stored."""
    tokens: float
    """Tokens, as supposed."""
    flops: float
    """FLOPs, modelled from its shape."""
    seconds: float
    """Device-seconds, by roofline."""
    dollars: float | None
    """Dollars by a price table; None without one, or where it says nothing of the model or the device."""


class StudyCost(Record, frozen=True):
    """What a study costs, all models together; judging left out."""

    tokens: float
    """Tokens."""
    flops: float
    """FLOPs."""
    seconds: float
    """Device-seconds."""
    dollars: float | None
    """Dollars; None where one of the models has none."""


def sample_costs(
    specs: Sequence[ModelSpec],
    prompt_tokens: int,
    completion_tokens: int,
    *,
    device: Device,
    load: Load,
    prices: PriceTable | None = None,
) -> tuple[SampleCost, ...]:
    """Model the cost of one sample of each model, which reads its own prompt.

    Raises DomainError for a model without a shape, or a number of tokens below 1.
    """
    for name, count in (("prompt_tokens", prompt_tokens), ("completion_tokens", completion_tokens)):
        if count < 1:
            raise DomainError(f"{name} is {count}, expected at least 1; give the mean number of tokens, as 200")
    usage = Usage(prompt_tokens=prompt_tokens, completion_tokens=completion_tokens)
    found = []
    for spec in specs:
        shape = architecture_of(spec)
        each = costs(spec, usage, assumed=True, device=device, load=load, prices=prices)
        amounts = {unit: cost.prompt + cost.completion for unit, cost in each.items()}
        found.append(
            SampleCost(
                name=spec.name,
                parameters=spec.parameters,
                weight_bytes=weight_bytes(shape, spec.weight_bits),
                tokens=amounts[Unit.tokens],
                flops=amounts[Unit.flops],
                seconds=amounts[Unit.seconds],
                dollars=amounts.get(Unit.dollars),
            )
        )
    return tuple(found)


def study_cost(each: Sequence[SampleCost], samples: int) -> StudyCost:
    """Cost of `samples` samples of every model: their sum."""
    dollars = [one.dollars for one in each if one.dollars is not None]
    return StudyCost(
        tokens=samples * math.fsum(one.tokens for one in each),
        flops=samples * math.fsum(one.flops for one in each),
        seconds=samples * math.fsum(one.seconds for one in each),
        dollars=samples * math.fsum(dollars) if len(dollars) == len(each) else None,
    )
