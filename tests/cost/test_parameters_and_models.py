"""Known models: their sizes as published, and the names by which they are found."""

from __future__ import annotations

from typing import Any

import pytest

from isocost.cost.architectures import KnownModel, known_models, model, models, neutral
from isocost.cost.parameters import matmul_parameters, parameters
from isocost.errors import InputError
from isocost.records import Architecture

EXACT = {  # as published: the Hub's count of tensors, a printed model, a library's table
    "DeepSeek-Coder-1.3B": 1_346_471_936,
    "CodeLlama-13B": 13_016_028_160,
    "CodeLlama-34B": 33_743_970_304,
    "Qwen2.5-Coder-32B": 32_763_876_352,
}
LLAMA_2_70B = 68_976_648_192


@pytest.mark.parametrize("row", known_models(), ids=lambda row: row.name)
def test_computed_size_is_the_published_one(row: KnownModel) -> None:
    """The formula gives the counted parameters, and the published size to its last digit; the source is named."""
    assert parameters(row.architecture) == row.parameters == models()[row.name].parameters
    assert round(row.parameters / 1e9, 3) == row.published
    assert row.parameters == EXACT.get(row.name, row.parameters)
    assert row.source


def test_the_table_holds_the_models_of_the_study() -> None:
    """24 code models from 0.5B to 16B, and three larger ones to compare with."""
    sizes = [row.published for row in known_models()]
    assert len(sizes) == len({row.name for row in known_models()}) == 27
    assert sum(0.4 < size < 16 for size in sizes) == 24


def test_code_llama_70b_is_llama_2_70b_with_16_rows_more() -> None:
    """The one size that is published of another model of the same shape."""
    assert model("CodeLlama-70B").parameters == LLAMA_2_70B + 2 * 16 * 8192


@pytest.mark.parametrize(
    ("asked", "name", "kind"),
    [
        ("Qwen2.5-Coder-7B", "Qwen2.5-Coder-7B", "base"),
        ("Qwen/Qwen2.5-Coder-7B-Instruct", "Qwen2.5-Coder-7B", "instruct"),
        ("qwen2.5-coder-0.5b-instruct", "Qwen2.5-Coder-0.5B", "instruct"),
        ("deepseek-ai/deepseek-coder-6.7b-base", "DeepSeek-Coder-6.7B", "base"),
        ("DeepSeek-Coder-Instruct-1.3B", "DeepSeek-Coder-1.3B", "instruct"),
        ("codellama/CodeLlama-34b-Instruct-hf", "CodeLlama-34B", "instruct"),
        ("Code Llama 70B", "CodeLlama-70B", "base"),
        ("bigcode/starcoder2-15b-instruct-v0.1", "StarCoder2-15B", "instruct"),
        ("ibm-granite/granite-3b-code-base", "Granite-3B-Code", "base"),
        ("google/codegemma-7b-it", "CodeGemma-7B", "instruct"),
        ("01-ai/Yi-Coder-9B-Chat", "Yi-Coder-9B", "instruct"),
        ("Qwen3-8B", "Qwen3-8B", "instruct"),
        ("Qwen3-8B-Base", "Qwen3-8B", "base"),
    ],
)
def test_a_model_is_found_by_the_names_people_write(asked: str, name: str, kind: str) -> None:
    """Case, organisation and words for the kind do not matter; the kind is told apart."""
    spec = model(asked)
    assert (spec.name, spec.kind) == (name, kind)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("Qwen2.5-Coder-77B", "did you mean Qwen2.5-Coder-7B?"),
        ("starcodr2-3b", "did you mean StarCoder2-3B?"),
        ("Qwen2.5-Coder-7B-Instruct-AWQ", "did you mean Qwen2.5-Coder-7B?"),
        ("zzz", "expected one of Qwen2.5-Coder-0.5B,"),
        ("", "expected one of"),
        ("DeepSeek-Coder-V2-Lite-Instruct", "no known model is called"),
    ],
)
def test_an_unknown_model_is_answered_with_the_nearest(asked: str, says: str) -> None:
    """One line names what is near, or all that is known, and what to give instead; a quantised name is no plain one."""
    with pytest.raises(InputError) as caught:
        model(asked)
    assert says in str(caught.value)
    assert "config.json or .gguf" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_two_models_share_a_name() -> None:
    """What is compared of a name is its own for each model."""
    assert len({neutral(row.name)[0] for row in known_models()}) == len(known_models())


def test_each_part_of_a_shape_adds_its_parameters() -> None:
    """A shape small enough to count by hand: tables, projections, experts, router, shared expert, biases, norms."""
    plain: dict[str, Any] = {"layers": 2, "hidden": 4, "heads": 2, "kv_heads": 1, "head_dim": 3, "ffn": 5, "vocab": 7}
    dense = Architecture(**plain, tied=True)
    layer = 4 * 6 + 2 * 4 * 3 + 6 * 4 + 3 * 4 * 5 + 2 * 4
    assert parameters(dense) == 7 * 4 + 2 * layer + 4
    assert parameters(Architecture(**plain, tied=False)) == parameters(dense) + 7 * 4
    assert parameters(Architecture(**plain, tied=True, gated=False)) == parameters(dense) - 2 * 4 * 5
    assert parameters(Architecture(**plain, tied=True, attention_bias=True)) == parameters(dense) + 2 * (6 + 3 + 3)
    assert parameters(Architecture(**plain, tied=True, output_bias=True)) == parameters(dense) + 2 * 4
    assert parameters(Architecture(**plain, tied=True, ffn_bias=True)) == parameters(dense) + 2 * (5 + 5 + 4)
    assert parameters(Architecture(**plain, tied=True, norm_bias=True)) == parameters(dense) + 2 * 2 * 4 + 4
    assert parameters(Architecture(**plain, tied=True, qk_norm=True)) == parameters(dense) + 2 * 2 * 3
    assert parameters(Architecture(**plain, tied=True, positions=9)) == parameters(dense) + 9 * 4
    experts = Architecture(**plain, tied=True, experts=3, experts_active=2, shared_ffn=6, shared_gate=True)
    assert parameters(experts) == parameters(dense) + 2 * (2 * 3 * 4 * 5 + 3 * 4 + 3 * 4 * 6 + 4)
    assert matmul_parameters(experts) == matmul_parameters(dense) + 2 * (3 * 4 * 5 + 3 * 4 + 3 * 4 * 6 + 4)
