"""A stretch of time, measured as a whole: seconds, peak memory, joules, steal, clock rates; or why one is missing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from isocost.measure.energy import LEAST_SECONDS, LONGEST_SECONDS_UNREAD, open_rapl
from isocost.measure.gpus import Gpus, open_gpus
from isocost.measure.machine import cpu_clock_mhz, cpu_ticks, spin, steal_share
from isocost.measure.processes import MemoryRead, ProcessMemory
from isocost.records import Conditions, Record, Window
from isocost.store.hashing import content_id

SAMPLE_SECONDS = 0.02
"""How often memory is sampled where no counter keeps its peak."""
NO_PROCESS = "the model is in no process of this machine that is known"


class Reading(Record, frozen=True):
    """What a meter read. A field that is None has its reason in `absent`, as in a `Window`."""

    started: float
    """Start: seconds since 1970, UTC."""
    seconds: float
    """How long the meter ran."""
    memory_bytes: int | None
    """Peak memory."""
    memory_scope: str | None
    """What it is of."""
    joules: float | None
    """Energy by a counter's difference."""
    energy_scope: str | None
    """What it is of."""
    steal_share: float | None
    """Share of CPU time that the host took away."""
    spin_seconds: float
    """Seconds of a fixed piece of arithmetic just before the start."""
    clocks_mhz: dict[str, float]
    """Clock rates at the end."""
    absent: dict[str, str]
    """Why a field is None, by its name; `clocks_mhz` where there is no rate."""


class WindowMeter:
    """Measures from entering to leaving; `reading` and `window` tell it afterwards.

        with WindowMeter(backend.pids()) as meter:
            ...
        meter.window(backend.conditions(), sample_ids=[...], completion_tokens=..., ...)

    Memory is that of `pids` (give `os.getpid()` for a model in our own process), or of the boards where `gpus` are
    named. Energy likewise: the boards' counters where GPUs are named, else the CPU packages', each with all else that
    runs there, and only for windows of at least 2 seconds.
    """

    def __init__(
        self,
        pids: Sequence[int] = (),
        *,
        gpus: Sequence[int] = (),
        root: Path = Path("/"),
        why_no_process: str = NO_PROCESS,
        keep_peaks: bool = False,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Say what is to be watched; `root` is where /proc and /sys are looked for.

        With `keep_peaks` the peaks of memory since the processes began are left, and told, instead of the window's own.
        """
        self._clock = clock
        self._root = root
        self._gpu_indices = tuple(gpus)
        self._memory = ProcessMemory(pids, root=root, absent=why_no_process)
        self._keep_peaks = keep_peaks
        self._gpus: Gpus | str = ""
        self._gpu_bytes: int | None = None
        self._end = threading.Event()
        self._sampler: threading.Thread | None = None
        self._reading: Reading | None = None
        self.started = 0.0

    def __enter__(self) -> Self:
        """Begin; the spin comes before, and is not in the window."""
        self._spin = spin()
        self._gpus = open_gpus(self._gpu_indices)
        self._rapl = open_rapl(self._root)
        if not self._keep_peaks:
            self._memory.start()
        self._watch()
        self._ticks = cpu_ticks(self._root)
        self.started = time.time()
        self._from = self._clock()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, and read everything once."""
        seconds = self._clock() - self._from
        self._end.set()
        if self._sampler is not None:
            self._sampler.join()
        joules, energy_scope, no_energy = self._energy(seconds)
        memory = self._peak()
        steal = steal_share(self._ticks, cpu_ticks(self._root))
        clocks = self._clocks()
        absent = {
            "memory_bytes": memory.absent,
            "memory_scope": memory.absent,
            "joules": no_energy,
            "energy_scope": no_energy,
            "steal_share": None if steal is not None else "the kernel counted no CPU time in the window, or tells none",
            "clocks_mhz": None if clocks else "no cpufreq on this machine (usual in a virtual machine)",
        }
        if isinstance(self._gpus, Gpus):
            self._gpus.close()
        self._reading = Reading(
            started=self.started, seconds=seconds, memory_bytes=memory.memory_bytes, memory_scope=memory.scope,
            joules=joules, energy_scope=energy_scope, steal_share=steal, spin_seconds=self._spin, clocks_mhz=clocks,
            absent={name: why for name, why in absent.items() if why is not None},
        )  # fmt: skip

    @property
    def reading(self) -> Reading:
        """What was read; only after leaving."""
        if self._reading is None:
            raise RuntimeError("a meter is read after its window has ended")  # a bug of the caller's
        return self._reading

    def window(
        self,
        conditions: Conditions,
        *,
        sample_ids: Iterable[str],
        seconds: float | None = None,
        completion_tokens: int | None = None,
        most_in_flight: int = 1,
        mean_in_flight: float | None = None,
        id: str | None = None,  # noqa: A002 (the field's name)
        absent: Mapping[str, str] | None = None,
    ) -> Window:
        """Make the record of this window.

        Args:
            conditions: where and how the samples were made.
            sample_ids: ids of the samples made.
            seconds: from the first request written to the last content, where the caller knows that better.
            completion_tokens: useful tokens written, if all samples tell theirs.
            most_in_flight: most samples in flight at once.
            mean_in_flight: samples in flight on average.
            id: id of the window, where it had to be known before its end (`window_id`).
            absent: reasons for what the caller leaves out.
        """
        read, ids = self.reading, list(sample_ids)
        told = msgspec.structs.asdict(read) | {"absent": read.absent | dict(absent or {})}
        told["seconds"] = read.seconds if seconds is None else seconds
        return Window(
            id=id or window_id(read.started, ids), samples=len(ids), conditions=conditions,
            completion_tokens=completion_tokens, most_in_flight=most_in_flight, mean_in_flight=mean_in_flight, **told,
        )  # fmt: skip

    def _watch(self) -> None:
        """Sample what has no peak of its own, and read energy before its counter wraps twice."""
        quick = self._memory.samples or isinstance(self._gpus, Gpus)
        if not quick and isinstance(self._rapl, str):
            return
        every = SAMPLE_SECONDS if quick else LONGEST_SECONDS_UNREAD
        self._sampler = threading.Thread(target=self._sample, args=(every,), name="isocost-window", daemon=True)
        self._sampler.start()

    def _sample(self, every: float) -> None:
        unread = 0.0
        while not self._end.wait(every):
            self._memory.sample()
            self._sample_gpus()
            unread += every
            if unread >= LONGEST_SECONDS_UNREAD and not isinstance(self._rapl, str):
                self._rapl.joules()
                unread = 0.0

    def _sample_gpus(self) -> None:
        if isinstance(self._gpus, Gpus) and (used := self._gpus.used_bytes()) is not None:
            self._gpu_bytes = max(self._gpu_bytes or 0, used)

    def _peak(self) -> MemoryRead:
        if not self._gpu_indices:
            return self._memory.read(SAMPLE_SECONDS)
        self._sample_gpus()
        why = self._gpus if isinstance(self._gpus, str) else "NVML tells no memory of this GPU"
        if self._gpu_bytes is None:
            return MemoryRead(memory_bytes=None, scope=None, absent=why)
        scope = f"GPU board, all processes, sampled every {SAMPLE_SECONDS * 1000:g} ms"
        return MemoryRead(memory_bytes=self._gpu_bytes, scope=scope, absent=None)

    def _energy(self, seconds: float) -> tuple[float | None, str | None, str | None]:
        """Joules, their scope, and the reason where there are none."""
        counter = self._gpus if self._gpu_indices else self._rapl
        if isinstance(counter, str):
            return None, None, counter if self._gpu_indices else f"{counter}; GPU: {self._gpus}"
        if seconds < LEAST_SECONDS:
            return None, None, f"the window took {seconds:.2f} s; counters are read over {LEAST_SECONDS:g} s or more"
        joules = counter.joules()
        if joules is None:
            return None, None, f"the counter of the {counter.scope} can no longer be read, or was never there"
        return joules, counter.scope, None

    def _clocks(self) -> dict[str, float]:
        clocks = self._gpus.clocks_mhz() if isinstance(self._gpus, Gpus) else {}
        cpu = cpu_clock_mhz(self._root)
        return clocks if cpu is None else clocks | {"cpu": cpu}


def window_id(started: float, sample_ids: Iterable[str]) -> str:
    """Id of a window: the hash of its start and of its samples' ids."""
    return content_id(["window", started, *sample_ids])
