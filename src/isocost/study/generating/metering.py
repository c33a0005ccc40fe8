"""What counters read over a window: the one place where generating meets `isocost.measure`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import msgspec

from isocost.backends.address import ModelAddress
from isocost.backends.backend import Backend
from isocost.measure.window import WindowMeter
from isocost.records import Record
from isocost.study.generating.planned import COMPUTE_NOTHING

_READ: Final = ("memory_bytes", "memory_scope", "joules", "energy_scope", "steal_share", "spin_seconds")


IN_PROCESS: Final = frozenset({"transformers", "vllm"})
"""Backends whose model is in our own process."""
ELSEWHERE: Final = "the model is in no process of this machine that is known"


class Readings(Record, frozen=True):
    """What a meter read over a window; fields as in `Window`."""

    memory_bytes: int | None = None
    memory_scope: str | None = None
    joules: float | None = None
    energy_scope: str | None = None
    steal_share: float | None = None
    spin_seconds: float | None = None
    clocks_mhz: dict[str, float] = msgspec.field(default_factory=dict)
    absent: dict[str, str] = msgspec.field(default_factory=dict)


class Meter(Protocol):
    """Reads counters over a window."""

    def begin(self) -> None:
        """Start, just before the first request."""
        ...

    def end(self) -> Readings:
        """Stop, just after the last reply."""
        ...


MeterFor = Callable[[ModelAddress, Backend], Meter]
"""Makes the meter of one window; the backend is entered."""


class NoMeter:
    """Reads nothing, and says why."""

    def __init__(self, why: str) -> None:
        self._why = why

    def begin(self) -> None:
        """Nothing starts."""

    def end(self) -> Readings:
        """All is absent."""
        return Readings(absent=dict.fromkeys(_READ, self._why))


class CounterMeter:
    """Counters of this machine, for a model that runs on it."""

    def __init__(self, pids: Sequence[int], gpus: Sequence[int]) -> None:
        self._meter = WindowMeter(pids, gpus=gpus)
        self._here = bool(pids)

    def begin(self) -> None:
        """Set peaks back and look at the counters."""
        self._meter.__enter__()

    def end(self) -> Readings:
        """Look again. Joules of this machine say nothing of a model that is elsewhere, and are then left out."""
        self._meter.__exit__(None, None, None)
        read = self._meter.reading
        told = {name: getattr(read, name) for name in Readings.__struct_fields__}
        if not self._here:
            elsewhere = dict.fromkeys(("joules", "energy_scope"), ELSEWHERE)
            told |= {"joules": None, "energy_scope": None, "absent": read.absent | elsewhere}
        return Readings(**told)


def meter_for(address: ModelAddress, backend: Backend) -> Meter:
    """The meter of a model's window: of the processes that the backend started, or of our own where the model is in it."""
    if address.backend in COMPUTE_NOTHING:
        return NoMeter("nothing is computed")
    pids = backend.pids() or ((os.getpid(),) if address.backend in IN_PROCESS else ())
    device = backend.conditions().device
    return CounterMeter(pids, gpus=(0,) if pids and device not in {None, "cpu"} else ())
