"""Profiles by transformers, where it is installed: our own loop over a static cache, here on the CPU."""

from __future__ import annotations

import pytest

from isocost.measure.calibration import torch_rates
from isocost.records import Clock
from isocost.study.profiling.request import ProfileRequest, profile
from isocost.study.profiling.shapes import TINY, sweep_models

pytestmark = [pytest.mark.hf, pytest.mark.filterwarnings("default")]


def test_the_loop_writes_what_generate_writes() -> None:
    """The loop over a static cache ends on the token that the library's own greedy generation ends on, batch by batch."""
    import torch

    from isocost.study.profiling.torch_child import Loop, random_model

    torch.manual_seed(1)
    shape = {
        "layers": 2, "hidden": 64, "heads": 2, "kv_heads": 1, "head_dim": 32, "ffn": 96, "vocab": 512, "tied": False,
        "attention_bias": True, "ffn_bias": False,
    }  # fmt: skip
    model = random_model(shape, "qwen2", device="cpu", dtype=torch.float32).eval()
    with torch.no_grad():
        for weights in model.parameters():
            weights.mul_(20)  # or it writes one token for ever, and any loop would do
        for batch in (1, 3):
            loop = Loop(model, batch=batch, prompt=9, new=7, graphs=False)
            for seed in (4, 5):
                prompt = loop._prompt(seed)
                loop.run(prompt)
                whole = model.generate(prompt, max_new_tokens=7, min_new_tokens=7, do_sample=False, pad_token_id=0)
                assert loop.token.tolist() == whole[:, -1:].tolist()


def test_shapes_by_transformers() -> None:
    """Sizes, batches, roofline by torch in the type itself, and a word on why no graph was captured."""
    names = tuple(spec.name for spec in sweep_models(TINY))[:2]
    made = profile(
        ProfileRequest(
            shapes=names, random_weights=True, engine="transformers", device="cpu", rounds=2, warmups=1,
            prompt_tokens=16, new_tokens=6, batches=(1, 2), threads=1,
        )
    )  # fmt: skip
    assert tuple(model.name for model in made.models) == names
    assert made.clock is Clock.engine
    assert made.conditions.capabilities["cuda_graph"] is False
    assert made.conditions.absent["cuda_graph"] == "no GPU"
    assert made.device is not None
    assert "torch" in made.device.flops_per_second.source
    for model in made.models:
        assert model.weight_bits == 32.0
        assert model.memory_bytes is not None
        assert [figures.batch for figures in model.batches] == [1, 2]


def test_torch_measures_in_the_type_itself() -> None:
    """The device's rates in bf16, with what they were measured by."""
    with torch_rates("cpu", "bf16", 1) as cpu:
        device = cpu.device([cpu.measure()])
    assert (device.name, device.dtype) == ("cpu-1thread-bf16", "bf16")
    assert device.bytes_per_second.value > 1e6
    assert "torch" in device.bytes_per_second.source
