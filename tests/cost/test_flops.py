"""FLOPs: the closed formula against the sum over steps, and against published figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocost.cost.architectures import model
from isocost.cost.flops import (
    causal_pairs,
    completion_flops,
    counter_flops,
    decode_flops,
    forward_flops,
    prefill_flops,
    request_flops,
)
from isocost.cost.parameters import architecture_of, matmul_parameters
from isocost.errors import DomainError
from isocost.records import Architecture, ModelSpec


@st.composite
def shapes(draw: st.DrawFn) -> Architecture:
    """Dense shapes and shapes with experts, small enough for exact floats."""
    small = st.integers(1, 64)
    kv_heads, experts = draw(st.integers(1, 8)), draw(st.integers(0, 8))
    return Architecture(
        layers=draw(small),
        hidden=draw(small),
        heads=kv_heads * draw(st.integers(1, 4)),
        kv_heads=kv_heads,
        head_dim=draw(small),
        ffn=draw(small),
        vocab=draw(st.integers(1, 1000)),
        tied=draw(st.booleans()),
        gated=draw(st.booleans()),
        experts=experts,
        experts_active=draw(st.integers(1, experts)) if experts else 0,
        shared_ffn=draw(st.integers(0, 64)) if experts else 0,
    )


@settings(deadline=None)
@given(shapes(), st.integers(0, 200), st.integers(0, 60), st.integers(1, 5), st.booleans())
def test_a_request_is_the_sum_of_its_steps(shape: Architecture, p: int, g: int, n: int, shared: bool) -> None:
    """Prefill once or for each sample, then one decode step for each token after the first, context growing by one."""
    steps = sum(float(decode_flops(shape, p + i)) for i in range(max(g - 1, 0)))
    reads = 1 if shared else n
    wanted = reads * float(prefill_flops(shape, p)) + n * steps
    assert float(request_flops(shape, p, g, samples=n, shared_prefix=shared)) == wanted
    assert float(completion_flops(shape, p, g)) == steps


@settings(deadline=None)
@given(shapes(), st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_reading_in_pieces_costs_what_reading_at_once_does(shape: Architecture, a: int, b: int, c: int) -> None:
    """Pieces of a prompt add up, each after those cached before it; so causal pairs are neither lost nor doubled."""
    whole = float(forward_flops(shape, a + b, c, logits=0))
    assert float(forward_flops(shape, a, c, logits=0)) + float(forward_flops(shape, b, c + a, logits=0)) == whole
    assert float(prefill_flops(shape, a + b, a)) == float(forward_flops(shape, b, a))


@given(st.integers(0, 60), st.integers(0, 60))
def test_pairs_are_those_below_the_diagonal(new: int, cached: int) -> None:
    """A token looks at itself and at all before it."""
    assert float(causal_pairs(new, cached)) == sum(cached + i + 1 for i in range(new))


@given(shapes(), st.integers(1, 300))
def test_the_counters_convention_adds_the_masked_half(shape: Architecture, s: int) -> None:
    """A counter sees S·S pairs where S·(S + 1)/2 are useful; for one token after others both are the same."""
    masked = 4 * shape.layers * shape.heads * shape.head_dim * (s * s - s * (s + 1) // 2)
    assert float(counter_flops(shape, s)) - float(forward_flops(shape, s)) == masked
    assert float(counter_flops(shape, 1, s)) == float(forward_flops(shape, 1, s))


def test_code_llama_costs_what_the_budget_paper_says() -> None:
    """FLOPs of a forward pass over 128 tokens, logits of all: within 3% of arXiv 2404.00725, table 1, and of its ratios."""
    published = {"7B": (1.69, 1.0), "13B": (3.29, 1.95), "34B": (8.58, 5.08), "70B": (17.6, 10.41)}
    smallest = float(counter_flops(_shape("CodeLlama-7B"), 128, logits=128))
    for size, (tera, ratio) in published.items():
        ours = float(counter_flops(_shape(f"CodeLlama-{size}"), 128, logits=128))
        assert ours / 1e12 == pytest.approx(tera, rel=0.03)
        assert ours / smallest == pytest.approx(ratio, rel=0.03)


def test_grouping_heads_saves_no_attention_flops() -> None:
    """What depends on the context is the same with 32 and with 8 key-value heads."""
    many, few = _shape("CodeLlama-7B"), _shape("Qwen3-8B")
    assert many.kv_heads == 4 * few.kv_heads
    assert (many.heads, many.head_dim) == (few.heads, few.head_dim)
    growth = [(decode_flops(shape, 1000) - decode_flops(shape, 0)) / shape.layers for shape in (many, few)]
    assert growth[0] == growth[1]


def test_arrays_are_broadcast() -> None:
    """Prompts along one axis and completions along another give a table, each cell as if it stood alone."""
    shape = _shape("Qwen2.5-Coder-0.5B")
    p, g = np.array([[10], [700]]), np.array([1, 5, 300])
    table = request_flops(shape, p, g, samples=3)
    assert table.shape == (2, 3)
    assert table.tolist() == [[float(request_flops(shape, a, b, samples=3)) for b in g] for a in p.ravel()]
    assert completion_flops(shape, [], []).shape == (0,)


def test_no_completion_costs_no_more_than_its_prompt() -> None:
    """With no token or with one, whose logits the prompt gave, only the prompt is paid."""
    shape = _shape("Qwen2.5-Coder-0.5B")
    assert completion_flops(shape, 100, [0, 1]).tolist() == [0, 0]
    head = 2 * shape.hidden * shape.vocab
    per_token = 2 * matmul_parameters(shape) - head
    assert float(prefill_flops(shape, 1)) == per_token + head + 4 * shape.layers * shape.heads * shape.head_dim


@pytest.mark.parametrize(
    ("p", "g", "says"),
    [
        (-1, 5, "prompt tokens is -1, expected a finite number of at least 0;"),
        ([5, float("nan")], 5, "prompt tokens[1] is nan, expected"),
        (5, [[1], [float("inf")]], "completion tokens[1, 0] is inf, expected"),
        (True, 5, "prompt tokens is True, expected finite numbers"),
        (None, 5, "prompt tokens is None, expected finite numbers"),
        ("5", 5, "prompt tokens is '5', expected finite numbers"),
    ],
)
def test_a_count_outside_the_domain_is_refused(p: object, g: object, says: str) -> None:
    """One line with the index, the value and what is allowed."""
    with pytest.raises(DomainError) as caught:
        request_flops(_shape("CodeLlama-7B"), p, g)  # type: ignore[arg-type]
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


def test_more_cached_than_prompt_and_no_samples_are_refused() -> None:
    """Neither a prompt shorter than its cache nor a request without samples has a cost."""
    with pytest.raises(DomainError, match="prompt tokens less cached tokens is -1"):
        prefill_flops(_shape("CodeLlama-7B"), 4, 5)
    with pytest.raises(DomainError, match="samples is 0, expected a finite number of at least 1"):
        request_flops(_shape("CodeLlama-7B"), 4, 5, samples=0)


def test_a_model_without_a_shape_has_no_flops() -> None:
    """The text says what to give instead."""
    spec = ModelSpec(name="secret", family="", kind="base", parameters=1)
    with pytest.raises(DomainError, match=r"model 'secret' has no architecture.*config\.json"):
        architecture_of(spec)


def _shape(name: str) -> Architecture:
    return architecture_of(model(name))
