"""Unfair problems: published problems that no model can be expected to solve from their prompt, and how they were found.

They stay in every score, as in everybody's; the list is for the figures beside it, without them.
"""

from __future__ import annotations

import functools
import re
import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import TYPE_CHECKING

from isocost.errors import UsageError
from isocost.records import CodeTests

if TYPE_CHECKING:
    from isocost.benchmarks.benchmark import Benchmark
    from isocost.records import Problem


@dataclass(frozen=True)
class UnfairProblem:
    """One entry of the audit list."""

    id: str
    """Canonical id."""
    benchmark: str
    """Name of the benchmark."""
    version: str
    """Version of the data that was audited."""
    reason: str
    """Short name of the reason, as `name-absent`."""
    why: str
    """The reason in a sentence."""
    found_by: str
    """How it was found, in a sentence."""
    names: tuple[str, ...]
    """The tested names in question."""


def unfair_problems(benchmark: str | None = None) -> dict[str, UnfairProblem]:
    """Return the audit list by problem id, of one benchmark or of all; a benchmark that was not audited has no entries.

    Raises
    ------
    UsageError
        If the list was asked for a benchmark that was not audited: no entry would read as a clean bill.

    >>> list(unfair_problems("humaneval-pro"))[:3]
    ['HumanEvalPro/3', 'HumanEvalPro/5', 'HumanEvalPro/14']
    >>> unfair_problems("mbpp-pro")["MBPPPro/19"].names
    ('total_count_Substrings',)

    """
    audited, entries = _audit()
    if benchmark is not None and benchmark not in audited:
        raise UsageError(f"{benchmark!r} was not audited; expected one of {', '.join(sorted(audited))}")
    return {entry.id: entry for entry in entries if benchmark in {None, entry.benchmark}}


def audited() -> dict[str, str]:
    """Return the audited benchmarks, those without a finding too, each with the hash of the data that was read.

    >>> sorted(audited())
    ['bigcodebench-lite-pro', 'humaneval', 'humaneval-pro', 'mbpp', 'mbpp-pro']
    """
    return dict(_audit()[0])


def names_absent(problem: Problem) -> tuple[str, ...]:
    """Return the names that a problem's tests call and its prompt never shows, as a whole word, sorted.

    Only statements that call the program by name are read; tests given as inputs name their entry point apart.
    """
    names: set[str] = set()
    for tests in problem.tests.values():
        names.update(tests.calls if isinstance(tests, CodeTests) else (tests.entry_point,))
    return tuple(sorted(n for n in names if not re.search(rf"(?<!\w){re.escape(n)}(?!\w)", problem.prompt)))


def find_absent_names(benchmark: Benchmark) -> dict[str, tuple[str, ...]]:
    """Return the problems of a benchmark whose tests call names that the prompt never shows, with these names."""
    found = {problem_id: names_absent(problem) for problem_id, problem in benchmark.problems.items()}
    return {problem_id: names for problem_id, names in found.items() if names}


@functools.cache
def _audit() -> tuple[dict[str, str], tuple[UnfairProblem, ...]]:
    """Audited benchmarks with their data's hash, and the entries in the order of the file."""
    text = resources.files("isocost").joinpath("data", "audit", "unfair.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    hashes: dict[str, str] = {name: audit["sha256"] for name, audit in table["audited"].items()}
    entries = tuple(
        UnfairProblem(
            id=row["id"],
            benchmark=row["benchmark"],
            version=table["audited"][row["benchmark"]]["version"],
            reason=row["reason"],
            why=table["reasons"][row["reason"]]["why"],
            found_by=table["reasons"][row["reason"]]["found_by"],
            names=tuple(row["names"]),
        )
        for row in table["problems"]
    )
    return hashes, entries
