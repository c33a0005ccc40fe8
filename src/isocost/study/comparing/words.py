"""A paired difference in a sentence: what it is, how sure it is, and which difference could not have been seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from isocost.records import Comparison


def difference_sentence(comparison: Comparison, which: str) -> str:
    """Say a comparison in words.

    One solves more only where the interval and the test agree on it; else it is said that the data do not tell. The p
    value is the adjusted one, where there is one. `which` says which problems, as `shared problems of humaneval`.

    >>> import numpy as np
    >>> from isocost.metrics.comparison import compare_values
    >>> small, large = [0.0] * 60 + [1.0] * 104, [1.0] * 24 + [0.0] * 40 + [1.0] * 100
    >>> ids = [f"HumanEval/{i}" for i in range(164)]
    >>> rng = np.random.default_rng(7)
    >>> seen = compare_values(large, small, names=("7B", "1.5B"), what="pass@1", ids=ids, samples=328, rng=rng)
    >>> first, _, second = difference_sentence(seen, "shared problems of humaneval").partition("; ")
    >>> print(first)
    7B solves 12.2 points more than 1.5B [6.4, 18.8] on 164 shared problems of humaneval (p = 0.0002)
    >>> print(second)
    true differences below 8.7 points may well not show in 164 problems.
    """
    found = comparison.difference
    p_value = comparison.p_value if comparison.p_adjusted is None else comparison.p_adjusted
    tries = "" if comparison.what == "pass@1" else f" within {comparison.what.removeprefix('pass@')} tries"
    where = f"on {found.problems} {which} ({p_words(p_value)})"
    low, high = 100 * found.low, 100 * found.high
    if (low > 0.0 or high < 0.0) and p_value < 1.0 - found.level:
        more = "more" if found.value > 0.0 else "less"
        ends = f"[{low:.1f}, {high:.1f}]" if found.value > 0.0 else f"[{-high:.1f}, {-low:.1f}]"
        head = f"{comparison.a} solves {points(abs(found.value))} {more} than {comparison.b} {ends}{tries} {where}"
    else:
        head = (
            f"{comparison.a} and {comparison.b} are not told apart{tries} {where}: "
            f"the difference is {100 * found.value:+.1f} points [{low:+.1f}, {high:+.1f}]"
        )
    least = comparison.minimal_detectable_difference
    if least is None:
        return f"{head}; the two differ alike on all problems, so that it cannot be said what would show."
    return f"{head}; true differences below {points(least)} may well not show in {found.problems} problems."


def points(share: float) -> str:
    """A share in percentage points.

    >>> points(0.0512)
    '5.1 points'
    """
    return f"{100 * share:.1f} points"


def p_words(p_value: float) -> str:
    """A p value to four decimals.

    >>> p_words(0.00018), p_words(0.0)
    ('p = 0.0002', 'p < 0.0001')
    """
    return "p < 0.0001" if p_value < 0.00005 else f"p = {p_value:.4f}"
