"""Bytes and seconds: formats, peaks, experts that are streamed, and the roofline over known devices."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.cost.architectures import model
from isocost.cost.devices import Device, Figure, Origin, device, devices
from isocost.cost.memory import (
    FORMATS,
    kv_bytes_per_token,
    mean_weight_bits,
    peak_bytes,
    streamed_bytes,
    weight_bytes,
    weight_format,
)
from isocost.cost.parameters import architecture_of, layer_weights, matmul_parameters
from isocost.cost.roofline import (
    Load,
    completion_seconds,
    decode_seconds,
    forward_seconds,
    prefill_seconds,
    request_seconds,
)
from isocost.errors import DomainError, InputError
from isocost.records import Architecture

MIXTRAL = Architecture(
    layers=32, hidden=4096, heads=32, kv_heads=8, head_dim=128, ffn=14336, vocab=32000, tied=False,
    experts=8, experts_active=2,
)  # fmt: skip
QWEN = architecture_of(model("Qwen2.5-Coder-7B"))


def test_formats_that_keep_tables_whole_weigh_more_in_small_models() -> None:
    """16-bit tables are a fifth of the smallest model and hardly anything of the largest; others weigh what they say."""
    small, large = (architecture_of(model(f"Qwen2.5-Coder-{size}")) for size in ("0.5B", "32B"))
    stored = FORMATS["awq4-g128"]
    assert mean_weight_bits(small, stored) > 7
    assert stored.bits < mean_weight_bits(large, stored) < 5
    assert mean_weight_bits(small, FORMATS["bf16"]) == 16
    assert weight_bytes(small, mean_weight_bits(small, FORMATS["q4_K"])) == weight_bytes(small, 4.5)


def test_an_unknown_format_is_answered_with_the_nearest() -> None:
    """One line, with all that is known."""
    assert weight_format("BF16").bits == 16
    with pytest.raises(InputError, match=r"unknown weight format 'q4k'; did you mean q4_K\? Expected one of fp32,"):
        weight_format("q4k")


def test_peak_is_weights_caches_activations_and_logits() -> None:
    """Each term by hand; without tokens only the weights and the logits are left."""
    wanted = weight_bytes(QWEN) + 8 * (768 * 57344 + 512 * (4 * 3584 + 3 * 18944) * 2 + 152064 * 4)
    assert float(peak_bytes(QWEN, 512, 256, batch=8)) == wanted
    assert float(peak_bytes(QWEN, 0, 0)) == weight_bytes(QWEN) + 152064 * 4


def test_many_heads_of_keys_need_more_memory_than_weights_tell() -> None:
    """At batch 32 an ungrouped 7B holds 12.9 GB of keys and values, a grouped one 1.4 GB."""
    held = [
        32 * 768 * kv_bytes_per_token(architecture_of(model(name))) / 1e9
        for name in ("CodeLlama-7B", "Qwen2.5-Coder-7B")
    ]
    assert [round(gigabytes, 1) for gigabytes in held] == [12.9, 1.4]


def test_a_batch_streams_the_weights_once_and_each_cache() -> None:
    """Only the caches grow with the samples in flight."""
    one, eight = (float(streamed_bytes(QWEN, 1, 99, batch=b)) for b in (1, 8))
    assert one == 2 * matmul_parameters(QWEN) + 100 * kv_bytes_per_token(QWEN)
    assert eight - one == 7 * 100 * kv_bytes_per_token(QWEN)


def test_a_token_streams_its_experts_and_a_prompt_nearly_all() -> None:
    """One token reads k experts of a layer, many tokens all of them."""
    head = 2 * 4096 * 32000
    one = float(streamed_bytes(MIXTRAL, 1, 0)) - head - kv_bytes_per_token(MIXTRAL)
    assert one == pytest.approx(2 * 32 * layer_weights(MIXTRAL, 2), rel=1e-12)
    many = float(streamed_bytes(MIXTRAL, 512, 0)) - head - 512 * kv_bytes_per_token(MIXTRAL)
    assert many == pytest.approx(2 * 32 * layer_weights(MIXTRAL), rel=1e-12)


def test_each_figure_of_a_device_says_where_it_comes_from() -> None:
    """GPUs have datasheets, the CPU was measured, and no figure is without its source."""
    for known in devices().values():
        figures = [known.flops_per_second, known.bytes_per_second, known.step_seconds, known.layer_seconds]
        assert all(figure.value > 0 and figure.source for figure in figures if figure)
    assert {"A100-80GB", "H100-SXM", "cpu-2core-bf16"} <= set(devices())
    assert device("h100_sxm").flops_per_second.origin is Origin.datasheet
    assert device("cpu-2core-bf16").bytes_per_second.origin is Origin.measured
    with pytest.raises(InputError, match=r"no known device is called 'A100'; .*Expected one of A100-80GB,"):
        device("A100")


def test_overlap_takes_the_longer_and_no_overlap_the_sum() -> None:
    """And the stated overhead of a step and of each layer comes on top."""
    figure = Figure(value=1e12, origin=Origin.measured, source="here")
    plain = Device(name="x", dtype="bf16", flops_per_second=figure, bytes_per_second=figure)
    spec = model("Qwen2.5-Coder-7B")
    longer = float(forward_seconds(spec, plain, 7, 100))
    slow = msgspec.structs.replace(
        plain, overlap=False, step_seconds=msgspec.structs.replace(figure, value=0.5),
        layer_seconds=msgspec.structs.replace(figure, value=0.25),
    )  # fmt: skip
    shorter = float(streamed_bytes(QWEN, 7, 100)) / 1e12
    assert shorter < longer
    assert float(forward_seconds(spec, slow, 7, 100)) == pytest.approx(longer + shorter + 0.5 + 28 * 0.25)


def test_the_roofline_stays_below_what_a_cpu_took() -> None:
    """A model of the 0.5B shape took 131.5 ms a token on one thread; the bound is below it and not by half."""
    seconds = float(decode_seconds(model("Qwen2.5-Coder-0.5B"), device("cpu-1thread-bf16"), 140))
    assert 0.5 * 0.1315 < seconds < 0.1315


@settings(deadline=None)
@given(st.integers(0, 2000), st.integers(0, 200), st.sampled_from(["H100-SXM", "cpu-2core-bf16"]), st.floats(1, 64))
def test_a_request_takes_the_sum_of_its_steps(p: int, g: int, name: str, batch: float) -> None:
    """While memory is the limit all along, or times add up, the middle context stands for all."""
    spec, where, load = model("Qwen2.5-Coder-7B"), device(name), Load(batch=batch)
    steps = decode_seconds(spec, where, p + np.arange(max(g - 1, 0)), load=load)
    assert float(completion_seconds(spec, where, p, g, load=load)) == pytest.approx(float(steps.sum()), rel=1e-9)
    whole = float(prefill_seconds(spec, where, p, load=load)) + float(steps.sum())
    assert float(request_seconds(spec, where, p, g, load=load)) == pytest.approx(whole, rel=1e-9)


def test_a_batch_shares_the_weights() -> None:
    """A step over 32 samples takes longer than over one, and far less than 32 times as long."""
    spec = model("CodeLlama-7B")
    one, many = (float(decode_seconds(spec, device("A100-80GB"), 500, load=Load(batch=b))) for b in (1, 32))
    assert one < many < 32 * one / 10


@pytest.mark.parametrize(
    ("load", "says"),
    [
        (Load(batch=0), "batch is 0, expected a finite number of at least 1; give the samples in flight"),
        (Load(batch=float("nan")), "batch is nan, expected"),
        (Load(kv_bits=0), "kv_bits is 0, expected a finite number above 0;"),
    ],
)
def test_a_load_outside_the_domain_is_refused(load: Load, says: str) -> None:
    """One line with the value and what is allowed."""
    with pytest.raises(DomainError) as caught:
        forward_seconds(model("CodeLlama-7B"), device("H100-SXM"), 1, load=load)
    assert str(caught.value).startswith(says)
