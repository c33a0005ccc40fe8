"""Throughput, latency and memory of models, for the ratios that ask for all three: measured, or modelled for a device."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from isocost.cost.memory import peak_bytes
from isocost.cost.roofline import Load, decode_seconds
from isocost.study.answering.evidence import Efficiency

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isocost.cost.devices import Device
    from isocost.records import ModelSpec, Window
    from isocost.study.answering.runs_read import RunRead
    from isocost.study.answering.window_shares import MeasuredRun

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


def efficiencies_of(reads: Sequence[RunRead], device: Device | None) -> tuple[dict[str, Efficiency], str]:
    """Those of each model, and where they come from: windows where every model has them, else the model of costs.

    A study whose models are half measured and half modelled would compare the two ways, and not the models. Models whose
    memory was measured of different things (a process here, a board there) have no measured memory in common.
    """
    models = list(dict.fromkeys(read.model for read in reads))
    told = {name: [read.costs.measured for read in reads if read.model == name] for name in models}
    measured = {name: _measured([one for one in of if one is not None]) for name, of in told.items() if None not in of}
    found = {name: one for name, one in measured.items() if one is not None}
    windows = [window for of in told.values() for one in of if one is not None for window in one.windows]
    scopes = {window.memory_scope for window in windows}
    if len(found) == len(models) and len(scopes) == 1:
        most = max(window.most_in_flight for window in windows)
        return found, (
            f"measured: tokens over seconds of windows with up to {most} in flight, seconds for each token after the first, "
            f"peak memory ({scopes.pop() or 'of what is not said'})"
        )
    if device is None:
        return {}, ""
    specs = {read.model: read.costs.spec for read in reads}
    modelled = {name: efficiency_of(spec, device) for name, spec in specs.items() if spec is not None}
    there = {name: one for name, one in modelled.items() if one is not None}
    return there, f"modelled for {device.name}: throughput at batch {BATCH}, latency and memory at 1"


def _measured(runs: Sequence[MeasuredRun]) -> Efficiency | None:
    """That of one model, over all windows of its runs, each once; None where one does not tell its tokens or memory."""
    windows: list[Window] = list({window.id: window for run in runs for window in run.windows}.values())
    seconds = sum(window.seconds for window in windows)
    tokens = [window.completion_tokens for window in windows if window.completion_tokens is not None]
    memory = [window.memory_bytes for window in windows if window.memory_bytes is not None]
    decoded = sum(run.decode_tokens for run in runs)
    if seconds <= 0.0 or not sum(tokens) or not decoded or not len(tokens) == len(memory) == len(windows):
        return None
    return Efficiency(
        tokens_per_second=sum(tokens) / seconds,
        milliseconds_per_token=1000.0 * sum(run.decode_seconds for run in runs) / decoded,
        memory_bytes=float(max(memory)),
    )
