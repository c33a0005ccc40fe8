"""`isocost report`: a result, and the runs that it came from, as one page that explains itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from isocost.cli.options import DataDir, Json
from isocost.cli.output import escaped, print_json


def report(
    result: Path,
    runs: Annotated[list[Path] | None, Parameter(negative=())] = None,
    /,
    *,
    out: Annotated[Path | None, Parameter(name=("--out", "-o"))] = None,
    data_dir: DataDir = None,
    json: Json = False,
) -> int:
    """Write `report.html`: one file that answers the question, with charts, tables, samples and manifests.

    It holds all of its data and loads nothing; open it from the disk with any browser.

    Parameters
    ----------
    result
        File `result.json` of `isocost analyse` or `demo`, or the folder that holds it.
    runs
        Run folders that the result came from, or folders that hold some; by default those in the folder of the result.
    out
        File to write; by default `report.html` beside the result.
    """
    from isocost.report.page import write_report
    from isocost.report.sources import findings_of, read_result, runs_of

    study, place = read_result(result)
    read = runs_of(runs, place.parent)
    page = out or place.with_name("report.html")
    found = findings_of(study, place, read, data_dir=data_dir)
    write_report(study, page, runs=read, warnings=found, data_dir=data_dir)
    if json:
        print_json({"report": str(page), "bytes": page.stat().st_size, "runs": len(read)})
    else:
        print(
            f"report: {escaped(str(page))}    {page.stat().st_size / 1e6:.1f} MB, {len(read)} run{'' if len(read) == 1 else 's'}"
        )
    return 0
