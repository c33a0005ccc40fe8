"""What windows measured, shared over the samples that were made in them: device-seconds, joules and memory of each sample.

A window may stand in several runs, for a model is asked all its benchmarks at once: the samples of one window are read
together from all runs at hand, before its time is shared. `cost.device_time` has the rule.

A window that a kill cut short is in no run, but its samples carry its id: they share their own times like any others, on
as many devices as the model's other windows had. What was in flight with them when the kill came is lost, and is not
charged. Their joules and memory are those of a device-second of the model's other windows.

Where a window does not say how many were in flight, since the wall clock was set while it lasted, nobody knows who was in flight
beside whom: its seconds are shared by the samples' own lengths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from isocost.cost.device_time import DeviceTime, device_time
from isocost.records import Window

if TYPE_CHECKING:
    from isocost.records import Clock, Sample
    from isocost.store.run import Run


class Share(NamedTuple):
    """What one sample had of the window that it was made in."""

    prompt: float
    """Device-seconds until its first token was there."""
    completion: float
    """Device-seconds from then on."""
    watts: float | None
    """Joules for each device-second in which a sample was in flight; None where the window's energy is not known."""
    memory_bytes: float | None
    """Peak memory of the window; None where it is not known."""
    device: str | None
    """What it ran on; None where that is not known."""


class MeasuredRun(NamedTuple):
    """What windows say of one run, all of whose samples have their times."""

    shares: dict[str, Share]
    """By sample id."""
    windows: tuple[Window, ...]
    """Whole windows that its samples were made in."""
    clocks: frozenset[Clock]
    """Whose clocks the times were read from."""
    decode_seconds: float
    """Seconds that its samples took after their first tokens, each by its own clock."""
    decode_tokens: int
    """Tokens that were written in them."""


class Made(NamedTuple):
    """When one sample was made."""

    model: str
    """The model."""
    sample: str
    """Its id."""
    window: str
    """Id of its window."""
    started: float
    """When its request was written."""
    first: float
    """When its first token was there: at the end where nothing came, at the start where that was not measured."""
    ended: float
    """When it was whole."""


class Measured(NamedTuple):
    """What windows say of several runs."""

    runs: dict[Path, MeasuredRun]
    """By folder; a run is there if all its samples have a window and their times."""
    untimed: dict[Path, tuple[int, int]]
    """Runs that are not, though some of their samples have: how many have none, of how many."""
    cut: dict[str, int]
    """By model: samples made in windows that a kill cut short."""
    elsewhere: dict[str, int]
    """By model: samples of its windows that are in none of the runs at hand."""
    unsplit: dict[str, int]
    """By model: samples whose time to the first token is not known; all of their time counts as writing."""


class _Rates(NamedTuple):
    """What a device-second of a window came to."""

    devices: int
    watts: float | None
    memory_bytes: float | None
    device: str | None


def measured_of_runs(runs: Sequence[Run]) -> Measured:
    """Share what was measured of these runs over their samples. Raises RunMismatchError for a broken line."""
    found = Measured({}, {}, {}, {}, {})
    windows: dict[str, Window] = {}
    by_window: dict[str, dict[Made, None]] = {}
    timed: list[tuple[Run, list[Made], list[Sample]]] = []
    for run in runs:
        if not len(run.windows) and run.manifest.generation is None:
            continue
        windows |= {window.id: window for window in run.windows.read()}
        samples = [_without_text(sample) for sample in run.samples.read()]
        made = [one for sample in samples if (one := _made(run.manifest.model, sample)) is not None]
        for one in made:
            by_window.setdefault(one.window, {})[one] = None  # once, though a copy of its run be at hand too
        if made and len(made) < len(samples):
            found.untimed[run.folder] = (len(samples) - len(made), len(samples))
        elif made:
            timed.append((run, made, samples))
    shares = _shares(by_window, windows, found)
    for run, made, samples in timed:
        seen = dict.fromkeys(one.window for one in made)
        decoded = list(_decoded(samples))
        found.runs[run.folder] = MeasuredRun(
            shares={one.sample: shares[one] for one in made},
            windows=tuple(windows[name] for name in seen if name in windows),
            clocks=frozenset(s.timing.clock for s in samples if s.timing is not None and s.timing.clock is not None),
            decode_seconds=sum(seconds for seconds, _ in decoded),
            decode_tokens=sum(tokens for _, tokens in decoded),
        )
        unsplit = sum(_first(sample) is None for sample in samples)
        if unsplit:
            found.unsplit[run.manifest.model] = found.unsplit.get(run.manifest.model, 0) + unsplit
    return found


def _shares(by_window: dict[str, dict[Made, None]], windows: dict[str, Window], found: Measured) -> dict[Made, Share]:
    times = {}
    rates: dict[str, _Rates] = {}
    of_model: dict[str, list[tuple[_Rates, float]]] = {}
    for name, made in by_window.items():
        rows = list(made)
        devices = max(1, windows[name].conditions.devices) if name in windows else 1
        times[name] = device_time([r.started for r in rows], [r.first for r in rows], [r.ended for r in rows], devices)
        if name in windows and "mean_in_flight" in windows[name].absent:
            times[name] = _by_length(rows, devices, windows[name].seconds)
        if name not in windows:
            continue
        total = float(times[name].prompt.sum() + times[name].completion.sum())
        missing = windows[name].samples - len(rows)
        rates[name] = _rates(windows[name], devices, max(total, devices * windows[name].seconds) if missing else total)
        of_model.setdefault(rows[0].model, []).append((rates[name], total))
        _add(found.elsewhere, rows[0].model, missing)
    shares = {}
    for name, made in by_window.items():
        rows = list(made)
        rate, factor = rates.get(name), 1
        if rate is None:
            _add(found.cut, rows[0].model, len(rows))
            rate = _typical(of_model.get(rows[0].model, []))
            factor = rate.devices
        for row, prompt, completion in zip(rows, times[name].prompt, times[name].completion, strict=True):
            shares[row] = Share(
                factor * float(prompt), factor * float(completion), rate.watts, rate.memory_bytes, rate.device
            )
    return shares


def _by_length(rows: Sequence[Made], devices: int, seconds: float) -> DeviceTime:
    """Each sample's own seconds, in proportion, as far as the window reaches."""
    whole = sum(row.ended - row.started for row in rows)
    factor = devices * (min(1.0, seconds / whole) if whole > 0.0 else 1.0)
    first = np.array([min(max(row.first - row.started, 0.0), row.ended - row.started) for row in rows])
    total = np.array([row.ended - row.started for row in rows])
    return DeviceTime(factor * first, factor * (total - first))


def _rates(window: Window, devices: int, total: float) -> _Rates:
    """What a window's counters come to over so many device-seconds: all of them, where samples of it are not at hand."""
    watts = None if window.joules is None or total <= 0.0 else window.joules / total
    memory = None if window.memory_bytes is None else float(window.memory_bytes)
    return _Rates(devices, watts, memory, window.conditions.device)


def _typical(others: Sequence[tuple[_Rates, float]]) -> _Rates:
    """A device-second of all of a model's whole windows together; nothing but one device where there is none."""
    known = [(rate.watts * seconds, seconds) for rate, seconds in others if rate.watts is not None]
    memory = [rate.memory_bytes for rate, _ in others if rate.memory_bytes is not None]
    names = {rate.device for rate, _ in others}
    whole = len(known) == len(others) > 0
    return _Rates(
        devices=max((rate.devices for rate, _ in others), default=1),
        watts=sum(joules for joules, _ in known) / sum(seconds for _, seconds in known) if whole else None,
        memory_bytes=max(memory) if len(memory) == len(others) > 0 else None,
        device=next(iter(names)) if len(names) == 1 else None,
    )


def _made(model: str, sample: Sample) -> Made | None:
    """When a sample was made; None where it has no window, or its times are not there or make no sense."""
    timing = sample.timing
    if sample.window is None or timing is None or timing.started is None or timing.total_seconds is None:
        return None
    if timing.total_seconds < 0.0:
        return None
    return Made(
        model, sample.id, sample.window, timing.started, timing.started + (_first(sample) or 0.0),
        timing.started + timing.total_seconds,
    )  # fmt: skip


def _first(sample: Sample) -> float | None:
    """Seconds to the first token; all of them where no token came; None where tokens came and it was not measured."""
    assert sample.timing is not None  # noqa: S101 (asked for before)
    if sample.timing.ttft_seconds is not None:
        return sample.timing.ttft_seconds
    nothing = sample.usage is not None and sample.usage.completion_tokens == 0
    return sample.timing.total_seconds if nothing else None


def _decoded(samples: Sequence[Sample]) -> Iterator[tuple[float, int]]:
    """Seconds after the first token and tokens written in them, of samples that say both."""
    for sample in samples:
        if sample.timing is None or sample.usage is None or sample.usage.completion_tokens is None:
            continue
        further = sample.usage.completion_tokens - 1
        if sample.timing.tpot_seconds is not None and further > 0:
            yield sample.timing.tpot_seconds * further, further


def _without_text(sample: Sample) -> Sample:
    """The same without its text, of which a study has gigabytes."""
    from msgspec.structs import replace

    return replace(sample, completion="")


def _add(counts: dict[str, int], name: str, number: int) -> None:
    if number > 0:
        counts[name] = counts.get(name, 0) + number
