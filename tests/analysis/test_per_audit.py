"""The audit of printed PER tables: its bounds against sampled roundings, and what it finds in made-up tables."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.analysis.axes import Axis
from isocost.analysis.per import paper_per
from isocost.analysis.per_audit import PrintedRow, audit_per
from isocost.errors import DomainError

AXES = (Axis.accuracy, Axis.throughput, Axis.memory, Axis.latency)


@st.composite
def true_tables(draw: st.DrawFn) -> dict[Axis, list[float]]:
    """Measurements of three to six models, far enough from 0 to be printed with one decimal."""
    models = draw(st.integers(3, 6))
    return {axis: draw(st.lists(st.floats(1.0, 50.0), min_size=models, max_size=models)) for axis in AXES}


def printed(table: dict[Axis, list[float]], digits: int) -> list[PrintedRow] | None:
    """The table as somebody would print it: inputs with `digits` decimals, PER with three; None where PER is absent."""
    scores = paper_per(**{axis.value: values for axis, values in table.items()}).tolist()
    if None in scores:
        return None
    return [
        PrintedRow(
            model=f"m{i}",
            per=Decimal(f"{score:.3f}"),
            **{axis.value: Decimal(f"{values[i]:.{digits}f}") for axis, values in table.items()},
        )
        for i, score in enumerate(scores)
    ]


@settings(deadline=None)
@given(true_tables(), st.integers(0, 2))
def test_an_honest_table_is_explained_whatever_its_rounding(table: dict[Axis, list[float]], digits: int) -> None:
    """PER from unrounded numbers, printed beside rounded ones: no row is flagged."""
    rows = printed(table, digits)
    if rows is not None:
        assert all(row.explained and not row.shifts for row in audit_per(rows))


@settings(deadline=None, max_examples=25)
@given(true_tables(), st.integers(0, 2**32 - 1))
def test_no_rounding_leaves_the_bounds_and_some_come_near(table: dict[Axis, list[float]], seed: int) -> None:
    """PER of inputs drawn from within their roundings stays inside; at the stated corners it meets the bounds."""
    rows = printed(table, 1)
    if rows is None:
        return
    found = audit_per(rows)
    rng = np.random.default_rng(seed)
    centre = {axis: np.array([float(row.value(axis)) for row in rows]) for axis in AXES}
    drawn = {
        axis.value: values + 0.05 * rng.choice([-1, 1, rng.uniform(-1, 1)], size=(200, len(rows)))
        for axis, values in centre.items()
    }
    scores = paper_per(**drawn)
    for i, row in enumerate(found):
        assert scores[:, i].min() >= row.low - 1e-6
        assert scores[:, i].max() <= row.high + 1e-6
        corner = {}
        for axis, values in centre.items():
            side = np.full(len(rows), 0.05 if axis.more_is_better else -0.05)
            side[i] *= -1  # its own input at the bad end, all others at the good one
            corner[axis.value] = values + side
        least = paper_per(**corner)[i]
        if least is not np.ma.masked:
            assert float(least) == pytest.approx(row.low, abs=1e-4)


def table_with(
    per: Decimal | None = None, throughput: Decimal | None = None, latency: Decimal | None = None
) -> list[PrintedRow]:
    """Four models printed faithfully, but for what is changed in the second."""
    rows = printed(
        {
            Axis.accuracy: [0.30, 0.55, 0.80, 0.90],
            Axis.throughput: [900.0, 410.0, 120.0, 20.0],
            Axis.memory: [1.0, 3.0, 14.0, 60.0],
            Axis.latency: [1.1, 2.4, 8.0, 40.0],
        },
        2,
    )
    assert rows is not None
    second = rows[1]
    rows[1] = replace(
        second,
        per=second.per if per is None else per,
        throughput=second.throughput if throughput is None else throughput,
        latency=second.latency if latency is None else latency,
    )
    return rows


def test_a_misplaced_decimal_point_is_found() -> None:
    """One input ten times too small: its row alone is flagged, and the input as it should be is suggested."""
    found = audit_per(table_with(throughput=Decimal("41.00")))
    assert [row.model for row in found if not row.explained] == ["m1"]
    assert [(shift.axis, shift.value) for shift in found[1].shifts] == [(Axis.throughput, Decimal("410.0"))]
    assert found[1].shifts[0].recomputed == pytest.approx(float(found[1].printed), abs=5e-4)


def test_a_wrong_per_is_flagged_without_a_suggestion() -> None:
    """No single decimal point explains it, and none is made up."""
    found = audit_per(table_with(per=Decimal("0.000")))
    assert not found[1].explained
    assert found[1].shifts == ()
    assert found[1].low > 0.5


def test_zero_over_zero_is_absent_and_flags_nothing() -> None:
    """Where a printed column is constant, PER is absent, and no row can be called wrong."""
    rows = [replace(row, memory=Decimal(8)) for row in table_with()]
    found = audit_per(rows)
    assert [row.recomputed for row in found] == [None] * 4
    assert all(row.explained for row in found)


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "rows holds 0 rows, expected at least 1;"),
        ([table_with()[0]] * 2, "rows holds model 'm0' twice, expected once;"),
        (table_with(latency=Decimal(0)), "latency of 'm1' is 0, expected a finite number above 0;"),
        (table_with(per=Decimal("NaN")), "per of 'm1' is NaN, expected a finite number of at least 0;"),
    ],
)
def test_outside_the_domain_is_refused(rows: list[PrintedRow], says: str) -> None:
    """One line says what was wrong, which value, and what is allowed."""
    with pytest.raises(DomainError) as caught:
        audit_per(rows)
    assert str(caught.value).startswith(says)
