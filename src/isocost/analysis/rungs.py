"""Rungs: what becomes of the problems that a model solves when they get harder, joined by base problem."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from isocost.errors import DomainError
from isocost.metrics.bootstrap import DRAWS
from isocost.metrics.comparison import by_id, compare_values
from isocost.metrics.domain import shown
from isocost.metrics.pass_at_k import pass_at_k_array
from isocost.records import Comparison, Outcome, Record, Tally

if TYPE_CHECKING:
    from numpy.typing import NDArray


class RungTable(Record, frozen=True):
    """Shares of base problems by what a model solves of them; the four add up to 1.

    With one sample for each they are counts over `problems`. With several, the expected shares for one sample of the
    base and one of the harder problem, drawn apart: mean of p_base·p_harder, and so on.
    """

    problems: int
    """Base problems that both rungs have."""
    both: float
    """Share solved at both rungs."""
    only_base: float
    """Share solved at the base rung alone: what is lost on the way up."""
    only_harder: float
    """Share solved at the harder rung alone; where the harder problem builds upon the base, a sign of noise or leakage."""
    neither: float
    """Share solved at neither."""


class RungStep(Record, frozen=True):
    """One model from a rung to a harder one."""

    table: RungTable
    """The base × harder table."""
    drop: Comparison
    """Base minus harder, paired by base problem."""
    kept: float | None
    """`both / (both + only_base)`: of what is solved at the base, the share also solved above; None where nothing is."""
    excluded: tuple[str, ...]
    """Harder problems left out on request, sorted; ids asked for that were not there are not among them."""
    unmatched_base: int
    """Base problems left out because no harder one stands upon them."""
    unmatched_harder: int
    """Harder problems left out because their base problem has no tally."""


class OutcomeShares(Record, frozen=True):
    """How the samples of one rung ended, each problem weighing the same."""

    shares: dict[Outcome, float]
    """Share of each outcome among scored samples, averaged over problems; they add up to 1, `passed` is pass@1."""
    problems: int
    """Problems with at least one scored sample."""
    samples: int
    """Scored samples."""
    unscored_problems: int
    """Problems left out because all of their samples were our own fault, or they had none."""
    sandbox_errors: int
    """Samples left out: our own fault, never scored."""


def rung_step(
    base: Sequence[Tally],
    harder: Sequence[Tally],
    *,
    base_of: Mapping[str, str],
    model: str,
    rungs: tuple[str, str] = ("base", "harder"),
    stratum_of: Mapping[str, str] | None = None,
    exclude: Collection[str] = (),
    rng: np.random.Generator,
    level: float = 0.95,
    power: float = 0.8,
    draws: int = DRAWS,
) -> RungStep:
    """Join two rungs of one model by base problem: the 2 × 2 table, and the drop with its paired interval.

    A base problem's value is c/n. Where several harder problems stand upon it, their mean stands for them, so that each
    base problem weighs the same. Call it a second time with `exclude` for the figures without unfair problems
    (`isocost.benchmarks.unfair`): an excluded harder problem is left out, and with it its base problem if no other
    stands upon that, so that both rungs are always over the same base problems.

    What it does not cover: why a problem is lost; a harder rung that tests the same samples again (rung 1) is no second
    draw, and with n > 1 its table is then too mild off the diagonal.

    Args:
        base: tallies of the lower rung; their ids are base ids.
        harder: tallies of the higher rung.
        base_of: from a harder problem's id to its base id.
        model: whose tallies they are, for the record.
        rungs: what the two are called.
        stratum_of: from a base id to its benchmark, by which draws are stratified; None for one.
        exclude: ids of harder problems to leave out.
        rng: source of randomness.
        level: nominal coverage of the interval.
        power: for the minimal detectable drop.
        draws: draws of the bootstrap.

    Raises:
        DomainError: a problem twice, a harder one without a base id, or no base problem in common.

    >>> import numpy as np
    >>> base = [Tally(problem_id=f"HumanEval/{i}", n=1, c=int(i < 6)) for i in range(10)]
    >>> pro = [Tally(problem_id=f"HumanEvalPro/{i}", n=1, c=int(i % 2)) for i in range(10)]
    >>> of = {f"HumanEvalPro/{i}": f"HumanEval/{i}" for i in range(10)}
    >>> step = rung_step(base, pro, base_of=of, model="7B", rng=np.random.default_rng(7), exclude=["HumanEvalPro/9"])
    >>> [
    ...     round(9 * share)
    ...     for share in (step.table.both, step.table.only_base, step.table.only_harder, step.table.neither)
    ... ]
    [3, 3, 1, 2]
    >>> f"{step.drop.difference.value:.3f} {step.drop.method} {step.excluded}"
    "0.222 mcnemar-exact ('HumanEvalPro/9',)"
    """
    lower, upper = by_id(base), by_id(harder)
    left_out = sorted(upper.keys() & set(exclude))
    for problem_id in left_out:
        del upper[problem_id]
    above = _above(upper, base_of)
    shared = sorted(lower.keys() & above.keys())
    if not shared:
        raise DomainError(
            f"{model}: {len(lower)} base and {len(upper)} harder problems, expected at least 1 base problem in common; "
            "give two rungs of one ladder"
        )
    rates = _rates([lower[i] for i in shared])
    rates_above = np.array([_rates(above[i]).mean() for i in shared])
    samples = sum(lower[i].n + sum(tally.n for tally in above[i]) for i in shared)
    strata = None if stratum_of is None else _strata(shared, stratum_of)
    drop = compare_values(
        rates, rates_above, names=(f"{model} {rungs[0]}", f"{model} {rungs[1]}"), what="pass@1", ids=shared,
        strata=strata, samples=samples, rng=rng, level=level, power=power, draws=draws,
    )  # fmt: skip
    table = rung_table(rates, rates_above)
    solved = table.both + table.only_base
    return RungStep(
        table=table,
        drop=drop,
        kept=table.both / solved if solved > 0.0 else None,
        excluded=tuple(left_out),
        unmatched_base=len(lower) - len(shared),
        unmatched_harder=sum(len(tallies) for base_id, tallies in above.items() if base_id not in lower),
    )


def rung_table(base: NDArray[np.float64], harder: NDArray[np.float64]) -> RungTable:
    """The base × harder table from rates of the same base problems, in the same order.

    >>> import numpy as np
    >>> table = rung_table(np.array([1.0, 0.5]), np.array([0.5, 0.0]))
    >>> table.both, table.only_base, table.only_harder, table.neither
    (0.25, 0.5, 0.0, 0.25)
    """
    return RungTable(
        problems=base.size,
        both=float((base * harder).mean()),
        only_base=float((base * (1.0 - harder)).mean()),
        only_harder=float(((1.0 - base) * harder).mean()),
        neither=float(((1.0 - base) * (1.0 - harder)).mean()),
    )


def outcome_shares(outcomes: Mapping[str, Iterable[Outcome]]) -> OutcomeShares:
    """Shares of the outcomes of one rung, from the outcomes of each problem's samples.

    Shares are taken within each problem over its scored samples and then averaged over problems, so that the share of
    `passed` is the mean pass@1. `sandbox_error` is not scored and is counted apart.

    >>> seen = outcome_shares(
    ...     {"a": [Outcome.passed, Outcome.time_limit], "b": [Outcome.passed], "c": [Outcome.sandbox_error]}
    ... )
    >>> seen.shares[Outcome.passed], seen.shares[Outcome.time_limit], seen.problems, seen.sandbox_errors
    (0.75, 0.25, 2, 1)
    """
    scored: list[Outcome] = [outcome for outcome in Outcome if outcome is not Outcome.sandbox_error]
    place = {outcome: i for i, outcome in enumerate(scored)}
    sums, samples, problems, faults, unscored = np.zeros(len(scored)), 0, 0, 0, 0
    for problem_id in sorted(outcomes):
        kinds = [Outcome(outcome) for outcome in outcomes[problem_id]]
        places = [place[kind] for kind in kinds if kind in place]
        faults += len(kinds) - len(places)
        if not places:
            unscored += 1
            continue
        sums += np.bincount(places, minlength=len(scored)) / len(places)
        samples, problems = samples + len(places), problems + 1
    if not problems:
        raise DomainError(
            f"{len(outcomes)} problems and no scored sample, expected at least 1; judge some samples first"
        )
    shares = {outcome: float(sums[i] / problems) for outcome, i in place.items()}
    return OutcomeShares(
        shares=shares, problems=problems, samples=samples, unscored_problems=unscored, sandbox_errors=faults
    )


def _rates(tallies: Sequence[Tally]) -> NDArray[np.float64]:
    return pass_at_k_array([tally.n for tally in tallies], [tally.c for tally in tallies], 1)


def _above(upper: Mapping[str, Tally], base_of: Mapping[str, str]) -> dict[str, list[Tally]]:
    """The harder tallies by base id."""
    above: dict[str, list[Tally]] = {}
    for problem_id in sorted(upper):
        if problem_id not in base_of:
            raise DomainError(f"problem {shown(problem_id)} has no base id, expected one; add it to base_of")
        above.setdefault(base_of[problem_id], []).append(upper[problem_id])
    return above


def _strata(base_ids: Sequence[str], stratum_of: Mapping[str, str]) -> list[str]:
    for base_id in base_ids:
        if base_id not in stratum_of:
            raise DomainError(f"base problem {shown(base_id)} has no stratum, expected one; add it to stratum_of")
    return [stratum_of[base_id] for base_id in base_ids]
