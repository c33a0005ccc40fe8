"""Parts of the tests of comparing: run folders with wanted verdicts, without anything being run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
from tests.store.run_parts import manifest

from isocost.benchmarks.unfair import audited
from isocost.records import (
    BenchmarkInfo,
    Channel,
    Execution,
    Isolation,
    JudgePolicy,
    Manifest,
    Outcome,
    Sample,
    SamplingParams,
    Timing,
    Usage,
    Verdict,
    Window,
)
from isocost.store.run import Run

HUMAN_EVAL = BenchmarkInfo(name="humaneval", version="1", sha256="0" * 64, rung=0, problems=164)
PRO = BenchmarkInfo(name="humaneval-pro", version="1", sha256=audited()["humaneval-pro"], rung=2, problems=164)
PLUS = BenchmarkInfo(name="mbpp-plus", version="1", sha256="2" * 64, rung=1, problems=378)


def run_of(
    folder: Path,
    model: str,
    outcomes: Mapping[str, Sequence[Mapping[str, bool | None] | bool | None]],
    *,
    benchmark: BenchmarkInfo = HUMAN_EVAL,
    shared: Sequence[str] = (),
    params: SamplingParams | None = None,
    tokens: Callable[[str, int], tuple[int, int]] | None = None,
    made: Callable[[str, int], tuple[str, Timing | None]] | None = None,
    windows: Sequence[Window] = (),
    **changes: object,
) -> Run:
    """A run of samples by problem, each given by whether it passed (None: our own fault), or by that of each test set.

    `made` gives a sample's window and timing, by its problem and draw.
    """
    with Run.open(folder, manifest_with({"model": model, "benchmark": benchmark} | changes)) as run:
        for window in windows:
            run.windows.append(window)
        for problem, samples in outcomes.items():
            for draw, told in enumerate(samples):
                name = f"{problem} {draw}"
                used = None if tokens is None else tokens(problem, draw)
                of_window, timing = (None, None) if made is None else made(problem, draw)
                run.samples.append(
                    Sample(
                        id=name,
                        problem_id=problem,
                        prompt_id=None,
                        model=model,
                        params=params,
                        draw=draw,
                        completion="",
                        whole=True,
                        usage=used and Usage(prompt_tokens=used[0], completion_tokens=used[1]),
                        timing=timing,
                        window=of_window,
                    )
                )
                sets = told if isinstance(told, Mapping) else {"base": told}
                channel = Channel.shared if problem in shared else Channel.separate
                for tests, passed in sets.items():
                    run.executions.append(
                        Execution(sample_id=name, problem_id=problem, tests=tests, program_sha256=None, rules=())
                    )
                    run.verdicts.append(
                        Verdict(
                            sample_id=name,
                            problem_id=problem,
                            tests=tests,
                            outcome=_outcome(passed),
                            detail=None,
                            channel=channel,
                            isolation=Isolation.contained,
                        )
                    )
    return Run.read(folder)


def manifest_with(changes: Mapping[str, object]) -> Manifest:
    """The manifest of a small run with these fields changed, those of how it is judged among them."""
    made = manifest()
    of_judging = {name: value for name, value in changes.items() if name in JudgePolicy.__struct_fields__}
    judging = None if made.judging is None else msgspec.structs.replace(made.judging, **of_judging)
    others = {name: value for name, value in changes.items() if name not in of_judging}
    return msgspec.structs.replace(made, **{"judging": judging} | others)


def _outcome(passed: bool | None) -> Outcome:
    if passed is None:
        return Outcome.sandbox_error
    return Outcome.passed if passed else Outcome.wrong_answer


def firsts(count: int, of: int, prefix: str = "HumanEval/", *, times: int = 1) -> dict[str, list[bool]]:
    """Problems of which the first so many are solved by every one of `times` samples."""
    return {f"{prefix}{number}": [number < count] * times for number in range(of)}
