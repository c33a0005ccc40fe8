"""Laws of time against size: what is true of them whatever was measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.analysis.time_of_size import layers_and_bytes, power_law, rate_beside_layers
from isocost.errors import DomainError

SIZES = np.array([8e6, 2e7, 4.5e7, 1.5e8, 3.5e8, 4.9e8])
LAYERS = np.array([8, 10, 12, 18, 24, 24])


def _rng() -> np.random.Generator:
    return np.random.default_rng(3)


@settings(deadline=None)  # the first call loads scipy
@given(st.floats(-0.5, 2.0), st.floats(1e-12, 1e-6))
def test_an_exact_law_is_found(exponent: float, factor: float) -> None:
    """Times on a power law give its exponent and factor, an interval of no width, and no error at a size left out."""
    law = power_law(SIZES, np.tile(factor * SIZES**exponent, (3, 1)), rng=_rng(), draws=20)
    assert law.exponent == pytest.approx(exponent, abs=1e-9)
    assert law.factor == pytest.approx(factor, rel=1e-6)
    assert law.high - law.low < 1e-9
    assert law.left_out_most < 1e-9
    assert (law.sizes, law.rounds) == (6, 3)


def test_noise_widens_the_interval() -> None:
    """With noise in the rounds the interval has a width, and more rounds make it narrower; both hold the truth here."""
    rng = _rng()
    noisy = 1e-9 * SIZES**0.9 * np.exp(0.2 * rng.standard_normal((40, SIZES.size)))
    few, many = power_law(SIZES, noisy[:6], rng=rng), power_law(SIZES, noisy, rng=rng)
    assert few.low < 0.9 < few.high
    assert many.low < 0.9 < many.high
    assert 0.0 < many.high - many.low < few.high - few.low


@settings(deadline=None)  # the first call loads scipy
@given(st.floats(1e-6, 1e-2), st.floats(1e9, 1e12))
def test_two_terms_are_found(layer: float, rate: float) -> None:
    """Times made of a cost for each layer and of bytes give both back, and sizes left out are foretold."""
    fit = layers_and_bytes(LAYERS, 2 * SIZES, [layer * LAYERS + 2 * SIZES / rate])
    assert fit.layer_seconds == pytest.approx(layer, rel=1e-3)
    assert fit.bytes_per_second == pytest.approx(rate, rel=1e-3)
    assert fit.left_out_most < 1e-3


def test_neither_term_is_below_zero() -> None:
    """Times that fall with size leave nothing for bytes: no rate, rather than a negative one."""
    fit = layers_and_bytes(LAYERS, SIZES, [1.0 / SIZES])
    assert fit.layer_seconds >= 0.0
    assert fit.bytes_per_second is None


def test_a_rate_beside_given_layers() -> None:
    """What layers leave of the time is FLOPs over a rate; None where they leave nothing."""
    flops = 256 * SIZES
    assert rate_beside_layers(LAYERS, flops, 1e-4 * LAYERS + flops / 5e10, layer_seconds=1e-4) == pytest.approx(5e10)
    assert rate_beside_layers(LAYERS, flops, 1e-4 * LAYERS, layer_seconds=2e-4) is None


@pytest.mark.parametrize(
    ("sizes", "seconds", "words"),
    [
        ([1e6, 2e6, 3e6], [[1.0, 2.0, 3.0]], "expected at least 4, all different"),
        ([1e6, 2e6, 2e6, 3e6], [[1.0, 2.0, 2.0, 3.0]], "expected at least 4, all different"),
        ([1e6, 2e6, 3e6, 4e6], [[1.0, 2.0]], r"expected \(rounds, 4\)"),
        ([1e6, 2e6, 3e6, 4e6], [[1.0, 0.0, 2.0, 3.0]], "is not above 0"),
        ([1e6, 2e6, 3e6, 4e6], [[1.0, float("nan"), 2.0, 3.0]], "a size has no time"),
    ],
)
def test_what_is_no_measurement_is_refused(sizes: list[float], seconds: list[list[float]], words: str) -> None:
    """Too few sizes, rows of another length and times that are none are refused with what was expected."""
    with pytest.raises(DomainError, match=words):
        power_law(sizes, seconds, rng=_rng())
