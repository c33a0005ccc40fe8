"""The power law of coverage: on published tables with the residuals it has, and on rows it cannot be fitted to."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocost.analysis.coverage_law import fit_power_of_k
from isocost.errors import DomainError

KS = [1, 2, 4, 16, 64, 128, 256, 500, 1000]

# pass@k in percent: M. Hassid and others (2024), arXiv 2404.00725, tables of Code Llama on HumanEval and MBPP.
# Beside each: a, b and the largest residual in points of the least-squares fit in log-log.
PUBLISHED = [
    ("HumanEval 7B", [28.2, 38.5, 48.9, 68.7, 83.9, 89.0, 92.7, 95.0, 96.3], 1.410, 0.521, 3.8),
    ("HumanEval 13B", [32.7, 44.4, 56.2, 77.0, 89.0, 92.3, 94.8, 96.5], 1.191, 0.559, 2.3),
    ("HumanEval 34B", [38.6, 51.4, 63.4, 81.8, 91.7, 94.3], 0.987, 0.581, 1.3),
    ("HumanEval 70B", [46.7, 61.1, 73.2, 87.3, 94.4], 0.753, 0.619, 0.5),
    ("MBPP 7B", [37.3, 48.0, 57.3, 71.6, 81.1, 84.8, 87.9, 90.3, 92.4], 0.942, 0.360, 1.7),
    ("MBPP 70B", [57.3, 67.7, 74.8, 83.7, 90.0], 0.526, 0.392, 1.8),
]


@pytest.mark.parametrize(("name", "percent", "a", "b", "worst"), PUBLISHED, ids=[row[0] for row in PUBLISHED])
def test_has_the_residuals_it_has_on_published_tables(
    name: str, percent: list[float], a: float, b: float, worst: float
) -> None:
    """On each table of Code Llama the law is off by half a point to four points somewhere, and says so."""
    law = fit_power_of_k(KS[: len(percent)], np.array(percent) / 100)
    assert name
    assert float(law.a) == pytest.approx(a, abs=6e-4)
    assert float(law.b) == pytest.approx(b, abs=6e-4)
    assert float(law.max_residual) == pytest.approx(worst, abs=0.06)
    assert law.residuals == pytest.approx(100 * law.predict(KS[: len(percent)]) - np.array(percent))


@given(st.floats(0.05, 3.0), st.floats(0.05, 1.5))
def test_finds_the_law_that_coverage_follows(a: float, b: float) -> None:
    """Coverage exactly on a law gives it back without residuals, and predicts past the samples along it."""
    ks = np.array([1.0, 3, 10, 30])
    law = fit_power_of_k(ks, np.exp(-a * ks**-b))
    assert [float(law.a), float(law.b)] == pytest.approx([a, b], rel=1e-6)
    assert float(law.max_residual) == pytest.approx(0.0, abs=1e-8)
    assert float(law.predict(1000)[0]) == pytest.approx(np.exp(-a * 1000.0**-b))


def test_rows_are_fitted_one_by_one_and_ends_are_absent() -> None:
    """Coverage of 0 or 1 leaves the row's fit to the other k, and no fit where fewer than 3 are left."""
    ks = [1, 2, 4, 8]
    rows = np.array([[0.2, 0.3, 0.4, 0.5], [0.2, 0.3, 0.4, 1.0], [0.0, 0.0, 0.1, 0.2]])
    law = fit_power_of_k(ks, rows)
    assert law.exists.tolist() == [True, True, False]
    alone = fit_power_of_k(ks[:3], rows[1, :3])
    assert [float(law.a[1]), float(law.b[1])] == pytest.approx([float(alone.a), float(alone.b)])
    assert float(law.residuals[1, 3]) == pytest.approx(100 * (float(alone.predict(8)[0]) - 1))
    assert np.isnan([law.a[2], law.b[2], law.max_residual[2]]).all()


@pytest.mark.parametrize(
    ("ks", "coverage", "says"),
    [
        ([1, 2], [0.1, 0.2], "ks holds 2 different numbers, expected at least 3;"),
        ([1, 2, 4], [0.1, 0.2], "ks has shape (3,) and coverage (2,), expected (ks,) and (..., ks);"),
        ([0, 2, 4], [0.1, 0.2, 0.3], "k at index (0,) is 0.0, expected a finite number of at least 1;"),
        ([1, 2, 4], [10, 20, 30], "coverage at index (0,) is 10.0, expected a share from 0 to 1; divide percentages"),
        ([1, 2, 4], [[0.1, 0.2, np.nan]], "coverage at index (0, 2) is nan, expected"),
    ],
)
def test_outside_the_domain_is_refused_in_one_line(ks: object, coverage: object, says: str) -> None:
    """What cannot be fitted is refused with the value seen and what was expected."""
    with pytest.raises(DomainError) as caught:
        fit_power_of_k(ks, coverage)  # type: ignore[arg-type]
    assert str(caught.value).startswith(says)
