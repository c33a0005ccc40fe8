"""`isocost check`: when not to believe a result, and what to do about it."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from cyclopts import Parameter

from isocost.cli.options import DataDir, Format, Json
from isocost.cli.output import Form, escaped, form_of, print_json, print_line, print_table

if TYPE_CHECKING:
    from isocost.study.checking.finding import Finding
    from isocost.study.checking.findings import Checked


def check(
    runs: Annotated[list[Path], Parameter(negative=())],
    /,
    *,
    data_dir: DataDir = None,
    format: Format = None,  # noqa: A002 (the option's name)
    json: Json = False,
) -> int:
    """Say when not to believe a result: what was seen, with its number, and what to do about it.

    Ends with exit code 1 when something serious was found.

    Parameters
    ----------
    runs
        Run folders of `isocost judge`, folders that hold some, or results of `isocost analyse` or `isocost demo`.
    """
    from isocost.study.checking.findings import check_paths

    form = form_of(format, json=json)
    checked = check_paths(runs, data_dir=data_dir)
    if form is Form.json:
        print_json(msgspec.to_builtins(checked))
    else:
        _print(checked, form)
    return 1 if checked.serious else 0


def _print(checked: Checked, form: Form) -> None:
    if form is Form.table:
        alike = attrgetter("severity", "check", "remedy")
        for (severity, name, remedy), findings in groupby(checked.findings, key=alike):
            print(f"{severity:<9}{name}")
            for finding in findings:
                print(f"         {escaped(_about(finding))}: {escaped(finding.what)}")
            print(f"         → {escaped(remedy)}\n")
    elif checked.findings:
        rows = [[one.severity, one.check, _about(one), one.what, one.remedy] for one in checked.findings]
        print_table(["severity", "check", "run", "seen", "what to do"], rows, form=form)
        print()
    print_line(_total(checked), form)


def _about(finding: Finding) -> str:
    """The run with its model, or nothing where it is about several."""
    if finding.run is None:
        return "several runs"
    return finding.run if finding.model is None else f"{finding.run} ({finding.model})"


def _total(checked: Checked) -> str:
    looked = f"{len(checked.checks)} checks of {_count(len(checked.runs), 'run')}"
    if checked.results:
        looked += f" and {_count(len(checked.results), 'result')}"
    if not checked.findings:
        return f"{looked}: nothing was found that speaks against the figures"
    return (
        f"{looked}: {checked.serious} serious, {_count(checked.warnings, 'warning')}, {_count(checked.notes, 'note')}"
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
