"""EvalPlus's rows: inputs read back into their true types, and the rule by which each task is judged.

JSON has no tuples, sets or complex numbers, so EvalPlus restores them task by task; and for some tasks it compares by
more than `==`. Both are data here (`data/benchmarks/evalplus.json`), by task and by version of the data set.
A task's `contract` (what inputs it may get) is no part of the reference here, as it is no part of EvalPlus's judging:
all inputs of MBPP+ v0.1.0 keep it but some of two tasks (267 gets floats for ints, 734 empty lists).
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from importlib import resources
from typing import Any

from isocost import values
from isocost.benchmarks.rows import Row
from isocost.benchmarks.shapes import Identity, Maker
from isocost.errors import BenchmarkError
from isocost.records import CaseTests, Problem

_NUMBER = re.compile(r"(HumanEval|MBPP|Mbpp)/(\d+)", re.ASCII)


def maker(version: str) -> Maker:
    """Return the maker of problems for a version of the data, as `v0.1.0`.

    A version that is not known is judged by the newest rules.
    """

    def make(row: Row, identity: Identity) -> Problem:
        return _problem(row, identity, version)

    return make


def family_of(task_id: str) -> tuple[str, str]:
    """Return the data set that a task belongs to (`HumanEval`, `MBPP`) and its number; two empty texts if to none."""
    match = _NUMBER.fullmatch(task_id)
    if match is None:
        return "", ""
    return match[1].replace("Mbpp", "MBPP"), match[2]


def oracle_of(task_id: str, version: str) -> str:
    """Return the name of the rule by which a task is judged."""
    facts = _facts()
    family, number = family_of(task_id)
    rules = facts["rules"][facts["versions"].get(family, {}).get(version, facts["newest"])]
    return str(rules["tasks"].get(family, {}).get(number, rules["default"]))


def converted(task_id: str, inputs: list[list[Any]]) -> list[list[Any]]:
    """Return the inputs of a task with their true types.

    Raises
    ------
    TypeError, ValueError, IndexError, AttributeError
        If an input is not of the form that the task's inputs have.

    """
    family, number = family_of(task_id)
    rules = [rule for rule in _facts()["convert"].get(family, []) if int(number) in rule["tasks"]]
    if not rules:
        return inputs
    return [_convert(arguments, rules) for arguments in inputs]


def _convert(arguments: list[Any], rules: list[dict[str, Any]]) -> list[Any]:
    found = list(arguments)
    for rule in rules:
        places = range(len(found)) if rule["arguments"] == "all" else rule["arguments"]
        for place in places:
            found[place] = _CONVERSIONS[rule["as"]](found[place])
    return found


def _tuples_all_through(value: object) -> object:
    return tuple(_tuples_all_through(item) for item in value) if isinstance(value, list) else value


_CONVERSIONS: dict[str, Callable[[Any], Any]] = {
    "tuple": tuple,
    "list of tuples": lambda value: [tuple(item) for item in value],
    "tuple of tuples": lambda value: tuple(tuple(item) for item in value),
    "tuple with lists as tuples": lambda value: tuple(tuple(i) if isinstance(i, list) else i for i in value),
    "tuples all through": _tuples_all_through,
    "dict of tuples": lambda value: {key: tuple(item) for key, item in value.items()},
    "list of sets or empty dicts": lambda value: [set(i) if isinstance(i, list) and i else {} for i in value],
    "float": float,
    "complex": complex,
}


@functools.cache
def _facts() -> dict[str, Any]:
    text = resources.files("isocost").joinpath("data", "benchmarks", "evalplus.json").read_text(encoding="utf-8")
    facts: dict[str, Any] = json.loads(text)
    return facts


def _problem(row: Row, identity: Identity, version: str) -> Problem:
    prompt, entry_point = row.text("prompt"), row.text("entry_point")
    # HumanEval's prompts are continued; MBPP's are a text in quotes that a whole program follows.
    stem = prompt if f"def {entry_point}" in prompt else ""
    oracle, atol = oracle_of(identity.id, version), row.number("atol")
    tests = {}
    for name in ("base", "plus"):
        try:
            inputs = values.dumps(converted(identity.id, row.calls(f"{name}_input")))
        except (TypeError, ValueError, IndexError, AttributeError) as error:
            raise BenchmarkError(f"{row.where}: an input of {name}_input is not as expected: {error}") from None
        tests[name] = CaseTests(entry_point=entry_point, inputs=inputs, oracle=oracle, atol=atol)
    return Problem(
        id=identity.id,
        benchmark=identity.benchmark,
        rung=identity.rung,
        base_id=identity.base_id,
        prompt=prompt,
        stem=stem,
        entry_point=entry_point,
        reference=prompt + row.text("canonical_solution"),
        tests=dict(tests),
    )
