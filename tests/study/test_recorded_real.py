"""Real recorded samples of real models join their real benchmarks, every one of them."""

from __future__ import annotations

import gzip
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.benchmarks import load
from isocost.errors import SamplesError
from isocost.study.recorded import read_samples, require_complete
from isocost.study.recorded_match import PromptMatcher

CODET = "codegen-16b.n100.humaneval.jsonl.gz"
PART_OF_A_BENCHMARK = {"qwen2.5-coder-3b-instruct.mbpp_pro_10.jsonl": 378 - 10}


def benchmark_of(entry: dict[str, Any]) -> str:
    """Our name for the benchmark that the manifest names in words."""
    words = {
        r"HumanEval Pro": "humaneval-pro",
        r"MBPP Pro": "mbpp-pro",
        r"MBPP test split": "mbpp-test",
        r"MBPP and MBPP\+": "mbpp-plus",
        r"HumanEval\b": "humaneval",
    }
    return next(name for pattern, name in words.items() if re.match(pattern, entry["benchmark"]))


def test_every_recorded_file_joins_fully(data_dir: Path, samples_dir: Path) -> None:
    """Each file of the manifest gives as many samples as it lists, one or a hundred a problem, and leaves none over."""
    entries = json.loads((samples_dir / "manifest.json").read_text(encoding="utf-8"))
    assert len(entries) >= 17
    for entry in entries:
        benchmark = load(benchmark_of(entry), data_dir=data_dir)
        recorded = read_samples(samples_dir / entry["file"], benchmark, model=entry["model"])
        draws = 100 if entry["file"] == CODET else 1
        problems = entry.get("n", 164)
        assert len(recorded.samples) == problems * draws, entry["file"]
        assert len(recorded.missing) == PART_OF_A_BENCHMARK.get(entry["file"], 0), entry["file"]
        assert len({sample.id for sample in recorded.samples}) == len(recorded.samples)
        assert {sample.model for sample in recorded.samples} == {entry["model"]}
        assert {sample.whole for sample in recorded.samples} == {"solution" in entry["format"]}
        by_problem: dict[str, list[int]] = {}
        for sample in recorded.samples:
            by_problem.setdefault(sample.problem_id, []).append(sample.draw)
        assert all(seen == list(range(draws)) for seen in by_problem.values())
        require_complete(recorded, partial=bool(PART_OF_A_BENCHMARK.get(entry["file"])))


def test_prompts_without_examples_find_their_problems(data_dir: Path, samples_dir: Path, tmp_path: Path) -> None:
    """CodeT's 164 prompts join one to one by what they say, in any order, and are kept where they differ."""
    benchmark = load("humaneval", data_dir=data_dir)
    recorded = read_samples(samples_dir / CODET, benchmark)
    asked = {prompt.problem_id: prompt.text for prompt in recorded.prompts}
    assert 150 < len(asked) == len(recorded.prompts)
    for problem in benchmark.problems.values():
        assert re.search(rf"^def {problem.entry_point}\b", asked.get(problem.id, problem.prompt), re.MULTILINE)
    kept = {prompt.id for prompt in recorded.prompts}
    assert {sample.prompt_id for sample in recorded.samples} - {None} == kept

    lines = gzip.decompress((samples_dir / CODET).read_bytes()).splitlines(keepends=True)
    random.Random(1).shuffle(lines)
    shuffled = tmp_path / "codegen-16b.n100.humaneval.jsonl"
    shuffled.write_bytes(b"".join(lines))
    again = read_samples(shuffled, benchmark)
    assert {sample.id: sample for sample in again.samples} == {sample.id: sample for sample in recorded.samples}


@pytest.mark.parametrize("name", ["humaneval", "humaneval-pro", "mbpp-pro"])
def test_the_benchmarks_own_prompts_join_to_themselves(data_dir: Path, name: str) -> None:
    """Signature, docstring opening and whole text tell all problems of a benchmark apart."""
    problems = load(name, data_dir=data_dir).problems
    matcher = PromptMatcher(name, problems.values())
    assert [matcher.find(problem.prompt) for problem in problems.values()] == list(problems)


def test_a_signature_alone_is_not_enough(data_dir: Path) -> None:
    """A prompt without its docstring joins no problem, and the message names those of its signature."""
    matcher = PromptMatcher("humaneval", load("humaneval", data_dir=data_dir).problems.values())
    with pytest.raises(SamplesError, match="HumanEval/56, HumanEval/61"):
        matcher.find("def correct_bracketing(brackets: str):\n")


def test_ids_of_another_benchmark_are_refused(data_dir: Path, samples_dir: Path) -> None:
    """Samples of MBPP held against HumanEval end with the first line, and the count of the others."""
    path = samples_dir / "qwen2.5-coder-7b-base.mbpp.jsonl"
    with pytest.raises(SamplesError, match=r"mbpp\.jsonl, line 1: .*Mbpp/2.* \(faults in 398 more lines\)$"):
        read_samples(path, load("humaneval", data_dir=data_dir))


ALIASES = (lambda n: f"MBPP/{n}", lambda n: f"Mbpp/{n}", str, int)


@settings(deadline=None, max_examples=25)
@given(
    rows=st.lists(st.tuples(st.integers(11, 510), st.sampled_from(ALIASES)), min_size=1, max_size=40),
    order=st.randoms(use_true_random=False),
)
def test_aliases_and_order_do_not_matter(
    data_dir: Path, tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, Any]], order: random.Random
) -> None:
    """Samples of MBPP under any of its ids, in any order of problems: the same samples by id."""
    benchmark = load("mbpp-test", data_dir=data_dir)
    path = tmp_path_factory.mktemp("aliases") / "model.jsonl"
    plain = [{"task_id": f"MBPP/{n}", "completion": f"text {at}"} for at, (n, _) in enumerate(rows)]
    aliased = [{"task_id": alias(n), "completion": f"text {at}"} for at, (n, alias) in enumerate(rows)]
    numbers = [n for n, _ in rows]
    places = {n: order.random() for n in sorted(set(numbers))}
    by_problem = sorted(range(len(rows)), key=lambda at: places[numbers[at]])
    found = []
    for variant in (plain, [aliased[at] for at in by_problem]):
        path.write_text("".join(json.dumps(row) + "\n" for row in variant), encoding="utf-8")
        found.append({sample.id: sample for sample in read_samples(path, benchmark).samples})
    assert found[0] == found[1]
    assert len(found[0]) == len(rows)
