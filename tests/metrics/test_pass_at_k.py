"""pass@k of one problem and of arrays: against enumeration, exact fractions and the identities it must keep."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.errors import DomainError, InputError
from isocost.metrics.pass_at_k import pass_at_k, pass_at_k_array


@st.composite
def counts(draw: st.DrawFn, most: int = 10_000) -> tuple[int, int, int]:
    """(n, c, k) of the whole domain, small and large numbers alike."""
    n = draw(st.integers(1, most))
    return n, draw(st.integers(0, n)), draw(st.integers(1, n))


def exact(n: int, c: int, k: int) -> Fraction:
    """The formula as it stands in the paper, in whole numbers."""
    return 1 - Fraction(math.comb(n - c, k), math.comb(n, k))


@pytest.mark.parametrize("n", range(1, 10))
def test_equals_the_share_of_subsets_that_hold_a_pass(n: int) -> None:
    """For each c and k, pass@k is the share of k-subsets of n samples, c of them passed, with at least one pass."""
    for c in range(n + 1):
        passed = [True] * c + [False] * (n - c)
        for k in range(1, n + 1):
            subsets = [any(subset) for subset in combinations(passed, k)]
            assert pass_at_k(n, c, k) == pytest.approx(sum(subsets) / len(subsets), rel=1e-15, abs=0)


@settings(deadline=None, max_examples=150)
@given(counts())
def test_equals_the_exact_fraction(nck: tuple[int, int, int]) -> None:
    """Up to n = 10,000 it differs from the exact fraction by less than 1e-15 of its value."""
    assert abs(Fraction(pass_at_k(*nck)) - exact(*nck)) <= Fraction(1, 10**15) * exact(*nck)


@pytest.mark.parametrize(
    "nck",
    [
        (10_000, 1, 1),
        (10_000, 1, 9_999),
        (10_000, 9_999, 1),
        (10_000, 5_000, 5_000),
        (10_000, 5_000, 5_001),
        (10_000, 70, 70),
        (10_000, 9_000, 10),
        (10_000, 2, 2),
        (1_030, 515, 515),  # C(n, k) is beyond the largest float from here on
    ],
)
def test_neither_overflows_nor_cancels_at_the_corners(nck: tuple[int, int, int]) -> None:
    """Huge binomials, tiny shares and shares next to 1 are as exact as any other."""
    assert abs(Fraction(pass_at_k(*nck)) - exact(*nck)) <= Fraction(1, 10**15) * exact(*nck)


@settings(deadline=None)
@given(counts())
def test_pass_at_1_is_the_share_that_passed(nck: tuple[int, int, int]) -> None:
    """For k = 1 it is c/n to the bit."""
    n, c, _ = nck
    assert pass_at_k(n, c, 1) == c / n


@settings(deadline=None)
@given(counts())
def test_is_a_probability_and_certain_only_when_it_must_be(nck: tuple[int, int, int]) -> None:
    """It lies in [0, 1], is 0 exactly when nothing passed, and is 1 where fewer than k samples failed."""
    n, c, k = nck
    share = pass_at_k(n, c, k)
    assert 0.0 <= share <= 1.0
    assert (share == 0.0) == (c == 0)
    assert share == 1.0 or n - c >= k


@settings(deadline=None)
@given(counts(most=300))
def test_grows_with_k_and_with_c(nck: tuple[int, int, int]) -> None:
    """One more sample allowed, or one more that passed, never lowers it."""
    n, c, k = nck
    share, rounding = pass_at_k(n, c, k), 1e-15
    if k < n:
        assert pass_at_k(n, c, k + 1) >= share - rounding
    if c < n:
        assert pass_at_k(n, c + 1, k) >= share - rounding


@settings(deadline=None)
@given(counts(most=300))
def test_c_and_k_change_places(nck: tuple[int, int, int]) -> None:
    """Drawing k of n to hit one of c is drawing c of n to hit one of k: the same to the bit."""
    n, c, k = nck
    if c >= 1:
        assert pass_at_k(n, c, k) == pass_at_k(n, k, c)


@settings(deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.floats(0.0, 1.0))
def test_is_unbiased(n: int, k: int, p: float) -> None:
    """Averaged over the binomial distribution of c it is 1 − (1 − p)^k, whatever n."""
    k = min(k, n)
    mean = math.fsum(math.comb(n, c) * p**c * (1 - p) ** (n - c) * pass_at_k(n, c, k) for c in range(n + 1))
    assert mean == pytest.approx(1 - (1 - p) ** k, rel=1e-12, abs=1e-12)


@settings(deadline=None, max_examples=50)
@given(st.lists(counts(most=2_000), max_size=40))
def test_array_agrees_with_the_scalar_to_the_bit(rows: list[tuple[int, int, int]]) -> None:
    """Each element is what `pass_at_k` gives, whatever stands beside it."""
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    shares = pass_at_k_array(columns[:, 0], columns[:, 1], columns[:, 2])
    assert shares.dtype == np.float64
    assert shares.tolist() == [pass_at_k(n, c, k) for n, c, k in rows]


def test_array_is_broadcast() -> None:
    """Problems along one axis and k along another give a table."""
    n, c, k = np.array([[5], [200]]), np.array([[2], [31]]), np.array([1, 2, 5])
    assert pass_at_k_array(n, c, k).tolist() == [
        [pass_at_k(int(a), int(b), int(x)) for x in k] for a, b in zip(n[:, 0], c[:, 0], strict=True)
    ]
    assert pass_at_k_array(10, 3, 5).shape == ()
    assert float(pass_at_k_array(10, 3, 5)) == pass_at_k(10, 3, 5)
    assert pass_at_k_array([], [], 1).shape == (0,)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.uint32, np.int64, np.uint64])
def test_any_integer_type_will_do(dtype: type[np.integer]) -> None:
    """Narrow and unsigned integers neither wrap around nor change the result."""
    assert pass_at_k_array(np.array([100, 120], dtype), np.array([99, 0], dtype), np.array(100, dtype)).tolist() == [
        1,
        0,
    ]
    assert pass_at_k(dtype(100), dtype(60), dtype(30)) == pass_at_k(100, 60, 30)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("n", "c", "k", "says"),
    [
        (0, 0, 1, "pass@k: n is 0, expected an integer of at least 1; leave out problems without a scored sample"),
        (-3, 0, 1, "pass@k: n is -3, expected an integer of at least 1;"),
        (10, -1, 1, "pass@k: c is -1, expected an integer from 0 to n = 10; count each sample that passed once"),
        (10, 11, 1, "pass@k: c is 11, expected an integer from 0 to n = 10;"),
        (10, 3, 0, "pass@k: k is 0, expected an integer from 1 to n = 10; score more samples or ask for a smaller k"),
        (10, 3, 11, "pass@k: k is 11, expected an integer from 1 to n = 10;"),
        (True, 1, 1, "pass@k: n is True, expected an integer of at least 1;"),
        (10, False, 1, "pass@k: c is False, expected an integer from 0 to n = 10;"),
        (10, 3, 1.0, "pass@k: k is 1.0, expected an integer from 1 to n = 10;"),
        (10, 3, float("nan"), "pass@k: k is nan, expected"),
        (10, "3", 1, "pass@k: c is '3', expected"),
        (10, None, 1, "pass@k: c is None, expected"),
        (np.int64(10), np.int64(11), 1, "pass@k: c is 11, expected an integer from 0 to n = 10;"),
        (np.eye(3), 1, 1, "pass@k: n is array([[1., 0"),
    ],
)
def test_outside_the_domain_is_refused_with_the_range(n: object, c: object, k: object, says: str) -> None:
    """A number out of range, or none, is refused in one line that shows it and what is allowed."""
    with pytest.raises(DomainError) as caught:
        pass_at_k(n, c, k)  # type: ignore[arg-type]
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, InputError)


@pytest.mark.parametrize(
    ("n", "c", "k", "says"),
    [
        ([5, 4, 3], [1, 1, 1], 4, "pass@k at index (2,): k is 4, expected an integer from 1 to n = 3;"),
        ([[5], [4]], 4, [1, 9], "pass@k at index (0, 1): k is 9, expected an integer from 1 to n = 5;"),
        ([5, 0], 0, 1, "pass@k at index (1,): n is 0, expected an integer of at least 1;"),
        ([5, 4], [6, 6], 1, "pass@k at index (0,): c is 6, expected an integer from 0 to n = 5;"),
        ([5.0, 4.0], [1, 1], 1, "pass@k: n has dtype float64, expected an array of integers;"),
        ([5, 4], [True, False], 1, "pass@k: c has dtype bool, expected an array of integers;"),
        ([5, 4], [1, 1], None, "pass@k: k has dtype object, expected an array of integers;"),
    ],
)
def test_array_names_the_first_element_outside_the_domain(n: object, c: object, k: object, says: str) -> None:
    """One wrong element refuses the whole array, by its index; an array of anything but integers, by its dtype."""
    with pytest.raises(DomainError) as caught:
        pass_at_k_array(n, c, k)  # type: ignore[arg-type]
    assert str(caught.value).startswith(says)
