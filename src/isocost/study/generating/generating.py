"""Generating: models are asked turn by turn, the one that is furthest behind first, and what they write is kept.

    with Generating(request) as generating:
        for step in generating.steps():       # after each batch that is on the disk
            ...
    generating.stopped                        # which cap ended it, if one did

What is done is known by id alone: the same request in the same folders goes on where the last one stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from types import TracebackType
from typing import Self

from isocost.backends.address import ModelAddress
from isocost.errors import BackendError
from isocost.store.manifest_file import MANIFEST_NAME
from isocost.study.generating.asked import AskedRun
from isocost.study.generating.engines import LIGHT, Engines
from isocost.study.generating.metering import MeterFor, meter_for
from isocost.study.generating.planned import COMPUTE_NOTHING, PlannedRun, plan_runs
from isocost.study.generating.request import GenerateRequest
from isocost.study.generating.spending import Spending
from isocost.study.generating.turn import Pace, Queue, Step, Turn


class Generating:
    """Run folders being filled; a context manager that holds their locks."""

    def __init__(
        self,
        request: GenerateRequest,
        *,
        planned: Sequence[PlannedRun] | None = None,
        samples_of: Mapping[Path, int] | None = None,
        engines: Engines | None = None,
        spending: Spending | None = None,
        meter: MeterFor = meter_for,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Everything but the request has a default.

        `planned` is a part of what `plan_runs` gave; `samples_of` says for some folders how many samples each problem is to
        have; `pace` is for every model, made up ones too; `engines` and `spending` go on from earlier ones, and are the
        caller's to end.
        """
        self._request = request
        self._planned = plan_runs(request) if planned is None else tuple(planned)
        self._samples_of = samples_of or {}
        self._own_engines = engines is None
        self._engines = engines or Engines(request.options)
        self.spending = spending or Spending(request.caps, clock)
        """Tokens and dollars of all samples in the folders, held against the caps."""
        self._meter = meter
        self._pace = pace
        self._clock = clock
        self._stack = ExitStack()
        self._going: Generator[Step] | None = None
        self._failed: dict[ModelAddress, BackendError] = {}
        self.runs: tuple[AskedRun, ...] = ()
        """The runs, in the order of models and benchmarks."""
        self.stopped: str | None = None
        """Which cap ended it; None where all is there, or a model failed."""

    def __enter__(self) -> Self:
        """Open the run folders, and start what can stay open, so that what cannot be used is met before anything is asked.

        Raises InputError for what cannot be used, also for folders of another request, BackendError for a model that does
        not start.
        """
        with ExitStack() as stack:
            if self._own_engines:
                stack.enter_context(self._engines)
            self._start_new()
            runs: list[AskedRun] = []
            for planned in self._planned:
                wanted = self._samples_of.get(planned.folder, self._request.samples)
                run = AskedRun(planned, wanted, logprobs=self._request.logprobs)
                stack.enter_context(run.run)
                runs.append(run)
            self.runs = tuple(runs)
            self.spending.require_prices([planned.manifest.model for planned in self._planned])
            self._count_earlier()
            for address in self._models():
                if address.backend in LIGHT and self._left(address):
                    self._engines.started(address)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is whole, and let go of the folders; models are stopped unless they were the caller's."""
        with self._stack:
            if self._going is not None:
                self._going.close()

    @property
    def failures(self) -> Mapping[str, BackendError]:
        """Models that no longer answer, by name, with what they said last."""
        return {address.name: error for address, error in self._failed.items()}

    def steps(self) -> Generator[Step]:
        """Ask until all is there, a cap is reached, or every model with something left has failed.

        Yields after each batch on the disk; closing the iterator, or an interrupt, writes what is whole. A model that fails
        does not keep the others waiting: `failures` has it. Judging between steps stretches the time that a local model's
        window takes, but not where `turn_over` says that the turn is.

        Raises OwnFaultError for a full disk, UsageError where a cap cannot be held.
        """
        self._going = self._steps()
        return self._going

    def _steps(self) -> Generator[Step]:
        queues = {address: Queue(self._of(address)) for address in self._models()}
        while (address := self._furthest_behind()) is not None:
            self.stopped = self.spending.over(0)
            if self.stopped is not None:
                return
            try:
                yield from self._turn(address, queues[address])
            except BackendError as error:
                self._failed[address] = error
                if not any(run.new for run in self.runs) and not any(self._left(other) for other in self._models()):
                    raise  # nothing came of anybody: a mistake of the whole command
            yield self._step(address, turn_over=True)

    def _turn(self, address: ModelAddress, queue: Queue) -> Generator[Step]:
        started = self._engines.started(address)
        others = any(other != address and self._left(other) for other in self._models())
        turn = Turn(
            address.name, queue, started.backend, self.spending, self._meter(address, started.backend),
            pace=self._pace_of(address, started.seconds), others=others, clock=self._clock,
        )  # fmt: skip
        with closing(turn.committed()) as batches:
            for _ in batches:
                yield self._step(address, turn_over=False)

    def _start_new(self) -> None:
        """Start models that have no run folder yet, before there is one: a mistake in an address leaves nothing behind."""
        heavy = False
        for address in dict.fromkeys(planned.address for planned in self._planned):
            folders = [planned.folder for planned in self._planned if planned.address == address]
            if all((folder / MANIFEST_NAME).exists() for folder in folders):
                continue
            if address.backend in LIGHT or not heavy:
                self._engines.started(address)
            heavy = heavy or address.backend not in LIGHT

    def _step(self, address: ModelAddress, *, turn_over: bool) -> Step:
        done, total = sum(run.done for run in self.runs), sum(run.total for run in self.runs)
        return Step(address.name, done, total, self.spending.tokens, turn_over)

    def _pace_of(self, address: ModelAddress, start_seconds: float) -> Pace:
        """Where nothing is computed there is nothing to measure, and a turn may be as short as one draw."""
        if self._pace is None and address.backend in COMPUTE_NOTHING:
            return Pace(least=0.0, flights=0.0, starts=0.0)
        return (self._pace or Pace()).of(start_seconds)

    def _models(self) -> tuple[ModelAddress, ...]:
        return tuple(dict.fromkeys(run.planned.address for run in self.runs))

    def _of(self, address: ModelAddress) -> list[AskedRun]:
        return [run for run in self.runs if run.planned.address == address]

    def _left(self, address: ModelAddress) -> int:
        return 0 if address in self._failed else sum(run.total - run.done for run in self._of(address))

    def _furthest_behind(self) -> ModelAddress | None:
        """The model with the smallest share of its samples, of those that still lack some; None where none does."""
        waiting = [address for address in self._models() if self._left(address)]

        def share(address: ModelAddress) -> float:
            runs = self._of(address)
            return sum(run.done for run in runs) / sum(run.total for run in runs)

        return min(waiting, key=share, default=None)

    def _count_earlier(self) -> None:
        """What earlier commands spent counts too."""
        for run in self.runs:
            self.spending.add_earlier(run.planned.manifest.model, run.run)
