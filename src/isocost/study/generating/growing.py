"""Growing: as many samples as it takes for the asked-for interval, in equal batches for all problems of a run.

The rule looks at the width of a run's interval alone. It never stops a problem because of what the problem showed, which would
bias c/n; and where it goes on, every problem of that run gets as many samples more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from isocost.records import Estimate
from isocost.store.manifest_file import MANIFEST_NAME
from isocost.store.run import Run
from isocost.study.generating.asked import AskedRun
from isocost.study.generating.engines import Engines
from isocost.study.generating.generating import Generating
from isocost.study.generating.planned import PlannedRun, plan_runs
from isocost.study.generating.request import GenerateRequest
from isocost.study.generating.spending import Spending
from isocost.study.generating.turn import Step

Judge = Callable[[PlannedRun], Estimate | None]
"""Judges a run folder, which nobody holds open, and gives its pass@1; None where nothing was scored."""


class Width(msgspec.Struct, frozen=True, kw_only=True):
    """How far a run came."""

    samples: int
    """Samples for each problem."""
    estimate: Estimate | None
    """pass@1; None where nothing was scored."""

    @property
    def width(self) -> float | None:
        """Width of the interval."""
        return None if self.estimate is None else self.estimate.high - self.estimate.low


class Growing:
    """Batches of samples with judging between them; iterate over `steps` once, then look at `widths`."""

    def __init__(
        self,
        request: GenerateRequest,
        judge: Judge,
        *,
        planned: Sequence[PlannedRun] | None = None,
        spending: Spending | None = None,
    ) -> None:
        """The request has a target width. Raises what `plan_runs` raises."""
        self._spending = spending or Spending(request.caps)
        self._request = request
        self._judge = judge
        self._planned = plan_runs(request) if planned is None else tuple(planned)
        self.widths: dict[Path, Width] = {}
        """What was reached, by run folder."""
        self.last: Generating | None = None
        """The last pass of generating, which holds no folder any more."""
        self._seen: dict[Path, AskedRun] = {}

    def steps(self) -> Iterator[Step]:
        """Ask and judge until every run is as narrow as wanted, has `most_samples`, or a cap is reached.

        Raises what `Generating.steps` and the judge raise.
        """
        target, most = self._request.target_width, self._request.most_samples
        assert target is not None  # noqa: S101 (a request without one does not grow)
        growing = {planned.folder: self._first(planned) for planned in self._planned}
        with Engines(self._request.options) as engines:
            while growing:
                planned = [run for run in self._planned if run.folder in growing]
                self.last = Generating(
                    self._request, planned=planned, samples_of=growing, engines=engines, spending=self._spending
                )
                with self.last as generating:
                    yield from generating.steps()
                self._note(self.last.runs)
                if self.last.stopped is not None or self.last.failures:
                    return
                for run in planned:
                    reached = Width(samples=growing[run.folder], estimate=self._judge(run))
                    self.widths[run.folder] = reached
                    narrow = reached.width is not None and reached.width <= target
                    if narrow or reached.samples >= most:
                        del growing[run.folder]
                    else:
                        growing[run.folder] = min(most, reached.samples + self._request.samples)

    @property
    def all_runs(self) -> tuple[AskedRun, ...]:
        """Every run as its last pass left it, with what all passes added."""
        return tuple(self._seen[planned.folder] for planned in self._planned if planned.folder in self._seen)

    def too_wide(self) -> Iterator[str]:
        """A line for each run whose interval is wider than wanted though it has all samples that it may."""
        for run in self.all_runs:
            reached = self.widths.get(run.planned.folder)
            if reached is not None and (reached.width is None or reached.width > (self._request.target_width or 0.0)):
                width = "none" if reached.width is None else f"{reached.width:.3f}"
                yield (
                    f"{run.planned.manifest.model} on {run.planned.benchmark}: the interval is {width} wide with "
                    f"{reached.samples} samples a problem, and {self._request.target_width:g} was wanted; more samples do not "
                    "make up for few problems"
                )

    def _note(self, runs: tuple[AskedRun, ...]) -> None:
        for run in runs:
            folder = run.planned.folder
            before = self._seen.get(folder)
            run.new += 0 if before is None else before.new
            self._seen[folder] = run

    def _first(self, planned: PlannedRun) -> int:
        """Samples to begin with: whole batches, as many as a batch that was begun earlier needs."""
        batch, most = self._request.samples, self._request.most_samples
        there = 0
        if (planned.folder / MANIFEST_NAME).exists():
            there = max((sample.draw + 1 for sample in Run.read(planned.folder).samples.read()), default=0)
        return min(most, max(1, -(-there // batch)) * batch)
