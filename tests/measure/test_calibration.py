"""This device's rates, measured."""

from __future__ import annotations

import pytest

from isocost.cost.devices import Origin
from isocost.errors import OwnFaultError
from isocost.measure.calibration import calibrate_cpu, numpy_rates


def test_this_cpu_is_measured() -> None:
    """Two rates above 0, each with its origin and with what it was measured, as a device that the roofline takes."""
    device = calibrate_cpu(1, times=2)
    assert device.name == "cpu-1thread-fp32"
    for figure in (device.flops_per_second, device.bytes_per_second):
        assert figure.value > 1e6
        assert figure.origin is Origin.measured
        assert "numpy" in figure.source
        assert "1 thread, median of 2 bests of 5 on" in figure.source


def test_a_process_that_breaks_is_told_in_a_line() -> None:
    """Its last word stands in the error, which ends with what to do."""
    with pytest.raises(OwnFaultError, match=r"the process that measures this device broke: .+; type it again"):
        numpy_rates(0).__enter__()
