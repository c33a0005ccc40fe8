"""Roofline: seconds of a prefill, of a decode step and of a request on a device, from its FLOPs and its bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.cost.domain import checked_tokens
from isocost.cost.flops import forward_flops
from isocost.cost.memory import streamed_bytes
from isocost.cost.parameters import architecture_of
from isocost.records import Record

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from isocost.cost.devices import Device
    from isocost.records import ModelSpec


class Load(Record, frozen=True):
    """How a device is used: what seconds, and shares of memory, depend on beside the model."""

    batch: float = 1.0
    """Samples in flight, at least 1; a mean need not be whole."""
    kv_bits: float = 16.0
    """Bits for each number of the cache of keys and values."""


def forward_seconds(
    spec: ModelSpec, device: Device, new: ArrayLike, cached: ArrayLike = 0, *, load: Load | None = None
) -> NDArray[np.float64]:
    """max(FLOPs / F, bytes / BW) + overhead: one forward pass over all samples in flight, logits of one position each.

    The maximum is a sum on devices where arithmetic and memory don't overlap. The overhead is what the device states
    for a step and for each layer. Where it states none, and where F and BW are of a datasheet, the time is a lower
    bound: on a 2-core CPU small models took 1.2 to 6 times as long as such a bound, the smaller the more.

    Not covered: several devices, links between them, queues, sampling, tokenising.

    Source: S. Williams, A. Waterman, D. Patterson (2009), Communications of the ACM 52(4), 65-76.

    Args:
        spec: the model, with its shape and the bits of its weights.
        device: what it runs on; its rates hold for one dtype.
        new: tokens computed of each sample.
        cached: tokens before them of each sample.
        load: samples in flight and width of the cache; one sample and 16 bits where it is None.

    Returns:
        Seconds of the whole pass, in the broadcast shape of `new` and `cached`; divide by the samples in flight for
        the share of one.

    Raises:
        DomainError: the model has no shape, or a number is out of range.

    >>> from isocost.cost.architectures import model
    >>> from isocost.cost.devices import device
    >>> f"{forward_seconds(model('Qwen2.5-Coder-7B'), device('H200'), 1, 640) * 1000:.3f} ms"
    '2.954 ms'
    """
    shape, load = architecture_of(spec), load or Load()
    pass_flops = load.batch * forward_flops(shape, new, cached)
    pass_bytes = streamed_bytes(
        shape, new, cached, batch=load.batch, weight_bits=spec.weight_bits, kv_bits=load.kv_bits
    )
    arithmetic = pass_flops / device.flops_per_second.value
    memory = pass_bytes / device.bytes_per_second.value
    fixed = device.step_seconds.value if device.step_seconds else 0.0
    if device.layer_seconds:
        fixed += shape.layers * device.layer_seconds.value
    return np.asarray((np.maximum(arithmetic, memory) if device.overlap else arithmetic + memory) + fixed)


def prefill_seconds(
    spec: ModelSpec, device: Device, prompt: ArrayLike, cached: ArrayLike = 0, *, load: Load | None = None
) -> NDArray[np.float64]:
    """Reading the prompts of all samples in flight: the time to their first token. `cached` tokens are at hand.

    Raises:
        DomainError: as for `forward_seconds`; or more tokens are cached than the prompt has.
    """
    p, c = checked_tokens("prompt tokens", prompt), checked_tokens("cached tokens", cached)
    return forward_seconds(spec, device, checked_tokens("prompt tokens less cached tokens", p - c), c, load=load)


def decode_seconds(
    spec: ModelSpec, device: Device, context: ArrayLike, *, load: Load | None = None
) -> NDArray[np.float64]:
    """One token more for each sample in flight, after `context` others: the time per output token.

    Raises:
        DomainError: as for `forward_seconds`.
    """
    return forward_seconds(spec, device, 1, context, load=load)


def completion_seconds(
    spec: ModelSpec, device: Device, prompt: ArrayLike, completion: ArrayLike, *, load: Load | None = None
) -> NDArray[np.float64]:
    """(G − 1) × `decode_seconds` in the middle of the contexts P ... P + G − 2; 0 where G is below 2.

    A step's time is a straight line in its context, or two that meet where arithmetic overtakes memory. In the first
    case this is the sum over the steps, in the second a little less.

    Raises:
        DomainError: as for `forward_seconds`.
    """
    p, g = checked_tokens("prompt tokens", prompt), checked_tokens("completion tokens", completion)
    steps = np.maximum(g - 1.0, 0.0)
    return steps * decode_seconds(spec, device, p + np.maximum(g - 2.0, 0.0) / 2.0, load=load)


def request_seconds(
    spec: ModelSpec, device: Device, prompt: ArrayLike, completion: ArrayLike, *, load: Load | None = None
) -> NDArray[np.float64]:
    """From the prompts' first token read to the completions' last token written, for all samples in flight.

    Raises:
        DomainError: as for `forward_seconds`.
    """
    read = prefill_seconds(spec, device, prompt, load=load)
    return read + completion_seconds(spec, device, prompt, completion, load=load)
