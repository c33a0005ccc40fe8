"""Interleaved rounds: every model once at every batch, between them the machine itself, so that a slow minute hits all alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec

from isocost.measure.calibration import DeviceRates, Rates
from isocost.measure.machine import spin
from isocost.measure.waiting import CALM_SHARE, share_of, waited_seconds
from isocost.study.profiling.engine import Opened, Trial, Work

FEWEST_ROUNDS = 3
"""Rounds that are made even where the time is up."""
MOST_REPEATS = 5
REPEAT_SECONDS = 0.25
"""A model is asked again in a round, up to 5 times in all, until its answers took so long together."""
WANTED_CALM = 5
"""Calm rounds of each model, for which further rounds are made where there is time."""


class Opening(msgspec.Struct, frozen=True):
    """A model that is open."""

    name: str
    """What it is called."""
    opened: Opened
    """It."""


class RoundsMade(msgspec.Struct, frozen=True):
    """What the rounds gave."""

    trials: dict[str, dict[int, list[Trial]]]
    """By model and batch, one trial a round."""
    rates: list[Rates]
    """The device, once a round."""
    spins: list[float]
    """Seconds of the fixed piece of arithmetic, once a round."""

    @property
    def rounds(self) -> int:
        """Rounds made."""
        return len(self.spins)


def warm_up(models: Sequence[Opening], work: Work, warmups: int, told: Callable[[str], None]) -> None:
    """Compute at full shape what does not count: the first requests pay for pages, caches and threads."""
    for model in models:
        told(f"warming up {model.name}")
        for batch in work.batches:
            for number in range(warmups):
                model.opened.trial(batch, seed=-1 - number)


def make_rounds(
    models: Sequence[Opening],
    work: Work,
    *,
    rounds: int,
    seconds: float,
    device: DeviceRates | None,
    told: Callable[[str], None],
) -> RoundsMade:
    """Make `rounds` rounds, or fewer (at least 3) where `seconds` are over before.

    On a machine that others use, more rounds are made until each model has 5 in which it had its cores, or `seconds` are
    over. That looks at how long threads waited and not at how long an answer took: stopping by the latter would choose
    fast answers.

    Each round begins with another model than the last one, so that none always follows the same neighbour.
    """
    made = RoundsMade({model.name: {batch: [] for batch in work.batches} for model in models}, [], [])
    until = time.monotonic() + seconds
    number = 0
    while number < rounds or (rounds >= 2 * WANTED_CALM and _restless(made)):
        if number >= min(FEWEST_ROUNDS, rounds) and time.monotonic() > until:
            told(f"time is up after {number} rounds")
            break
        told(f"round {number + 1} of {rounds}" if number < rounds else f"round {number + 1}: others use this machine")
        made.spins.append(spin())
        if device is not None:
            made.rates.append(device.measure())
        first = number % len(models)
        for model in (*models[first:], *models[:first]):
            for batch in work.batches:
                made.trials[model.name][batch].append(_calmest(model.opened, batch, number))
        number += 1
    return made


def _restless(made: RoundsMade) -> bool:
    """Whether some model has fewer calm trials than are wanted."""
    return any(
        sum((trial.waited_share or 0.0) <= CALM_SHARE for trial in trials) < WANTED_CALM
        for by_batch in made.trials.values()
        for trials in by_batch.values()
    )


def _calmest(opened: Opened, batch: int, number: int) -> Trial:
    """The trial of a round: of several, where an answer takes hundredths of a second, the one that waited least for a core."""
    trials = [_trial(opened, batch, number * MOST_REPEATS)]
    while len(trials) < MOST_REPEATS and sum(trial.seconds for trial in trials) < REPEAT_SECONDS:
        trials.append(_trial(opened, batch, number * MOST_REPEATS + len(trials)))
    return min(trials, key=lambda trial: trial.waited_share or 0.0)


def _trial(opened: Opened, batch: int, seed: int) -> Trial:
    """A trial, with what of it was waiting for a core."""
    before = waited_seconds(opened.pids)
    trial = opened.trial(batch, seed=seed)
    return msgspec.structs.replace(trial, waited_share=share_of(before, waited_seconds(opened.pids), trial.seconds))
