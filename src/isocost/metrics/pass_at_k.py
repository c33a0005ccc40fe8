"""pass@k: the chance that at least one of k samples passes, from n samples of which c passed."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from isocost.errors import DomainError, UsageError
from isocost.metrics.bootstrap import DRAWS, bootstrap_mean, has_spread
from isocost.metrics.domain import checked_count, shown
from isocost.metrics.intervals import wilson
from isocost.records import Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from isocost.records import Tally

WILSON: Final = "wilson"
"""Method of an interval: Wilson's, each problem having one sample."""

BOOTSTRAP: Final = "bootstrap"
"""Method of an interval: percentile bootstrap over problems."""

WILSON_NO_SPREAD: Final = "wilson-no-spread"
"""Method of an interval: Wilson's on the number of problems, because all problems have the same pass@k."""


def pass_at_k(n: int, c: int, k: int) -> float:
    """pass@k = 1 − C(n − c, k) / C(n, k): the share of all k-subsets of the n samples that hold one that passed.

    It is unbiased for 1 − (1 − p)^k, where p is the chance that one sample passes; c/n put in for p is not.

    Source: M. Chen et al. (2021), arXiv 2107.03374, eq. 1.

    Method: the share is added up from terms that are all positive, so nothing cancels and nothing overflows. Go through
    the c samples that passed; the j-th is in the subset, given that none before it was, with chance k / (n − j), and
    s ← s + (1 − s) · k / (n − j) from s = 0, j = 0 … c − 1. As C(n − c, k) / C(n, k) does not change when c and k are
    swapped, the shorter of the two loops is taken. An early rounding error is damped by each (1 − s) that follows:
    the result is within 1e-15, relative, of the exact fraction for n up to 10,000. Takes min(c, k) steps.

    Args:
        n: samples scored, at least 1.
        c: samples that passed, 0 to n.
        k: samples allowed, 1 to n.

    Returns:
        A probability in [0, 1]; exactly c/n for k = 1, exactly 1.0 where fewer than k samples failed.

    Raises:
        DomainError: a number is outside its range or not an integer (a bool is none).

    >>> pass_at_k(n=10, c=3, k=1)
    0.3
    >>> f"{pass_at_k(n=10, c=3, k=5):.6f}"  # 1 − C(7, 5) / C(10, 5) = 1 − 21/252
    '0.916667'
    >>> pass_at_k(n=10, c=6, k=5)
    1.0
    >>> pass_at_k(n=10, c=3, k=11)
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: pass@k: k is 11, expected an integer from 1 to n = 10; score more samples or ...
    """
    n, c, k = _checked("pass@k", n, c, k)
    if n - c < k:
        return 1.0
    steps, chances = min(c, k), max(c, k)
    share = 0.0
    for j in range(steps):
        share += (1.0 - share) * (chances / (n - j))
    return share


def pass_at_k_array(n: ArrayLike, c: ArrayLike, k: ArrayLike) -> NDArray[np.float64]:
    """`pass_at_k` of each element, to the same bit; n, c and k are broadcast against each other.

    k may differ from problem to problem, as it does where a budget buys more samples of a short problem.
    Takes max(min(c, k)) steps, each over the elements that still need it.

    Args:
        n: integers, samples scored.
        c: integers, samples that passed.
        k: integers, samples allowed.

    Returns:
        Probabilities in [0, 1], in the broadcast shape.

    Raises:
        DomainError: as for `pass_at_k`; the text names the index of the first element that is wrong.

    >>> pass_at_k_array([10, 10, 20], [0, 3, 20], 1).tolist()
    [0.0, 0.3, 1.0]
    >>> pass_at_k_array(4, [[1], [2]], [1, 2]).round(4).tolist()
    [[0.25, 0.5], [0.5, 0.8333]]
    >>> pass_at_k_array([10, 5], [3, 3], 8)
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: pass@k at index (1,): k is 8, expected an integer from 1 to n = 5; score more ...
    """
    ns, cs, ks = np.broadcast_arrays(_whole("n", n), _whole("c", c), _whole("k", k))
    wrong = (ns < 1) | (cs < 0) | (cs > ns) | (ks < 1) | (ks > ns)
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        _checked(f"pass@k at index {index}", ns[index], cs[index], ks[index])

    certain = ns - cs < ks
    steps = np.where(certain, 0, np.minimum(cs, ks)).ravel()
    longest_first = np.argsort(-steps, kind="stable")
    steps = steps[longest_first]
    chances = np.maximum(cs, ks).ravel()[longest_first]
    totals = ns.ravel()[longest_first]
    sums = np.zeros(steps.size)
    for j in range(int(steps.max(initial=0))):
        live = np.searchsorted(-steps, -j)  # those that take more than j steps stand in front
        sums[:live] += (1.0 - sums[:live]) * (chances[:live] / (totals[:live] - j))

    shares = np.empty(steps.size)
    shares[longest_first] = sums
    return np.where(certain, 1.0, shares.reshape(ns.shape))


def mean_pass_at_k(
    tallies: Sequence[Tally], k: int, *, level: float = 0.95, rng: np.random.Generator | None = None, draws: int = DRAWS
) -> Estimate:
    """Mean of pass@k over problems, each problem weighing the same, with an interval over problems.

    The interval answers for the choice of problems; `method` of the estimate says how it was made:

    - `wilson`: every problem has one sample, so it is solved or not and the share of solved problems is binomial.
    - `bootstrap`: percentile bootstrap over problems (`bootstrap_mean`).
    - `wilson-no-spread`: all problems have the same pass@k, as at 0% and 100%, and the bootstrap would have no width;
      Wilson's interval on the number of problems instead (`wilson_of_mean`).

    A problem without a scored sample has no pass@k: leave it out, and show how many there were beside the estimate.
    The estimate does not know how the samples were drawn; greedy and sampled pass@1 are two things, label them.

    Source: M. Chen et al. (2021), arXiv 2107.03374, eq. 1, averaged over problems.

    Args:
        tallies: one for each problem; their order has no influence on the result.
        k: samples allowed, 1 to the smallest n.
        level: nominal coverage of the interval, between 0 and 1.
        rng: source of randomness; needed unless every problem has one sample.
        draws: draws of the bootstrap.

    Returns:
        The mean in [0, 1] and its interval, with the number of problems and of samples that entered.

    Raises:
        DomainError: no tallies, a problem twice, k above some problem's n (the text names it), or a number out of range.
        UsageError: the bootstrap is needed and `rng` is None.

    >>> import numpy as np
    >>> from isocost.records import Tally
    >>> greedy = [Tally(problem_id=f"MBPP/{i}", n=1, c=i % 2) for i in range(100)]
    >>> estimate = mean_pass_at_k(greedy, 1)
    >>> f"{estimate.value:.2f} [{estimate.low:.2f}, {estimate.high:.2f}] {estimate.method}"
    '0.50 [0.40, 0.60] wilson'
    >>> sampled = [Tally(problem_id=f"MBPP/{i}", n=10, c=i % 11) for i in range(110)]
    >>> estimate = mean_pass_at_k(sampled, 1, rng=np.random.default_rng(7))
    >>> f"{estimate.value:.2f} {estimate.method} {estimate.problems} {estimate.samples}"
    '0.50 bootstrap 110 1100'
    >>> mean_pass_at_k(greedy, 2)
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: pass@k of problem 'MBPP/0': k is 2, expected an integer from 1 to n = 1; ...
    """
    n, c = _columns(tallies, k)
    values = pass_at_k_array(n, c, k)
    problems, samples = len(tallies), int(n.sum())
    if samples == problems:  # n >= 1 everywhere, so it is 1 everywhere
        method = WILSON
        low, high = wilson(int(c.sum()), problems, level)
    elif rng is None:
        raise UsageError(
            f"rng is None, expected a numpy Generator, as {samples} samples of {problems} problems need a bootstrap; "
            "pass rng=numpy.random.default_rng(0)"
        )
    else:
        method = BOOTSTRAP if has_spread(values) else WILSON_NO_SPREAD
        low, high = bootstrap_mean(values, rng=rng, draws=draws, level=level)
    # fsum, because its result does not depend on the order of the problems.
    value = math.fsum(values) / problems
    return Estimate(
        value=value, low=low, high=high, level=float(level), method=method, problems=problems, samples=samples
    )


def _columns(tallies: Sequence[Tally], k: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Columns n and c, one row for each problem; every tally is checked first, so that a fault names its problem."""
    if not tallies:
        raise DomainError("tallies holds 0 problems, expected at least 1; judge some samples first")
    ids = Counter(tally.problem_id for tally in tallies)
    for problem_id, count in ids.items():
        if count > 1:
            raise DomainError(
                f"tallies holds problem {shown(problem_id)} {count} times, expected one tally for each problem; "
                "add up n and c of the same problem first"
            )
    for tally in tallies:
        _checked(f"pass@k of problem {shown(tally.problem_id)}", tally.n, tally.c, k)
    n = np.array([tally.n for tally in tallies], dtype=np.int64)
    c = np.array([tally.c for tally in tallies], dtype=np.int64)
    return n, c


def _checked(what: str, n: object, c: object, k: object) -> tuple[int, int, int]:
    """The three counts as ints, or a DomainError that names the wrong one."""
    n = checked_count(f"{what}: n", n, 1, hint="leave out problems without a scored sample, and count them apart")
    bound = f"n = {n}"
    c = checked_count(f"{what}: c", c, 0, n, bound=bound, hint="count each sample that passed once")
    k = checked_count(f"{what}: k", k, 1, n, bound=bound, hint="score more samples or ask for a smaller k")
    return n, c, k


def _whole(name: str, values: ArrayLike) -> NDArray[np.int64]:
    """An array of integers as int64; one of anything else is refused, even if its values happen to be whole."""
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iu":
        raise DomainError(
            f"pass@k: {name} has dtype {array.dtype}, expected an array of integers; counts are not bools or floats"
        )
    return array.astype(np.int64)
