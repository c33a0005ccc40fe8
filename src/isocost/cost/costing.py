"""Costs: the one place where usage, timing, a model, a device and prices become costs in every unit that can be had.

How a sample is split. Reading P prompt tokens is one forward pass, and the logits of its last token give the first of
the G completion tokens; the other G − 1 take one pass each. So the `prompt` of a cost is what it takes until the first
token is there, and `completion` is what all others take. Tokens and prices per token are split as they are counted:
P and G.

| unit | basis | prompt | completion |
|---|---|---|---|
| tokens | measured (modelled where they are assumed) | prompt tokens, cached ones too | completion tokens kept |
| flops | modelled | `prefill_flops` | `completion_flops` |
| seconds | measured, if the timing is of a device that had nothing else to do | time to first token | the rest |
| | else modelled | `prefill_seconds` / batch | `completion_seconds` / batch |
| byte_seconds | modelled | seconds × (weights + batch × KV of P) | seconds × (weights + batch × KV of P + G/2) |
| joules | as the caller measured them | | |
| dollars | priced | by tokens, if the table has the model; else seconds × price of the device's hour | |

FLOPs are those that are useful for the tokens kept: padding and overrun (`computed_tokens`) are waste of an engine and
are not charged. Seconds are device-seconds: a pass over a batch is shared by the samples in it. A unit that was neither
measured nor can be modelled is absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from isocost.cost.domain import checked_amount, checked_tokens
from isocost.cost.flops import completion_flops, prefill_flops
from isocost.cost.memory import kv_bytes_per_token, weight_bytes
from isocost.cost.roofline import Load, completion_seconds, prefill_seconds
from isocost.errors import DomainError
from isocost.records import Basis, Cost, Unit

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from isocost.cost.devices import Device
    from isocost.cost.prices import PriceTable
    from isocost.records import ModelSpec, Timing, Usage

_ONE: Final = Load()


class CostColumn:
    """Costs of many samples in one unit; a column of `Cost`."""

    __slots__ = ("basis", "completion", "prompt")

    def __init__(self, prompt: NDArray[np.float64], completion: NDArray[np.float64], basis: Basis) -> None:
        self.prompt = prompt
        """What reading each prompt used."""
        self.completion = completion
        """What writing each completion used."""
        self.basis = basis
        """Where the figures come from."""


def costs(
    spec: ModelSpec,
    usage: Usage,
    *,
    assumed: bool = False,
    timing: Timing | None = None,
    alone: bool = False,
    device: Device | None = None,
    load: Load = _ONE,
    prices: PriceTable | None = None,
    joules: Cost | None = None,
    shared_prefix: bool = False,
) -> dict[Unit, Cost]:
    """Return what one sample cost, in each unit that was measured or can be modelled.

    Args:
        spec: the model; without a shape there are no FLOPs, no modelled seconds and no byte-seconds.
        usage: its tokens; where those of the prompt or of the completion are None, only joules and measured seconds are
            left.
        assumed: whether the tokens are a guess and not counts: tokens are then `modelled`.
        timing: its seconds, as a client saw them.
        alone: whether the device had nothing else to do (concurrency 1), so that those seconds are device-seconds.
        device: what to model seconds for.
        load: samples in flight, and width of the cache of keys and values.
        prices: a price table.
        joules: a measured cost in joules, or a sample's share of a measured window with basis `modelled`.
        shared_prefix: whether the samples of a problem share one reading of its prompt. Then `prompt` is the cost of
            that one reading from cold, which whoever holds a budget charges once for each problem. Else each sample
            bears its own reading, and what came from a cache (`cached_tokens`) cost no FLOPs and no seconds.

    Raises:
        DomainError: a number is out of range; `joules` is not in joules; a measured timing whose first token comes last.

    >>> from isocost.cost.architectures import model
    >>> from isocost.records import Usage
    >>> found = costs(model("Qwen2.5-Coder-7B"), Usage(prompt_tokens=512, completion_tokens=256))
    >>> [(unit.value, cost.basis.value) for unit, cost in found.items()]
    [('tokens', 'measured'), ('flops', 'modelled')]
    >>> f"{(found[Unit.flops].prompt + found[Unit.flops].completion) / 1e12:.3f} TFLOP"
    '10.407 TFLOP'
    """
    found: dict[Unit, Cost] = {}
    seconds = _measured_seconds(timing) if alone else None
    if seconds is not None and load.batch != 1:
        raise DomainError(
            f"batch is {load.batch:g} for a timing of a device that was alone, expected 1; leave load out"
        )
    if usage.prompt_tokens is not None and usage.completion_tokens is not None:
        columns = cost_columns(
            spec, usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens or 0, assumed=assumed,
            seconds=seconds, device=device, load=load, prices=prices, shared_prefix=shared_prefix,
        )  # fmt: skip
        for unit, column in columns.items():
            prompt, completion = float(column.prompt), float(column.completion)
            found[unit] = Cost(unit=unit, prompt=prompt, completion=completion, basis=column.basis)
    elif seconds is not None:
        prompt, completion = float(seconds.prompt), float(seconds.completion)
        found[Unit.seconds] = Cost(unit=Unit.seconds, prompt=prompt, completion=completion, basis=seconds.basis)
    if joules is not None:
        if joules.unit is not Unit.joules:
            raise DomainError(
                f"joules is a cost in {joules.unit.value}, expected one in joules; give what a counter said"
            )
        found[Unit.joules] = joules
    return found


def cost_columns(
    spec: ModelSpec,
    prompt: ArrayLike,
    completion: ArrayLike,
    cached: ArrayLike = 0,
    *,
    assumed: bool = False,
    seconds: CostColumn | None = None,
    device: Device | None = None,
    load: Load = _ONE,
    prices: PriceTable | None = None,
    shared_prefix: bool = False,
) -> dict[Unit, CostColumn]:
    """`costs` of many samples at once: arrays of token counts in, one column for each unit out.

    Args:
        spec: as for `costs`.
        prompt: prompt tokens of each sample, cached ones among them.
        completion: completion tokens of each sample.
        cached: prompt tokens of each sample that came from a cache.
        assumed: as for `costs`.
        seconds: measured device-seconds of each sample, where there are any.
        device: as for `costs`.
        load: as for `costs`.
        prices: as for `costs`.
        shared_prefix: as for `costs`.

    Raises:
        DomainError: a number is out of range; leave out samples whose token counts are not known.
    """
    p, g, c = np.broadcast_arrays(
        checked_tokens("prompt tokens", prompt),
        checked_tokens("completion tokens", completion),
        checked_tokens("cached tokens", cached),
    )
    checked_tokens("prompt tokens less cached tokens", p - c)
    if shared_prefix:
        c = np.zeros_like(c)
    found = {Unit.tokens: CostColumn(p, g, Basis.modelled if assumed else Basis.measured)}
    if spec.architecture is not None:
        shape = spec.architecture
        found[Unit.flops] = CostColumn(prefill_flops(shape, p, c), completion_flops(shape, p, g), Basis.modelled)
        if seconds is None and device is not None:
            read = prefill_seconds(spec, device, p, c, load=load) / load.batch
            written = completion_seconds(spec, device, p, g, load=load) / load.batch
            seconds = CostColumn(read, written, Basis.modelled)
    if seconds is not None:
        found[Unit.seconds] = seconds
        if spec.architecture is not None:
            found[Unit.byte_seconds] = _byte_seconds(spec, seconds, p, g, load)
    dollars = _dollars(spec, p, g, c, seconds, device, prices)
    if dollars is not None:
        found[Unit.dollars] = dollars
    return found


def _byte_seconds(
    spec: ModelSpec, seconds: CostColumn, p: NDArray[np.float64], g: NDArray[np.float64], load: Load
) -> CostColumn:
    """Share of the weights and own keys and values, times the wall-clock seconds: batch × the device-seconds."""
    assert spec.architecture is not None  # noqa: S101 (asked for before)
    weights = weight_bytes(spec.architecture, spec.weight_bits)
    kv = load.batch * kv_bytes_per_token(spec.architecture, load.kv_bits)
    read = seconds.prompt * (weights + kv * p)
    return CostColumn(read, seconds.completion * (weights + kv * (p + g / 2.0)), Basis.modelled)


def _dollars(
    spec: ModelSpec,
    p: NDArray[np.float64],
    g: NDArray[np.float64],
    c: NDArray[np.float64],
    seconds: CostColumn | None,
    device: Device | None,
    prices: PriceTable | None,
) -> CostColumn | None:
    """By tokens where the table has the model, else by the hours of the device, else None."""
    if prices is None:
        return None
    price = prices.of_model(spec.name, spec.kind)
    if price is not None:
        cached = price.input if price.cached is None else price.cached
        read = (p - c) * price.input + c * cached
        return CostColumn(read / 1e6, g * price.output / 1e6, Basis.priced)
    hour = prices.of_device(device.name) if device is not None else None
    if hour is None or seconds is None:
        return None
    return CostColumn(seconds.prompt * hour / 3600.0, seconds.completion * hour / 3600.0, Basis.priced)


def _measured_seconds(timing: Timing | None) -> CostColumn | None:
    """Split a timing at the first token; None where either time was not measured."""
    if timing is None or timing.ttft_seconds is None or timing.total_seconds is None:
        return None
    first = checked_amount("ttft_seconds", timing.ttft_seconds, above=False, hint="leave timing out")
    total = checked_amount("total_seconds", timing.total_seconds, above=False, hint="leave timing out")
    if first > total:
        raise DomainError(f"ttft_seconds is {first}, expected at most total_seconds, {total}; leave timing out")
    return CostColumn(np.asarray(first), np.asarray(total - first), Basis.measured)
