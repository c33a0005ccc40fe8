"""What isocost finds on this machine: isolation that holds, the cache, benchmark files; and how to get what is missing."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from isocost import __version__
from isocost.judge.identity import judge_name
from isocost.records import Isolation, LimitPolicy
from isocost.sandbox import levels
from isocost.sandbox.cgroup import VARIABLE
from isocost.store import host
from isocost.store.cache import cache_folder
from isocost.study.benchmark_survey import BenchmarkSeen, survey


class LevelSeen(msgspec.Struct, frozen=True, kw_only=True):
    """A level of isolation on this machine."""

    level: Isolation
    """The level."""
    holds: bool
    """Whether untrusted programs may run in it."""
    starts: bool
    """Whether it starts."""
    start_milliseconds: float | None
    """Milliseconds from nothing to ready; None if it does not start."""
    honest: bool
    """Whether an honest program worked in it."""
    reason: str | None
    """Why it does not start, or what the honest program could not do."""
    contained: int
    """Probes that were refused what they tried."""
    probes: int
    """Probes that were tried; 0 at `unsafe`, where nothing would contain them."""
    escaped: tuple[str, ...]
    """What probes could do, and must not."""
    remedy: str | None
    """How to make it hold, where we know a way."""


class CacheSeen(msgspec.Struct, frozen=True, kw_only=True):
    """The cache folder."""

    folder: str
    """Where it is, or would be made."""
    exists: bool
    """Whether it is there."""
    writable: bool
    """Whether it can be written, or made."""
    bytes: int
    """Size of all files in it."""


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """What was found."""

    version: str
    """Version of isocost."""
    judge: str
    """What verdicts depend on: version of the judge, and Python."""
    host: dict[str, str | int]
    """The machine, as manifests describe it."""
    levels: tuple[LevelSeen, ...]
    """The levels, the strongest first."""
    takes: Isolation | None
    """The level that `judge` takes by default; None when none is good enough."""
    cgroup: str | None
    """Folders of a cgroup hierarchy that `ISOCOST_CGROUP` names; None where none was handed over."""
    cache: CacheSeen
    """The cache folder."""
    benchmarks: tuple[BenchmarkSeen, ...]
    """The known benchmarks, their files looked for and not read."""


def diagnose(data_dir: Path | None = None) -> Diagnosis:
    """Start every level and probe it, and look for the cache and the files; creates and downloads nothing."""
    seen = tuple(_level(report) for report in levels.examine(LimitPolicy()))
    return Diagnosis(
        version=__version__,
        judge=judge_name(),
        host=host.describe(),
        levels=seen,
        takes=next((item.level for item in seen if item.holds), None),
        cgroup=os.environ.get(VARIABLE) or None,
        cache=_cache(),
        benchmarks=survey(data_dir, read=False),
    )


def _level(report: levels.LevelReport) -> LevelSeen:
    seconds = report.start_seconds
    return LevelSeen(
        level=report.level,
        holds=report.holds,
        starts=report.starts,
        start_milliseconds=None if seconds is None else round(1000 * seconds, 1),
        honest=report.honest,
        reason=report.reason,
        contained=report.contained,
        probes=len(levels.PROBES) if report.starts and report.level in levels.LEVELS else 0,
        escaped=report.escaped,
        remedy=levels.remedy(report),
    )


def _cache() -> CacheSeen:
    try:
        folder = cache_folder()
    except RuntimeError:  # no home folder
        return CacheSeen(folder="none: there is no home folder, name one with ISOCOST_CACHE",
                         exists=False, writable=False, bytes=0)  # fmt: skip
    nearest = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    writable = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    return CacheSeen(folder=str(folder), exists=folder.is_dir(), writable=writable, bytes=_size(folder))


def _size(folder: Path) -> int:
    total = 0
    for place, _folders, files in os.walk(folder):
        for name in files:
            try:
                total += Path(place, name).lstat().st_size
            except OSError:  # gone meanwhile
                continue
    return total
