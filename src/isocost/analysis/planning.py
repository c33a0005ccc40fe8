"""Planning: which differences between neighbouring sizes a study could show, and what a wanted one takes, before it runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real

from isocost.errors import DomainError
from isocost.metrics.domain import checked_count, checked_level, shown
from isocost.metrics.power import PairedVariance, minimal_detectable_difference, required_problems, required_samples
from isocost.records import Record


class Assumptions(Record, frozen=True):
    """What is supposed of the models before anything is measured; x is a model's chance to pass a problem."""

    accuracy: float
    """Mean of x over problems, above 0 and below 1. Variances are largest at ½: where unsure, take that."""
    spread: float
    """Var(x) / (accuracy·(1 − accuracy)), 0 to 1: how far problems differ, 1 where each is always or never passed.
    Chances spread evenly over [0, 1] have 1/3. The nearer to 1, the less further samples help."""
    correlation: float
    """Correlation of x over problems between neighbouring sizes, −1 to 1."""

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        for name, value, low, high in (
            ("accuracy", self.accuracy, 0.0, 1.0),
            ("spread", self.spread, 0.0, 1.0),
            ("correlation", self.correlation, -1.0, 1.0),
        ):
            edge = name == "accuracy" and value in {0.0, 1.0}
            if not (isinstance(value, Real) and low <= value <= high) or edge:
                ends = ", both excluded" if name == "accuracy" else ""
                raise DomainError(
                    f"{name} is {shown(value)}, expected a number from {low:g} to {high:g}{ends}; correct it"
                )

    def variance(self) -> PairedVariance:
        """Variance of the paired difference of two neighbours, both with these figures.

        With v = spread·a·(1 − a): ω² = 2·v·(1 − correlation), σ² = a·(1 − a) − v for each, since a verdict's whole
        variance is a·(1 − a) (law of total variance).

        >>> parts = Assumptions(accuracy=0.5, spread=1 / 3, correlation=0.5).variance()
        >>> f"{parts.between:.4f} {parts.within_a:.4f}"  # Miller's uniform chances: 1/12 and 1/6
        '0.0833 0.1667'
        """
        whole = self.accuracy * (1.0 - self.accuracy)
        between_problems = self.spread * whole
        within = max(0.0, whole - between_problems)
        between = min(1.0, max(0.0, 2.0 * between_problems * (1.0 - self.correlation)))
        return PairedVariance(between=between, within_a=within, within_b=within)

    def discordant(self) -> float:
        """Share of problems that one sample each tells apart: ψ = 2·a·(1 − a)·(1 − spread·correlation).

        >>> round(Assumptions(accuracy=0.5, spread=0.8, correlation=0.75).discordant(), 6)
        0.2
        """
        whole = self.accuracy * (1.0 - self.accuracy)
        return 2.0 * whole * (1.0 - self.spread * self.correlation)


class PlanOption(Record, frozen=True):
    """One study that could be run."""

    sizes: int
    """Models of the family."""
    problems: int
    """Base problems."""
    samples: int
    """Samples for each problem, model and rung."""
    rungs: int
    """Rungs at which each problem is asked."""
    comparisons: int
    """Tests in the family: neighbours at each rung."""
    detectable_first: float
    """Smallest difference shown whatever the other comparisons show: at level 1 − α/comparisons, Holm's first step."""
    detectable_last: float
    """Smallest difference shown once all the others are: at level 1 − α, Holm's last step."""
    total_samples: int
    """sizes × rungs × problems × samples: times the cost of a sample, what the study costs."""
    shows: bool | None
    """Whether `detectable_first` is at most the wanted difference; None where none was wanted."""


class Requirement(Record, frozen=True):
    """What it takes to show a wanted difference between neighbours, whatever the other comparisons show."""

    difference: float
    """The wanted difference, as 0.05 for 5 points."""
    comparisons: int
    """Tests in the family."""
    problems: int
    """Problems needed with `samples` samples each."""
    samples: int
    """The samples that were supposed."""
    samples_needed: int | None
    """Samples needed on `at_problems` problems; None where no number would do."""
    at_problems: int
    """The problems that were supposed."""


def comparisons_of(sizes: int, rungs: int = 1) -> int:
    """Comparisons in the family: sizes − 1 neighbours at each rung.

    >>> comparisons_of(5, rungs=2)
    8
    """
    sizes = checked_count("sizes", sizes, 2, hint="one size has no neighbour to compare with")
    return (sizes - 1) * checked_count("rungs", rungs, 1, hint="give how often each problem is asked")


def plan_option(
    sizes: int,
    problems: int,
    samples: int,
    assumptions: Assumptions,
    *,
    rungs: int = 1,
    wanted: float | None = None,
    level: float = 0.95,
    power: float = 0.8,
) -> PlanOption:
    """Say what one study could show: Miller's eq. 10 at the levels of Holm's first and last step.

    What it does not cover: it supposes the normal law and the same figures for all sizes, and says nothing of fits,
    curves or crossings. Differences of drops between models (rung × size) have about twice the variance.

    Source: E. Miller (2024), arXiv 2411.00640, eq. 10; S. Holm (1979), Scand. J. Statist. 6(2), 65-70.

    Raises:
        DomainError: a number out of range.

    >>> supposed = Assumptions(accuracy=0.5, spread=0.8, correlation=0.75)
    >>> option = plan_option(2, 164, 1, supposed)  # one comparison: no difference between first and last
    >>> f"{option.detectable_first:.3f} {option.detectable_last:.3f} {option.total_samples}"
    '0.098 0.098 328'
    >>> option = plan_option(5, 542, 10, supposed, rungs=2, wanted=0.05)
    >>> f"{option.detectable_first:.3f} {option.detectable_last:.3f} {option.total_samples} {option.shows}"
    '0.051 0.040 54200 False'
    """
    family = comparisons_of(sizes, rungs)
    variance, rest = assumptions.variance(), 1.0 - checked_level(level)
    first, last = (
        minimal_detectable_difference(
            problems, variance, samples_a=samples, samples_b=samples, level=1.0 - alpha, power=power
        )
        for alpha in (rest / family, rest)
    )
    return PlanOption(
        sizes=sizes, problems=problems, samples=samples, rungs=rungs, comparisons=family,
        detectable_first=first, detectable_last=last, total_samples=sizes * rungs * problems * samples,
        shows=None if wanted is None else first <= _checked(wanted),
    )  # fmt: skip


def plan_options(
    sizes: int,
    problems: Sequence[int],
    samples: Sequence[int],
    assumptions: Assumptions,
    *,
    rungs: int = 1,
    wanted: float | None = None,
    level: float = 0.95,
    power: float = 0.8,
) -> tuple[PlanOption, ...]:
    """All studies of these numbers of problems and samples, the fewest samples in total first.

    >>> supposed = Assumptions(accuracy=0.5, spread=0.5, correlation=0.8)
    >>> for option in plan_options(5, [164, 542], [1, 10], supposed, wanted=0.06):
    ...     print(option.problems, option.samples, option.total_samples, f"{option.detectable_first:.3f}", option.shows)
    164 1 820 0.143 False
    542 1 2710 0.079 False
    164 10 8200 0.071 False
    542 10 27100 0.039 True
    """
    if not problems or not samples:
        raise DomainError(
            f"{len(problems)} numbers of problems and {len(samples)} of samples, expected 1 of each; give some"
        )
    options = [
        plan_option(sizes, n, k, assumptions, rungs=rungs, wanted=wanted, level=level, power=power)
        for n in problems
        for k in samples
    ]
    return tuple(sorted(options, key=lambda option: (option.total_samples, option.detectable_first)))


def requirement(
    difference: float,
    assumptions: Assumptions,
    *,
    sizes: int,
    problems: int,
    samples: int,
    rungs: int = 1,
    level: float = 0.95,
    power: float = 0.8,
) -> Requirement:
    """Say what a wanted difference between neighbours takes: more problems at these samples, or more samples at these.

    Both are for Holm's first step (level 1 − α/comparisons), the one that holds whatever the others show.

    Source: E. Miller (2024), arXiv 2411.00640, eq. 9.

    >>> supposed = Assumptions(accuracy=0.5, spread=0.5, correlation=0.8)
    >>> seen = requirement(0.05, supposed, sizes=5, problems=542, samples=1)
    >>> seen.problems, seen.samples_needed
    (1339, 4)
    """
    family = comparisons_of(sizes, rungs)
    strict = 1.0 - (1.0 - checked_level(level)) / family
    variance, difference = assumptions.variance(), _checked(difference)
    return Requirement(
        difference=difference,
        comparisons=family,
        problems=required_problems(
            difference, variance, samples_a=samples, samples_b=samples, level=strict, power=power
        ),
        samples=samples,
        samples_needed=required_samples(difference, problems, variance, level=strict, power=power),
        at_problems=problems,
    )


def _checked(wanted: object) -> float:
    if isinstance(wanted, Real) and 0.0 < float(wanted) <= 1.0 and math.isfinite(float(wanted)):
        return float(wanted)
    raise DomainError(
        f"wanted difference is {shown(wanted)}, expected a number above 0 up to 1; for 5 points give 0.05"
    )
