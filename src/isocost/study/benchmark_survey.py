"""Which of the known benchmarks are on this machine; nothing is downloaded, and nothing missing is an error."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec

from isocost.benchmarks import load
from isocost.benchmarks.catalogue import ENTRIES, Entry
from isocost.benchmarks.source import HUB, look
from isocost.errors import InputError


class BenchmarkSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A known benchmark, and what is at hand of it."""

    name: str
    """Its name."""
    rung: int
    """Rung of its problems."""
    file: str
    """Its file; the preferred one, where several would do and none is here."""
    place: str | None
    """Path of the file, or `shipped with isocost`; None when it is not here."""
    home: str | None
    """Where the file can be had; None where it is shipped, or no public home is known."""
    version: str
    """Version of the data at hand; of the data wanted, when it is not here."""
    problems: int | None = None
    """Number of problems; None when it was not read."""
    channels: dict[str, int] | None = None
    """Problems by channel; None when they were not read."""
    fault: str | None = None
    """Why the file that is here cannot be read; None when it can."""


def survey(data_dir: Path | None = None, *, read: bool = True, channels: bool = False) -> tuple[BenchmarkSeen, ...]:
    """Look for every known benchmark, and read those that are here; with `channels`, each problem's tests too."""
    seen = []
    for name, entry in ENTRIES.items():
        found = _seen(name, entry, data_dir)
        seen.append(_read(found, data_dir, channels=channels) if read and found.place is not None else found)
    return tuple(seen)


def _seen(name: str, entry: Entry, data_dir: Path | None) -> BenchmarkSeen:
    if entry.shipped:
        place: str | None = "shipped with isocost"
        file, version, home = entry.shipped[-1], "", None
    else:
        found = look(entry.pins, data_dir)
        place = None if found is None else str(found[0])
        pin = entry.pins[0] if found is None else found[1]
        file, version = pin.file, pin.version
        home = next((home.replace("{hub}", HUB) for pin in entry.pins for home in pin.homes), None)
    return BenchmarkSeen(name=name, rung=entry.rung, file=file, place=place, home=home, version=version)


def _read(seen: BenchmarkSeen, data_dir: Path | None, *, channels: bool) -> BenchmarkSeen:
    try:
        benchmark = load(seen.name, data_dir=data_dir)
        counts = None
        if channels:
            problems = benchmark.problems.values()
            # A problem is as open to forgery as the weakest of its test sets: "shared" sorts last.
            counts = Counter(max(tests.channel.value for tests in problem.tests.values()) for problem in problems)
    except InputError as error:
        return msgspec.structs.replace(seen, fault=str(error))
    return msgspec.structs.replace(
        seen,
        version=benchmark.info.version,
        problems=benchmark.info.problems,
        channels=None if counts is None else dict(sorted(counts.items())),
    )
