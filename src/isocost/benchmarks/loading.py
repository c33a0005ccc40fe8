"""Loading a benchmark: by the name of a known one, or from a local file in one of the known shapes."""

from __future__ import annotations

import difflib
import functools
import hashlib
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from isocost.benchmarks import evalplus, shapes
from isocost.benchmarks.benchmark import Benchmark, Problems
from isocost.benchmarks.catalogue import ENTRIES, Entry
from isocost.benchmarks.ids import Ids
from isocost.benchmarks.rows import Row, read_rows
from isocost.benchmarks.shapes import Identity, Maker, Shape
from isocost.benchmarks.source import find, read_local
from isocost.errors import BenchmarkError, UsageError
from isocost.records import BenchmarkInfo, Problem

SHIPPED_VERSION = "1"
"""Version of isocost's own problems."""
SUFFIXES = (".gz", ".json", ".jsonl")
"""What the name of a local file may end with, so that a missing one is not taken for an unknown benchmark."""


def names() -> tuple[str, ...]:
    """Return the names of the known benchmarks."""
    return tuple(ENTRIES)


def load(name_or_path: str, *, data_dir: Path | None = None) -> Benchmark:
    """Load a known benchmark by its name, or a local JSON, JSONL or gzipped file.

    A known one is looked for in `data_dir` (else where ISOCOST_DATA points), then in the cache, then at its public
    home. The rows are checked at once; a problem's code is read when the problem is first asked for.
    A local file's benchmark is called by the file's stem, its ids stand as they are, and its rung is its shape's.

    Raises
    ------
    UsageError
        If there is neither a benchmark nor a file of this name.
    DataNotFoundError
        If a known benchmark's file is not here and cannot be downloaded.
    BenchmarkError
        If a file is not of the shape it should be, with file and line.

    """
    entry = ENTRIES.get(name_or_path)
    if entry is not None:
        return _shipped(entry) if entry.shipped else _published(entry, data_dir)
    path = Path(name_or_path).expanduser()
    if path.is_file():
        return _local(path)
    if path.name.endswith(SUFFIXES) or len(path.parts) > 1:
        raise UsageError(f"{name_or_path!r}: no such file; expected a benchmark file or one of {', '.join(names())}")
    near = difflib.get_close_matches(name_or_path, names(), n=1)
    meant = f"; did you mean {near[0]}? Expected" if near else "; expected"
    raise UsageError(f"unknown benchmark {name_or_path[:60]!r}{meant} a file or one of {', '.join(names())}")


def _published(entry: Entry, data_dir: Path | None) -> Benchmark:
    found = find(entry.pins, data_dir)
    rows = read_rows(found.data, found.path)
    if entry.numbers is not None:
        kept = {f"{entry.ids.prefix}{number}" for number in entry.numbers}
        rows = [row for row in rows if entry.ids.canonical(shapes.raw_id(row)) in kept]
    maker = evalplus.maker(found.rules) if entry.shape is Shape.evalplus else shapes.MAKERS[entry.shape]
    return _benchmark(entry, rows, maker, version=found.version, sha256=found.sha256)


def _local(path: Path) -> Benchmark:
    found = read_local(path)
    rows = read_rows(found.data, path)
    shape = shapes.shape_of(rows[0])
    if shape is Shape.steps_pro:
        raise BenchmarkError(
            f"{path}: its problems stand upon others that are not in the file; "
            f"expected rows with {', '.join(sorted(shapes.KEYS[Shape.pro]))}"
        )
    maker = evalplus.maker(found.rules) if shape is Shape.evalplus else shapes.MAKERS[shape]
    name = path.name.removesuffix(".gz").removesuffix(".jsonl").removesuffix(".json")
    entry = Entry(Ids(name, ""), shapes.RUNGS[shape], shape, base_id=_base_of_foreign)
    return _benchmark(entry, rows, maker, version=found.version, sha256=found.sha256)


def _base_of_foreign(problem_id: str) -> str:
    """Return an id as the rung-0 benchmarks write it, where it is one of theirs in another spelling."""
    family, number = evalplus.family_of(problem_id)
    return f"{family}/{number}" if family else problem_id


def _shipped(entry: Entry) -> Benchmark:
    """Load one of isocost's own benchmarks; one that stands upon lower rungs is hashed together with them."""
    folder = resources.files("isocost").joinpath("data", "steps")
    data = [folder.joinpath(file).read_bytes() for file in entry.shipped]
    maker: Maker = shapes.steps
    if len(data) > 1:
        link = {2: "base_id", 3: "pro_id"}[len(data)]
        lower_name = entry.shipped[-2].removesuffix(".jsonl")
        maker = shapes.steps_upon(load(lower_name).problems, link)
    rows = read_rows(data[-1], Path(entry.shipped[-1]))
    sha256 = hashlib.sha256(b"".join(data)).hexdigest()
    return _benchmark(entry, rows, maker, version=SHIPPED_VERSION, sha256=sha256)


def _benchmark(entry: Entry, rows: list[Row], maker: Maker, *, version: str, sha256: str) -> Benchmark:
    name = entry.ids.benchmark
    places: dict[str, str] = {}
    makers: dict[str, Callable[[], Problem]] = {}
    for row in rows:
        shapes.check_row(row, entry.shape)
        problem_id = entry.ids.canonical(shapes.raw_id(row))
        if not problem_id.startswith(entry.ids.prefix):
            raise BenchmarkError(f"{row.where}: id {problem_id[:60]!r} is none of {name}; expected {entry.ids.prefix}…")
        if problem_id in places:
            raise BenchmarkError(f"{row.where}: id {problem_id[:60]!r} stands already at {places[problem_id]}")
        places[problem_id] = row.where
        base_id = row.fields.get("base_id") or entry.base_id(problem_id)
        identity = Identity(benchmark=name, rung=entry.rung, id=problem_id, base_id=str(base_id))
        makers[problem_id] = functools.partial(maker, row, identity)
    info = BenchmarkInfo(name=name, version=version, sha256=sha256, rung=entry.rung, problems=len(makers))
    return Benchmark(info=info, problems=Problems(makers), ids=entry.ids)
