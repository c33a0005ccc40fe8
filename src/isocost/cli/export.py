"""`isocost export`: a run as a table, in EvalPlus's format, or as an entry for the Hugging Face Hub."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from isocost.cli.options import DataDir, Flag
from isocost.cli.output import escaped, note
from isocost.errors import UsageError
from isocost.store.run import Run
from isocost.study.exporting import Format
from isocost.study.exporting import export as export_run
from isocost.study.hub_results import HubEntry


def export(
    run: Path,
    /,
    *,
    to: Path | None = None,
    eval_results: Flag = False,
    format: Literal["csv", "parquet", "jsonl", "eval-results", "hub-results"] | None = None,  # noqa: A002 (the option's name)
    force: Flag = False,
    benchmark: Annotated[str | None, Parameter(name=("--benchmark", "-b"))] = None,
    dataset: str | None = None,
    task: str = HubEntry().task,
    source_url: str | None = None,
    source_name: str | None = None,
    source_user: str | None = None,
    data_dir: DataDir = None,
) -> int:
    """Write a run to a file: a table with a row for each sample and test set, EvalPlus's eval_results.json, or the
    entry that the Hugging Face Hub reads from a model's .eval_results folder.

    Parameters
    ----------
    run
        Run folder, as `isocost judge` made it.
    to
        File to write; its ending names the format: .csv, .parquet, .jsonl, .json for EvalPlus, or
        .yaml for the Hub.
    eval_results
        Write the Hub's entry, by default to `.eval_results/BENCHMARK.yaml` in the run folder.
    format
        Format, whatever the file is called. `eval-results` is EvalPlus's, and needs the benchmark's file;
        `hub-results` is the Hub's.
    force
        Write over a file that is there.
    benchmark
        File of the problems, where the run was judged on a local one.
    dataset
        For the Hub: the data set whose leaderboard it is for, as OWNER/NAME; known for published benchmarks.
    task
        For the Hub: the task, as the data set's eval.yaml names it.
    source_url
        For the Hub: address of what the figure rests on.
    source_name
        For the Hub: what to call that.
    source_user
        For the Hub: the user or organisation that it is by.
    """
    if eval_results:
        format = Format.hub_results.value  # noqa: A001 (the option's name)
        to = to or run / ".eval_results" / f"{Run.read(run).manifest.benchmark.name}.yaml"
        to.parent.mkdir(parents=True, exist_ok=True)
    if to is None:
        raise UsageError(
            "where to? type --to FILE (.csv, .parquet, .jsonl, .json, .yaml), or --eval-results for the Hub"
        )
    written = export_run(
        Run.read(run),
        to,
        format_=None if format is None else Format(format),
        force=force,
        benchmark=benchmark,
        hub=HubEntry(
            dataset=dataset, task=task, source_url=source_url, source_name=source_name, source_user=source_user
        ),
        data_dir=data_dir,
    )
    what = "samples" if written.format in {Format.eval_results, Format.hub_results} else "rows"
    print(f"{escaped(str(written.path))}: {written.rows} {what}, {written.format}")
    if written.left_out:
        note(f"{written.left_out} samples left out: this format has no word for what was not judged")
    if written.format is Format.hub_results:
        note("the Hub shows it where the data set is registered as a benchmark and has this task; nothing was sent")
    return 0
