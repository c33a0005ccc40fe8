"""A study planned: its parts agree with the cost model and the planning they come from, and with each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.analysis.planning import Assumptions, plan_option
from isocost.benchmarks import load
from isocost.cost.architectures import model
from isocost.cost.devices import device
from isocost.cost.flops import request_flops
from isocost.cost.parameters import architecture_of
from isocost.cost.roofline import request_seconds
from isocost.errors import DataNotFoundError, DomainError, InputError, UsageError
from isocost.study.planning.planning_defaults import supposed_by_default
from isocost.study.planning.study_plan import PlanRequest, plan_study
from isocost.study.published.figures import recorded_tallies

PRICES = """
date = "2026-01-31"
source = "made up for a test"
[models."Qwen2.5-Coder-7B"]
input = 0.2
output = 0.6
[devices."A100-80GB"]
hour = 1.8
"""


def test_defaults_are_those_of_the_records() -> None:
    """The accuracy is that of the recorded verdicts, and what is supposed of pairs tells about as many problems apart."""
    figures = {figure.name: figure.value for figure in supposed_by_default()}
    small, large = (
        {tally.problem_id: tally.c for tally in recorded_tallies(f"Qwen2.5-Coder-{size}B", "humaneval", "base")}
        for size in ("1.5", "7")
    )
    assert figures["accuracy"] == pytest.approx((sum(small.values()) + sum(large.values())) / 328, abs=0.005)
    apart = sum(small[name] != large[name] for name in small) / 164
    assert Assumptions(**figures).discordant() == pytest.approx(apart, abs=0.05)
    greedy = np.corrcoef([small[name] for name in small], [large[name] for name in small])[0, 1]
    assert greedy == pytest.approx(0.47, abs=0.005)  # as docs/planning.md says


def test_costs_are_those_of_the_cost_model() -> None:
    """FLOPs, seconds and tokens of a study are a sample's times the samples, summed over the models."""
    plan = plan_study(PlanRequest(sizes=(7, 1.5), problems=(100,), samples=(3,), rungs=2, batch=4.0))
    specs = [model("Qwen2.5-Coder-1.5B"), model("Qwen2.5-Coder-7B")]
    assert [one.name for one in plan.models] == [spec.name for spec in specs]
    flops = sum(float(request_flops(architecture_of(spec), 200, 200)) for spec in specs)
    (study,) = plan.studies
    assert study.cost.flops == pytest.approx(600 * flops)
    assert study.cost.tokens == 600 * 400 * 2 == study.option.total_samples * 400
    assert study.cost.dollars is None
    one, four = (plan_study(PlanRequest(sizes=(1.5, 7), batch=batch)).models for batch in (1.0, 4.0))
    assert [cost.seconds for cost in four] == [cost.seconds for cost in plan.models]
    for spec, cost in zip(specs, one, strict=True):
        assert cost.seconds == pytest.approx(float(request_seconds(spec, device("A100-80GB"), 200, 200)))
    assert four[1].seconds < one[1].seconds


def test_dollars_by_the_price_table(tmp_path: Path) -> None:
    """A model with a price of tokens costs those, another one its seconds; a table that says neither leaves dollars out."""
    (tmp_path / "prices.toml").write_text(PRICES)
    asked = PlanRequest(sizes=(1.5, 7), problems=(10,), samples=(1,), prices=tmp_path / "prices.toml")
    plan = plan_study(asked)
    small, large = plan.models
    assert large.dollars == pytest.approx(200 * 0.2e-6 + 200 * 0.6e-6)
    assert small.dollars == pytest.approx(small.seconds * 1.8 / 3600)
    assert plan.studies[0].cost.dollars == pytest.approx(10 * ((small.dollars or 0) + (large.dollars or 0)))
    assert plan.prices == "2026-01-31, made up for a test"
    other = plan_study(PlanRequest(sizes=(1.5, 7), prices=tmp_path / "prices.toml", device="H200"))
    assert other.studies[0].cost.dollars is None
    assert [note for note in other.notes if "neither Qwen2.5-Coder-1.5B nor an hour of H200" in note]


@settings(deadline=None, max_examples=40)
@given(
    st.floats(0.02, 0.3), st.lists(st.integers(50, 600), min_size=1, max_size=3),
    st.lists(st.integers(1, 20), min_size=1, max_size=3),
)  # fmt: skip
def test_each_way_shows_what_is_wanted(wanted: float, problems: list[int], samples: list[int]) -> None:
    """A study of any of the ways shows the wanted difference, and the ways are sorted by what they cost."""
    plan = plan_study(PlanRequest(problems=tuple(problems), samples=tuple(samples), wanted=wanted))
    supposed = Assumptions(**{figure.name: figure.value for figure in plan.supposed})
    assert plan.ways
    for way in plan.ways:
        if way.samples is None:
            assert plan_option(5, way.problems, 10**6, supposed).detectable_first > wanted * (1 - 1e-6)
        else:
            assert plan_option(5, way.problems, way.samples, supposed).detectable_first <= wanted * (1 + 1e-9)
    costs = [way.cost.flops for way in plan.ways if way.cost is not None]
    assert costs == sorted(costs)


def test_what_is_given_replaces_what_is_supposed() -> None:
    """A figure that is given is said to be; with the spread of greedy answers, more samples help nothing."""
    plan = plan_study(PlanRequest(accuracy=0.3, spread=1.0, correlation=0.5))
    assert [figure.origin for figure in plan.supposed] == ["as given"] * 3
    assert np.ptp([study.option.detectable_first for study in plan.studies]) == pytest.approx(0.0)


def test_problems_of_a_benchmark() -> None:
    """A benchmark's base problems are counted where its file is at hand; else it is said what to type."""
    plan = plan_study(PlanRequest(benchmark="steps-pro"))
    assert plan.studies[0].option.problems == len({p.base_id for p in load("steps-pro").problems.values()})


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"benchmark": "humaneval"}, DataNotFoundError, "type --problems"),
        ({"benchmark": "stepz"}, InputError, "did you mean steps"),
        ({"benchmark": "steps", "problems": (5,)}, UsageError, "leave out --problems or --benchmark"),
        ({"sizes": (7.0,), "models": ("CodeLlama-7B",)}, UsageError, "leave out --sizes or --model"),
        ({"sizes": (7.0,)}, DomainError, "one size has no neighbour"),
        ({"sizes": (7.0, 8.0)}, UsageError, "no model of 8B, expected sizes of 0.5, 1.5, 3, 7, 14, 32"),
        ({"family": "Qwen9"}, UsageError, "no known family is called 'Qwen9'"),
        ({"models": ("Qwen2.5-Coder-8B",)}, UsageError, "did you mean Qwen2.5-Coder-7B"),
        ({"device": "A100"}, UsageError, "no known device"),
        ({"wanted": 5.0}, DomainError, "for 5 points give 0.05"),
        ({"spread": 2.0}, DomainError, "spread is 2.0"),
        ({"samples": (0,)}, DomainError, "samples"),
        ({"completion_tokens": 0}, DomainError, "completion_tokens is 0"),
        ({"batch": 0.0}, DomainError, "batch is 0"),
        ({"prices": Path("nowhere.toml")}, InputError, "nowhere.toml"),
    ],
)
def test_what_cannot_be_planned(
    asked: dict[str, object], error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each request that makes no sense is refused in one line that says what to give instead."""
    monkeypatch.setenv("ISOCOST_DATA", str(tmp_path))
    with pytest.raises(error) as raised:
        plan_study(PlanRequest(**asked))  # type: ignore[arg-type]
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_weights_that_do_not_fit_are_named() -> None:
    """A model whose weights exceed the device's memory is named beside its seconds."""
    plan = plan_study(PlanRequest(models=("CodeLlama-7B", "CodeLlama-70B")))
    assert [note for note in plan.notes if "weights of CodeLlama-70B do not fit" in note]
