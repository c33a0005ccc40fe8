"""Joules from counters of the processor's package (RAPL); nothing is estimated."""

from __future__ import annotations

from pathlib import Path
from typing import Final

LEAST_SECONDS: Final = 2.0
"""Shortest window whose energy is reported: counters move in steps, and a short difference is mostly step."""
LONGEST_SECONDS_UNREAD: Final = 30.0
"""A package of 500 W takes some minutes to wrap its counter; read well before."""


class RaplCounter:
    """Energy of all CPU packages, from `/sys/class/powercap`: counters in microjoules that wrap around."""

    scope = "CPU package"

    def __init__(self, zones: list[tuple[Path, int]]) -> None:
        """Read zones, each a file with a counter and the value after which it begins again at 0."""
        self._zones = zones
        self._last = [_number(path) for path, _ in zones]
        self._microjoules = 0

    def joules(self) -> float | None:
        """Joules since this counter was opened; None where a zone can no longer be read.

        Each call adds what came since the last one, so that a counter may wrap once between two calls.
        """
        now = [_number(path) for path, _ in self._zones]
        for (_, most), before, after in zip(self._zones, self._last, now, strict=True):
            if before is None or after is None:
                return None
            self._microjoules += difference(before, after, most)
        self._last = now
        return self._microjoules / 1e6


def difference(before: int, after: int, most: int) -> int:
    """What a counter went on by, if it wrapped at most once: it counts 0, 1, …, `most` and then 0 again.

    >>> difference(5, 9, 100), difference(99, 1, 100)
    (4, 3)
    """
    return after - before if after >= before else after + most + 1 - before


def open_rapl(root: Path) -> RaplCounter | str:
    """Find the CPU packages' counters below `root`; or say in some words why there are none.

    Packages only: their parts (cores, memory controller) are in them, and would be counted twice.
    """
    folder = root / "sys" / "class" / "powercap"
    packages = [zone for zone in sorted(folder.glob("*rapl:*")) if zone.name.count(":") == 1]
    if not packages:
        return "no RAPL counter on this machine (usual in a virtual machine)"
    zones = []
    for zone in packages:
        counter = zone / "energy_uj"
        try:
            counter.read_text(encoding="ascii")
        except PermissionError:
            return "RAPL counters may be read by root only on this machine"
        except OSError:
            return "the RAPL counters of this machine cannot be read"
        most = _number(zone / "max_energy_range_uj")
        if _number(counter) is None or not most:
            return f"the RAPL counter {zone.name} has no number, or does not say when it wraps"
        zones.append((counter, most))
    return RaplCounter(zones)


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
