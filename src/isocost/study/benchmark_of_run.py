"""The benchmark that a run was judged on, if its files are still on this machine; nothing is ever downloaded."""

from __future__ import annotations

from pathlib import Path

from isocost.benchmarks import Benchmark, load
from isocost.benchmarks.catalogue import ENTRIES
from isocost.benchmarks.source import look
from isocost.errors import DataNotFoundError, RunMismatchError
from isocost.store.run import Run


def benchmark_of(run: Run, name_or_path: str | None = None, *, data_dir: Path | None = None) -> Benchmark:
    """Load the benchmark of a run; `name_or_path` says where it is, for those that were local files.

    Raises DataNotFoundError when it is not on this machine, RunMismatchError when it is not the one that was judged,
    and what `isocost.benchmarks.load` raises.
    """
    info = run.manifest.benchmark
    name = info.name if name_or_path is None else name_or_path
    entry = ENTRIES.get(name)
    if entry is None and name_or_path is None:
        raise DataNotFoundError(
            f"this run was judged on a file of problems called {info.name!r}: type --benchmark FILE to say where it is"
        )
    if entry is not None and not entry.shipped and look(entry.pins, data_dir) is None:
        raise DataNotFoundError(
            f"{entry.pins[0].file}, the file of {name}, is not on this machine: "
            "name its folder with --data-dir or ISOCOST_DATA"
        )
    benchmark = load(name, data_dir=data_dir)
    if benchmark.info.sha256 != info.sha256:
        raise RunMismatchError(
            f"{name} at hand is version {benchmark.info.version} (SHA-256 {benchmark.info.sha256[:12]}…), the run was "
            f"judged on {info.version} ({info.sha256[:12]}…): name the folder of that one with --data-dir"
        )
    return benchmark
