"""Holm's adjustment: against the closed test that it is a shortcut of."""

from __future__ import annotations

import math
from itertools import chain, combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.errors import DomainError
from isocost.metrics.multiplicity import holm

P_VALUES = st.lists(st.floats(0.0, 1.0) | st.sampled_from([0.0, 0.01, 0.05, 1.0]), max_size=7)


@settings(deadline=None)
@given(P_VALUES)
def test_equals_the_closed_bonferroni_test(p_values: list[float]) -> None:
    """A value is the largest Bonferroni p value of all sub-families that hold its comparison."""
    m = len(p_values)
    subsets = list(chain.from_iterable(combinations(range(m), size) for size in range(1, m + 1)))
    wanted = [max(min(1.0, len(s) * min(p_values[j] for j in s)) for s in subsets if i in s) for i in range(m)]
    assert holm(p_values).tolist() == pytest.approx(wanted, rel=1e-14)


@settings(deadline=None)
@given(P_VALUES)
def test_keeps_the_order_and_lies_between_single_and_bonferroni(p_values: list[float]) -> None:
    """Adjusted values are in the order of the p values, at least as large, and at most m times as large."""
    adjusted, raw = holm(p_values), np.array(p_values)
    assert (adjusted >= raw).all()
    assert (adjusted <= np.minimum(1.0, len(p_values) * raw)).all()
    assert (np.diff(adjusted[np.argsort(raw, kind="stable")]) >= 0).all()


@pytest.mark.parametrize("p_values", [[0.1, math.nan], [-0.1], [1.1], [[0.1]], 0.1])
def test_what_is_no_p_value_is_refused(p_values: object) -> None:
    """A number outside [0, 1], NaN, or another shape is refused."""
    with pytest.raises(DomainError, match="p_values"):
        holm(p_values)  # type: ignore[arg-type]
