"""Which requests of the `transformers` backend go together, without torch."""

from __future__ import annotations

import importlib.util

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.backends.tiny_models import request

from isocost.backends.address import parse_address
from isocost.backends.options import BackendOptions
from isocost.backends.registry import open_backend
from isocost.backends.transformers.batches import Row, batches, fitting_rows, row_of, row_timing
from isocost.cost.architectures import model
from isocost.errors import BackendError


def _row(name: str, length: int, limit: int, stop: tuple[str, ...]) -> Row:
    return Row(request=request(name, "text", stop=stop), tokens=(1,) * length, limit=limit)


@given(
    st.lists(st.tuples(st.integers(1, 400), st.integers(1, 50), st.sampled_from([(), ("\nclass",)])), max_size=40),
    st.integers(1, 8),
)
def test_every_row_is_in_one_batch(rows: list[tuple[int, int, tuple[str, ...]]], most: int) -> None:
    """No row is lost or doubled, no batch is too large, and one batch has one set of stop strings."""
    made = [_row(str(i), *row) for i, row in enumerate(rows)]
    batched = list(batches(made, most))
    assert sorted(row.request.id for batch in batched for row in batch) == sorted(row.request.id for row in made)
    assert all(1 <= len(batch) <= most for batch in batched)
    assert all(len({row.request.params.stop for row in batch}) == 1 for batch in batched)


def test_like_lengths_stand_together() -> None:
    """Of short and long prompts in turn, each batch has only short or only long ones."""
    made = [_row(str(i), 10 if i % 2 else 500, 8, ()) for i in range(8)]
    assert [{len(row.tokens) for row in batch} for batch in batches(made, 4)] == [{10}, {500}]


def test_limits_are_cut_to_the_context() -> None:
    """An answer gets what the prompt leaves; a prompt that leaves nothing is refused."""
    assert row_of(request("a", "text", max_tokens=100), [1] * 30, 64).limit == 34
    assert row_of(request("a", "text", max_tokens=10), [1] * 30, 64).limit == 10
    with pytest.raises(BackendError, match="a prompt of 64 tokens, but the model's context holds 64"):
        row_of(request("a", "text"), [1] * 64, 64)
    with pytest.raises(BackendError, match="no tokens"):
        row_of(request("a", ""), [], 64)


def test_memory_bounds_the_rows() -> None:
    """Half the memory, half the rows; there is always one, and never more than asked for."""
    shape = model("Qwen2.5-Coder-7B").architecture
    many = fitting_rows(shape, 1000, 1000, free=16 << 30, most=1000)
    assert fitting_rows(shape, 1000, 1000, free=8 << 30, most=1000) == pytest.approx(many / 2, abs=1)
    assert fitting_rows(shape, 1000, 1000, free=1, most=1000) == 1
    assert fitting_rows(shape, 1000, 1000, free=1 << 50, most=7) == 7


def test_a_row_that_ends_early_has_its_own_times() -> None:
    """Times are read at the row's own last token, not at the batch's."""
    timing = row_timing([1.0, 1.5, 2.0, 9.0], 3, started=7.0)
    assert (timing.ttft_seconds, timing.tpot_seconds, timing.total_seconds, timing.started) == (1.0, 0.5, 2.0, 7.0)
    assert row_timing([1.0, 1.5], 1, started=7.0).tpot_seconds is None


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="torch is installed here")
def test_without_the_extra_it_says_what_to_type() -> None:
    """Where torch is not installed, the line names the extra."""
    backend = open_backend(parse_address("hf:OWNER/MODEL"), BackendOptions())
    with pytest.raises(BackendError, match=r"pip install 'isocost\[hf\]'"), backend:
        pass
