"""Models of random weights: any shape, read back as what it is, written in any type."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from tests.backends.tiny_models import TINY

from isocost.backends.random_gguf import TYPES, write_random_gguf
from isocost.backends.random_tensors import llama_kind
from isocost.backends.random_vocabulary import MARKS, tokenizer, vocabulary
from isocost.cost.architectures import known_models, model
from isocost.cost.gguf import read_gguf
from isocost.cost.headers import read_model
from isocost.cost.memory import FORMATS
from isocost.cost.parameters import parameters
from isocost.errors import BackendError, DomainError, UsageError
from isocost.records import Architecture

MIXTRAL = msgspec.structs.replace(TINY, attention_bias=False, experts=4, experts_active=2)
QWEN2_MOE = msgspec.structs.replace(TINY, experts=4, experts_active=2, shared_ffn=96, shared_gate=True)
QWEN3_MOE = msgspec.structs.replace(MIXTRAL, qk_norm=True)


def _shrunk(shape: Architecture) -> Architecture:
    return msgspec.structs.replace(
        shape, layers=2, hidden=64, heads=4, kv_heads=2, head_dim=32, ffn=96, vocab=400, positions=0
    )


def _kinds() -> list[Architecture]:
    known = {_shrunk(model.architecture) for model in known_models()}
    return [*sorted(known, key=str), MIXTRAL, QWEN2_MOE, QWEN3_MOE]


@pytest.mark.parametrize("shape", _kinds(), ids=llama_kind)
def test_a_file_is_read_back_as_the_shape_it_was_written_from(shape: Architecture, tmp_path: Path) -> None:
    """Biases, norms, heads and experts of every known model, shrunk, are in the file, and its weights are counted right."""
    spec = read_model(write_random_gguf(tmp_path / "model.gguf", shape))
    assert spec.architecture == shape
    assert spec.parameters == parameters(shape)


@pytest.mark.parametrize("stored", TYPES)
def test_weights_are_stored_as_asked(stored: str, tmp_path: Path) -> None:
    """Mean bits are those of the type, but for norms, biases and the rest that stays in 32 bits."""
    header = read_gguf(write_random_gguf(tmp_path / "model.gguf", TINY, stored=stored))
    bits = {"f32": 32.0, "f16": 16.0}.get(stored) or FORMATS[stored].bits
    assert header.weight_bits() == pytest.approx(bits, rel=0.02)


def test_the_same_seed_writes_the_same_file(tmp_path: Path) -> None:
    """Two files of one seed are equal byte for byte; another seed writes other weights."""
    files = [
        write_random_gguf(tmp_path / f"{i}.gguf", TINY, seed=seed, name="model").read_bytes()
        for i, seed in enumerate((1, 1, 2))
    ]
    assert files[0] == files[1]
    assert files[0] != files[2]


def test_the_vocabulary_has_the_size_asked_for_and_reads_any_text() -> None:
    """Marks come first, padding last; a text with letters of many scripts comes back whole."""
    words = vocabulary(9000)
    assert len(set(words.tokens)) == len(words.tokens) == 9000
    assert words.tokens[: len(MARKS)] == MARKS
    reader = tokenizer(words)
    text = "def f(x):\n    return 'naïve 東京 🙂' if x else None"
    ids = reader.encode(text).ids
    assert reader.decode(ids) == text
    assert max(ids) < words.learnt


@pytest.mark.parametrize(
    ("shape", "stored", "error", "says"),
    [
        (TINY, "q3_K", UsageError, "expected one of f32, f16, bf16, q8_0, q4_0"),
        (msgspec.structs.replace(TINY, ffn=100), "q4_0", UsageError, "expected a multiple of 32 for q4_0; store f16"),
        (msgspec.structs.replace(TINY, vocab=100), "f16", DomainError, "expected at least 320"),
        (msgspec.structs.replace(TINY, positions=64), "f16", UsageError, "learned positions"),
        (msgspec.structs.replace(TINY, norm_bias=True), "f16", UsageError, "norms with biases"),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_line(
    shape: Architecture, stored: str, error: type[Exception], says: str, tmp_path: Path
) -> None:
    """A type, a row length, a vocabulary or a shape that cannot be is named, and no file is left."""
    with pytest.raises(error, match=says) as raised:
        write_random_gguf(tmp_path / "model.gguf", shape, stored=stored)
    assert "\n" not in str(raised.value)
    assert not list(tmp_path.iterdir())


def test_the_example_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The code in docs/local-models.md writes the model that it says."""
    page = (Path(__file__).parents[2] / "docs" / "local-models.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(code, {})
    assert read_model(Path("random.gguf")).architecture == model("Qwen2.5-Coder-0.5B").architecture
    Path("random.gguf").unlink()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A folder that is not there ends in one line."""
    with pytest.raises(BackendError, match="cannot be written there"):
        write_random_gguf(tmp_path / "nowhere" / "model.gguf", TINY)
