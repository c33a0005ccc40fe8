"""EvalPlus's task-by-task knowledge: types of inputs, rules of judgement, by version."""

from __future__ import annotations

import json
import re
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from isocost import values
from isocost.benchmarks import Benchmark, evalplus, load
from isocost.judge.oracles import oracle
from isocost.records import CaseTests


@pytest.fixture(scope="module")
def plus(data_dir: Path) -> Benchmark:
    """MBPP+ v0.1.0."""
    return load("mbpp-plus", data_dir=data_dir)


@pytest.fixture(scope="module")
def rows(data_dir: Path) -> dict[str, dict[str, Any]]:
    """Its rows as published, by canonical id."""
    lines = (data_dir / "MbppPlus-v0.1.0.jsonl").read_text().splitlines()
    return {row["task_id"].replace("Mbpp/", "MBPP/"): row for row in map(json.loads, lines)}


def _cases(benchmark: Benchmark, task: str, name: str) -> CaseTests:
    tests = benchmark.problems[task].tests[name]
    assert isinstance(tests, CaseTests)
    return tests


def test_every_task_has_base_and_plus_cases_for_whole_programs(plus: Benchmark) -> None:
    """All 399 tasks, asked for as whole programs, with every input kept; one published task has no plus inputs."""
    sizes = Counter[str]()
    for problem in plus.problems.values():
        assert (set(problem.tests), problem.stem) == ({"base", "plus"}, "")
        for name in problem.tests:
            sizes[name] += len(values.loads(_cases(plus, problem.id, name).inputs))  # type: ignore[arg-type]
    assert values.loads(_cases(plus, "MBPP/793", "plus").inputs) == []
    assert sizes["base"] > 1200
    assert sizes["plus"] > 30_000


@pytest.mark.parametrize(
    ("task", "first"),
    [
        ("MBPP/2", [(3, 4, 5, 6), (5, 7, 4, 10)]),
        ("MBPP/115", [[{}, {}, {}]]),
        ("MBPP/124", [0.0, 1j]),
        ("MBPP/252", [1 + 0j]),
    ],
)
def test_inputs_have_their_true_types(task: str, first: list[object], plus: Benchmark) -> None:
    """Tuples, sets and complex numbers are what they are, not what JSON made of them."""
    inputs = values.loads(_cases(plus, task, "base").inputs)
    assert isinstance(inputs, list)
    assert list(inputs[0]) == first
    assert [type(argument) for argument in inputs[0]] == [type(argument) for argument in first]


def test_converted_inputs_keep_the_contracts(plus: Benchmark, rows: dict[str, dict[str, Any]]) -> None:
    """The type checks of the published contracts hold for every first input; run here, on the benchmark's own code."""
    for task, row in rows.items():
        arguments = values.loads(_cases(plus, task, "base").inputs)[0]  # type: ignore[index]
        lines = row["canonical_solution"].split("\n")
        start = next(n for n, line in enumerate(lines) if re.match(rf"def {row['entry_point']}\s*\(", line))
        lines.insert(start + 1, row["contract"])
        scope: dict[str, Any] = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # odd escapes in the published code
            exec("\n".join(lines), scope)
        scope[row["entry_point"]](*arguments)


def test_conversions_reach_the_arguments_that_they_name(plus: Benchmark, rows: dict[str, dict[str, Any]]) -> None:
    """A task that is not converted has its inputs as published; a converted one has as many inputs and arguments."""
    for task, row in rows.items():
        for name in ("base", "plus"):
            found = values.loads(_cases(plus, task, name).inputs)
            published = list(row[f"{name}_input"])
            assert isinstance(found, list)
            assert [len(arguments) for arguments in found] == [len(arguments) for arguments in published]


def test_every_task_is_judged_by_a_known_rule(plus: Benchmark) -> None:
    """Each oracle that the data names exists."""
    rules = Counter(_cases(plus, task, "base").oracle for task in plus.problems)
    assert rules == {"close_loose": 394, "not_none": 3, "anything": 1, "zero|close_loose": 1}
    for name in rules:
        oracle(name)
    for rule in evalplus._facts()["rules"].values():
        for tasks in rule["tasks"].values():
            for name in tasks.values():
                oracle(name)


@pytest.mark.parametrize(
    ("task", "version", "rule"),
    [
        ("MBPP/2", "v0.1.0", "close_loose"),
        ("MBPP/2", "v0.2.0", "as_set|close"),
        ("Mbpp/581", "v0.2.0", "true_pyramid|close"),
        ("MBPP/581", "v0.1.0", "close_loose"),
        ("HumanEval/32", "v0.1.9", "find_zero"),
        ("HumanEval/0", "v0.1.10", "close"),
        ("HumanEval/0", "v9.9", "close"),
        ("Mine/2", "v0.1.0", "close"),
    ],
)
def test_rules_go_by_task_and_version(task: str, version: str, rule: str) -> None:
    """A version is judged as EvalPlus judged it then; what is not known, by the newest rules."""
    assert evalplus.oracle_of(task, version) == rule
