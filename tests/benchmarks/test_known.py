"""The known benchmarks, read from the published files."""

from __future__ import annotations

import ast
import builtins
import hashlib
import json
import symtable
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from isocost.benchmarks import Benchmark, load, names
from isocost.records import Channel, CodeTests, Problem

PUBLISHED = {
    "humaneval": ("HumanEval.jsonl.gz", 0, 164),
    "mbpp": ("mbpp.jsonl", 0, 974),
    "mbpp-test": ("mbpp.jsonl", 0, 500),
    "mbpp-plus": ("MbppPlus-v0.1.0.jsonl", 1, 399),
    "humaneval-pro": ("humaneval_pro.json", 2, 164),
    "mbpp-pro": ("mbpp_pro.json", 2, 378),
    "bigcodebench-lite-pro": ("bigcodebench_lite_pro.json", 2, 57),
}
SHIPPED = {"steps": 0, "steps-pro": 2, "steps-deep": 3}


@pytest.fixture(scope="module")
def loaded(data_dir: Path) -> dict[str, Benchmark]:
    """Every published benchmark at hand, and the shipped ones."""
    return {name: load(name, data_dir=data_dir) for name in (*PUBLISHED, *SHIPPED)}


def _code_tests(benchmark: Benchmark) -> Iterator[tuple[Problem, CodeTests]]:
    for problem in benchmark.problems.values():
        for tests in problem.tests.values():
            if isinstance(tests, CodeTests):
                yield problem, tests


def _unresolved(problem: Problem, tests: CodeTests) -> set[str]:
    """Names of prelude + tests that are bound by neither, nor by the program's functions, nor by Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        top = symtable.symtable(f"{tests.prelude}\n{tests.source}", problem.id, "exec")
    waiting, used, bound = [top], set(), set()
    while waiting:
        table = waiting.pop()
        waiting += table.get_children()
        for symbol in table.get_symbols():
            if table is top and (symbol.is_assigned() or symbol.is_imported()):
                bound.add(symbol.get_name())
            if symbol.is_referenced() and (table is top or symbol.is_global()):
                used.add(symbol.get_name())
    return used - bound - set(tests.calls) - set(dir(builtins))


def test_names_are_the_benchmarks_of_the_contract() -> None:
    """Twelve benchmarks have a name."""
    assert set(names()) == {*PUBLISHED, *SHIPPED, "mbpp-sanitized", "humaneval-plus"}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_files_have_their_size_rung_and_hash(name: str, loaded: dict[str, Benchmark], data_dir: Path) -> None:
    """Each benchmark says name, version, hash, rung and number of problems of the file at hand."""
    file, rung, count = PUBLISHED[name]
    info = loaded[name].info
    assert (info.name, info.rung, info.problems, len(loaded[name].problems)) == (name, rung, count, count)
    assert info.sha256 == hashlib.sha256((data_dir / file).read_bytes()).hexdigest()
    assert not info.version.startswith("local")


@pytest.mark.parametrize("name", [*PUBLISHED, *SHIPPED])
def test_every_problem_is_whole(name: str, loaded: dict[str, Benchmark]) -> None:
    """References compile and define the entry point, stems begin the reference, keys are the problems' own ids."""
    for key, problem in loaded[name].problems.items():
        assert (key, problem.benchmark, problem.rung) == (problem.id, name, loaded[name].info.rung)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(problem.reference)
        functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert problem.entry_point in functions, key
        assert problem.reference.startswith(problem.stem)
        assert problem.prompt.strip()


@pytest.mark.parametrize("name", [*PUBLISHED, *SHIPPED])
def test_every_name_in_the_tests_is_resolved(name: str, loaded: dict[str, Benchmark]) -> None:
    """Where tests run apart, calls and prelude cover each name that they use; calls are functions of the reference."""
    for problem, tests in _code_tests(loaded[name]):
        if tests.channel is Channel.separate:
            assert not _unresolved(problem, tests), problem.id
        assert all(f"def {call}" in problem.reference or f"{call} =" in problem.reference for call in tests.calls)


def test_channels(loaded: dict[str, Benchmark]) -> None:
    """All of HumanEval, HumanEval Pro and MBPP Pro run apart; three of MBPP build objects of its own classes."""
    counts = {name: Counter(str(tests.channel) for _, tests in _code_tests(loaded[name])) for name in loaded}
    assert counts["humaneval"] == {"separate": 164}
    assert counts["humaneval-pro"] == {"separate": 164}
    assert counts["mbpp-pro"] == {"separate": 378}
    assert counts["mbpp"] == {"separate": 971, "shared": 3}
    shared = {problem.id for problem, tests in _code_tests(loaded["mbpp"]) if tests.channel is Channel.shared}
    assert shared == {"MBPP/367", "MBPP/601", "MBPP/927"}
    assert all(set(counts[name]) == {"separate"} for name in SHIPPED)


def test_trusted_code_and_calls(loaded: dict[str, Benchmark]) -> None:
    """Helpers of the prompt and imports of the reference are prelude; a function named like a builtin is a call."""
    humaneval, mbpp, pro = loaded["humaneval"].problems, loaded["mbpp"].problems, loaded["mbpp-pro"].problems
    assert {key for key, p in humaneval.items() if p.tests["base"].prelude} == {  # type: ignore[union-attr]
        "HumanEval/32", "HumanEval/38", "HumanEval/50",
    }  # fmt: skip
    zero = humaneval["HumanEval/32"].tests["base"]
    assert isinstance(zero, CodeTests)
    assert zero.calls == ("find_zero",)
    assert zero.prelude.startswith("import math\ndef poly(")
    total = mbpp["MBPP/126"].tests["base"]
    assert isinstance(total, CodeTests)
    assert total.calls == ("sum",)
    counter = pro["MBPPPro/204"].tests["base"]
    assert isinstance(counter, CodeTests)
    assert counter.prelude == "from collections import Counter"
    setup = mbpp["MBPP/367"].tests["base"]
    assert isinstance(setup, CodeTests)
    assert setup.source.startswith("root = Node(1)")


def test_base_ids(loaded: dict[str, Benchmark], data_dir: Path) -> None:
    """Ladders join: Pro by number for HumanEval, by the mapping for MBPP; every base problem exists."""
    pro = loaded["humaneval-pro"].problems
    assert all(p.base_id == f"HumanEval/{key.partition('/')[2]}" for key, p in pro.items())
    mapping = json.loads((data_dir / "mbpp_pro_to_mbpp_id.json").read_text())
    for key, problem in loaded["mbpp-pro"].problems.items():
        assert problem.base_id == mapping[key.partition("/")[2]].replace("Mbpp/", "MBPP/")
        assert problem.base_id in loaded["mbpp"].problems
    assert {p.base_id for p in loaded["mbpp-plus"].problems.values()} == set(loaded["mbpp-plus"].problems)
    assert all(p.base_id.startswith("BigCodeBench/") for p in loaded["bigcodebench-lite-pro"].problems.values())
    for name in ("steps-pro", "steps-deep"):
        assert {p.base_id for p in loaded[name].problems.values()} <= set(loaded["steps"].problems)


def test_third_party_modules(loaded: dict[str, Benchmark]) -> None:
    """44 of the 57 BigCodeBench problems need modules; such tests run in the program's process; others need none."""
    problems = loaded["bigcodebench-lite-pro"].problems.values()
    needing = [problem for problem in problems if problem.modules]
    assert len(needing) == 44
    assert Counter(module for problem in needing for module in problem.modules)["numpy"] >= 27
    assert all(problem.tests["base"].channel is Channel.shared for problem in needing)
    for name in set(loaded) - {"bigcodebench-lite-pro"}:
        assert not [key for key, problem in loaded[name].problems.items() if problem.modules]


def test_steps_stand_upon_each_other(loaded: dict[str, Benchmark]) -> None:
    """A deeper step shows the statements below it, continues the base prompt, and its reference holds all of them."""
    for problem in loaded["steps-deep"].problems.values():
        base = loaded["steps"].problems[problem.base_id]
        assert problem.stem == base.prompt
        assert problem.prompt.startswith(base.prompt)
        assert problem.reference.startswith(base.reference)


@pytest.mark.parametrize("name", PUBLISHED)
def test_loading_twice_gives_equal_problems(name: str, loaded: dict[str, Benchmark], data_dir: Path) -> None:
    """What a benchmark holds depends on its file alone."""
    again = load(name, data_dir=data_dir)
    assert again.info == loaded[name].info
    assert dict(again.problems) == dict(loaded[name].problems)
