"""What NVIDIA's management library tells of GPUs: memory in use, joules, clock rates. Not covered: other makers' GPUs."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any


class Gpus:
    """Some GPUs of this machine, opened; each number is their sum, or None where one of them does not tell it."""

    scope = "GPU board only"

    def __init__(self, library: Any, handles: dict[int, Any]) -> None:  # noqa: ANN401 (the library ships no types)
        """Take the library, and the handles of GPUs by index."""
        self._library = library
        self._handles = handles
        self._first = self._millijoules()

    def names(self) -> tuple[str, ...]:
        """What each calls itself, as `NVIDIA H100 80GB HBM3`."""
        return tuple(str(self._library.nvmlDeviceGetName(handle)) for handle in self._handles.values())

    def used_bytes(self) -> int | None:
        """Memory in use on the boards now, by all processes, contexts of the driver among it."""
        with contextlib.suppress(self._library.NVMLError):
            return sum(int(self._library.nvmlDeviceGetMemoryInfo(handle).used) for handle in self._handles.values())
        return None

    def joules(self) -> float | None:
        """Joules since these GPUs were opened, by their total-energy counters (Volta and later)."""
        now = self._millijoules()
        return None if now is None or self._first is None else (now - self._first) / 1e3

    def clocks_mhz(self) -> dict[str, float]:
        """Clock rate of the multiprocessors now."""
        found = {}
        for index, handle in self._handles.items():
            with contextlib.suppress(self._library.NVMLError):
                clock = self._library.nvmlDeviceGetClockInfo(handle, self._library.NVML_CLOCK_SM)
                found[f"gpu{index}"] = float(clock)
        return found

    def close(self) -> None:
        """Let go of the library."""
        with contextlib.suppress(self._library.NVMLError):
            self._library.nvmlShutdown()

    def _millijoules(self) -> int | None:
        with contextlib.suppress(self._library.NVMLError):
            return sum(
                int(self._library.nvmlDeviceGetTotalEnergyConsumption(handle)) for handle in self._handles.values()
            )
        return None


def open_gpus(indices: Sequence[int]) -> Gpus | str:
    """Open GPUs by their index; or say in some words why that cannot be."""
    if not indices:
        return "no GPU was in use"
    try:
        import pynvml
    except ImportError:
        return "NVML: nvidia-ml-py is not installed (pip install 'isocost[energy]')"
    try:
        pynvml.nvmlInit()
        handles = {index: pynvml.nvmlDeviceGetHandleByIndex(index) for index in indices}
    except pynvml.NVMLError as error:
        return f"NVML: {error}"
    return Gpus(pynvml, handles)
