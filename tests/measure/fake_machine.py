"""A machine made of files: /proc and /sys of one that has the counters which virtual machines lack."""

from __future__ import annotations

from pathlib import Path

RANGE = 262_143_328_850
"""Microjoules after which the counters of a real package begin again at 0."""


class FakeMachine:
    """Files below `root`, as the kernel has them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.stat(busy=100, steal=0)

    def _write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")

    def stat(self, *, busy: int, steal: int) -> None:
        """Ticks of all CPUs so far."""
        self._write("proc/stat", f"cpu  {busy} 0 0 0 0 0 0 {steal} 0 0\ncpu0 {busy} 0 0 0 0 0 0 {steal} 0 0\n")

    def process(self, pid: int, *, peak_kb: int, now_kb: int, resets: bool = True) -> None:
        """A process, with its peak and present memory."""
        self._write(f"proc/{pid}/status", f"Name:\tserver\nVmHWM:\t{peak_kb:>8} kB\nVmRSS:\t{now_kb:>8} kB\n")
        if resets:
            self._write(f"proc/{pid}/clear_refs", "")

    def package(self, number: int, microjoules: int, *, most: int = RANGE) -> None:
        """A CPU package with its counter, and a part of it that must not be counted again."""
        folder = f"sys/class/powercap/intel-rapl:{number}"
        self._write(f"{folder}/energy_uj", f"{microjoules}\n")
        self._write(f"{folder}/max_energy_range_uj", f"{most}\n")
        self._write(f"sys/class/powercap/intel-rapl:{number}:0/energy_uj", f"{microjoules // 2}\n")
        self._write(f"sys/class/powercap/intel-rapl:{number}:0/max_energy_range_uj", f"{most}\n")

    def clocks(self, *kilohertz: int) -> None:
        """Clock rates of its CPUs."""
        for number, rate in enumerate(kilohertz):
            self._write(f"sys/devices/system/cpu/cpu{number}/cpufreq/scaling_cur_freq", f"{rate}\n")


class HandClock:
    """A clock that goes on when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now
