"""The shipped ladder `steps` is held against the gates that other benchmarks are audited with.

Its references are ours and trusted; they run in processes of their own. The wrong programs are never run here.
"""

from __future__ import annotations

import ast
import builtins
import json
import re
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest
from tests.data.steps_gates import Task

from isocost.records import Outcome

Row = dict[str, str]

GATES = Path(__file__).with_name("steps_gates.py")
KEYS = {
    "steps": {"id", "prompt", "entry_point", "reference", "tests"},
    "steps-pro": {"id", "base_id", "problem", "entry_point", "reference", "tests"},
    "steps-deep": {"id", "base_id", "pro_id", "problem", "entry_point", "reference", "tests"},
    "wrong": {"task_id", "solution", "why", "outcome"},
}
LEVELS = ("steps", "steps-pro", "steps-deep")


def read(name: str) -> list[Row]:
    """Read the lines of one shipped file."""
    text = (resources.files("isocost.data") / "steps" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def ladder() -> dict[str, Row]:
    """All problems of the three rungs by id."""
    return {row["id"]: row for level in LEVELS for row in read(level)}


@pytest.fixture(scope="module")
def tasks(ladder: dict[str, Row]) -> list[Task]:
    """All problems with the whole program below them, joined by id."""
    return [task_of(row, ladder) for row in ladder.values()]


def below(row: Row, ladder: dict[str, Row]) -> Row | None:
    """The problem that this one is to be solved by: of rung 2 for rung 3, of rung 0 for rung 2, none for rung 0."""
    key = row.get("pro_id") or row.get("base_id")
    return ladder[key] if key else None


def whole_program(row: Row, ladder: dict[str, Row]) -> str:
    """Put a problem's reference together with all that stands below it."""
    lower = below(row, ladder)
    before = whole_program(lower, ladder) + "\n" if lower else ""
    return before + (row.get("prompt") or row["problem"]) + row["reference"]


def task_of(row: Row, ladder: dict[str, Row]) -> Task:
    """Describe a problem to the gates."""
    lower = below(row, ladder)
    return Task(
        id=row["id"],
        before=whole_program(lower, ladder) + "\n" if lower else "",
        called=lower["entry_point"] if lower else None,
        statement=row.get("prompt") or row["problem"],
        reference=row["reference"],
        entry_point=row["entry_point"],
        tests=row["tests"],
    )


def complaints(gate: str, tasks: list[Task], hash_seed: int = 0) -> list[str]:
    """Hold tasks against one gate in a clean process. `-I` would ignore the hash seed; `-s -P` and this `env` do not."""
    done = subprocess.run(
        [sys.executable, "-s", "-P", str(GATES), gate],
        input=json.dumps(tasks),
        env={"PYTHONHASHSEED": str(hash_seed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", KEYS)
def test_every_line_has_exactly_the_described_keys_and_holds_text(name: str) -> None:
    """A loader can rely on the shape that the README of the data describes."""
    for row in read(name):
        assert set(row) == KEYS[name]
        assert all(type(value) is str and value.strip() for value in row.values())


def test_the_ladder_is_complete_and_joined_by_id() -> None:
    """At least 24 base problems, a rung 2 version of each, a rung 3 version of at least 8, each with its own ids."""
    base, pro, deep = (read(level) for level in LEVELS)
    ids = [row["id"] for row in base + pro + deep]
    assert len(set(ids)) == len(ids)
    assert len(base) >= 24
    assert len(deep) >= 8
    assert sorted(row["base_id"] for row in pro) == sorted(row["id"] for row in base)
    bases = {row["id"]: row["base_id"] for row in pro}
    assert all(bases[row["pro_id"]] == row["base_id"] for row in deep)
    assert len({row["pro_id"] for row in deep}) == len(deep)


def test_names_are_unique_and_the_tested_name_is_in_the_statement(ladder: dict[str, Row]) -> None:
    """A model can only answer to a name that it was shown."""
    names = [row["entry_point"] for row in ladder.values()]
    assert len(set(names)) == len(names)
    for row in ladder.values():
        assert re.search(rf"^def {row['entry_point']}\(", row.get("prompt") or row["problem"], re.MULTILINE)


def test_a_self_invoking_problem_names_the_function_to_call(ladder: dict[str, Row]) -> None:
    """The statement itself says by which function it is to be solved."""
    for row in ladder.values():
        lower = below(row, ladder)
        if lower is not None:
            assert f"`{lower['entry_point']}`" in row["problem"]


def test_a_statement_is_not_the_solution(ladder: dict[str, Row]) -> None:
    """A statement ends with its docstring, and alone it is a function that does nothing."""
    for row in ladder.values():
        function = ast.parse(row.get("prompt") or row["problem"]).body[-1]
        assert isinstance(function, ast.FunctionDef)
        assert ast.get_docstring(function)
        assert len(function.body) == 1


def test_tests_have_five_to_nine_asserts_and_use_nothing_but_the_entry_point(ladder: dict[str, Row]) -> None:
    """Tests name the function, what they assign or import themselves, and builtins; so they can run apart from it."""
    for row in ladder.values():
        tree = ast.parse(row["tests"])
        asserts = sum(isinstance(node, ast.Assert) for node in ast.walk(tree))
        assert 5 <= asserts <= 9, row["id"]
        own = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        own |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
        assert {node.id for node in names} - own - set(dir(builtins)) == {row["entry_point"]}, row["id"]
        assert own & {"math", "re", "os", "sys", "collections"} <= {"math"}


def test_floats_are_compared_with_tolerance(ladder: dict[str, Row]) -> None:
    """No test asks for a float by `==`."""
    for row in ladder.values():
        for node in ast.walk(ast.parse(row["tests"])):
            if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.In) for op in node.ops):
                wanted = [part for side in node.comparators for part in ast.walk(side)]
                assert not any(isinstance(part, ast.Constant) and type(part.value) is float for part in wanted)


@pytest.mark.parametrize("hash_seed", [0, 1, 2, 4_294_967_295])
def test_references_pass_whatever_the_hash_seed(tasks: list[Task], hash_seed: int) -> None:
    """Every reference passes, the examples in its statement hold, and the function below is really called."""
    assert complaints("references", tasks, hash_seed) == []


def test_constants_echoes_and_one_line_wrappers_fail(tasks: list[Task]) -> None:
    """No problem can be solved without solving it."""
    assert complaints("fakes", tasks) == []


def test_mutants_of_the_references_are_killed(tasks: list[Task]) -> None:
    """At least 95% of the first-order mutants fail; those that remain mean the same as the reference."""
    found = complaints("mutants", tasks)
    survivors = [line for line in found if not line.isdigit()]
    made = sum(int(line) for line in found if line.isdigit())
    assert made > 500
    assert len(survivors) <= 0.05 * made, survivors


def planted(**changes: str) -> list[Task]:
    """A problem that can be solved by one line, with some of it changed."""
    task = Task(
        id="Planted/0",
        before="def double(x):\n    return 2 * x\n\n",
        called="double",
        statement='def doubles(numbers):\n    """Double all.\n\n    >>> doubles([1])\n    [2]\n    """\n',
        reference="    return [double(number) for number in numbers]\n",
        entry_point="doubles",
        tests="assert doubles([1, 2]) == [2, 4]\n",
    )
    task.update(changes)  # type: ignore[typeddict-item]
    return [task]


@pytest.mark.parametrize(
    ("gate", "changes", "complaint"),
    [
        ("references", {"reference": "    return [2 * number for number in numbers]\n"}, "double is never called"),
        ("references", {"reference": "    return [double(2)]\n"}, "the reference fails"),
        ("references", {"reference": "    return [double(n) for n in numbers] * 2\n"}, "1 of 1 examples do not hold"),
        ("fakes", {}, "`return [double(x) for x in numbers]` passes"),
        ("fakes", {"tests": "assert doubles([0, 0]) == [0, 0]\n"}, "`return numbers` passes"),
        ("fakes", {"tests": "assert doubles([]) == []\n"}, "`return []` passes"),
        ("mutants", {"reference": "    return [double(n) for n in numbers if n > 0]\n"}, "`n > 0` -> `n >= 0`"),
    ],
)
def test_the_gates_catch_what_they_are_for(gate: str, changes: dict[str, str], complaint: str) -> None:
    """Each gate complains of a problem that was planted to fail it."""
    assert any(complaint in line for line in complaints(gate, planted(**changes)))


def test_wrong_programs_cover_the_ladder(ladder: dict[str, Row]) -> None:
    """At least 60 different wrong programs: some for every base problem, some for the other rungs, most outcomes."""
    rows = read("wrong")
    answered = {row["task_id"] for row in rows}
    assert answered <= set(ladder)
    assert {row["id"] for row in read("steps")} <= answered
    assert len({(row["task_id"], row["solution"]) for row in rows}) == len(rows) >= 60
    outcomes = [Outcome(row["outcome"]) for row in rows]
    assert {Outcome.wrong_answer, Outcome.runtime_error, Outcome.syntax_error, Outcome.passed} <= set(outcomes)
    assert outcomes.count(Outcome.time_limit) <= 2
    assert outcomes.count(Outcome.memory_limit) <= 1


def test_wrong_programs_are_python_unless_they_say_otherwise() -> None:
    """A program is announced as `syntax_error` exactly if it does not compile (it is compiled, not run)."""
    for row in read("wrong"):
        try:
            compile(row["solution"], row["task_id"], "exec")
        except SyntaxError:
            assert row["outcome"] == Outcome.syntax_error, row
        else:
            assert row["outcome"] != Outcome.syntax_error, row
