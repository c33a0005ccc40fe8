"""`isocost export`: a run as a table, or in EvalPlus's format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from isocost.cli.options import DataDir, Flag
from isocost.cli.output import escaped, note
from isocost.store.run import Run
from isocost.study.exporting import Format
from isocost.study.exporting import export as export_run


def export(
    run: Path,
    /,
    *,
    to: Path,
    format: Literal["csv", "parquet", "jsonl", "eval-results"] | None = None,  # noqa: A002 (the option's name)
    force: Flag = False,
    benchmark: Annotated[str | None, Parameter(name=("--benchmark", "-b"))] = None,
    data_dir: DataDir = None,
) -> int:
    """Write a run to a file: a table with a row for each sample and test set, or EvalPlus's eval_results.json.

    Parameters
    ----------
    run
        Run folder, as `isocost judge` made it.
    to
        File to write; its ending names the format: .csv, .parquet, .jsonl, or .json for EvalPlus.
    format
        Format, whatever the file is called. `eval-results` is EvalPlus's, and needs the benchmark's file.
    force
        Write over a file that is there.
    benchmark
        File of the problems, where the run was judged on a local one.
    """
    written = export_run(
        Run.read(run),
        to,
        format_=None if format is None else Format(format),
        force=force,
        benchmark=benchmark,
        data_dir=data_dir,
    )
    what = "samples" if written.format is Format.eval_results else "rows"
    print(f"{escaped(str(written.path))}: {written.rows} {what}, {written.format}")
    if written.left_out:
        note(f"{written.left_out} samples left out: this format has no word for what was not judged")
    return 0
