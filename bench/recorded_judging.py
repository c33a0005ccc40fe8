"""Judges a samples file, or a benchmark's own references, and reads back what came of it, by identity."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from isocost.benchmarks import load
from isocost.records import Estimate, Outcome
from isocost.store.run import Run
from isocost.study.judge_file import judge_file
from isocost.study.judge_request import JudgeRequest
from isocost.study.programs import ExtractionPolicy

Answer = tuple[str, int]
"""A problem's id and the draw."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A judged file."""

    outcomes: Mapping[str, Mapping[Answer, Outcome]]
    """Outcomes by test set and answer."""
    details: Mapping[str, Mapping[Answer, str]]
    """Why, in one line, where there is something to say."""
    rules: Mapping[Answer, tuple[str, ...]]
    """Extraction rules that changed the answer's program."""
    pass_at: Mapping[str, Estimate]
    """pass@k by k."""
    channels: Mapping[str, int]
    """Problems by channel."""
    modules_missing: frozenset[str]
    """Problems for which this machine lacks a module that the benchmark imports."""
    seconds: float
    """Wall-clock seconds of judging."""

    def passed(self, tests: str) -> frozenset[Answer]:
        """Answers that pass a test set; `all` stands for every test set of the problem."""
        sets = list(self.outcomes) if tests == "all" else [tests]
        return frozenset.intersection(
            *(
                frozenset(answer for answer, outcome in self.outcomes[name].items() if outcome is Outcome.passed)
                for name in sets
            )
        )

    def settled(self, tests: str, problem: str, outcome: Outcome) -> Judged:
        """The same with another outcome for all answers to a problem."""
        table = {answer: outcome if answer[0] == problem else old for answer, old in self.outcomes[tests].items()}
        return replace(self, outcomes={**self.outcomes, tests: table})

    def by_outcome(self, tests: str) -> dict[str, int]:
        """Answers by outcome, the most frequent first."""
        return {outcome.value: n for outcome, n in Counter(self.outcomes[tests].values()).most_common()}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where runs are put, and how they are made."""

    folder: Path
    """Run folders and made files go here."""
    cache: bool = True
    """Whether verdicts of earlier runs may be used."""

    def judge(
        self, samples: Path, benchmark: str, extraction: ExtractionPolicy = "auto", *, partial: bool = False
    ) -> Judged:
        """Judge a samples file in a run folder of its own."""
        out = self.folder / f"{samples.name}-{benchmark}-{extraction}"
        request = JudgeRequest(
            samples=samples, benchmark=benchmark, out=out, extraction=extraction, partial=partial, cache=self.cache
        )
        judged = judge_file(request)
        outcomes: dict[str, dict[Answer, Outcome]] = {}
        details: dict[str, dict[Answer, str]] = {}
        rules: dict[Answer, tuple[str, ...]] = {}
        run = Run.read(out)
        answers = {sample.id: (sample.problem_id, sample.draw) for sample in run.samples.read()}
        for verdict in run.verdicts.read():
            answer = answers[verdict.sample_id]
            outcomes.setdefault(verdict.tests, {})[answer] = verdict.outcome
            details.setdefault(verdict.tests, {})[answer] = verdict.detail or ""
        for execution in run.executions.read():
            rules[answers[execution.sample_id]] = execution.rules
        run.close()
        return Judged(
            outcomes=outcomes,
            details=details,
            rules=rules,
            pass_at=judged.summary.pass_at,
            channels=judged.summary.channels,
            modules_missing=frozenset(
                problem for found in details.values() for (problem, _), why in found.items() if "machine lacks" in why
            ),
            seconds=judged.seconds,
        )

    def judge_references(self, benchmark: str) -> Judged:
        """Judge the reference solutions as if they were a model's whole programs."""
        path = self.folder / f"references-{benchmark}.jsonl"
        rows = ({"task_id": problem.id, "solution": problem.reference} for problem in load(benchmark).problems.values())
        write_rows(path, rows)
        return self.judge(path, benchmark)


def write_rows(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    """Write one JSON object a line."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row) + "\n")
