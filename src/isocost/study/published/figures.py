"""Loads the published figures that ship with isocost, each row with its source, absent cells as None.

What each column means, its unit and how firm it is: `isocost/data/published/README.md`. Two sources are never averaged;
`published_ladders` says which one is used for which series of models.
"""

from __future__ import annotations

import csv
import functools
import tomllib
from importlib import resources
from typing import TypeVar

import msgspec

from isocost.analysis.per_audit import AuditedRow, PrintedRow, audit_per
from isocost.errors import UsageError
from isocost.records import Record, Tally
from isocost.study.published.rows import (
    Ladder,
    PublishedAccuracy,
    PublishedBoth,
    PublishedCost,
    PublishedPassAtK,
    PublishedPer,
    PublishedPro,
    PublishedThroughput,
    RecordedTask,
)

_Row = TypeVar("_Row", bound=Record)


@functools.cache
def published_per() -> tuple[PublishedPer, ...]:
    """The 80 rows of PER of arXiv 2603.21389: 16 models on 5 tasks.

    >>> len(published_per()), published_per()[0].model
    (80, 'Qwen2.5-0.5B')
    """
    return _table("per_2603_21389.csv", PublishedPer)


def published_per_audit() -> dict[str, tuple[AuditedRow, ...]]:
    """For each task of the published PER tables, what `audit_per` finds about each of its 16 rows.

    >>> for task, rows in published_per_audit().items():
    ...     for row in rows:
    ...         if not row.explained:
    ...             print(f"{task} {row.model}: {row.printed}, not in {row.low:.4f} to {row.high:.4f}")
    GSM8K Mistral-7B: 0.2837, not in 0.5133 to 0.5143
    SQuAD2 Qwen2.5-32B: 0, not in 0.2927 to 0.3045
    HellaSwag Gemma-2-2B: 0.53, not in 0.5407 to 0.5777
    """
    tasks: dict[str, list[PrintedRow]] = {}
    for row in published_per():
        tasks.setdefault(row.task, []).append(
            PrintedRow(
                model=row.model,
                accuracy=row.accuracy,
                throughput=row.throughput,
                memory=row.memory_mb,
                latency=row.latency,
                per=row.per,
            )
        )
    return {task: audit_per(rows) for task, rows in tasks.items()}


@functools.cache
def published_pass_at_k() -> tuple[PublishedPassAtK, ...]:
    """Sampled pass@k of Code Llama 7B to 70B and Llama-3 on HumanEval and MBPP, arXiv 2404.00725."""
    return _table("pass_at_k_2404_00725.csv", PublishedPassAtK)


@functools.cache
def published_costs() -> tuple[PublishedCost, ...]:
    """FLOPs and seconds of Code Llama 7B to 70B, arXiv 2404.00725."""
    return _table("cost_2404_00725.csv", PublishedCost)


@functools.cache
def published_accuracies() -> tuple[PublishedAccuracy, ...]:
    """All 931 rows of pass@1, of all sources. For a fit take a ladder: two sources of one model can differ widely."""
    return _table("accuracies.csv", PublishedAccuracy)


@functools.cache
def published_ladders() -> tuple[Ladder, ...]:
    """The ladders: sizes of one series by one source, none with fewer than 3 sizes.

    A fit needs 4 sizes; count `parameters_b`. Rungs are compared within a ladder only.

    >>> next(l for l in published_ladders() if l.name == "qwen2.5-coder-instruct").parameters_b
    (0.5, 1.5, 3.0, 7.0, 14.0, 32.0)
    """
    by_cell = {(row.source_key, row.model, row.benchmark): row for row in published_accuracies()}
    return tuple(_ladder(entry, by_cell) for entry in tomllib.loads(_text("ladders.toml"))["ladders"])


def published_ladder(name: str) -> Ladder:
    """The ladder of that name.

    Raises:
        UsageError: there is none; the text names those there are.

    >>> published_ladder("codegen2").models
    ('CodeGen2-1B', 'CodeGen2-3B', 'CodeGen2-7B', 'CodeGen2-16B')
    """
    ladders = {ladder.name: ladder for ladder in published_ladders()}
    if name not in ladders:
        raise UsageError(f"no published ladder {name!r}, expected one of {', '.join(sorted(ladders))}; choose one")
    return ladders[name]


@functools.cache
def published_pro() -> tuple[PublishedPro, ...]:
    """Scores on HumanEval, MBPP and their `+` and Pro versions, arXiv 2412.21199, of models whose size is stated."""
    return _table("humaneval_pro.csv", PublishedPro)


@functools.cache
def published_both() -> tuple[PublishedBoth, ...]:
    """Problems solved in the original and the Pro version, in one, or in none, arXiv 2412.21199."""
    return _table("humaneval_pro_both.csv", PublishedBoth)


@functools.cache
def published_throughput() -> tuple[PublishedThroughput, ...]:
    """Speed and memory on one GPU; rows whose conditions are not stated are among them with `usable` False."""
    return _table("throughput.csv", PublishedThroughput)


@functools.cache
def recorded_tasks() -> tuple[RecordedTask, ...]:
    """What Qwen2.5-Coder-1.5B and 7B base came to on each task of HumanEval and MBPP+, by their authors' records."""
    return _table("qwen_recorded_tallies.csv", RecordedTask)


def recorded_tallies(model: str, benchmark: str, tests: str) -> tuple[Tally, ...]:
    """Tallies of recorded verdicts: one greedy sample for each task.

    Args:
        model: `Qwen2.5-Coder-1.5B` or `Qwen2.5-Coder-7B`.
        benchmark: `humaneval` (164 tasks) or `mbpp-plus` (399 tasks).
        tests: `base`, or `plus` for base and plus tests together.

    Raises:
        UsageError: there are no such records; the text names those there are.

    >>> sum(tally.c for tally in recorded_tallies("Qwen2.5-Coder-7B", "humaneval", "plus"))
    87
    >>> recorded_tallies("Qwen2.5-Coder-3B", "humaneval", "plus")
    Traceback (most recent call last):
        ...
    isocost.errors.UsageError: no recorded verdicts of 'Qwen2.5-Coder-3B' on 'humaneval' by 'plus', expected a model ...
    """
    rows = [row for row in recorded_tasks() if (row.model, row.benchmark) == (model, benchmark)]
    if not rows or tests not in {"base", "plus"}:
        models, benchmarks = ({getattr(row, key) for row in recorded_tasks()} for key in ("model", "benchmark"))
        raise UsageError(
            f"no recorded verdicts of {model!r} on {benchmark!r} by {tests!r}, expected a model of "
            f"{', '.join(sorted(models))}, a benchmark of {', '.join(sorted(benchmarks))} and tests base or plus; "
            "judge samples of your own with isocost judge"
        )
    return tuple(
        Tally(problem_id=row.problem_id, n=row.n, c=row.c_base if tests == "base" else row.c_plus) for row in rows
    )


def _ladder(entry: dict[str, object], by_cell: dict[tuple[str, str, str], PublishedAccuracy]) -> Ladder:
    """A ladder with its rows; a cell that the source lacks is a KeyError, for the file is ours."""
    key, models, benchmarks = (
        entry["source_key"],
        msgspec.convert(entry["models"], tuple[str, ...]),
        msgspec.convert(entry["benchmarks"], tuple[str, ...]),
    )
    rows = tuple(by_cell[str(key), model, benchmark] for benchmark in benchmarks for model in models)
    sizes = tuple(row.parameters_b for row in rows[: len(models)])
    return msgspec.convert(entry | {"rows": rows, "parameters_b": sizes, "firmness": rows[0].firmness}, Ladder)


def _table(name: str, row: type[_Row]) -> tuple[_Row, ...]:
    """The rows of a CSV file, empty cells as None."""
    lines = csv.DictReader(_text(name).splitlines())
    return tuple(_converted(cells, row) for cells in lines)


def _converted(cells: dict[str, str], row: type[_Row]) -> _Row:
    """One line as a record: msgspec reads numbers, booleans and decimals out of the texts."""
    absent: dict[str, str | None] = {name: cell or None for name, cell in cells.items()}
    return msgspec.convert(absent, row, strict=False)


def _text(name: str) -> str:
    return (resources.files("isocost") / "data" / "published" / name).read_text(encoding="utf-8")
