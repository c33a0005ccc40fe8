"""What a model takes beside time: peak memory of its own fresh process, and joules of a window of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from isocost.measure.energy import LEAST_SECONDS
from isocost.measure.processes import ProcessMemory
from isocost.measure.window import SAMPLE_SECONDS, Reading, WindowMeter
from isocost.records import Record
from isocost.study.profiling.engine import Opened, Work


class Held(Record, frozen=True):
    """Memory and energy of one model. A field that is None has its reason in `absent`."""

    memory_bytes: int | None = None
    """Peak memory since the process began."""
    memory_scope: str | None = None
    """What it is of."""
    joules_per_token: float | None = None
    """Energy over tokens written, at the largest batch."""
    energy_scope: str | None = None
    """What it is of."""
    absent: dict[str, str] = msgspec.field(default_factory=dict)
    """Why a field is None, by its name."""


def held_by(opened: Opened, work: Work, whole: Reading, gpus: Sequence[int], rounds: int) -> Held:
    """Read a model's memory, and give it an energy window where the window over all rounds showed that counters work."""
    memory = opened.memory()
    if memory is None:
        processes = ProcessMemory(opened.pids, root=Path("/"), absent="the model is in no process of its own here")
        memory = processes.read(SAMPLE_SECONDS)
    joules, energy_scope, no_energy = None, None, whole.absent.get("joules")
    if no_energy is None:
        joules, energy_scope, no_energy = _energy(opened, work, gpus, rounds)
    absent = {"memory_bytes": memory.absent, "joules_per_token": no_energy}
    return Held(
        memory_bytes=memory.memory_bytes, memory_scope=memory.scope, joules_per_token=joules, energy_scope=energy_scope,
        absent={name: why for name, why in absent.items() if why is not None},
    )  # fmt: skip


def _energy(
    opened: Opened, work: Work, gpus: Sequence[int], rounds: int
) -> tuple[float | None, str | None, str | None]:
    """Joules for each token written, their scope, and the reason where there are none."""
    tokens, seconds, seed = 0, 0.0, rounds
    with WindowMeter(opened.pids, gpus=gpus) as meter:
        while seconds < 1.25 * LEAST_SECONDS:
            trial = opened.trial(work.most, seed=seed)
            tokens, seconds, seed = tokens + trial.completion_tokens, seconds + trial.seconds, seed + 1
    read = meter.reading
    if read.joules is None:
        return None, None, read.absent["joules"]
    return read.joules / tokens, read.energy_scope, None
