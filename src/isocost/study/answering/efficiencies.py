"""Throughput, latency and memory of a model, modelled for a device, for the ratios that ask for all three."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from isocost.cost.memory import peak_bytes
from isocost.cost.roofline import Load, decode_seconds
from isocost.study.answering.evidence import Efficiency

if TYPE_CHECKING:
    from isocost.cost.devices import Device
    from isocost.records import ModelSpec

BATCH: Final = 32
"""Samples in flight for the throughput; latency and memory are those of one sample."""
PROMPT, COMPLETION = 512, 256
"""Tokens of the typical request."""


def efficiency_of(spec: ModelSpec, device: Device) -> Efficiency | None:
    """Model it by the roofline, at a context of half the completion; None where the model's shape is not known.

    Throughput at a batch of 32 and latency at a batch of 1 are two quantities, as they should be: at one batch each is
    the other's inverse, and a ratio of both counts one thing twice.
    """
    if spec.architecture is None:
        return None
    context = PROMPT + COMPLETION // 2
    return Efficiency(
        tokens_per_second=BATCH / float(decode_seconds(spec, device, context, load=Load(batch=BATCH))),
        milliseconds_per_token=1000.0 * float(decode_seconds(spec, device, context)),
        memory_bytes=float(peak_bytes(spec.architecture, PROMPT, COMPLETION, weight_bits=spec.weight_bits)),
    )
