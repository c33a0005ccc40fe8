"""The pipeline of a study: ask, judge while more is asked, analyse; each part resumable, and the whole with it.

Where answers come from elsewhere, judging runs while they come. Where this machine computes them, they are judged when a
model's turn is over: judging beside it would be measured as the model's own time.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from isocost.study.generating.engines import LIGHT
from isocost.study.generating.generating import Generating
from isocost.study.generating.growing import Growing
from isocost.study.generating.planned import supposed
from isocost.study.generating.spending import Spending
from isocost.study.log_probability_scores import write_log_probabilities
from isocost.study.running.judged_runs import JudgedRuns
from isocost.study.running.progress import StudyProgress, study_progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from isocost.records import Estimate
    from isocost.study.generating.asked import AskedRun
    from isocost.study.generating.planned import PlannedRun
    from isocost.study.generating.request import GenerateRequest
    from isocost.study.generating.turn import Step
    from isocost.study.judging import Progress
    from isocost.study.summary import Summary


SHOW_SECONDS = 0.2
"""Progress of judging is told no more often."""


class Ran(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking and judging."""

    runs: tuple[Path, ...]
    """Run folders that hold samples."""
    summaries: dict[str, Summary]
    """What each comes to, by its folder."""
    stopped: str | None
    """What ended it before all was asked: a cap, or an interrupt; None where all is there."""
    failures: dict[str, str]
    """Models that no longer answered, with what they said last."""
    notes: tuple[str, ...]
    """Things a reader should know; one line each."""


class Pipeline:
    """One call of a study's asking and judging; `interrupt` may be called from a signal handler."""

    def __init__(
        self,
        request: GenerateRequest,
        planned: Sequence[PlannedRun],
        judges: JudgedRuns,
        progress: Callable[[StudyProgress], None] = lambda _: None,
    ) -> None:
        self._request = request
        self._planned = [msgspec.structs.replace(run, manifest=judges.of(run.manifest)) for run in planned]
        self._judges = judges
        self._progress = progress
        self._begun = time.monotonic()
        self._spending = Spending(request.caps)
        self._source: Generating | Growing | None = None
        self._shown_at = 0.0
        judges.watch = self._judged

    def interrupt(self) -> None:
        """Ask for nothing more: what is in flight is still taken, written and judged."""
        self._spending.end("interrupted")

    def run(self) -> Ran:
        """Ask for what is wanted and not there yet, and judge it.

        Raises what `Generating` and `Judging` raise; models that fail later are in `failures`.
        """
        if self._request.target_width is None:
            generating = Generating(self._request, planned=self._planned, spending=self._spending)
            self._source = generating
            with generating:
                self._follow(generating.steps())
                for run in generating.runs:
                    self._judges.judge(run.planned, run.run)
                    self._show("judging", generating)
                return self._ran(generating.runs, generating)
        growing = Growing(self._request, self._width_of, planned=self._planned, spending=self._spending)
        self._source = growing
        self._follow(growing.steps())
        last = growing.last
        assert last is not None  # noqa: S101 (a study has at least one run)
        for run in growing.all_runs:
            self._judges.judge_folder(run.planned)
        return self._ran(growing.all_runs, last)

    def _follow(self, steps: Iterator[Step]) -> None:
        for step in steps:
            generating = self._generating()
            for run in generating.runs:
                if step.turn_over or run.planned.address.backend in LIGHT:
                    self._judges.judge(run.planned, run.run, in_time=True)
            self._show("asking", generating)

    def _generating(self) -> Generating:
        source = self._source.last if isinstance(self._source, Growing) else self._source
        assert source is not None  # noqa: S101 (steps come from one)
        return source

    def _width_of(self, planned: PlannedRun) -> Estimate | None:
        return self._judges.judge_folder(planned).pass_at.get("1")

    def _judged(self, planned: PlannedRun, progress: Progress) -> None:
        """Show a verdict among many: judging may take as long as asking did."""
        if time.monotonic() - self._shown_at >= SHOW_SECONDS:
            at = f"{planned.manifest.model} on {planned.benchmark}, {progress.done} of {progress.total} verdicts"
            self._show("judging", self._generating(), judging=at)

    def _show(self, stage: str, generating: Generating, *, judging: str | None = None) -> None:
        spending = self._spending
        self._shown_at = time.monotonic()
        self._progress(
            study_progress(
                stage, generating.runs, self._judges.summaries, tokens=spending.tokens,
                dollars=None if self._request.caps.prices is None else spending.dollars,
                seconds=time.monotonic() - self._begun, judging=judging,
            )
        )  # fmt: skip

    def _ran(self, runs: Sequence[AskedRun], last: Generating) -> Ran:
        self._show("analysing", last)
        filled = [run for run in runs if run.done]
        if self._request.logprobs:
            for run in filled:
                write_log_probabilities(run.run)
        return Ran(
            runs=tuple(run.planned.folder for run in filled),
            summaries={str(folder): summary for folder, summary in self._judges.summaries.items()},
            stopped=last.stopped,
            failures={model: str(error) for model, error in last.failures.items()},
            notes=(
                *supposed(self._request),
                *(line for run in runs for line in run.run.repaired),
                *(self._source.too_wide() if isinstance(self._source, Growing) else ()),
            ),
        )
