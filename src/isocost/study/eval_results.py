"""Writes a run as EvalPlus's `eval_results.json`, so that its readers take our verdicts for theirs.

Shape as EvalPlus's own `evaluate` writes it: `date`, `hash`, and `eval` with a list of results for each task. What
cannot be said in it: which inputs failed (the lists stay empty), and outcomes finer than pass, fail and timeout.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import msgspec

from isocost.benchmarks import Benchmark
from isocost.errors import UsageError
from isocost.records import Outcome, Sample
from isocost.store.cache import VerdictCache
from isocost.store.hashing import text_sha256
from isocost.store.run import Run
from isocost.study.programs import ProgramReader
from isocost.study.showing import policy_of

_STATUS = {Outcome.passed: "pass", Outcome.time_limit: "timeout"}
"""EvalPlus's words; everything else is `fail`."""
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON cannot carry them, and no such program compiles


def write_eval_results(run: Run, benchmark: Benchmark, path: Path) -> tuple[int, int]:
    """Write `{date, hash, eval: {task_id: [result, …]}}`; samples of a problem stand in the order of their draws.

    Returns how many samples were written, and how many left out: EvalPlus has no word for a sample that could not be
    judged by a fault of ours, or was not judged yet. Raises UsageError when extraction has changed since judging.
    """
    statuses: dict[str, dict[str, Outcome]] = {}
    for verdict in run.verdicts.read():
        statuses.setdefault(verdict.sample_id, {})[verdict.tests] = verdict.outcome
    judged_as = {item.sample_id: item.program_sha256 for item in run.executions.read()}
    by_problem: dict[str, list[Sample]] = {}
    left_out = 0
    for sample in run.samples.read():
        wanted = benchmark.problems[sample.problem_id].tests.keys()
        seen = statuses.get(sample.id, {})
        if wanted <= seen.keys() and Outcome.sandbox_error not in seen.values():
            by_problem.setdefault(sample.problem_id, []).append(sample)
        else:
            left_out += 1
    results: dict[str, list[_Result]] = {}
    reader = ProgramReader(run, policy_of(run), VerdictCache.disabled())
    for problem_id in benchmark.problems:
        samples = sorted(by_problem.get(problem_id, []), key=lambda sample: sample.draw)
        programs = reader.read(benchmark.problems[problem_id], samples)
        for sample in samples:
            source = programs[sample.id].source
            if (None if source is None else text_sha256(source)) != judged_as[sample.id]:
                raise UsageError(
                    f"this isocost reads another program out of sample {sample.id} than was judged: "
                    f"judge the samples again, or export with the version that wrote {run.judging.extraction!r}"
                )
            name = evalplus_id(problem_id)
            results.setdefault(name, []).append(
                _result(name, _LONE_SURROGATE.sub("\ufffd", source or ""), statuses[sample.id])
            )
    info = run.manifest.benchmark
    date = datetime.fromisoformat(run.manifest.created).strftime("%Y-%m-%d %H:%M")
    document = {"date": date, "hash": info.sha256, "eval": results}
    path.write_bytes(msgspec.json.encode(document))
    return sum(len(items) for items in results.values()), left_out


def evalplus_id(problem_id: str) -> str:
    """Spell an id as EvalPlus does.

    >>> evalplus_id("MBPP/11"), evalplus_id("HumanEval/0")
    ('Mbpp/11', 'HumanEval/0')
    """
    return "Mbpp/" + problem_id.removeprefix("MBPP/") if problem_id.startswith("MBPP/") else problem_id


class _Result(msgspec.Struct):
    """One sample as EvalPlus writes it. Which inputs failed is not known here, so both lists stay empty."""

    task_id: str
    solution: str
    base_status: str
    plus_status: str | None
    base_fail_tests: tuple[()] = ()
    plus_fail_tests: tuple[()] = ()


def _result(task_id: str, solution: str, statuses: dict[str, Outcome]) -> _Result:
    status = {name: _STATUS.get(outcome, "fail") for name, outcome in statuses.items()}
    return _Result(task_id=task_id, solution=solution, base_status=status["base"], plus_status=status.get("plus"))
