"""Samples of runs, packed for the browser of the page: short keys, each prompt and each reason once, texts legible and cut.

Text of a model or a program is made legible here, once, so that whatever the page does with it is harmless.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from isocost.errors import InputError
from isocost.records import Outcome
from isocost.report.legible import cut, legible
from isocost.study.benchmark_of_run import benchmark_of
from isocost.study.showing import Selection, select

if TYPE_CHECKING:
    from isocost.records import Execution, Problem
    from isocost.store.run import Run
    from isocost.study.showing import ShownSample, ShownVerdict

MOST_CHARS, FEWEST_CHARS = 8_000, 600
"""A text is cut after this many characters: the second where there are very many samples."""
ALL_CHARS = 40_000_000
"""Characters that all completions together may have."""
EVERY_SAMPLE = 1 << 60

Packed = dict[str, Any]


def pack_samples(runs: Sequence[Run], *, data_dir: Path | None = None) -> Packed | None:
    """Pack every sample of the runs; None where there is none. Raises RunMismatchError for a broken line.

    Programs are read out of completions once more, and prompts come from the benchmark's file, where it is on this
    machine and is the one judged; else each sample says why its program is not shown.
    """
    samples = sum(len(run.samples) for run in runs)
    if samples == 0:
        return None
    packing = _Packing(max(FEWEST_CHARS, min(MOST_CHARS, ALL_CHARS // samples)))
    for run in runs:
        packing.add(run, data_dir)
    return {
        "outcomes": [*(outcome.value.replace("_", " ") for outcome in Outcome), "not judged"],
        "models": packing.models, "benchmarks": packing.benchmarks, "problems": packing.problems,
        "notes": packing.notes, "samples": packing.samples,
    }  # fmt: skip


class _Packing:
    """Rows that refer to each other by place."""

    def __init__(self, most: int) -> None:
        self.models: list[str] = []
        self.benchmarks: list[list[str | int]] = []
        self.problems: list[list[str | int]] = []
        self.notes: list[str] = []
        self.samples: list[list[Any]] = []
        self._most = most
        self._place_of: dict[tuple[str, ...], int] = {}

    def add(self, run: Run, data_dir: Path | None) -> None:
        """Add the samples of one run, problem by problem."""
        info = run.manifest.benchmark
        place = self._place(("benchmark", info.name), self.benchmarks, [legible(info.name), info.rung])
        known = _problems(run, data_dir)
        sent = {prompt.id: prompt.text for prompt in run.prompts.read()}
        for item in select(run, Selection(), limit=EVERY_SAMPLE, data_dir=data_dir).samples:
            sample = item.sample
            problem = known.get(sample.problem_id)
            prompt = sent.get(sample.prompt_id or "") or (problem.prompt if problem else "")
            base = problem.base_id if problem else sample.problem_id
            row = [legible(sample.problem_id), place, legible(base), cut(prompt, MOST_CHARS)]
            where = self._place(("problem", info.name, sample.problem_id), self.problems, row)
            model = self._place(("model", sample.model), self.models, legible(sample.model))
            self.samples.append(self._row(item, model, where))

    def _row(self, item: ShownSample, model: int, problem: int) -> list[Any]:
        sample = item.sample
        outcomes = list(Outcome)
        program = None if item.program is None else cut(item.program, self._most)
        note = item.program_note or ""
        tokens = None if sample.usage is None else sample.usage.completion_tokens
        return [
            model, problem, sample.draw, len(outcomes) if item.outcome is None else outcomes.index(item.outcome),
            legible(sample.id), legible(sample.finish_reason or ""), tokens, cut(sample.completion, self._most),
            program, -1 if program is not None else self._place(("note", note), self.notes, legible(note)),
            [self._judged(shown) for shown in item.judged],
        ]  # fmt: skip

    def _judged(self, shown: ShownVerdict) -> list[Any]:
        verdict, execution = shown.verdict, shown.execution
        facts = "" if execution is None else _facts(execution)
        output = "" if execution is None else cut(execution.output, self._most // 4)
        return [
            legible(verdict.tests), list(Outcome).index(verdict.outcome), cut(verdict.detail or "", 1_000),
            f"channel {verdict.channel.value}, isolation {verdict.isolation.value}", facts, output,
        ]  # fmt: skip

    def _place(self, key: tuple[str, ...], rows: list[Any], row: object) -> int:
        """The place of what has this key, which is added the first time."""
        if key not in self._place_of:
            self._place_of[key] = len(rows)
            rows.append(row)
        return self._place_of[key]


def _problems(run: Run, data_dir: Path | None) -> dict[str, Problem]:
    try:
        return dict(benchmark_of(run, data_dir=data_dir).problems)
    except InputError:
        return {}


def _facts(execution: Execution) -> str:
    """What is recorded of the calls that the tests made."""
    told = [f"{execution.calls} {'call' if execution.calls == 1 else 'calls'} answered"]
    if execution.limit is not None:
        told.append(f"limit hit: {execution.limit.value}")
    if execution.exit_code is not None:
        told.append(f"exit code {execution.exit_code}")
    if execution.signal is not None:
        told.append(f"signal {execution.signal}")
    if execution.cpu_seconds is not None:
        told.append(f"{execution.cpu_seconds:.3f} s of CPU")
    if execution.memory_bytes is not None:
        told.append(f"{execution.memory_bytes / 2**20:.0f} MiB")
    if execution.rules:
        told.append(f"read by {', '.join(execution.rules)}")
    if execution.cached:
        told.append("from the cache")
    return legible(" · ".join(told))
