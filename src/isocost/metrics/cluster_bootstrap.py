"""The paired cluster bootstrap of means: base problems are drawn again, each with all that hangs on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from isocost.errors import DomainError
from isocost.metrics.domain import checked_count, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

_CELLS: Final = 2**20
"""Clusters drawn at a time: 16 MiB of indices and counts, whatever the number of draws."""


@dataclass(frozen=True)
class Clusters:
    """Which problems belong together; made by `cluster`."""

    of_problem: NDArray[np.intp]
    """Shape (problems,): index of each problem's cluster."""
    sizes: NDArray[np.float64]
    """Shape (clusters,): problems in each cluster."""
    strata: tuple[slice, ...]
    """The clusters of each stratum; together they are all clusters."""

    def sums(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums over the problems of each cluster: (problems, …) becomes (clusters, …)."""
        totals = np.zeros((self.sizes.size, *values.shape[1:]))
        np.add.at(totals, self.of_problem, values)
        return totals


def cluster(ids: Sequence[str], strata: Sequence[str] | None = None) -> Clusters:
    """Group problems by the id of their base problem, and these by stratum (benchmark).

    Clusters are sorted by stratum and id, so that a draw depends on which problems there are, not on their order.

    Args:
        ids: base id of each problem, at least one.
        strata: stratum of each problem; None is one stratum. All problems of a base id share one.

    Raises:
        DomainError: no problems, lengths that differ, or a base id in two strata.

    >>> groups = cluster(["MBPP/2", "HumanEval/0", "MBPP/2"], ["mbpp", "humaneval", "mbpp"])
    >>> groups.of_problem.tolist(), groups.sizes.tolist(), len(groups.strata)
    ([1, 0, 1], [1.0, 2.0], 2)
    """
    labels = [""] * len(ids) if strata is None else list(strata)
    if not ids or len(labels) != len(ids):
        raise DomainError(
            f"{len(ids)} base ids and {len(labels)} strata, expected as many of both and at least 1; "
            "give each problem its base id and its benchmark"
        )
    stratum_of: dict[str, str] = {}
    for base_id, label in zip(ids, labels, strict=True):
        if stratum_of.setdefault(base_id, label) != label:
            raise DomainError(
                f"base id {shown(base_id)} is in strata {shown(stratum_of[base_id])} and {shown(label)}, "
                "expected one; let all problems of a base id share a stratum"
            )
    order = sorted(stratum_of, key=lambda base_id: (stratum_of[base_id], base_id))
    index = {base_id: i for i, base_id in enumerate(order)}
    of_problem = np.array([index[base_id] for base_id in ids], dtype=np.intp)
    starts = [i for i, base_id in enumerate(order) if i == 0 or stratum_of[base_id] != stratum_of[order[i - 1]]]
    ends = [*starts[1:], len(order)]
    slices = tuple(slice(start, end) for start, end in zip(starts, ends, strict=True))
    return Clusters(of_problem, np.bincount(of_problem).astype(np.float64), slices)


def cluster_mean_draws(
    values: ArrayLike, clusters: Clusters, *, rng: np.random.Generator, draws: int
) -> NDArray[np.float64]:
    """Means over problems in each draw of the cluster bootstrap, all columns moved by the same draws.

    A draw takes, within each stratum, as many clusters as there are, with replacement, and averages over the problems
    that they hold: Σ values / Σ problems. All columns (models, rungs, budgets) of a problem move together, which is
    what makes a difference of two columns a paired one. Samples are not drawn again within a problem.

    What it does not cover: a stratum of one cluster never moves; the number of problems in each stratum is taken as given.

    Source: A. C. Davison and D. V. Hinkley (1997), Bootstrap Methods and their Application, §§3.2 and 3.8.

    Args:
        values: shape (problems,) or (problems, columns), finite.
        clusters: of these problems.
        rng: source of randomness.
        draws: at least 1.

    Returns:
        Shape (draws,) or (draws, columns).

    Raises:
        DomainError: another number of problems, or a value that is not finite.

    >>> import numpy as np
    >>> groups = cluster([f"MBPP/{i}" for i in range(100)])
    >>> means = cluster_mean_draws([0.0, 1.0] * 50, groups, rng=np.random.default_rng(7), draws=2000)
    >>> means.shape, round(float(means.std()), 2)
    ((2000,), 0.05)
    """
    array = np.asarray(values, dtype=np.float64)
    draws = checked_count("draws", draws, 1, hint="2000 are usual")
    if array.ndim == 0 or array.shape[0] != clusters.of_problem.size or not np.isfinite(array).all():
        raise DomainError(
            f"values has shape {array.shape}, expected {clusters.of_problem.size} problems along the first axis, "
            "all of them finite; leave out problems without a value"
        )
    sums = clusters.sums(array.reshape(array.shape[0], -1))
    columns = np.column_stack([sums, clusters.sizes])
    totals = np.zeros((draws, columns.shape[1]))
    for part in clusters.strata:
        totals += _drawn_totals(columns[part], rng, draws)
    return (totals[:, :-1] / totals[:, -1:]).reshape(draws, *array.shape[1:])


def _drawn_totals(columns: NDArray[np.float64], rng: np.random.Generator, draws: int) -> NDArray[np.float64]:
    """Column totals of `draws` resamples of the rows, a block of draws at a time: counts times columns."""
    rows = columns.shape[0]
    totals = np.empty((draws, columns.shape[1]))
    block = max(1, _CELLS // rows)
    for start in range(0, draws, block):
        many = min(block, draws - start)
        totals[start : start + many] = resampled_counts(rows, rng, many) @ columns
    return totals


def resampled_counts(items: int, rng: np.random.Generator, draws: int) -> NDArray[np.float64]:
    """How often each of so many items is taken when as many are drawn with replacement: shape (draws, items).

    >>> import numpy as np
    >>> resampled_counts(3, np.random.default_rng(7), draws=2).sum(axis=1).tolist()
    [3.0, 3.0]
    """
    picks = rng.integers(items, size=(draws, items)) + items * np.arange(draws)[:, None]
    return np.bincount(picks.ravel(), minlength=draws * items).reshape(draws, items).astype(np.float64)


def cluster_standard_error(values: ArrayLike, clusters: Clusters) -> float | None:
    """Standard error of a mean over problems that come in clusters, within strata; None where no cluster has a peer.

    With e_c = Σ_{i in c} (x_i − x̄) the total of a cluster's deviations and ē_s its mean in a stratum of m_s clusters::

        SE² = Σ_s m_s/(m_s − 1) · Σ_{c in s} (e_c − ē_s)² / n²

    With one stratum and one problem in each cluster it is √(s²/n), the standard error of paired differences.

    Source: E. Miller (2024), arXiv 2411.00640, eqs. 4 and 7, with the factor m/(m − 1) and strata added.

    >>> cluster_standard_error([0.0, 1.0, 0.0, 1.0], cluster(["a", "b", "c", "d"]))  # √((1/3)/4)
    0.288675...
    >>> cluster_standard_error([0.0, 0.0, 1.0, 1.0], cluster(["a", "a", "b", "b"]))
    0.5
    """
    array = np.asarray(values, dtype=np.float64)
    if array.shape != clusters.of_problem.shape:
        raise DomainError(f"values has shape {array.shape}, expected {clusters.of_problem.shape}; give one per problem")
    totals = clusters.sums(array - array.mean())
    variance, peers = 0.0, False
    for part in clusters.strata:
        inside = totals[part]
        if inside.size > 1:
            peers = True
            variance += float(inside.var(ddof=1)) * inside.size
    return float(np.sqrt(variance)) / array.size if peers else None
