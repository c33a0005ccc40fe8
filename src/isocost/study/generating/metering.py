"""What counters read over a window: the one place where generating meets `isocost.measure`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from isocost.backends.address import ModelAddress
from isocost.backends.backend import Backend
from isocost.records import Record
from isocost.study.generating.planned import COMPUTE_NOTHING

_READ: Final = ("memory_bytes", "memory_scope", "joules", "energy_scope", "steal_share", "spin_seconds")


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


def meter_for(address: ModelAddress, backend: Backend) -> Meter:
    """The meter of a model's window."""
    del backend
    return NoMeter("nothing is computed" if address.backend in COMPUTE_NOTHING else "no meter ran")
