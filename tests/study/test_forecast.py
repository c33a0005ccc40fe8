"""Forecasts of studies: what they will take, before anything is spent."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from isocost.cost.architectures import model
from isocost.cost.flops import request_flops
from isocost.errors import UsageError
from isocost.study.running.forecast import Asked, forecast
from isocost.study.running.study_file import AnalysisWanted, Study

STUDY = Study(
    models=("a=scripted:right",), ladder="steps", samples=4, max_tokens=100, analysis=AnalysisWanted(device="H100-SXM")
)
ASKED = Asked(
    model="a", spec=model("Qwen2.5-Coder-7B"), benchmark="steps", prompt_chars=(300, 600, 900), max_tokens=100
)


def test_a_forecast_is_the_cost_model_s(tmp_path: Path) -> None:
    """Samples, tokens and FLOPs follow from problems, prompts and the shape; energy is what the board may draw at most."""
    made = forecast(STUDY, [ASKED])
    assert (made.samples, made.tokens, made.tokens_at_most) == (12, 12 * 300, 12 * 300)
    assert ASKED.spec is not None
    assert ASKED.spec.architecture is not None
    assert made.flops == pytest.approx(12 * float(request_flops(ASKED.spec.architecture, 200, 100)))
    assert made.seconds is not None
    assert made.joules_at_most == pytest.approx(700.0 * made.seconds)
    assert made.dollars is None
    (tmp_path / "prices.toml").write_text('date = "2026-01-31"\nsource = "x"\n[devices.H100-SXM]\nhour = 3.6\n')
    priced = msgspec.structs.replace(STUDY, analysis=AnalysisWanted(device="H100-SXM", prices="prices.toml"))
    assert forecast(priced, [ASKED], folder=tmp_path).dollars == pytest.approx(0.001 * made.seconds)


def test_what_cannot_be_known_is_absent() -> None:
    """Without a shape there are tokens alone, in the row and in the sum, and a note says why."""
    made = forecast(STUDY, [ASKED, Asked(model="b", spec=None, benchmark="steps", prompt_chars=(30,), max_tokens=100)])
    assert made.rows[0].flops is not None
    assert (made.rows[1].flops, made.rows[1].seconds, made.rows[1].joules_at_most) == (None, None, None)
    assert (made.flops, made.seconds, made.samples) == (None, None, 16)
    assert any("the shape of b is not known" in note for note in made.notes)


def test_an_unknown_device_is_refused() -> None:
    """With the nearest name."""
    wrong = msgspec.structs.replace(STUDY, analysis=AnalysisWanted(device="H100-SMX"))
    with pytest.raises(UsageError, match="did you mean H100-SXM"):
        forecast(wrong, [ASKED])
