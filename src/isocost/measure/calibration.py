"""How many FLOPs and bytes a second this device does, measured here: what a roofline needs, and no datasheet tells."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import IO, Final, Self

from isocost.cost.devices import Device, Figure, Origin
from isocost.errors import OwnFaultError
from isocost.measure.waiting import calm_rounds, share_of, waited_seconds
from isocost.records import Record
from isocost.store import host

_ONE_BLAS_THREAD: Final = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)


class Rates(Record, frozen=True):
    """One measurement of a device."""

    flops_per_second: float
    """Rate of matrix products."""
    bytes_per_second: float
    """Rate of reading memory once, from front to back."""
    waited_share: float | None = None
    """Share of the measurement that its threads waited for a core; None where the kernel does not tell."""


class DeviceRates:
    """Measures a device again and again, in a process that waits in between: so a pass can measure it in every round.

    `numpy_rates`: fp32 products of square matrices by numpy's BLAS, and the scalar product of two vectors that no cache
    holds, which reads each number once. That is the rate of memory, whatever type the numbers have; an engine that unpacks
    narrow weights may be slower for another reason, and one whose weights fit a cache may be faster.

    `torch_rates`: products of matrices, and a matrix times a vector, in the type itself, on a CPU or GPU.
    """

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        """Measure by this module and its arguments; `numpy_rates` and `torch_rates` know them."""
        self._command = [sys.executable, "-m", *command]
        self._environment = environment
        self._hello: dict[str, str] = {}

    def __enter__(self) -> Self:
        """Start the process.

        Raises:
            OwnFaultError: it broke.
        """
        self._child = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=os.environ | self._environment,
        )  # fmt: skip
        try:
            self._hello = json.loads(_open(self._child.stdout).readline())
        except (OSError, ValueError):
            raise self._broken() from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self._child.kill()
        self._child.communicate()

    def measure(self) -> Rates:
        """Measure once: some tenths of a second.

        Raises:
            OwnFaultError: the process broke.
        """
        before, started = waited_seconds((self._child.pid,)), time.perf_counter()
        try:
            asked = _open(self._child.stdin)
            asked.write("\n")
            asked.flush()
            flops, streamed = map(float, _open(self._child.stdout).readline().split())
        except (OSError, ValueError):
            raise self._broken() from None
        waited = share_of(before, waited_seconds((self._child.pid,)), time.perf_counter() - started)
        return Rates(flops_per_second=flops, bytes_per_second=streamed, waited_share=waited)

    def device(self, rates: Sequence[Rates]) -> Device:
        """Make a device of several measurements, at least one: the median of each rate over those that were calm."""
        rates = [rates[number] for number in calm_rounds([one.waited_share for one in rates])]
        where = f"median of {len(rates)} bests of 5 on {host.describe()['processor']}"
        told = self._hello
        return Device(
            name=told["name"],
            dtype=told["dtype"],
            flops_per_second=Figure(
                value=statistics.median(one.flops_per_second for one in rates), origin=Origin.measured,
                source=f"{told['flops']}, {where}",
            ),
            bytes_per_second=Figure(
                value=statistics.median(one.bytes_per_second for one in rates), origin=Origin.measured,
                source=f"{told['bytes']}, {where}",
            ),
            memory_bytes=float(told["memory_bytes"]) if "memory_bytes" in told else None,
        )  # fmt: skip

    def _broken(self) -> OwnFaultError:
        self._child.kill()
        words = self._child.communicate()[1].strip().splitlines()
        return OwnFaultError(
            f"the process that measures this device broke: {words[-1][:200] if words else 'no word'}; type it again, "
            "and report it if it stays so"
        )


def numpy_rates(threads: int) -> DeviceRates:
    """Measure this CPU with so many threads, by numpy."""
    return DeviceRates(["isocost.measure.cpu_rates", str(threads)], _ONE_BLAS_THREAD)


def torch_rates(device: str, dtype: str, threads: int) -> DeviceRates:
    """Measure `cpu` or `cuda` in `fp32`, `bf16` or `fp16`, by torch."""
    return DeviceRates(["isocost.measure.torch_rates", device, dtype, str(threads)], {})


def calibrate_cpu(threads: int | None = None, *, times: int = 5) -> Device:
    """Measure this CPU by numpy: `calibrate_cpu().bytes_per_second.value`; takes some seconds.

    `threads` is one fewer than the cores, and at least one, where it is None.

    Raises:
        OwnFaultError: the process that measures broke.
    """
    with numpy_rates(threads or max(1, len(os.sched_getaffinity(0)) - 1)) as cpu:
        return cpu.device([cpu.measure() for _ in range(times)])


def _open(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise OSError("the pipe is closed")
    return pipe
