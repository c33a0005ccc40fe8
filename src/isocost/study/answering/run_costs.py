"""Costs of several runs in every unit that can be had, as means for each problem.

Tokens, FLOPs and all that is modelled follow from the samples' tokens (`sample_costs`). Seconds, joules, byte-seconds and
dollars by the hour are taken from windows (`window_shares`) where all runs have them there. Where one run has not, a unit is
modelled for all of them: measured seconds of one model say nothing beside modelled ones of another. Seconds that are both
measured and modelled are kept both, and stand beside each other.

| unit | from windows | basis |
|---|---|---|
| seconds | share of the device's time, split at the first token | measured |
| joules | the window's, by shares of device-seconds | modelled |
| byte_seconds | the window's peak memory × device-seconds | modelled |
| dollars | a price of the model's tokens before all else; else device-seconds × the price of the device's hour | priced |
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from isocost.cost.costing import CostColumn
from isocost.records import Basis, ModelSpec, Unit
from isocost.study.answering.sample_costs import Pricing, SampleColumns, columns_of_run
from isocost.study.answering.window_caveats import window_caveats
from isocost.study.answering.window_shares import MeasuredRun, Share, measured_of_runs

if TYPE_CHECKING:
    from isocost.store.run import Run

OF_WINDOWS = (Unit.seconds, Unit.joules, Unit.byte_seconds, Unit.dollars)
"""Units that windows can tell."""


class ProblemCost(NamedTuple):
    """Mean cost of a problem's samples in one unit."""

    prompt: float
    """Of reading the prompt."""
    completion: float
    """Of writing one sample."""


class RunCosts(NamedTuple):
    """Costs of one run."""

    of_problem: dict[Unit, dict[str, ProblemCost]]
    """By unit and problem id; a unit is there only if every problem with samples has it."""
    of_sample: dict[Unit, dict[str, float]]
    """By unit and sample id: what writing that sample cost."""
    basis: dict[Unit, Basis]
    """Where the figures of each unit come from."""
    beside: dict[str, ProblemCost]
    """By problem id: seconds of the other basis, where they are both measured and modelled."""
    timed: frozenset[Unit]
    """Units that are taken from windows: there each sample paid for its own prompt, or for what a cache left of it."""
    caches: frozenset[bool | None]
    """What its windows say of prompts from a cache; empty for samples that were recorded elsewhere."""
    measured: MeasuredRun | None
    """What windows say of it."""
    spec: ModelSpec | None
    """The model, where it is known."""
    caveats: tuple[str, ...]
    """What a reader should know of them."""


def costs_of_runs(runs: Sequence[Run], pricing: Pricing, *, data_dir: Path | None = None) -> list[RunCosts]:
    """Make the costs of every sample of these runs, and their means for each problem.

    Raises what `columns_of_run` and `measured_of_runs` raise.
    """
    measured = measured_of_runs(runs)
    told = [columns_of_run(run, pricing, measured=run.folder in measured.runs, data_dir=data_dir) for run in runs]
    seen = [
        _window_columns(columns.ids, measured.runs[run.folder].shares, pricing) if run.folder in measured.runs else {}
        for run, columns in zip(runs, told, strict=True)
    ]
    timed = _timed(told, seen)
    by_model = {unit for columns in told for unit in columns.columns}
    caveats = tuple(window_caveats(runs, measured, timed))
    return [
        _settled(
            columns,
            {unit: column for unit, column in of_windows.items() if unit in timed or unit not in by_model},
            timed,
            beside=of_windows.get(Unit.seconds),
            caches=_caches(run),
            measured=measured.runs.get(run.folder),
            caveats=caveats,
        )
        for run, columns, of_windows in zip(runs, told, seen, strict=True)
    ]


def _timed(told: Sequence[SampleColumns], seen: Sequence[Mapping[Unit, CostColumn]]) -> frozenset[Unit]:
    """Units that are taken from windows, as all runs have them there; a price of tokens is as good for dollars."""
    found = {
        unit
        for unit in OF_WINDOWS
        if any(unit in columns for columns in seen)
        and all(
            unit in of_windows or (unit is Unit.dollars and columns.by_tokens)
            for columns, of_windows in zip(told, seen, strict=True)
        )
    }
    return frozenset(found)


def _window_columns(ids: Sequence[str], shares: Mapping[str, Share], pricing: Pricing) -> dict[Unit, CostColumn]:
    """Columns of a run whose samples all have a share."""
    rows = [shares[name] for name in ids]
    read, written = np.array([row.prompt for row in rows]), np.array([row.completion for row in rows])
    found = {Unit.seconds: CostColumn(read, written, Basis.measured)}
    hours = {device: _hour(device, pricing) for device in {row.device for row in rows}}
    for unit, basis, each in (
        (Unit.joules, Basis.modelled, [row.watts for row in rows]),
        (Unit.byte_seconds, Basis.modelled, [row.memory_bytes for row in rows]),
        (Unit.dollars, Basis.priced, [hours[row.device] for row in rows]),
    ):
        known = np.array([one for one in each if one is not None])
        if known.size == len(rows):
            scale = known / 3600.0 if unit is Unit.dollars else known
            found[unit] = CostColumn(read * scale, written * scale, basis)
    return found


def _hour(device: str | None, pricing: Pricing) -> float | None:
    """Price of an hour of what a window ran on; where that is not known, of the device that was named for the analysis."""
    if device is None:
        device = None if pricing.device is None else pricing.device.name
    return None if pricing.prices is None or device is None else pricing.prices.of_device(device)


def _caches(run: Run) -> frozenset[bool | None]:
    said = {window.conditions.prompt_cache for window in run.windows.read()}
    return frozenset(said or ({None} if run.manifest.generation is not None else set()))


def _settled(
    told: SampleColumns,
    of_windows: Mapping[Unit, CostColumn],
    timed: frozenset[Unit],
    *,
    beside: CostColumn | None,
    caches: frozenset[bool | None],
    measured: MeasuredRun | None,
    caveats: Sequence[str],
) -> RunCosts:
    taken = {unit: of_windows[unit] for unit in timed if not (unit is Unit.dollars and told.by_tokens)}
    columns = {**of_windows, **told.columns, **taken}
    members: dict[str, list[int]] = {}
    for place, problem in enumerate(told.problems):
        members.setdefault(problem, []).append(place)
    modelled = told.columns.get(Unit.seconds)
    other = None if modelled is None or beside is None else modelled if Unit.seconds in timed else beside
    return RunCosts(
        of_problem={unit: _means(column, members) for unit, column in columns.items()},
        of_sample={
            unit: dict(zip(told.ids, column.completion.tolist(), strict=True)) for unit, column in columns.items()
        },
        basis={unit: column.basis for unit, column in columns.items()},
        beside={} if other is None else _means(other, members),
        timed=timed,
        caches=caches,
        measured=measured,
        spec=told.spec,
        caveats=(*told.caveats, *caveats),
    )


def _means(column: CostColumn, members: Mapping[str, Sequence[int]]) -> dict[str, ProblemCost]:
    return {
        problem: ProblemCost(float(column.prompt[places].mean()), float(column.completion[places].mean()))
        for problem, places in members.items()
    }
