"""Oracles: what counts as the expected value."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocost.errors import UsageError
from isocost.judge.oracles import ORACLES, Uncarried, close, close_loose, oracle, tolerances

NAN, INF = math.nan, math.inf


def _holds(name: str, expected: object, got: object, inputs: list[Any] | None = None, atol: float = 0.0) -> bool:
    return oracle(name)(expected, got, inputs or [], atol)


@pytest.mark.parametrize(
    ("name", "expected", "got", "atol"),
    [
        ("equal", (1, [2.0]), (1, [2]), 0.0),
        ("close", 0.3, 0.1 + 0.2, 0.0),
        ("close", [0.3, 1.0], [0.1 + 0.2, 1.0 + 5e-7], 0.0),
        ("close", 1e9, 1e9 + 50, 0.0),
        ("close", [(1.0, 2)], [(1.00005, 2)], 1e-4),
        ("close", 15.0, 15, 0.0),
        ("close_loose", [1.0, 2.0], (1.0, 2.0), 0.0),
        ("close_loose", [1.0, 1.0], 1.0, 0.0),
        ("close_loose", [NAN], [NAN], 0.0),
        ("close_loose", [], (), 0.0),
        ("close_loose", INF, INF, 0.0),
        ("close_loose", 1j, 1.0000001j, 1e-6),
        ("as_set|close", (4, 5), [5, 4, 4], 0.0),
        ("as_set|close", [1.0], [1.0 + 1e-9], 0.0),
        ("not_none", Uncarried("re.Match"), True, 0.0),
        ("not_none", Uncarried("re.Match"), "x", 0.0),
        ("not_none", None, False, 0.0),
        ("not_none", False, None, 0.0),
        ("anything", False, "x", 0.0),
        ("anything", False, Uncarried("Foo"), 0.0),
        ("zero|close", 15.0, 0, 0.0),
        ("zero|close", 15.0, 15, 0.0),
    ],
)
def test_these_hold(name: str, expected: object, got: object, atol: float) -> None:
    """Values that the rule takes for the expected one."""
    assert _holds(name, expected, got, atol=atol)


@pytest.mark.parametrize(
    ("name", "expected", "got", "atol"),
    [
        ("equal", [1], (1,), 0.0),
        ("equal", 0.3, 0.1 + 0.2, 1.0),
        ("equal", 1, Uncarried("Foo"), 0.0),
        ("close", [1.0, 2.0], (1.0, 2.0), 0.0),
        ("close", [1.0, 1.0], 1.0, 0.0),
        ("close", [NAN], [-NAN], 0.0),
        ("close", [], (), 0.0),
        ("close", 1, 1 + 1e-9, 0.0),
        ("close", [1.0, 2.0], [1.0], 0.0),
        ("close", 1.0, "1.0", 0.0),
        ("close", 1.0, None, 0.0),
        ("close", 1.0, INF, 0.0),
        ("close", INF, 1.0, 0.0),
        ("close", {"a": 1.0}, {"a": 1.0 + 1e-9}, 1e-4),
        ("close", 1.0, Uncarried("Decimal"), 0.0),
        ("close_loose", (1, 2), {1, 2}, 1e-4),
        ("close_loose", [1.0, [2.0]], [1.0, 2.0], 1e-4),
        ("close_loose", [1.0, 2.0], [1.0, 2.0, 3.0], 0.0),
        ("close_loose", 1.0, 10**400, 0.0),
        ("as_set|close", (4, 5), 4, 0.0),
        ("as_set|close", (4, 5), [[4], [5]], 0.0),
        ("not_none", None, 0, 0.0),
        ("not_none", None, Uncarried("re.Match"), 0.0),
        ("not_none", Uncarried("re.Match"), False, 0.0),
        ("zero|close", 15.0, 1, 0.0),
    ],
)
def test_these_do_not(name: str, expected: object, got: object, atol: float) -> None:
    """Values that the rule refuses."""
    assert not _holds(name, expected, got, atol=atol)


def test_any_root_of_the_polynomial_is_right() -> None:
    """HumanEval/32: (x - 1)(x - 2) has two roots, and nothing else will do."""
    inputs = [[2.0, -3.0, 1.0]]
    assert all(_holds("find_zero", 1.0, root, inputs, 1e-4) for root in (1, 2.0, 2.00001))
    for wrong in (1.5, None, "2", NAN, INF, 1e300, [2.0], 1j, Uncarried("Fraction")):
        assert not _holds("find_zero", 1.0, wrong, inputs, 1e-4)
    assert not _holds("find_zero", 1.0, 1.0, [], 1e-4)


def test_two_readings_of_a_statement_may_both_be_right() -> None:
    """MBPP/581 and MBPP/558 allow the answer to what their statement can also mean."""
    assert _holds("true_pyramid|close", 33, 33, [3, 4])
    assert _holds("true_pyramid|close", 33, round(9 + 6 * math.sqrt(1.5**2 + 16)), [3, 4])
    assert not _holds("true_pyramid|close", 33, 34.5, [3, 4])
    assert not _holds("true_pyramid|close", 33, None, [3, 4])
    assert _holds("padded_digits|close", 8, 14, [12345, 9])
    assert not _holds("padded_digits|close", 8, 13, [12345, 9])


def test_a_tolerance_stays_once_floats_were_expected() -> None:
    """A task without a tolerance gets one from its first floats on; a task with one keeps it; equality has none."""
    expected = [1, [], 2.0, 3]
    assert tolerances("close", expected, 0.0) == [0.0, 0.0, 1e-6, 1e-6]
    assert tolerances("close_loose", expected, 0.0) == [0.0, 1e-6, 1e-6, 1e-6]
    assert tolerances("as_set|close", expected, 1e-4) == [1e-4] * 4
    assert tolerances("equal", expected, 0.0) == [0.0] * 4


def test_an_unknown_rule_is_named() -> None:
    """A name that is no rule is an error that lists the rules."""
    with pytest.raises(UsageError, match="unknown oracle 'near'; expected one of equal, close"):
        oracle("zero|near")


floats = st.floats(allow_nan=False, width=32) | st.sampled_from([0.0, 1.0, 1.0000001, 1.000002, INF])
arrays: st.SearchStrategy[Any] = st.lists(floats, max_size=3) | st.lists(
    st.lists(floats, min_size=2, max_size=2), max_size=2
)


@given(expected=arrays | floats, got=arrays | floats, atol=st.sampled_from([1e-6, 1e-4, 1.0]))
def test_tolerance_is_that_of_numpy(expected: list[float] | float, got: list[float] | float, atol: float) -> None:
    """`close_loose` says what `numpy.testing.assert_allclose` says, for every pair of numbers and lists of them."""
    try:
        np.testing.assert_allclose(got, expected, atol=atol)
        agreed = True
    except AssertionError:
        agreed = False
    assert close_loose(expected, got, [], atol) == agreed


@given(expected=st.lists(floats, min_size=1), got=st.lists(floats, min_size=1))
def test_the_strict_rule_is_that_of_numpy_on_equal_shapes(expected: list[float], got: list[float]) -> None:
    """`close` says what type, length and `numpy.allclose` together say."""
    agreed = expected == got or (len(expected) == len(got) and np.allclose(got, expected, rtol=1e-7, atol=1e-6))
    assert close(expected, got, [], 0.0) == agreed


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=6,
)


@given(expected=plain, got=plain, inputs=st.lists(plain, max_size=2), atol=st.sampled_from([0.0, 1e-6, 1e-4]))
def test_no_oracle_raises_on_odd_values(expected: object, got: object, inputs: list[Any], atol: float) -> None:
    """Whatever a program returns, an oracle answers with a plain yes or no."""
    for rule in ORACLES.values():
        assert rule(expected, got, inputs, atol) in {True, False}
