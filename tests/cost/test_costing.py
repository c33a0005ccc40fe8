"""Costs of samples: which units there are, how they are split, and what they rest on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.cost.architectures import model
from isocost.cost.costing import cost_columns, costs
from isocost.cost.devices import device
from isocost.cost.flops import request_flops
from isocost.cost.memory import kv_bytes_per_token, weight_bytes
from isocost.cost.parameters import architecture_of
from isocost.cost.prices import PriceTable, TokenPrice
from isocost.cost.roofline import Load, request_seconds
from isocost.errors import DomainError
from isocost.records import Basis, Cost, ModelSpec, Timing, Unit, Usage

SPEC = model("Qwen2.5-Coder-7B-Instruct")
SHAPE = architecture_of(SPEC)
H100 = device("H100-SXM")
USAGE = Usage(prompt_tokens=500, completion_tokens=100)
TIMING = Timing(ttft_seconds=0.25, total_seconds=2.25)
PRICES = PriceTable(
    date="2026-01-31",
    source="invented",
    models={"Qwen2.5-Coder-7B": TokenPrice(input=2.0, output=8.0, cached=0.5)},
    devices={"H100-SXM": 3.6},
)
HOURLY = PriceTable(date="2026-01-31", source="invented", models={}, devices={"H100-SXM": 3.6})


def test_tokens_are_measured_and_flops_modelled() -> None:
    """With a model and its usage there are two units, and no others are made up."""
    found = costs(SPEC, USAGE)
    assert set(found) == {Unit.tokens, Unit.flops}
    assert found[Unit.tokens] == Cost(unit=Unit.tokens, prompt=500, completion=100, basis=Basis.measured)
    assert found[Unit.flops].basis is Basis.modelled
    assert _total(found[Unit.flops]) == float(request_flops(SHAPE, 500, 100))


def test_assumed_tokens_are_modelled() -> None:
    """A guess is not called a measurement."""
    assert costs(SPEC, USAGE, assumed=True)[Unit.tokens].basis is Basis.modelled


def test_seconds_are_measured_only_where_the_device_was_alone() -> None:
    """A client's seconds on a busy server are latency and no device-seconds: those are modelled, or absent."""
    alone = costs(SPEC, USAGE, timing=TIMING, alone=True)[Unit.seconds]
    assert alone == Cost(unit=Unit.seconds, prompt=0.25, completion=2.0, basis=Basis.measured)
    assert Unit.seconds not in costs(SPEC, USAGE, timing=TIMING)
    busy = costs(SPEC, USAGE, timing=TIMING, device=H100)[Unit.seconds]
    assert busy.basis is Basis.modelled
    assert _total(busy) == pytest.approx(float(request_seconds(SPEC, H100, 500, 100)))
    half = Timing(total_seconds=2.25)
    assert Unit.seconds not in costs(SPEC, USAGE, timing=half, alone=True)


def test_a_batch_shares_its_seconds() -> None:
    """Device-seconds of one of 32 samples in flight are a 32nd of the passes."""
    load = Load(batch=32)
    share = costs(SPEC, USAGE, device=H100, load=load)[Unit.seconds]
    assert _total(share) == pytest.approx(float(request_seconds(SPEC, H100, 500, 100, load=load)) / 32)
    assert _total(share) < _total(costs(SPEC, USAGE, device=H100)[Unit.seconds]) / 5


def test_byte_seconds_are_memory_times_the_time_it_was_held() -> None:
    """One sample alone holds all weights and its own keys and values; the weights are shared by a batch."""
    found = costs(SPEC, USAGE, timing=TIMING, alone=True)[Unit.byte_seconds]
    weights, kv = weight_bytes(SHAPE), kv_bytes_per_token(SHAPE)
    assert found.prompt == pytest.approx(0.25 * (weights + 500 * kv))
    assert found.completion == pytest.approx(2.0 * (weights + 550 * kv))
    assert found.basis is Basis.modelled
    shared = costs(SPEC, USAGE, device=H100, load=Load(batch=32))
    held = shared[Unit.byte_seconds].completion / (32 * shared[Unit.seconds].completion)
    assert held == pytest.approx(weights / 32 + 550 * kv)


def test_cached_tokens_cost_no_flops_and_their_own_price() -> None:
    """Unless the samples share one reading of the prompt, which is then the cost of reading it cold."""
    cached = Usage(prompt_tokens=500, completion_tokens=100, cached_tokens=400)
    own = costs(SPEC, cached, device=H100, prices=PRICES)
    cold = costs(SPEC, USAGE, device=H100, prices=PRICES)
    assert own[Unit.flops].prompt < cold[Unit.flops].prompt / 4
    assert own[Unit.seconds].prompt < cold[Unit.seconds].prompt
    assert own[Unit.tokens] == cold[Unit.tokens]
    assert own[Unit.dollars].prompt == pytest.approx((100 * 2.0 + 400 * 0.5) / 1e6)
    assert costs(SPEC, cached, device=H100, prices=PRICES, shared_prefix=True) == cold


def test_dollars_are_by_token_else_by_the_hour() -> None:
    """A price per token comes first; a device's hour needs seconds; without either there are no dollars."""
    by_token = costs(SPEC, USAGE, device=H100, prices=PRICES)[Unit.dollars]
    assert (by_token.prompt, by_token.completion) == pytest.approx((500 * 2.0 / 1e6, 100 * 8.0 / 1e6))
    assert by_token.basis is Basis.priced
    by_hour = costs(SPEC, USAGE, device=H100, prices=HOURLY, timing=TIMING, alone=True)[Unit.dollars]
    assert (by_hour.prompt, by_hour.completion) == pytest.approx((0.25 / 1000, 2.0 / 1000))
    assert Unit.dollars not in costs(SPEC, USAGE, prices=HOURLY)
    assert Unit.dollars not in costs(SPEC, USAGE, prices=HOURLY, device=device("H200"))


def test_joules_are_what_the_caller_measured() -> None:
    """They are never computed, and a cost in another unit is no joules."""
    joules = Cost(unit=Unit.joules, prompt=3, completion=40, basis=Basis.measured)
    assert costs(SPEC, USAGE, joules=joules)[Unit.joules] == joules
    with pytest.raises(DomainError, match="joules is a cost in tokens, expected one in joules"):
        costs(SPEC, USAGE, joules=Cost(unit=Unit.tokens, prompt=3, completion=40, basis=Basis.measured))


def test_what_is_not_known_is_absent() -> None:
    """No shape: tokens and prices; no usage: measured seconds; nothing at all: nothing."""
    secret = ModelSpec(name="Qwen2.5-Coder-7B", family="", kind="base", parameters=1)
    assert set(costs(secret, USAGE, device=H100, prices=PRICES)) == {Unit.tokens, Unit.dollars}
    unknown = Usage(prompt_tokens=500)
    assert set(costs(SPEC, unknown, timing=TIMING, alone=True, device=H100)) == {Unit.seconds}
    assert costs(SPEC, Usage(), device=H100, prices=PRICES) == {}


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 2000), st.integers(0, 4000)), min_size=1, max_size=8))
def test_columns_are_the_costs_of_each(rows: list[tuple[int, int, int]]) -> None:
    """Many samples at once cost what each does alone, in every unit."""
    p, g, c = np.array([(p, g, min(c, p)) for p, g, c in rows]).T
    columns = cost_columns(SPEC, p, g, c, device=H100, load=Load(batch=4), prices=PRICES)
    assert set(columns) == {Unit.tokens, Unit.flops, Unit.seconds, Unit.byte_seconds, Unit.dollars}
    for i in range(len(rows)):
        usage = Usage(prompt_tokens=int(p[i]), completion_tokens=int(g[i]), cached_tokens=int(c[i]))
        one = costs(SPEC, usage, device=H100, load=Load(batch=4), prices=PRICES)
        for unit, column in columns.items():
            assert (column.prompt[i], column.completion[i], column.basis) == (
                pytest.approx(one[unit].prompt, rel=1e-14),
                pytest.approx(one[unit].completion, rel=1e-14),
                one[unit].basis,
            )


@pytest.mark.parametrize(
    ("usage", "timing", "load", "says"),
    [
        (Usage(prompt_tokens=-5, completion_tokens=1), None, Load(), "prompt tokens is -5, expected"),
        (
            Usage(prompt_tokens=5, completion_tokens=1, cached_tokens=6),
            None,
            Load(),
            "prompt tokens less cached tokens",
        ),
        (USAGE, Timing(ttft_seconds=3, total_seconds=2), Load(), "ttft_seconds is 3.0, expected at most total_seconds"),
        (USAGE, Timing(ttft_seconds=-1, total_seconds=2), Load(), "ttft_seconds is -1, expected a finite number of at"),
        (USAGE, TIMING, Load(batch=2), "batch is 2 for a timing of a device that was alone, expected 1;"),
    ],
)
def test_what_cannot_be_is_refused(usage: Usage, timing: Timing | None, load: Load, says: str) -> None:
    """Negative counts, more cached than read, a first token after the last, a batch on a device that was alone."""
    with pytest.raises(DomainError) as caught:
        costs(SPEC, usage, timing=timing, alone=True, load=load)
    assert str(caught.value).startswith(says)


def _total(cost: Cost) -> float:
    return cost.prompt + cost.completion
