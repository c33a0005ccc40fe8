"""`isocost run`: a study in, samples, verdicts, a result and a report out."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from cyclopts import Parameter

from isocost.cli.options import DataDir, EngineChoices, Flag, Json
from isocost.cli.output import escaped, note, print_json, print_table, warn
from isocost.cli.result_tables import print_answer
from isocost.cli.study_progress import study_progress_shown

if TYPE_CHECKING:
    from isocost.study.running.forecast import Forecast
    from isocost.study.running.study_run import StudyRan

_CAP_OF = {"--max-tokens-total": "caps.tokens", "--max-dollars": "caps.dollars", "--max-hours": "caps.hours"}
"""What `isocost generate` calls a cap, and what a study does."""
_CAPS = re.compile("|".join(_CAP_OF))


def run(
    study: Path | None = None,
    /,
    *,
    model: Annotated[list[str] | None, Parameter(name=("--model", "-m"), negative=())] = None,
    ladder: str | None = None,
    benchmark: Annotated[list[str] | None, Parameter(name=("--benchmark", "-b"), negative=())] = None,
    samples: Annotated[int | None, Parameter(name=("--samples", "-n"))] = None,
    temperature: float | None = None,
    max_tokens: int | None = None,
    limit: int | None = None,
    only: Annotated[list[str] | None, Parameter(negative=())] = None,
    seed: int | None = None,
    out: Annotated[Path | None, Parameter(name=("--out", "-o"))] = None,
    dry_run: Flag = False,
    engine: EngineChoices = EngineChoices(),  # noqa: B008 (frozen)
    unsafe: Flag = False,
    data_dir: DataDir = None,
    json: Json = False,
) -> int:
    """Run a study: ask every model, judge what it wrote, and write the answer and a report.

    The same command again goes on where the last one stopped. Ctrl-C once lets what is in flight come in, twice stops.

    Parameters
    ----------
    study
        Study file in TOML (docs/running.md shows one); or say it with --model and --ladder.
    model
        What to ask, may be given several times: http://HOST/v1#MODEL, a .gguf file, hf:…, … with NAME= before it if you
        like.
    ladder
        humaneval, mbpp or steps: benchmarks of rising rung.
    benchmark
        Benchmark, or a file in the shape of one, instead of a ladder or beside it.
    samples
        Samples for each problem.
    temperature
        Softmax temperature; by default 0 (greedy) for one sample, else 0.8.
    max_tokens
        Longest answer, in tokens.
    limit
        The first so many problems of each benchmark only.
    only
        Ask these models or benchmarks this time, and leave the others for later.
    seed
        Seed of sampling and of the bootstrap.
    out
        Folder of the study; by default its name in `runs/`.
    dry_run
        Say what it would take, and ask nothing.
    unsafe
        Judge even where no isolation holds.
    """
    from isocost.study.running.asking import Place
    from isocost.study.running.study_file import study_of
    from isocost.study.running.study_run import forecast_study, run_study

    asked = study_of(
        study, models=model, ladder=ladder, benchmarks=benchmark,
        changes={
            "samples": samples, "temperature": temperature, "max_tokens": max_tokens, "limit": limit, "seed": seed,
        },
    )  # fmt: skip
    place = Place(
        folder=out or Path("runs") / (asked.name or "study"),
        base=Path() if study is None else study.parent,
        data_dir=data_dir,
    )
    options = engine.options(asked.seed)
    if dry_run:
        forecast = forecast_study(asked, place, options, only or ())
        if json:
            print_json(forecast)
        else:
            _print_forecast(forecast)
        return 0
    with study_progress_shown() as progress:
        ran = run_study(
            asked, place, options, names=only or (), unsafe=unsafe, progress=progress, interrupted=_interrupted
        )
    report = _report(ran, data_dir)
    if json:
        print_json(_document(ran, report))
    else:
        _print(ran, report)
    return _ended(ran)


def _interrupted() -> None:
    """Say that the first Ctrl-C was heard; by its number, for a handler may come amid another line for stderr."""
    os.write(2, b"interrupted: what is in flight is waited for and judged; Ctrl-C again stops at once\n")


def _report(ran: StudyRan, data_dir: Path | None) -> Path | None:
    from isocost.report.page import write_report
    from isocost.report.sources import runs_of

    if ran.result is None:
        return None
    page = ran.folder / "report.html"
    write_report(ran.result, page, runs=runs_of(None, ran.folder), warnings=ran.findings, data_dir=data_dir)
    return page


def _document(ran: StudyRan, report: Path | None) -> dict[str, object]:
    """What `--json` prints."""
    return {
        "study": str(ran.folder),
        "report": None if report is None else str(report),
        "stopped": ran.ran.stopped,
        "failures": ran.ran.failures,
        "runs": [str(folder) for folder in ran.ran.runs],
        "findings": msgspec.to_builtins(ran.findings),
        "result": msgspec.to_builtins(ran.result),
    }


def _print(ran: StudyRan, report: Path | None) -> None:
    if ran.result is not None:
        print_answer(ran.result)
        print()
    folder = escaped(str(ran.folder))
    if ran.findings:
        counts = Counter(finding.severity.value for finding in ran.findings)
        told = ", ".join(
            f"{count} {severity}" + ("s" if count > 1 and severity != "serious" else "")
            for severity, count in counts.items()
        )
        print(f"when not to believe it: {told}; `isocost check {folder}` tells them")
    if report is None:
        print(f"study: {folder}; nothing was judged, so there is no answer yet")
    else:
        print(f"study: {folder}; `isocost analyse {folder}` prints every table")
        print(f"report: {escaped(str(report))}")


def _ended(ran: StudyRan) -> int:
    for line in ran.ran.notes:
        note(line)
    for name, why in ran.ran.failures.items():
        warn(f"{name}: {why}")
    if ran.ran.stopped is not None:
        why = _CAPS.sub(lambda found: _CAP_OF[found[0]], ran.ran.stopped)
        more = "with a higher cap " if "caps.tokens" in why or "caps.dollars" in why else ""
        warn(f"{why}, before all was asked; {more}the same command goes on from here")
    if ran.ran.stopped == "interrupted":
        return 130
    return 2 if ran.ran.failures else 0


def _print_forecast(forecast: Forecast) -> None:
    header = ["model", "benchmark", "problems", "samples", "tokens", "TFLOP", "device hours", "$", "kJ at most"]
    rows = [
        [row.model, row.benchmark, f"{row.problems:,}", f"{row.samples:,}",
         f"{row.prompt_tokens + row.completion_tokens:,}", _number(row.flops, 1e12), _number(row.seconds, 3600.0),
         _number(row.dollars, 1.0), _number(row.joules_at_most, 1e3)]
        for row in forecast.rows
    ]  # fmt: skip
    rows.append([
        "all", "", "", f"{forecast.samples:,}", f"{forecast.tokens:,}", _number(forecast.flops, 1e12),
        _number(forecast.seconds, 3600.0), _number(forecast.dollars, 1.0), _number(forecast.joules_at_most, 1e3),
    ])  # fmt: skip
    print_table(header, rows, right=(2, 3, 4, 5, 6, 7, 8))
    print(f"\nat most {forecast.tokens_at_most:,} tokens, if every answer were as long as it may; all modelled")
    for line in forecast.notes:
        print(line)


def _number(value: float | None, unit: float) -> str:
    return "–" if value is None else f"{value / unit:,.3g}"
