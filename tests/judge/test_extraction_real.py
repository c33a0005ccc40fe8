"""Extraction over recorded completions of real models: nothing raises, and every change has a reason."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from isocost.judge.extraction import RULES, extract
from isocost.judge.syntax import Parser
from isocost.records import Program


@dataclass(frozen=True)
class Case:
    """One recorded completion, with what extraction has to know about its problem."""

    file: str
    stem: str
    entry_point: str
    text: str
    program: Program


def _last_def(source: str) -> str:
    names: list[str] = re.findall(r"^def (\w+)", source, re.MULTILINE)
    return names[-1]


def _tested(row: dict[str, str]) -> str:
    """The function that the tests call; in some problems it is not the last one defined."""
    names: list[str] = re.findall(r"^def (\w+)", row["new_problem"] + row["new_solution"], re.MULTILINE)
    return next(name for name in reversed(names) if re.search(rf"\b{name}\b", row["test_code"]))


def _problems(data_dir: Path) -> dict[str, dict[str, tuple[str, str]]]:
    """Stem and entry point by benchmark and task id."""
    with gzip.open(data_dir / "HumanEval.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    found = {"humaneval": {row["task_id"]: (row["prompt"], row["entry_point"]) for row in rows}}
    rows = [json.loads(line) for line in (data_dir / "MbppPlus-v0.1.0.jsonl").read_text().splitlines()]
    found["mbpp"] = {row["task_id"]: ("", row["entry_point"]) for row in rows}
    for name in ("humaneval_pro", "mbpp_pro"):
        rows = json.loads((data_dir / f"{name}.json").read_text())
        found[name] = {str(row["id"]): (row["raw_problem"], _tested(row)) for row in rows}
    return found


def _texts(samples_dir: Path, data_dir: Path) -> Iterator[tuple[str, str, str, str]]:
    problems = _problems(data_dir)
    for path in sorted(samples_dir.glob("*.jsonl*")):
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt") as lines:
            rows = [json.loads(line) for line in lines]
        benchmark = next(name for name in ("humaneval_pro", "mbpp_pro", "humaneval", "mbpp") if f".{name}" in path.name)
        for row in rows:
            if "samples" in row:
                for text in row["samples"]:
                    yield path.name, row["prompt"], _last_def(row["prompt"]), text
            elif "solution" in row:
                yield path.name, "", row["entry_point"], row["solution"]
            else:
                key = str(row["task_id"])
                known = problems[benchmark]
                stem, entry_point = known[key] if key in known else known[key.rpartition("/")[2]]
                yield path.name, stem, entry_point, row["completion"] or ""


@pytest.fixture(scope="module")
def cases(samples_dir: Path, data_dir: Path) -> list[Case]:
    """Every recorded completion, extracted."""
    return [
        Case(file, stem, entry_point, text, extract(text, stem=stem, entry_point=entry_point))
        for file, stem, entry_point, text in _texts(samples_dir, data_dir)
    ]


def test_rules_account_for_every_change(cases: list[Case]) -> None:
    """A program differs from stem + completion if and only if rules are named, and all of them are documented."""
    assert len(cases) > 19_000
    for case in cases:
        assert set(case.program.rules) <= RULES.keys()
        if case.program.source is not None:
            assert (case.program.source != case.stem + case.text) == bool(case.program.rules)


def test_only_blank_completions_hold_no_program(cases: list[Case]) -> None:
    """These models all tried: `no_program` is an empty completion and nothing else."""
    for case in cases:
        assert (case.program.source is None) == (not case.text.strip())


def test_a_program_that_compiles_never_becomes_one_that_does_not(cases: list[Case]) -> None:
    """Rules repair or trim; what compiled before compiles after."""
    for case in cases:
        if case.program.rules and case.program.source is not None:
            assert Parser().parse(case.program.source) is not None, case


def test_reading_twice_changes_nothing_more(cases: list[Case]) -> None:
    """A program, read again as a whole program, stays as it is, but for a handful."""
    changed = 0
    for case in cases:
        if case.program.source is None or not case.program.rules:
            continue
        again = extract(case.program.source, stem="", entry_point=case.entry_point)
        assert again.source is not None
        changed += again.source != case.program.source
    assert changed <= 5


def test_counts_by_rule_are_sane(cases: list[Case]) -> None:
    """Models that were recorded with clean programs are left alone; the one that was never stopped loses its junk."""
    rules: dict[str, Counter[str]] = {}
    for case in cases:
        rules.setdefault(case.file, Counter()).update(case.program.rules)
    for file in ("starcoder.humaneval.jsonl", "codellama.mbpp.jsonl", "wizardlm-13b.humaneval.jsonl"):
        assert not rules[file], file
    assert rules["qwen2.5-coder-3b-instruct.mbpp_pro_10.jsonl"] == {"tests_dropped": 10}
    assert rules["qwen2.5-coder-7b-base.humaneval.jsonl"]["first_line_indented"] == 5
    codegen = rules["codegen-16b.n100.humaneval.jsonl.gz"]
    assert 200 < codegen["tests_dropped"] < 400
    assert 300 < codegen["unused_dropped"] < 600
    assert 100 < codegen["tail_cut"] < 250
    assert not {"fence", "dedented", "stem_left_out"} & codegen.keys()


def test_a_trimmed_continuation_keeps_the_whole_body(cases: list[Case]) -> None:
    """Trimming a continuation never touches the body: it stands at the start of the program, up to the first margin."""
    for case in cases:
        trimming = {"tail_cut", "tests_dropped", "unused_dropped", "redefinition_dropped"}
        if case.stem and case.program.rules and set(case.program.rules) <= trimming:
            body = re.split(r"^(?=\S)", case.text, maxsplit=1, flags=re.MULTILINE)[0]
            assert case.program.source is not None
            assert case.program.source.startswith(case.stem + body)
