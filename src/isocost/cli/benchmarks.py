"""`isocost benchmarks`: the known benchmarks, and which of them are on this machine."""

from __future__ import annotations

import msgspec

from isocost.benchmarks.source import cache_folder
from isocost.cli.options import DataDir, Flag, Json
from isocost.cli.output import escaped, print_json, print_table
from isocost.study.benchmark_survey import BenchmarkSeen, survey


def benchmarks(*, channels: Flag = False, data_dir: DataDir = None, json: Json = False) -> int:
    """List the benchmarks, and which of them are on this machine; nothing is downloaded.

    Parameters
    ----------
    channels
        Read every problem's tests, and count those that run apart from the program (`separate`) and those that
        cannot (`shared`); takes some seconds.
    """
    seen = survey(data_dir, channels=channels)
    if json:
        print_json({"benchmarks": msgspec.to_builtins(seen)})
        return 0
    header = ["name", "rung", "problems", "version", *(["separate", "shared"] if channels else []), "where"]
    print_table(header, [_row(item, channels=channels) for item in seen], right=(1, 2, *((4, 5) if channels else ())))
    if any(item.place is None for item in seen):
        print(
            "\nWhat is not here is downloaded when it is first judged. To bring it by hand, put the file into the folder"
        )
        print(f"that --data-dir or ISOCOST_DATA names, or into {escaped(str(cache_folder() / 'benchmarks'))}.")
    return 0


def _row(item: BenchmarkSeen, *, channels: bool) -> list[str]:
    counts = item.channels or {}
    numbers = ["–" if item.channels is None else str(counts.get(name, 0)) for name in ("separate", "shared")]
    return [
        item.name,
        str(item.rung),
        "–" if item.problems is None else str(item.problems),
        item.version or "–",
        *(numbers if channels else []),
        _where(item),
    ]


def _where(item: BenchmarkSeen) -> str:
    if item.place is None:
        return f"not here: {item.file}"
    return item.place if item.fault is None else f"cannot be read: {item.fault}"
