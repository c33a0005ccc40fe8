"""Local files in the known shapes, and what is said of a broken one."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from isocost import values
from isocost.benchmarks import load
from isocost.errors import BenchmarkError, UsageError
from isocost.records import CaseTests, Channel, CodeTests

HUMANEVAL_ROW = {
    "task_id": "Mine/1",
    "prompt": 'def twice(x):\n    """Return x two times."""\n',
    "entry_point": "twice",
    "canonical_solution": "    return 2 * x\n",
    "test": "def check(candidate):\n    assert candidate(2) == 4\n",
}
PLUS_ROW = {
    "task_id": "HumanEval/32",
    "prompt": HUMANEVAL_ROW["prompt"],
    "entry_point": "twice",
    "canonical_solution": "    return 2 * x\n",
    "test": "unused",
    "contract": "",
    "base_input": [[2]],
    "plus_input": [[[1.5, [2]]], [None]],
    "atol": 0.0001,
}
SANITIZED_ROW = {
    "source_file": "somebody.ipynb",
    "task_id": 7,
    "prompt": "Write a function that rounds a square root.",
    "code": "import math\r\ndef root(x):\r\n    return round(math.sqrt(x))",
    "test_imports": ["import math"],
    "test_list": ["assert root(9) == 3", "assert math.isclose(root(16), 4)"],
}
PRO_ROW = {
    "id": 5,
    "base_id": "Mine/1",
    "raw_problem": HUMANEVAL_ROW["prompt"],
    "raw_solution": "    return 2 * x\n",
    "new_problem": "# Do it for a list.\ndef twice_all(xs):\n",
    "new_solution": "    return [twice(x) for x in xs]\n",
    "test_code": "assert twice_all([1, 2]) == [2, 4]\nassert twice(1) == 2",
}


def _write(path: Path, *rows: object) -> str:
    text = "".join(json.dumps(row) + "\n" for row in rows)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return str(path)


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz"])
def test_a_humaneval_shaped_file(tmp_path: Path, suffix: str) -> None:
    """Its name is the file's stem, its ids stand as they are, and its version is its hash."""
    benchmark = load(_write(tmp_path / f"mine.{suffix}", HUMANEVAL_ROW))
    info = benchmark.info
    assert (info.name, info.rung, info.problems) == ("mine", 0, 1)
    assert info.version == f"local:{info.sha256[:8]}"
    problem = benchmark.problems["Mine/1"]
    tests = problem.tests["base"]
    assert isinstance(tests, CodeTests)
    assert tests.source.endswith("\ncheck(twice)\n")
    assert (problem.base_id, problem.stem, tests.calls) == ("Mine/1", problem.prompt, ("twice",))


def test_a_json_list_is_read_like_lines(tmp_path: Path) -> None:
    """A file may hold one list; the ids of a Pro file are numbers as they stand, and rows may name their base."""
    path = tmp_path / "mine.json"
    path.write_text(json.dumps([PRO_ROW]))
    problem = load(str(path)).problems["5"]
    assert (problem.rung, problem.base_id, problem.entry_point) == (2, "Mine/1", "twice_all")
    tests = problem.tests["base"]
    assert isinstance(tests, CodeTests)
    assert tests.calls == ("twice_all", "twice")
    assert problem.stem == HUMANEVAL_ROW["prompt"]


def test_mbpp_sanitized(tmp_path: Path) -> None:
    """The sanitized file has `prompt` and `test_imports`; it is found under its published name."""
    (tmp_path / "sanitized-mbpp.json").write_text(json.dumps([SANITIZED_ROW]))
    benchmark = load("mbpp-sanitized", data_dir=tmp_path)
    assert benchmark.info.version.startswith("local:")
    problem = benchmark.problems[benchmark.resolve("Mbpp/7")]
    tests = problem.tests["base"]
    assert isinstance(tests, CodeTests)
    assert tests.source.startswith("import math\nassert root(9) == 3\n")
    assert (problem.entry_point, tests.calls, tests.channel) == ("root", ("root",), Channel.separate)
    assert problem.prompt.startswith("Write a function that rounds")
    assert "assert root(9) == 3" in problem.prompt


@pytest.mark.parametrize("file", ["HumanEvalPlus-v0.1.9.jsonl", "HumanEvalPlus-v0.1.10.jsonl.gz"])
def test_humaneval_plus(tmp_path: Path, file: str) -> None:
    """Rung 1 keeps the ids of rung 0; base and plus inputs are cases whose expected values are still to be made."""
    _write(tmp_path / file, PLUS_ROW)
    benchmark = load("humaneval-plus", data_dir=tmp_path)
    problem = benchmark.problems["HumanEval/32"]
    assert (benchmark.info.rung, problem.rung, problem.base_id) == (1, 1, "HumanEval/32")
    assert problem.stem == PLUS_ROW["prompt"]
    base, plus = problem.tests["base"], problem.tests["plus"]
    assert isinstance(base, CaseTests)
    assert isinstance(plus, CaseTests)
    assert (base.oracle, base.atol, base.expected, base.entry_point) == ("find_zero", 0.0001, None, "twice")
    assert values.loads(plus.inputs) == [[[1.5, [2]]], [None]]


def test_the_shape_of_a_local_evalplus_file_is_seen(tmp_path: Path) -> None:
    """An EvalPlus row has a `test` too, and is not taken for a HumanEval row; `Mbpp/2` joins `MBPP/2`."""
    row = {**PLUS_ROW, "task_id": "Mbpp/2", "base_input": [[[1], [2]]], "plus_input": []}
    benchmark = load(_write(tmp_path / "some-v0.1.0.jsonl", row))
    problem = benchmark.problems["Mbpp/2"]
    assert (benchmark.info.rung, problem.base_id) == (1, "MBPP/2")
    base = problem.tests["base"]
    assert isinstance(base, CaseTests)
    assert base.oracle == "close_loose"
    assert values.loads(base.inputs) == [[(1,), (2,)]]


def _without(row: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != key}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([HUMANEVAL_ROW, "{"], r"mine.jsonl:2: not JSON"),
        ([HUMANEVAL_ROW, "[1]"], r"mine.jsonl:2: a JSON list, expected an object"),
        ([HUMANEVAL_ROW, "", HUMANEVAL_ROW], r"mine.jsonl:3: id 'Mine/1' stands already at .*mine.jsonl:1"),
        ([HUMANEVAL_ROW, _without(HUMANEVAL_ROW, "test")], r"mine.jsonl:2: 'test' is missing, expected text"),
        ([{**HUMANEVAL_ROW, "test": 3}], r"mine.jsonl:1: 'test' is int, expected text"),
        ([{**HUMANEVAL_ROW, "task_id": None}], r"mine.jsonl:1: 'task_id' is None, expected an id"),
        ([{"question": "?", "answer": 42}], r"mine.jsonl:1: keys answer, question are of no benchmark"),
        ([{**PLUS_ROW, "plus_input": [3]}], r"mine.jsonl:1: 'plus_input' holds int, expected argument lists"),
        ([{**PLUS_ROW, "atol": -1}], r"mine.jsonl:1: 'atol' is -1, expected a number of at least 0"),
        ([{**SANITIZED_ROW, "test_list": [1]}], r"mine.jsonl:1: 'test_list' holds int"),
        ([], r"no problems in it"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, lines: list[object], words: str) -> None:
    """Whatever is wrong with a row is found when the file is loaded, and said in one line."""
    path = tmp_path / "mine.jsonl"
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    with pytest.raises(BenchmarkError, match=words) as caught:
        load(str(path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "words"), [(b'{"a": "\xff"}', "mine.jsonl:1: not UTF-8"), (b"\x1f\x8bxx", "broken gzip")]
)
def test_bytes_that_are_no_text(tmp_path: Path, data: bytes, words: str) -> None:
    """A file that is no text, or no whole gzip stream, is said to be so."""
    path = tmp_path / "mine.jsonl"
    path.write_bytes(data)
    with pytest.raises(BenchmarkError, match=words):
        load(str(path))


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({**HUMANEVAL_ROW, "test": "def check(:"}, "mine.jsonl:1: the tests is not Python"),
        ({**SANITIZED_ROW, "code": "x = 1"}, "mine.jsonl:1: the reference defines no function"),
        ({**PLUS_ROW, "task_id": "Mbpp/124", "base_input": [["a", "b"]]}, "mine.jsonl:1: an input of base_input"),
    ],
)
def test_code_that_is_no_code_is_named_when_its_problem_is_asked_for(
    tmp_path: Path, row: dict[str, Any], words: str
) -> None:
    """The code of a row is read with its problem, and the error still knows file and line."""
    benchmark = load(_write(tmp_path / "mine.jsonl", row))
    with pytest.raises(BenchmarkError, match=words):
        list(benchmark.problems.values())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("human-eval", "unknown benchmark 'human-eval'; did you mean humaneval"),
        ("nowhere.jsonl", "no such file"),
        ("some/where", "no such file"),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(name: str, words: str) -> None:
    """A mistyped benchmark gets the nearest name, a missing file is said to be missing."""
    with pytest.raises(UsageError, match=words):
        load(name)


def test_rows_that_stand_upon_a_missing_file_are_refused(tmp_path: Path) -> None:
    """A file of self-invoking steps alone lacks its base problems."""
    row = {"id": "S/0", "base_id": "B/0", "problem": "p", "entry_point": "f", "reference": "r", "tests": "t"}
    with pytest.raises(BenchmarkError, match="stand upon others"):
        load(_write(tmp_path / "mine.jsonl", row))
