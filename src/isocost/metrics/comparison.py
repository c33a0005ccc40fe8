"""Two models, or two rungs, on the same problems: their paired difference, its interval, a test, and what can be seen."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from isocost.errors import DomainError
from isocost.metrics.bootstrap import DRAWS
from isocost.metrics.cluster_bootstrap import cluster, cluster_standard_error
from isocost.metrics.domain import shown
from isocost.metrics.multiplicity import holm
from isocost.metrics.paired_interval import checked_shares, paired_interval
from isocost.metrics.paired_tests import FLIPS, mcnemar_exact, sign_flip
from isocost.metrics.pass_at_k import pass_at_k_array
from isocost.metrics.power import detectable
from isocost.records import Comparison, Estimate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from isocost.records import Tally

_SAME: Final = 1e-12
"""Differences closer than this are equal: far above the rounding of pass@k."""


def compare_values(
    a: ArrayLike,
    b: ArrayLike,
    *,
    names: tuple[str, str],
    what: str,
    ids: Sequence[str],
    strata: Sequence[str] | None = None,
    samples: int,
    rng: np.random.Generator,
    level: float = 0.95,
    power: float = 0.8,
    draws: int = DRAWS,
    flips: int = FLIPS,
) -> Comparison:
    """Paired comparison of two columns of values over the same problems.

    The difference is mean(a) − mean(b), its interval `paired_interval`. The p value is `mcnemar_exact` where all values
    are 0 or 1 and each base id has one problem, `sign_flip` over base ids otherwise. The minimal detectable difference is
    (z_{α/2} + z_β) times the clustered standard error seen (`isocost.metrics.power.detectable`): what another study of
    this size would show, not a judgement of the difference found.

    Source: E. Miller (2024), arXiv 2411.00640, §4 (paired differences) and eq. 10.

    Args:
        a: shape (problems,), shares from 0 to 1: verdicts, pass@k, or solved(B) of each problem.
        b: the same problems, in the same order.
        names: what the two are called.
        what: the quantity, as `pass@1`.
        ids: base id of each problem.
        strata: benchmark of each problem; None for one.
        samples: samples of both together, for the record.
        rng: source of randomness.
        level: nominal coverage.
        power: for the minimal detectable difference.
        draws: draws of the bootstrap.
        flips: sign patterns of the test.

    Raises:
        DomainError: shapes that differ, a value outside [0, 1], or a number out of range.

    >>> import numpy as np
    >>> small, large = [0.0] * 60 + [1.0] * 104, [1.0] * 24 + [0.0] * 40 + [1.0] * 100
    >>> ids = [f"HumanEval/{i}" for i in range(164)]
    >>> rng = np.random.default_rng(7)
    >>> seen = compare_values(large, small, names=("7B", "1.5B"), what="pass@1", ids=ids, samples=328, rng=rng)
    >>> f"{seen.difference.value:.3f} {seen.a_better}:{seen.b_better} p={seen.p_value:.5f} {seen.method}"
    '0.122 24:4 p=0.00018 mcnemar-exact'
    >>> f"{seen.minimal_detectable_difference:.3f}"
    '0.087'
    """
    clusters = cluster(ids, strata)
    values_a = checked_shares("a", a, 0.0, clusters.of_problem.size)
    values_b = checked_shares("b", b, 0.0, clusters.of_problem.size)
    differences = values_a - values_b
    differences[np.abs(differences) <= _SAME] = 0.0
    low, high, interval = paired_interval(differences, clusters, rng=rng, draws=draws, level=level)
    better, worse = int((differences > 0).sum()), int((differences < 0).sum())
    whole = all(np.isin(column, (0.0, 1.0)).all() for column in (values_a, values_b))
    if whole and clusters.sizes.max() == 1:
        p_value, method = mcnemar_exact(better, worse), "mcnemar-exact"
    else:
        p_value, exact = sign_flip(clusters.sums(differences), rng=rng, flips=flips)
        method = "sign-flip-exact" if exact else "sign-flip"
    error = cluster_standard_error(differences, clusters)
    problems = differences.size
    return Comparison(
        a=names[0],
        b=names[1],
        what=what,
        value_a=math.fsum(values_a) / problems,
        value_b=math.fsum(values_b) / problems,
        difference=Estimate(
            value=math.fsum(differences) / problems, low=low, high=high, level=float(level), method=interval,
            problems=problems, samples=samples,
        ),
        a_better=better,
        b_better=worse,
        p_value=p_value,
        p_adjusted=None,
        method=method,
        minimal_detectable_difference=detectable(error, level=level, power=power) if error else None,
        power=float(power),
    )  # fmt: skip


def compare_tallies(
    a: Sequence[Tally],
    b: Sequence[Tally],
    *,
    names: tuple[str, str],
    k: int = 1,
    base_of: Mapping[str, str] | None = None,
    stratum_of: Mapping[str, str] | None = None,
    rng: np.random.Generator,
    level: float = 0.95,
    power: float = 0.8,
    draws: int = DRAWS,
    flips: int = FLIPS,
) -> Comparison:
    """Compare pass@k of two models on the problems for which both have a tally, joined by id (`compare_values`).

    Problems that only one of them has are left out; `difference.problems` says how many were shared.

    Args:
        a: tallies of the first model, one for each problem; their order has no influence.
        b: tallies of the second.
        names: what the two are called.
        k: samples allowed, 1 to the smallest n.
        base_of: from a problem's id to its base id; None where each problem is its own.
        stratum_of: from a problem's id to its benchmark; None for one stratum.
        rng: source of randomness.
        level: nominal coverage.
        power: for the minimal detectable difference.
        draws: draws of the bootstrap.
        flips: sign patterns of the test.

    Raises:
        DomainError: no shared problem, a problem twice, one without a base id or stratum, or k above some n.

    >>> import numpy as np
    >>> from isocost.records import Tally
    >>> small = [Tally(problem_id=f"MBPP/{i}", n=10, c=i % 6) for i in range(100)]
    >>> large = [Tally(problem_id=f"MBPP/{i}", n=10, c=i % 9) for i in range(5, 105)]
    >>> seen = compare_tallies(large, small, names=("7B", "1.5B"), rng=np.random.default_rng(7))
    >>> seen.difference.problems, seen.difference.samples, seen.method
    (95, 1900, 'sign-flip')
    """
    first, second = by_id(a), by_id(b)
    shared = sorted(first.keys() & second.keys())
    if not shared:
        raise DomainError(
            f"{names[0]} has {len(first)} problems and {names[1]} {len(second)}, expected at least 1 in common; "
            "compare runs of the same benchmark"
        )
    return compare_values(
        _pass_values(first, shared, k),
        _pass_values(second, shared, k),
        names=names,
        what=f"pass@{k}",
        ids=shared if base_of is None else _looked_up("base id", base_of, shared),
        strata=None if stratum_of is None else _looked_up("stratum", stratum_of, shared),
        samples=sum(first[i].n + second[i].n for i in shared),
        rng=rng,
        level=level,
        power=power,
        draws=draws,
        flips=flips,
    )


def adjusted(comparisons: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """Return the comparisons of one family with their p values adjusted by `holm`, in the same order.

    The family has to be named before the data are seen, as all neighbouring sizes of one rung.
    """
    p_values = holm([comparison.p_value for comparison in comparisons])
    return tuple(
        msgspec.structs.replace(comparison, p_adjusted=float(p))
        for comparison, p in zip(comparisons, p_values, strict=True)
    )


def by_id(tallies: Sequence[Tally]) -> dict[str, Tally]:
    """Tallies by problem id.

    Raises:
        DomainError: a problem has two.
    """
    found: dict[str, Tally] = {}
    for tally in tallies:
        if tally.problem_id in found:
            raise DomainError(
                f"problem {shown(tally.problem_id)} has 2 tallies, expected one; add up n and c of the same problem first"
            )
        found[tally.problem_id] = tally
    return found


def _pass_values(tallies: Mapping[str, Tally], ids: Sequence[str], k: int) -> NDArray[np.float64]:
    for problem_id in ids:
        if tallies[problem_id].n < k:
            raise DomainError(
                f"problem {shown(problem_id)} has n = {tallies[problem_id].n}, expected at least k = {k}; "
                "score more samples or ask for a smaller k"
            )
    return pass_at_k_array([tallies[i].n for i in ids], [tallies[i].c for i in ids], k)


def _looked_up(what: str, mapping: Mapping[str, str], ids: Sequence[str]) -> list[str]:
    for problem_id in ids:
        if problem_id not in mapping:
            raise DomainError(
                f"problem {shown(problem_id)} has no {what}, expected one for each; add it to the mapping"
            )
    return [mapping[problem_id] for problem_id in ids]
