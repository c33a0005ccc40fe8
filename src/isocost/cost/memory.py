"""Bytes: of the weights in a format, of the keys and values of a token, at the peak, and streamed by a forward pass."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Final

from isocost.cost.domain import checked_amount, checked_tokens
from isocost.cost.parameters import (
    head_weights,
    layer_weights,
    parameters,
    table_parameters,
)
from isocost.errors import UsageError
from isocost.records import Record

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from isocost.records import Architecture


class WeightFormat(Record, frozen=True):
    """How weights are stored, scales and zero points spread over the weights that they belong to."""

    name: str
    """As in `bf16`, `q4_K`."""
    bits: float
    """Bits for each weight of the layers."""
    table_bits: float | None = None
    """Bits for each weight of the embedding table and the head; None where they are stored like the layers."""


FORMATS: Final = {
    entry.name: entry
    for entry in (
        WeightFormat(name="fp32", bits=32),
        WeightFormat(name="bf16", bits=16),
        WeightFormat(name="fp16", bits=16),
        WeightFormat(name="fp8", bits=8, table_bits=16),
        WeightFormat(name="int8", bits=8, table_bits=16),
        WeightFormat(name="gptq4-g128", bits=4.156, table_bits=16),
        WeightFormat(name="awq4-g128", bits=4.156, table_bits=16),
        WeightFormat(name="nf4", bits=4.5, table_bits=16),
        WeightFormat(name="nf4-double", bits=4.127, table_bits=16),
        WeightFormat(name="q8_0", bits=8.5),
        WeightFormat(name="q6_K", bits=6.5625),
        WeightFormat(name="q5_K", bits=5.5),
        WeightFormat(name="q4_K", bits=4.5),
        WeightFormat(name="q4_0", bits=4.5),
    )
}
"""Formats by name. Block formats of GGUF: ggml's block sizes (q4_K: 144 bytes for 256 weights). Group formats: 4 bits
and, for 128 weights, a 16-bit scale and a 4-bit zero point. NF4: 4 bits and a 32-bit scale for 64 weights, or that
scale in 8 bits (T. Dettmers et al. 2023, arXiv 2305.14314, section 3)."""


def weight_format(name: str) -> WeightFormat:
    """Return the format of this name, in any case.

    Raises:
        UsageError: there is none; the text gives the nearest name.

    >>> weight_format("Q4_k").bits
    4.5
    """
    keys = {known.lower(): known for known in FORMATS}
    if name.lower() in keys:
        return FORMATS[keys[name.lower()]]
    near = difflib.get_close_matches(name.lower(), keys, n=1)
    meant = f"; did you mean {keys[near[0]]}?" if near else ";"
    raise UsageError(f"unknown weight format {name[:40]!r}{meant} Expected one of {', '.join(FORMATS)}")


def mean_weight_bits(shape: Architecture, stored: WeightFormat) -> float:
    """Bits for each parameter, tables and layers together: what `ModelSpec.weight_bits` holds.

    Biases and norms are counted at the layers' bits; a format may keep them whole, which is below 0.1% of the weights.

    >>> from isocost.cost.architectures import model
    >>> f"{mean_weight_bits(model('Qwen2.5-Coder-0.5B').architecture, FORMATS['awq4-g128']):.2f}"
    '7.42'
    """
    tables, everything = table_parameters(shape), parameters(shape)
    table_bits = stored.bits if stored.table_bits is None else stored.table_bits
    return (tables * table_bits + (everything - tables) * stored.bits) / everything


def weight_bytes(shape: Architecture, bits: float = 16.0) -> float:
    """Parameters × bits / 8: all weights, at a mean of `bits` bits each (`mean_weight_bits`).

    Raises:
        DomainError: `bits` is not above 0.

    >>> from isocost.cost.architectures import model
    >>> f"{weight_bytes(model('Qwen2.5-Coder-7B').architecture) / 1e9:.2f} GB"
    '15.23 GB'
    """
    return parameters(shape) * _checked_bits("weight_bits", bits) / 8.0


def kv_bytes_per_token(shape: Architecture, bits: float = 16.0) -> float:
    """2·L·K·h × bits / 8: keys and values of one token in all layers; here grouped heads save.

    Raises:
        DomainError: `bits` is not above 0.

    >>> from isocost.cost.architectures import model
    >>> kv_bytes_per_token(model("Qwen2.5-Coder-7B").architecture) / 1024  # KiB
    56.0
    """
    return 2 * shape.layers * shape.kv_heads * shape.head_dim * _checked_bits("kv_bits", bits) / 8.0


def peak_bytes(
    shape: Architecture,
    prompt: ArrayLike,
    completion: ArrayLike,
    *,
    batch: float = 1,
    weight_bits: float = 16.0,
    kv_bits: float = 16.0,
) -> NDArray[np.float64]:
    """Weights + B·(P + G)·KV + B·P·(4·d + 3·f)·2 + B·V·4: memory at the end of a request, B of them in flight.

    The third term is the activations of a prefill in 16 bits (f of the experts that a token goes through), the fourth
    the logits of one position in 32. Not covered: the runtime itself, fragmentation, pools that are taken in advance,
    and engines that read long prompts in pieces, which need less.

    Raises:
        DomainError: a count or a width is out of range.
    """
    b = checked_amount("batch", batch, least=1, above=False, hint="give the samples in flight")
    p, g = checked_tokens("prompt tokens", prompt), checked_tokens("completion tokens", completion)
    inner = shape.ffn * (shape.experts_active if shape.experts else 1) + shape.shared_ffn
    activations = p * (4 * shape.hidden + 3 * inner) * 2.0
    caches = (p + g) * kv_bytes_per_token(shape, kv_bits)
    return weight_bytes(shape, weight_bits) + b * (caches + activations + 4.0 * shape.vocab)


def streamed_bytes(
    shape: Architecture,
    new: ArrayLike,
    cached: ArrayLike,
    *,
    batch: float = 1,
    weight_bits: float = 16.0,
    kv_bits: float = 16.0,
) -> NDArray[np.float64]:
    """Bytes between memory and processor in one forward pass over B sequences of S new and c cached tokens.

    The matrices and the head, once for all sequences; of E experts those that some token chose, taken to be
    E·(1 − (1 − k/E)^(B·S)), as if tokens chose evenly and independently; and the keys and values, B·(c + S)·KV. The
    embedding table is looked up row by row and not streamed, unless it is the head. Activations, biases and norms are left out.

    Raises:
        DomainError: a count or a width is out of range.
    """
    b = checked_amount("batch", batch, least=1, above=False, hint="give the samples in flight")
    s, c = checked_tokens("new tokens", new), checked_tokens("cached tokens", cached)
    weights: float | NDArray[np.float64]
    if shape.experts:
        chosen = shape.experts * (1.0 - (1.0 - shape.experts_active / shape.experts) ** (b * s))
        fixed = layer_weights(shape, 0)
        weights = fixed + chosen * (layer_weights(shape, 1) - fixed)
    else:
        weights = layer_weights(shape)
    streamed = shape.layers * weights + head_weights(shape)
    return streamed * _checked_bits("weight_bits", weight_bits) / 8.0 + b * (c + s) * kv_bytes_per_token(shape, kv_bits)


def _checked_bits(what: str, bits: float) -> float:
    return checked_amount(what, bits, hint="give the mean bits for each number, as 16 for bf16")
