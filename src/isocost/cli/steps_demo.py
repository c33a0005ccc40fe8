"""`isocost demo --steps`: judges the programs that ship with isocost."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import msgspec

from isocost.cli.output import escaped, percent, print_json, print_table
from isocost.cli.progress import judging_progress
from isocost.records import Outcome
from isocost.study.demonstration import POLICY, Demonstration, demonstrate
from isocost.study.summary import Summary


def judge_steps(out: Path | None, *, unsafe: bool, json: bool) -> int:
    """Judge the ladder `steps`: its references, and wrong programs whose outcomes are known; 1 if one is another."""
    with judging_progress("judging the steps ladder") as progress:
        shown = demonstrate(out, unsafe=unsafe, progress=progress)
    if json:
        print_json(msgspec.to_builtins(shown))
    else:
        _print(shown)
    return 0 if shown.as_expected == shown.programs else 1


def _print(shown: Demonstration) -> None:
    rows = [
        [str(rung.rung), rung.benchmark, summary.model, str(summary.problems), str(summary.samples),
         str(summary.passed), _pass_at_1(summary)]
        for rung in shown.rungs
        for summary in (rung.reference, rung.wrong)
    ]  # fmt: skip
    header = ["rung", "benchmark", "model", "problems", "samples", "passed", "pass@1 [95% interval]"]
    print_table(header, rows, right=(0, 3, 4, 5))
    expected: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for rung in shown.rungs:
        expected.update(rung.expected)
        found.update(rung.wrong.outcomes)
    print()
    outcomes = [outcome.value for outcome in Outcome if expected[outcome] or found[outcome]]
    rows = [[name, str(expected[name]), str(found[name])] for name in outcomes]
    print_table(["wrong programs", "expected", "found"], rows, right=(1, 2))
    print(f"\n{shown.as_expected} of {shown.programs} outcomes are as expected")
    differences = [item for rung in shown.rungs for item in rung.differences]
    if differences:
        print()
        header = ["problem", "sample", "expected", "found", "why it is wrong", "what the judge says"]
        print_table(header, [
            [item.problem_id, item.sample_id, item.expected, item.found, item.why, item.detail or ""]
            for item in differences
        ])  # fmt: skip
    summary = shown.rungs[0].reference
    print(f"channel {summary.channel}, isolation {summary.isolation}, {POLICY.cpu_seconds:g} s of CPU for a program")
    print(f"runs: {escaped(shown.folder)}    {shown.seconds:.1f} s")


def _pass_at_1(summary: Summary) -> str:
    return percent(summary.pass_at["1"]) if "1" in summary.pass_at else "nothing was scored"
