"""How the machine itself fares: CPU time that its host took away, clock rates, and a fixed piece of arithmetic."""

from __future__ import annotations

import time
from pathlib import Path

_SPIN_STEPS = 150_000


def cpu_ticks(root: Path = Path("/")) -> tuple[int, int] | None:
    """Ticks of all CPUs since the start, and those of them that the host took away (steal); None where it is not told."""
    try:
        first = (root / "proc" / "stat").read_text(encoding="ascii").split("\n", 1)[0].split()
    except (OSError, UnicodeDecodeError):
        return None
    # user nice system idle iowait irq softirq steal; what follows (guests) is in user already
    if len(first) < 9 or first[0] != "cpu" or not all(word.isdigit() for word in first[1:9]):
        return None
    ticks = [int(word) for word in first[1:9]]
    return sum(ticks), ticks[7]


def steal_share(before: tuple[int, int] | None, after: tuple[int, int] | None) -> float | None:
    """Share of the CPU time between two looks that the host took away; None where it was not told, or none passed.

    >>> steal_share((100, 2), (300, 12))
    0.05
    """
    if before is None or after is None or after[0] <= before[0]:
        return None
    return max(0, after[1] - before[1]) / (after[0] - before[0])


def cpu_clock_mhz(root: Path = Path("/")) -> float | None:
    """Mean clock rate of the CPUs now, by cpufreq; None where the kernel has none (usual in a virtual machine)."""
    folder = root / "sys" / "devices" / "system" / "cpu"
    rates = []
    for path in folder.glob("cpu[0-9]*/cpufreq/scaling_cur_freq"):
        try:
            rates.append(int(path.read_text(encoding="ascii")))
        except (OSError, ValueError):
            continue
    return sum(rates) / len(rates) / 1000.0 if rates else None


def spin() -> float:
    """Seconds of a fixed piece of arithmetic in one thread: some 10 ms; tells a slow minute of a shared machine."""
    started = time.perf_counter()
    value = 1
    for step in range(_SPIN_STEPS):
        value = (value * 1103515245 + step) & 0x7FFFFFFF
    return time.perf_counter() - started
