"""The table of a run's samples, one row for each sample and test set, made by DuckDB straight from the journals."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from isocost.errors import RunMismatchError
from isocost.records import Record
from isocost.store.journal import Journal
from isocost.store.run import Run

R = TypeVar("R", bound=Record)

COLUMNS: dict[str, str] = {
    "sample_id": "s.id",
    "problem_id": "s.problem_id",
    "benchmark": "$benchmark",
    "rung": "$rung",
    "model": "s.model",
    "draw": "s.draw",
    "extraction": "$extraction",
    "tests": "v.tests",
    "outcome": "v.outcome",
    "detail": "v.detail",
    "channel": "v.channel",
    "isolation": "v.isolation",
    "rules": "array_to_string(e.rules, ' ')",
    "program_sha256": "e.program_sha256",
    "cpu_seconds": "e.cpu_seconds",
    "wall_seconds": "e.wall_seconds",
    "memory_bytes": "e.memory_bytes",
    "limit_hit": 'e."limit"',
    "exit_code": "e.exit_code",
    "signal": "e.signal",
    "calls": "e.calls",
    "cached": "e.cached",
}
"""Columns of the table, in order, each with where it comes from: s samples, v verdicts, e executions, or the manifest.

A sample that was not judged yet has one row, in which the columns from `tests` on are empty.
"""

_SAMPLES = {"id": "VARCHAR", "problem_id": "VARCHAR", "model": "VARCHAR", "draw": "BIGINT"}
_VERDICTS = dict.fromkeys(("sample_id", "tests", "outcome", "detail", "channel", "isolation"), "VARCHAR")
_EXECUTIONS = {
    "sample_id": "VARCHAR", "tests": "VARCHAR", "rules": "VARCHAR[]", "program_sha256": "VARCHAR",
    "cpu_seconds": "DOUBLE", "wall_seconds": "DOUBLE", "memory_bytes": "BIGINT", "limit": "VARCHAR",
    "exit_code": "INTEGER", "signal": "INTEGER", "calls": "BIGINT", "cached": "BOOLEAN",
}  # fmt: skip
_WRITERS = {
    "csv": "FORMAT csv, HEADER true",
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "jsonl": "FORMAT json, ARRAY false",
}
_LEAST_LINE = 1 << 20


def write_table(run: Run, path: Path, format_: str) -> int:
    """Write the table as `csv`, `parquet` or `jsonl` and return its number of rows.

    Raises RunMismatchError for a journal with a broken line, OSError when the file cannot be written.
    """
    import duckdb

    info = run.manifest.benchmark
    values = {"benchmark": info.name, "rung": info.rung, "extraction": run.judging.extraction}
    columns = ", ".join(f"{source} AS {name}" for name, source in COLUMNS.items())
    with tempfile.TemporaryDirectory(prefix="isocost-") as name:
        folder = Path(name)
        query = (  # only names of ours and quoted paths go in
            f"SELECT {columns} FROM {_source(run.samples, _SAMPLES, folder)} s "  # noqa: S608
            f"LEFT JOIN {_source(run.verdicts, _VERDICTS, folder)} v ON v.sample_id = s.id "
            f"LEFT JOIN {_source(run.executions, _EXECUTIONS, folder)} e ON e.sample_id = v.sample_id "
            "AND e.tests = v.tests ORDER BY s.place, v.place"
        )
        # Nothing but local files is read, and no extension fetched: the formats are built in.
        config: dict[str, str | bool | int | float | list[str]] = {"autoinstall_known_extensions": False, "threads": 2}
        try:
            with duckdb.connect(":memory:", config=config) as database:
                copy = f"COPY ({query}) TO {_quoted(path)} ({_WRITERS[format_]})"
                ((rows,),) = database.execute(copy, values).fetchall()
                return int(rows)
        except duckdb.IOException as error:
            raise OSError(str(error)) from error
        except duckdb.InvalidInputException as error:
            raise RunMismatchError(f"{run.folder}: {' '.join(str(error).split())[:300]}; judge it again") from error


def _source(journal: Journal[R], columns: Mapping[str, str], folder: Path) -> str:
    """Check a journal line by line, and give the SQL that reads it, its rows numbered by `place`.

    DuckDB takes a path for a pattern of names and a torn last line for an error: it gets a name of our choosing, and
    behind it the file itself, or a copy without the torn line.
    """
    len(journal)  # reads it all: raises RunMismatchError with file and line for what is not a record
    name = folder / journal.path.name
    longest = _LEAST_LINE
    torn = not journal.path.exists()
    if not torn:
        with journal.path.open("rb") as file:
            for line in file:
                longest = max(longest, len(line) + 1)
                torn = not line.endswith(b"\n")
    if torn:
        whole = journal.path.read_bytes() if journal.path.exists() else b""
        name.write_bytes(whole[: whole.rfind(b"\n") + 1])
    else:
        name.symlink_to(journal.path.resolve())
    types = ", ".join(f"{_quoted(column)}: {_quoted(kind)}" for column, kind in columns.items())
    options = f"format = 'newline_delimited', columns = {{{types}}}, maximum_object_size = {longest}"
    return f"(SELECT row_number() OVER () AS place, * FROM read_json({_quoted(name)}, {options}))"  # noqa: S608


def _quoted(text: str | Path) -> str:
    return "'" + str(text).replace("'", "''") + "'"
