"""A GGUF file of any shape with random weights: speed and memory do not depend on what the weights know.

Its vocabulary is real (`random_vocabulary`), it has a chat template, and it goes on writing until the length asked for:
the marks that end a text have heads of zeros, far below the largest of random ones. Weights are tiles of one block of random
numbers, so that half a billion of them take seconds. Needs the extra `llamacpp` (gguf, tokenizers).
"""

from __future__ import annotations

import functools
import importlib
import math
from typing import TYPE_CHECKING, Any, Final

from isocost.backends.random_tensors import Part, llama_kind, parts_of
from isocost.backends.random_vocabulary import CHAT_TEMPLATE, END_OF_TEXT, END_OF_TURN, MARKS, vocabulary
from isocost.errors import BackendError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from isocost.records import Architecture

TYPES: Final = {"f32": "F32", "f16": "F16", "bf16": "BF16", "q8_0": "Q8_0", "q4_0": "Q4_0"}
"""How weights can be stored, each with its name in `gguf`."""

INITIALIZER_RANGE: Final = 0.5
"""Standard deviation of a matrix with 64 inputs; with n inputs, that times √(64/n), so that sums keep their size. Much
smaller ones make a model that writes one token for ever, because what goes in outweighs what the layers add."""

TILE_WEIGHTS: Final = 32 * 32749
"""Random numbers that are drawn: a prime number of blocks of 32, so that no two rows of a matrix are the same."""

_TYPE_NORMAL, _TYPE_CONTROL = 1, 3  # kinds of tokens, as llama.cpp numbers them


def write_random_gguf(
    path: Path, shape: Architecture, *, stored: str = "f16", seed: int = 0, context_tokens: int = 32768, name: str = ""
) -> Path:
    """Write a model of `shape` with random weights, and return `path`.

    Args:
        path: the file; one that is there is overwritten.
        shape: its sizes; a tied head stays tied. What llama.cpp calls it follows from its biases and norms.
        stored: `f32`, `f16`, `bf16`, `q8_0` or `q4_0`, for all matrices; norms, biases and routers are always f32.
        seed: of the random numbers.
        context_tokens: longest text that the model says it was made for.
        name: what the model calls itself; the file's name without one.

    Raises:
        UsageError: no such type; a shape that llama.cpp cannot have, or whose rows do not split into blocks of 32.
        DomainError: a vocabulary too small for one of bytes.
        BackendError: the extra is not installed, or the file cannot be written.
    """
    if stored not in TYPES:
        raise UsageError(f"weights stored as {stored[:40]!r}, expected one of {', '.join(TYPES)}")
    kind, parts = llama_kind(shape), parts_of(shape)
    if stored.startswith("q"):
        for part in parts:
            if len(part.shape) > 1 and part.shape[-1] % 32:
                raise UsageError(
                    f"{part.name} has rows of {part.shape[-1]} weights, expected a multiple of 32 for {stored}; store f16"
                )
    writer = _gguf().GGUFWriter(path, kind)
    _pairs(writer, shape, name or path.stem, context_tokens)
    for part in parts:
        form = _form(part, stored)
        writer.add_tensor_info(part.name, part.shape, None, _bytes(part, form), form)
    try:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        file = writer.fout[0]
        writer.write_padding(file, file.tell())
        for number, part in enumerate(parts):
            form = _form(part, stored)
            for chunk in _data(part, form, number, seed):
                file.write(chunk)
            writer.write_padding(file, _bytes(part, form))
        writer.close()
    except OSError as error:
        raise BackendError(
            f"{path}: a model of random weights cannot be written there ({error.strerror or type(error).__name__}); "
            "give another place, or a smaller shape"
        ) from None
    return path


def _gguf() -> Any:  # noqa: ANN401 (a module that is imported late)
    try:
        importlib.import_module("tokenizers")
        return importlib.import_module("gguf")
    except ModuleNotFoundError as error:
        raise BackendError(
            f"a model of random weights needs the package {error.name!r}, which is not installed; "
            "type: pip install 'isocost[llamacpp]'"
        ) from None


def _pairs(writer: Any, shape: Architecture, name: str, context_tokens: int) -> None:  # noqa: ANN401
    words = vocabulary(shape.vocab)
    writer.add_name(name)
    writer.add_context_length(context_tokens)
    writer.add_embedding_length(shape.hidden)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.ffn)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head_dim)
    writer.add_value_length(shape.head_dim)
    writer.add_rope_dimension_count(shape.head_dim)
    writer.add_rope_freq_base(1e6)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_layer_norm_eps(1e-5)
    writer.add_vocab_size(shape.vocab)
    if shape.experts:
        writer.add_expert_count(shape.experts)
        writer.add_expert_used_count(shape.experts_active)
        writer.add_expert_feed_forward_length(shape.ffn)
    if shape.shared_ffn:
        writer.add_expert_shared_feed_forward_length(shape.shared_ffn)
    ids = {token: i for i, token in enumerate(words.tokens[: len(MARKS)])}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(list(words.tokens))
    writer.add_token_types([_TYPE_CONTROL if i < len(MARKS) else _TYPE_NORMAL for i in range(len(words.tokens))])
    writer.add_token_merges([f"{left} {right}" for left, right in words.merges])
    writer.add_bos_token_id(ids[END_OF_TEXT])
    writer.add_eos_token_id(ids[END_OF_TURN])
    writer.add_pad_token_id(ids[END_OF_TEXT])
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def _form(part: Part, stored: str) -> Any:  # noqa: ANN401 (a type of `gguf`)
    small = len(part.shape) == 1 or "ffn_gate_inp" in part.name
    return _gguf().GGMLQuantizationType["F32" if small else TYPES[stored]]


def _bytes(part: Part, form: Any) -> int:  # noqa: ANN401
    weights, size = _gguf().GGML_QUANT_SIZES[form]
    return math.prod(part.shape) // int(weights) * int(size)


def _data(part: Part, form: Any, number: int, seed: int) -> Iterator[bytes | memoryview]:  # noqa: ANN401
    """Yield the bytes of a tensor: the tile again and again, begun at a place of the tensor's own."""
    import numpy as np

    left = _bytes(part, form)
    if part.fill in {"ones", "zeros"}:
        yield np.full(part.shape, 1.0 if part.fill == "ones" else 0.0, dtype=np.float32).tobytes()
        return
    tile = memoryview(_tile(form, part.shape[-1], seed))
    if part.fill == "head":
        marks = len(MARKS) * (left // part.shape[0])
        yield bytes(marks)  # in each of the types, bytes of 0 are weights of 0
        left -= marks
    weights, size = _gguf().GGML_QUANT_SIZES[form]
    per_block = 32 // int(weights) * int(size)
    start = number * 7919 % (TILE_WEIGHTS // 32) * per_block
    while left > 0:
        chunk = tile[start : start + left]
        yield chunk
        left -= len(chunk)
        start = 0


@functools.lru_cache(maxsize=16)
def _tile(form: Any, inputs: int, seed: int) -> bytes:  # noqa: ANN401
    import numpy as np

    drawn = np.random.default_rng((seed, inputs)).standard_normal(TILE_WEIGHTS, dtype=np.float32)
    drawn *= INITIALIZER_RANGE * math.sqrt(64 / inputs)
    quants = importlib.import_module("gguf.quants")
    stored: bytes = quants.quantize(drawn.reshape(-1, 32), form).tobytes()
    return stored
