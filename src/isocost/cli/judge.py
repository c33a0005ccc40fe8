"""`isocost judge`: recorded samples in, pass@k and a run folder out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cyclopts import Parameter

from isocost.cli.options import DataDir, Flag, Json
from isocost.cli.output import Form, escaped, note, percent, print_json, print_line, print_table, warn
from isocost.cli.progress import judging_progress
from isocost.records import Isolation, LimitPolicy
from isocost.study.judge_file import judge_file
from isocost.study.judge_request import JudgedFile, JudgeRequest
from isocost.study.summary import Summary


def judge(
    samples: Path,
    /,
    *,
    benchmark: Annotated[str | None, Parameter(name=("--benchmark", "-b"))] = None,
    model: str | None = None,
    out: Annotated[Path | None, Parameter(name=("--out", "-o"))] = None,
    extraction: Literal["auto", "raw"] = "auto",
    partial: Flag = False,
    limit: int | None = None,
    workers: int | None = None,
    isolation: Literal["strong", "contained"] | None = None,
    unsafe: Flag = False,
    cpu_seconds: float = LimitPolicy().cpu_seconds,
    memory_mib: int = LimitPolicy().memory_bytes >> 20,
    seed: int = 0,
    data_dir: DataDir = None,
    cache: bool = True,
    json: Json = False,
) -> int:
    """Judge recorded samples: run what a model wrote against a benchmark's tests, and say how much of it passes.

    The same command again goes on where the last one stopped, and judges nothing twice.

    Parameters
    ----------
    samples
        JSONL of human-eval or EvalPlus (`task_id` with `completion` or `solution`), CodeEval-Pro results, or CodeT
        (`prompt` with `samples`); plain or .gz. Or a run folder with samples, as `isocost generate` makes it.
    benchmark
        Name as in `isocost benchmarks`, or a file in the shape of one; a run folder says it itself.
    model
        Name of the model that wrote the samples; by default the file says it, or its name does.
    out
        Run folder; by default a name in `runs/` made from what is judged, or the run folder that is judged.
    extraction
        `auto` reads the program out of each answer; `raw` takes prompt + completion as it stands.
    partial
        Accept a file that lacks samples for some problems; they leave the mean and are counted beside it.
    limit
        Judge the first so many problems only.
    workers
        Judge processes; by default one for each core.
    isolation
        Insist on this level; by default the strongest that holds here.
    unsafe
        Run even where no level holds. Programs then have your rights.
    cpu_seconds
        CPU seconds that each program gets, or ten times the reference solution's, whichever is more.
    memory_mib
        Address space that each program gets.
    seed
        Seed of the bootstrap.
    cache
        Use verdicts of earlier runs on identical programs, and keep this one's.
    """
    request = JudgeRequest(
        samples=samples,
        benchmark=benchmark,
        model=model,
        out=out,
        extraction=extraction,
        partial=partial,
        limit=limit,
        policy=LimitPolicy(cpu_seconds=cpu_seconds, memory_bytes=memory_mib << 20),
        isolation=None if isolation is None else Isolation(isolation),
        unsafe=unsafe,
        workers=workers,
        seed=seed,
        data_dir=data_dir,
        cache=cache,
    )
    with judging_progress(f"judging {benchmark or samples}") as progress:
        judged = judge_file(request, progress)
    summary = judged.summary
    if json:
        print_json(msgspec.to_builtins(summary) | {"seconds": round(judged.seconds, 3)})
    else:
        _print(judged)
    for line in judged.notes:
        note(line)
    for reason, count in summary.sandbox_errors.items():
        warn(f"{count} not scored: {reason}")
    return 3 if summary.unscored_samples and not summary.samples else 0


def _print(judged: JudgedFile) -> None:
    summary = judged.summary
    print_summary(summary)
    print(f"\nrun: {escaped(summary.run)}    {judged.seconds:.1f} s")


def print_summary(summary: Summary, form: Form = Form.table) -> None:
    """Print a run in numbers, for people."""
    print_table(["model", "benchmark", "problems", "samples", "passed"], [
        [summary.model, summary.benchmark, str(summary.problems), str(summary.samples), str(summary.passed)]
    ], right=(2, 3, 4), form=form)  # fmt: skip
    if summary.pass_at:
        print()
        print_table(
            ["pass@k", "estimate [95% interval]", "by"],
            [[f"pass@{k}", percent(estimate), estimate.method] for k, estimate in summary.pass_at.items()],
            form=form,
        )
    if len(summary.passed_by_tests) > 1:
        print()
        rows = [[name, str(count)] for name, count in summary.passed_by_tests.items()]
        print_table(["tests", "samples passed"], rows, right=(1,), form=form)
    print()
    total = sum(summary.outcomes.values())
    rows = [[name, str(count), f"{count / total:.1%}"] for name, count in summary.outcomes.items()]
    print_table(["outcome", "samples", "share"], rows, right=(1, 2), form=form)
    print()
    channel = summary.channel or "none, for nothing was judged"
    print_line(f"channel {channel}, isolation {summary.isolation or 'none yet'}", form)
    if summary.missing or summary.unscored_samples:
        print_line(
            f"left out of the mean: {summary.missing} problems without a sample, {summary.unscored_problems} problems "
            f"with no scored sample, {summary.unscored_samples} samples not scored",
            form,
        )
    if summary.unjudged_samples:
        print_line(
            f"{summary.unjudged_samples} samples are not judged yet: the same `isocost judge` goes on with them", form
        )
