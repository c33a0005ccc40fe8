"""Reading several runs for analysis: which folders, whether they may be compared, which unit all of them have."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from isocost.cost.devices import device as known_device
from isocost.cost.headers import read_model
from isocost.cost.prices import read_prices
from isocost.errors import RunMismatchError, UsageError
from isocost.records import Unit
from isocost.store.run import Run
from isocost.study.answering.evidence import checked_draws
from isocost.study.answering.run_costs import RunCosts, costs_of_runs
from isocost.study.answering.run_tallies import RungTallies, tallies_of_run
from isocost.study.answering.sample_costs import Pricing
from isocost.study.answering.selector_scores import Score, scores_of_run

UNITS = (Unit.flops, Unit.tokens, Unit.seconds, Unit.dollars, Unit.joules, Unit.byte_seconds)
"""Units by preference: the first that every model has is taken unless one is asked for."""


class AnalysisRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be analysed, and how."""

    runs: tuple[Path, ...]
    """Run folders, or folders of run folders."""
    unit: Unit | None = None
    """Unit that the answer is given in; None takes the first of `UNITS` that every model has. The others are in the result too."""
    pricing: Pricing = Pricing()
    """What costs are made with."""
    prompt_shared: bool | None = None
    """Whether the samples of a problem share one reading of its prompt; None lets `prompt_is_shared` say."""
    extrapolate: bool = True
    """Whether curves of several samples go on past them by the beta-binomial law."""
    fit: str | None = None
    """A form of fit that is asked for by name: it is an error if it cannot be made."""
    draws: int = 2000
    """Draws of the bootstrap."""
    seed: int = 0
    """Seed of the bootstrap."""
    level: float = 0.95
    """Nominal coverage of intervals."""
    data_dir: Path | None = None
    """Where benchmark files are looked for first."""


class RunRead(NamedTuple):
    """One run, read."""

    run: Run
    """The run."""
    rungs: tuple[RungTallies, ...]
    """Its tallies."""
    costs: RunCosts
    """Its costs."""
    scores: dict[str, dict[str, Score]]
    """Scores by selector and sample id."""

    @property
    def model(self) -> str:
        """The run's model."""
        return self.run.manifest.model


def request_of(
    runs: Sequence[Path],
    *,
    unit: str | None,
    device: str | None,
    prices: Path | None,
    specs: Sequence[str],
    chars_per_token: float | None,
    prompt_shared: bool | None,
    extrapolate: bool,
    fit: str | None,
    draws: int,
    seed: int,
    level: float,
    data_dir: Path | None,
) -> AnalysisRequest:
    """Make a request of what a command line says: names and files are looked up here.

    Raises UsageError for a name or a number that makes no sense, InputError for a file that cannot be read.
    """
    if chars_per_token is not None and not 0.1 <= chars_per_token <= 100.0:
        raise UsageError(
            f"--chars-per-token is {chars_per_token:g}, expected a number from 0.1 to 100; 3 is usual for code"
        )
    if not 0.0 < level < 1.0:
        raise UsageError(f"--level is {level:g}, expected a number between 0 and 1; 95% is 0.95")
    checked_draws(draws, seed, level)
    given = {}
    for text in specs:
        name, sign, path = text.partition("=")
        if not (name and sign and path):
            raise UsageError(f"--spec is {text!r}, expected MODEL=FILE, the file a config.json or a .gguf")
        given[name] = read_model(Path(path), name=name)
    return AnalysisRequest(
        runs=tuple(runs),
        unit=None if unit is None else Unit(unit),
        pricing=Pricing(
            specs=given,
            device=None if device is None else known_device(device),
            prices=None if prices is None else read_prices(prices),
            chars_per_token=chars_per_token,
        ),
        prompt_shared=prompt_shared,
        extrapolate=extrapolate,
        fit=fit,
        draws=draws,
        seed=seed,
        level=level,
        data_dir=data_dir,
    )


def read_runs(request: AnalysisRequest) -> list[RunRead]:
    """Read every run, and refuse those that may not be compared.

    Raises UsageError for a path that is no run, RunMismatchError for runs that disagree or a broken line.
    """
    runs = [Run.read(folder) for folder in run_folders(request.runs)]
    tallies = [tallies_of_run(run, data_dir=request.data_dir) for run in runs]
    costs = costs_of_runs(runs, request.pricing, data_dir=request.data_dir)
    _refuse_mixture(runs)
    rows = zip(runs, tallies, costs, strict=True)
    return [RunRead(run, rungs, of_run, scores_of_run(run)) for run, rungs, of_run in rows]


def common_unit(reads: list[RunRead], wanted: Unit | None) -> Unit | None:
    """The unit of budgets; None where no unit is known for every model and none was asked for.

    Raises UsageError for a unit that was asked for and that some model lacks.
    """
    shared = set.intersection(*(set(read.costs.of_problem) for read in reads))
    if wanted is None:
        return next((unit for unit in UNITS if unit in shared), None)
    if wanted not in shared:
        some = sorted({read.model for read in reads if wanted not in read.costs.of_problem})
        known = ", ".join(unit.value for unit in UNITS if unit in shared) or "none"
        raise UsageError(
            f"no cost in {wanted.value} is known for {', '.join(some)}; units that all models have: {known}"
        )
    return wanted


def further_units(reads: Sequence[RunRead], primary: Unit) -> list[Unit]:
    """Units that every model has beside the one of the answer; byte-seconds only where they are asked for by name."""
    shared = set.intersection(*(set(read.costs.of_problem) for read in reads))
    return [unit for unit in UNITS if unit in shared and unit not in {primary, Unit.byte_seconds}]


def prompt_is_shared(reads: Sequence[RunRead], unit: Unit, wanted: bool | None) -> bool:
    """Whether the samples of a problem are charged for one reading of its prompt together, or each for its own.

    What was measured is charged as it was: each sample took the time that it took, and what a cache saved is in that time
    already. Elsewhere the windows say it: prompts are shared where all of them had a cache of prompts. Samples that
    were recorded elsewhere say nothing, and share theirs.
    """
    if wanted is not None:
        return wanted
    if any(unit in read.costs.timed for read in reads):
        return False
    said = frozenset[bool | None]().union(*(read.costs.caches for read in reads))
    return not said or said == {True}


def run_folders(paths: Sequence[Path]) -> list[Path]:
    """Run folders among these and in these, each once.

    Raises UsageError for a path that is no run folder and holds none.
    """
    found: list[Path] = []
    for path in paths:
        inside = [path] if (path / "manifest.json").exists() else sorted(p.parent for p in path.glob("*/manifest.json"))
        if not inside:
            raise UsageError(
                f"{str(path)!r} is no run folder and holds none; type the path of a folder with manifest.json"
            )
        found += inside
    by_place: dict[Path, Path] = {}
    for folder in found:
        by_place.setdefault(folder.resolve(), folder)
    return list(by_place.values())


def _refuse_mixture(runs: list[Run]) -> None:
    """Runs of other data, other limits or another reading of answers are not to be compared."""
    seen: dict[str, tuple[object, Run]] = {}
    for run in runs:
        manifest = run.manifest
        for what, value in (
            ("limits", run.judging.limits),
            ("extraction", run.judging.extraction),
            (f"SHA-256 of {manifest.benchmark.name}", f"{manifest.benchmark.sha256[:12]}…"),
        ):
            other, where = seen.setdefault(what, (value, run))
            if other != value:
                raise RunMismatchError(
                    f"{what} differs: {other} in {str(where.folder)!r}, {value} in {str(run.folder)!r}; "
                    "judge both in the same way, with the same file"
                )
