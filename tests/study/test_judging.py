"""Judging: what is judged, what is not judged again, and what a verdict may be taken from."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
import pytest
from tests.study.judge_parts import FAILS, WRONG, benchmark_file, executions, judge, right, samples_file, verdicts

from isocost.benchmarks import Benchmark, load
from isocost.judge.pool import Pool
from isocost.records import BenchmarkInfo, Isolation, Outcome, Problem
from isocost.store.cache import VerdictCache
from isocost.store.run import Run
from isocost.study import judging as judging_module
from isocost.study.judging import Judging, Progress


@pytest.fixture(autouse=True)
def _fresh_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISOCOST_CACHE", str(tmp_path / "cache"))


def _run_count(folder: Path) -> int:
    """Programs that were really run for this run folder."""
    return sum(not item.cached for item in executions(folder).values())


def _outcomes(folder: Path) -> list[str]:
    order = [sample.id for sample in Run.read(folder).samples.read()]
    found = {verdict.sample_id: verdict.outcome.value for verdict in verdicts(folder).values()}
    return [found[name] for name in order]


def _without_facts(folder: Path) -> dict[tuple[str, str], object]:
    return {key: (verdict.outcome, verdict.detail, verdict.channel) for key, verdict in verdicts(folder).items()}


ROWS = [(0, right(0)), (0, WRONG), (1, FAILS), (1, right(1)), (2, "def f(x) return"), (3, right(3))]
WANTED = ["passed", "wrong_answer", "runtime_error", "passed", "syntax_error", "passed"]


def test_each_sample_gets_its_verdict(tmp_path: Path) -> None:
    """One verdict and one execution for each sample and test set."""
    benchmark = benchmark_file(tmp_path)
    judge(samples_file(tmp_path, ROWS), benchmark, tmp_path / "run")
    assert _outcomes(tmp_path / "run") == WANTED
    assert executions(tmp_path / "run").keys() == verdicts(tmp_path / "run").keys()


def test_the_same_call_again_judges_nothing(tmp_path: Path) -> None:
    """What has a verdict is left alone: the second call changes no byte."""
    benchmark, samples, run = benchmark_file(tmp_path), samples_file(tmp_path, ROWS), tmp_path / "run"
    first = judge(samples, benchmark, run, cache=False)
    before = {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()}
    second = judge(samples, benchmark, run, cache=False)
    assert {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()} == before
    assert first.summary == second.summary


def test_resuming_judges_the_difference(tmp_path: Path) -> None:
    """Problems added to a run are judged; those that were judged keep their verdicts, byte for byte."""
    benchmark, samples, run = benchmark_file(tmp_path), samples_file(tmp_path, ROWS), tmp_path / "run"
    judge(samples, benchmark, run, limit=2, cache=False)
    before = (run / "verdicts.jsonl").read_bytes()
    assert len(verdicts(run)) == 4
    judge(samples, benchmark, run, cache=False)
    assert (run / "verdicts.jsonl").read_bytes().startswith(before)
    assert _outcomes(run) == WANTED


def test_the_cache_changes_no_verdict(tmp_path: Path) -> None:
    """With and without a cache, and with a cache that knows everything, the result is the same."""
    benchmark, samples = benchmark_file(tmp_path), samples_file(tmp_path, ROWS)
    for name, cache in (("without", False), ("cold", True), ("warm", True)):
        judge(samples, benchmark, tmp_path / name, cache=cache)
    assert (
        _without_facts(tmp_path / "without") == _without_facts(tmp_path / "cold") == _without_facts(tmp_path / "warm")
    )
    assert [_run_count(tmp_path / name) for name in ("without", "cold", "warm")] == [6, 6, 0]


def test_identical_programs_run_once(tmp_path: Path) -> None:
    """Samples with the same program share one execution; the others are marked as cached."""
    rows = [(0, right(0))] * 7 + [(0, WRONG)] * 5 + [(1, right(1))] * 3
    run = tmp_path / "run"
    judge(samples_file(tmp_path, rows), benchmark_file(tmp_path), run, cache=False)
    assert _run_count(run) == 3
    assert _outcomes(run) == ["passed"] * 7 + ["wrong_answer"] * 5 + ["passed"] * 3


def test_the_same_program_for_another_problem_is_another_question(tmp_path: Path) -> None:
    """A verdict belongs to a program and a test set."""
    run = tmp_path / "run"
    judge(samples_file(tmp_path, [(0, right(1)), (1, right(1))]), benchmark_file(tmp_path), run)
    assert _outcomes(run) == ["wrong_answer", "passed"]


def test_time_limits_are_not_cached(tmp_path: Path) -> None:
    """A program that ran out of time is run again by the next run: the machine may have been busy."""
    benchmark = benchmark_file(tmp_path)
    samples = samples_file(tmp_path, [(0, "def f(x):\n    while True: pass\n"), (1, right(1))])
    for name, ran in (("one", 2), ("two", 1)):
        judge(samples, benchmark, tmp_path / name)
        assert _outcomes(tmp_path / name) == ["time_limit", "passed"]
        assert _run_count(tmp_path / name) == ran


def test_texts_without_a_program_are_counted_apart(tmp_path: Path) -> None:
    """Prose is `no_program`: a failure of the model, and nothing is run."""
    samples = tmp_path / "samples.jsonl"
    samples.write_text('{"task_id": "Tiny/0", "completion": "I am sorry, I cannot help with that request."}\n')
    judged = judge(samples, benchmark_file(tmp_path), tmp_path / "run")
    assert judged.summary.outcomes == {"no_program": 1}
    (execution,) = executions(tmp_path / "run").values()
    assert execution.program_sha256 is None
    assert execution.wall_seconds is None


def test_facts_are_kept_with_the_verdict(tmp_path: Path) -> None:
    """Seconds, memory, limits, calls and output stand in the execution."""
    run = tmp_path / "run"
    judge(samples_file(tmp_path, [(0, "print('hello')\n" + right(0))]), benchmark_file(tmp_path), run)
    (execution,) = executions(run).values()
    assert execution.output == "hello\n"
    assert execution.calls == 2
    assert execution.cpu_seconds is not None
    assert execution.memory_bytes is not None
    assert execution.limits is not None
    assert execution.limits.cpu_seconds == 1


def _lacking(benchmark: Benchmark, module: str) -> Benchmark:
    """The same benchmark, whose first problem imports a module."""
    problems: dict[str, Problem] = dict(benchmark.problems)
    first = next(iter(problems))
    problems[first] = msgspec.structs.replace(problems[first], modules=(module,))
    return dataclasses.replace(benchmark, problems=problems)


def _judge(run: Run, benchmark: Benchmark, seen: list[Progress] | None = None) -> None:
    progress = (lambda _: None) if seen is None else seen.append
    judging = Judging(run, benchmark, extraction="auto", cache=VerdictCache(), progress=progress)
    with Pool(run.judging.isolation, run.judging.limits, 1) as pool:
        judging.run(pool)


def test_a_module_that_the_benchmark_lacks_here_is_no_failure_of_the_model(tmp_path: Path) -> None:
    """It is `sandbox_error` with the module's name, found before anything is run; it stands until the module is there."""
    benchmark, folder = load(str(benchmark_file(tmp_path))), tmp_path / "run"
    judge(samples_file(tmp_path, [(0, right(0)), (1, right(1))]), tmp_path / "tiny.jsonl", folder)
    lacking = _lacking(benchmark, "no_such_module_at_all")
    with Run.open(folder, Run.read(folder).manifest) as run:
        run.forget(run.judged())
        _judge(run, lacking)
    found = {verdict.problem_id: verdict for verdict in verdicts(folder).values()}
    assert [found[name].outcome for name in ("Tiny/0", "Tiny/1")] == [Outcome.sandbox_error, Outcome.passed]
    assert "no_such_module_at_all" in str(found["Tiny/0"].detail)
    before = (folder / "verdicts.jsonl").read_bytes()
    with Run.open(folder, Run.read(folder).manifest) as run:
        _judge(run, lacking)
    assert (folder / "verdicts.jsonl").read_bytes() == before
    with Run.open(folder, Run.read(folder).manifest) as run:  # now it is installed
        _judge(run, benchmark)
    assert {verdict.outcome for verdict in verdicts(folder).values()} == {Outcome.passed}


def test_our_own_faults_are_judged_again(tmp_path: Path) -> None:
    """A `sandbox_error` does not stay in a run: the next call judges that sample anew, and only that."""
    folder = tmp_path / "run"
    benchmark = benchmark_file(tmp_path)
    samples = samples_file(tmp_path, ROWS)
    judge(samples, benchmark, folder)
    with Run.open(folder, Run.read(folder).manifest) as run:
        broken, facts = next(iter(run.verdicts.read())), next(iter(run.executions.read()))
        run.forget({next(iter(run.judged() & {(broken.sample_id, broken.tests)}))})
        run.executions.append(facts)
        run.verdicts.append(
            msgspec.structs.replace(broken, outcome=Outcome.sandbox_error, detail="the machine tripped")
        )
    seen: list[Progress] = []
    with Run.open(folder, Run.read(folder).manifest) as run:
        _judge(run, load(str(benchmark)), seen)
    assert seen[-1].total == 1
    assert _outcomes(folder) == WANTED


def test_progress_counts_verdicts(tmp_path: Path) -> None:
    """Done never exceeds the total, rises, and ends there."""
    benchmark, folder = benchmark_file(tmp_path), tmp_path / "run"
    judge(samples_file(tmp_path, ROWS), benchmark, folder)
    seen: list[Progress] = []
    with Run.open(folder, Run.read(folder).manifest) as run:
        run.forget(run.judged())
        _judge(run, load(str(benchmark)), seen)
    assert [step.done for step in seen] == sorted(step.done for step in seen)
    assert seen[-1] == Progress(done=6, total=6, passed=3)


def test_several_test_sets_are_judged_apart(tmp_path: Path) -> None:
    """A problem with two test sets gets a verdict for each, and expected values are computed and used in one go."""
    path = tmp_path / "twice.jsonl"
    path.write_text(
        '{"task_id": "Own/1", "prompt": "\\"Add one.\\"\\n", "entry_point": "f", "canonical_solution": "def f(x):\\n    return x + 1\\n",'
        ' "base_input": [[1], [2]], "plus_input": [[-1], [10]], "atol": 0, "contract": "", "assertion": ""}\n'
    )
    samples = tmp_path / "samples.jsonl"
    samples.write_text(
        '{"task_id": "Own/1", "solution": "def f(x): return x + 1"}\n'
        '{"task_id": "Own/1", "solution": "def f(x): return abs(x) + 1"}\n'
    )
    judged = judge(samples, path, tmp_path / "run")
    assert judged.summary.passed_by_tests == {"base": 2, "plus": 1}
    assert judged.summary.outcomes == {"passed": 1, "wrong_answer": 1}
    again = judge(samples, path, tmp_path / "again", cache=False)
    assert again.summary.outcomes == judged.summary.outcomes


def test_nothing_to_do_starts_no_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finished run is summed up without a worker."""
    benchmark, samples = benchmark_file(tmp_path), samples_file(tmp_path, ROWS)
    judge(samples, benchmark, tmp_path / "run")
    monkeypatch.delattr(judging_module, "Pool")
    with Run.open(tmp_path / "run", Run.read(tmp_path / "run").manifest) as run:
        _judge(run, load(str(benchmark)))


def test_isolation_and_benchmark_are_in_the_manifest(tmp_path: Path) -> None:
    """A run says how it was judged, and verdicts carry it too."""
    judge(samples_file(tmp_path, ROWS), benchmark_file(tmp_path), tmp_path / "run")
    run = Run.read(tmp_path / "run")
    assert run.judging.isolation in (Isolation.strong, Isolation.contained)
    assert isinstance(run.manifest.benchmark, BenchmarkInfo)
    assert {verdict.isolation for verdict in verdicts(tmp_path / "run").values()} == {run.judging.isolation}
