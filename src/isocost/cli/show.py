"""`isocost show`: what stands in a run folder, in numbers or sample by sample."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from cyclopts import Parameter

from isocost.cli.judge import print_summary
from isocost.cli.options import DataDir, Flag, Format, Json
from isocost.cli.output import Form, form_of, print_facts, print_json, print_line, print_table, print_text
from isocost.records import Execution, Outcome
from isocost.store.run import Run
from isocost.study.showing import (
    ExtractionUse,
    Selected,
    Selection,
    ShownSample,
    ShownVerdict,
    extraction_use,
    select,
)
from isocost.study.summary import summarise

_OutcomeName = Literal[
    "passed",
    "wrong_answer",
    "runtime_error",
    "time_limit",
    "memory_limit",
    "output_limit",
    "syntax_error",
    "no_program",
    "sandbox_error",
]


def show(
    run: Path,
    /,
    *,
    extraction: Flag = False,
    problem: str | None = None,
    sample: str | None = None,
    outcome: _OutcomeName | None = None,
    limit: int = 10,
    benchmark: Annotated[str | None, Parameter(name=("--benchmark", "-b"))] = None,
    data_dir: DataDir = None,
    format: Format = None,  # noqa: A002 (the option's name)
    json: Json = False,
) -> int:
    """Show a run: its numbers, its samples, or what extraction changed.

    The benchmark's file is not needed, except to show the programs that were read out of the samples.

    Parameters
    ----------
    run
        Run folder, as `isocost judge` made it.
    extraction
        Count how many programs each rule of extraction changed.
    problem
        Show the samples of this problem, with all that is known of them.
    sample
        Show this sample; the beginning of its id is enough.
    outcome
        Show samples with this outcome only; alone, it lists them, one a line.
    limit
        Show at most so many samples.
    benchmark
        File of the problems, where the run was judged on a local one.
    """
    form = form_of(format, json=json)
    opened = Run.read(run)
    shown: dict[str, object] = {}
    wanted = Selection(problem=problem, sample=sample, outcome=None if outcome is None else Outcome(outcome))
    if extraction:
        use = extraction_use(opened)
        shown["extraction"] = use
        if form is not Form.json:
            _print_extraction(use, form)
    if wanted != Selection():
        selected = select(opened, wanted, limit=limit, benchmark=benchmark, data_dir=data_dir)
        if shown and form is not Form.json:
            print()
        shown["selected"] = selected
        if form is not Form.json:
            _print_selected(selected, form, whole=problem is not None or sample is not None)
    if form is Form.json:
        print_json(msgspec.to_builtins(summarise(opened)) | shown)
    elif not shown:
        print_summary(summarise(opened), form)
        if form is Form.table:
            print()
        print_line(f"run: {run}", form)
    return 0


def _print_extraction(use: ExtractionUse, form: Form) -> None:
    print_line(
        f"extraction {use.policy}: {use.programs} samples, {use.unchanged} changed by no rule, "
        f"{use.no_program} without a program",
        form,
    )
    if form is Form.table:
        print()
    rows = [[rule.rule, str(rule.programs), rule.meaning] for rule in use.rules]
    print_table(["rule", "programs", "meaning"], rows, right=(1,), form=form)


def _print_selected(selected: Selected, form: Form, *, whole: bool) -> None:
    if selected.total == 0:
        print_line("no sample of the run is like that", form)
    elif whole:
        for item in selected.samples:
            _print_sample(item, form)
    else:
        rows = [
            [item.sample.id, item.sample.problem_id, str(item.sample.draw), item.outcome or "not judged", _why(item)]
            for item in selected.samples
        ]
        print_table(["sample", "problem", "draw", "outcome", "detail"], rows, right=(2,), form=form)
        print()
        if form is Form.table:
            print_line("--sample ID shows all that is known of one")
    if selected.total > len(selected.samples):
        print_line(f"… {selected.total - len(selected.samples)} more samples; --limit N shows more", form)


def _why(item: ShownSample) -> str:
    """The first detail that is not of a pass, cut to a line's length."""
    details = [shown.verdict.detail or "" for shown in item.judged if shown.verdict.outcome is not Outcome.passed]
    text = next(iter(details), "")
    return text if len(text) <= 80 else f"{text[:79]}…"


def _print_sample(item: ShownSample, form: Form) -> None:
    sample = item.sample
    print_line(f"── {sample.id}" if form is Form.table else f"sample {sample.id}", form)
    print_facts([
        ("problem", sample.problem_id),
        ("model", sample.model),
        ("draw", str(sample.draw)),
        ("outcome", item.outcome or "not judged"),
        ("finish reason", sample.finish_reason),
    ], form)  # fmt: skip
    for shown in item.judged:
        print()
        _print_verdict(shown, form)
    for shown in item.judged:
        if shown.execution is not None and shown.execution.output:
            print_text(f"output while {shown.verdict.tests} was judged", shown.execution.output, form)
    print_text("completion, as it came", sample.completion, form)
    if item.program is not None:
        print_text("program", item.program, form)
    else:
        print_text("no program to show", item.program_note or "", form)
    print()


def _print_verdict(shown: ShownVerdict, form: Form) -> None:
    verdict, execution = shown.verdict, shown.execution
    print_facts([
        ("tests", verdict.tests),
        ("outcome", verdict.outcome),
        ("detail", verdict.detail),
        ("channel", verdict.channel),
        ("isolation", verdict.isolation),
        *(_facts(execution) if execution is not None else []),
    ], form)  # fmt: skip


def _facts(execution: Execution) -> list[tuple[str, str | None]]:
    limits = execution.limits
    cpu_limit = None if limits is None else limits.cpu_seconds
    wall_limit = None if limits is None else limits.wall_seconds
    return [
        ("rules", ", ".join(execution.rules) or "none"),
        ("limit hit", execution.limit),
        ("exit code", None if execution.exit_code is None else str(execution.exit_code)),
        ("signal", None if execution.signal is None else str(execution.signal)),
        ("cpu", _seconds(execution.cpu_seconds, cpu_limit)),
        ("wall", _seconds(execution.wall_seconds, wall_limit)),
        ("memory", _memory(execution)),
        ("calls", str(execution.calls)),
        ("from cache", "yes" if execution.cached else "no"),
    ]


def _seconds(used: float | None, limit: float | None) -> str | None:
    if used is None:
        return None
    return f"{used:.3f} s" + ("" if limit is None else f" (limit {limit:g} s)")


def _memory(execution: Execution) -> str | None:
    used, limits = execution.memory_bytes, execution.limits
    if used is None:
        return None
    limit = "" if limits is None else f" (limit {limits.memory_bytes / 2**20:.0f} MiB of address space)"
    return f"{used / 2**20:.1f} MiB resident{limit}"
