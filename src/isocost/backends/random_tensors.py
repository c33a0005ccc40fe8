"""Which tensors a model of a given shape has in llama.cpp, and how each is filled when its weights are random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from isocost.errors import UsageError
from isocost.records import Record

if TYPE_CHECKING:
    from isocost.records import Architecture

Fill = Literal["random", "head", "ones", "zeros"]
"""What a tensor is filled with; `head` is random but for the rows of tokens that are no text."""


class Part(Record, frozen=True):
    """A tensor to be."""

    name: str
    """Its name in llama.cpp, as `blk.0.attn_q.weight`."""
    shape: tuple[int, ...]
    """Its dimensions, slowest first, as in PyTorch."""
    fill: Fill = "random"
    """What it is filled with."""


def llama_kind(shape: Architecture) -> str:
    """Return the architecture of llama.cpp that has this shape; it follows from biases, norms and experts.

    Raises:
        UsageError: there is none; the text says what stands in the way.

    >>> from isocost.cost.architectures import model
    >>> [llama_kind(model(name).architecture) for name in ("Qwen2.5-Coder-0.5B", "CodeLlama-7B", "StarCoder2-3B")]
    ['qwen2', 'llama', 'starcoder2']
    """
    biases = (shape.attention_bias, shape.output_bias, shape.ffn_bias, shape.norm_bias)
    kind, why = "", "no architecture of llama.cpp has this mixture of biases, norms and experts"
    if shape.positions:
        why = "learned positions"
    elif not shape.gated:
        kind = "starcoder2" if all(biases) and not (shape.experts or shape.qk_norm) else ""
    elif shape.norm_bias:
        why = "norms with biases beside a gated feed-forward block"
    elif shape.qk_norm:
        kind = "" if any(biases) or shape.shared_ffn else "qwen3moe" if shape.experts else "qwen3"
    elif shape.shared_ffn:
        kind = "qwen2moe" if biases == (True, False, False, False) and shape.shared_gate else ""
    elif shape.experts:
        kind = "" if any(biases) else "llama"
    else:
        kind = "qwen2" if biases == (True, False, False, False) else "llama"
    if not kind:
        raise UsageError(f"llama.cpp cannot hold a model of this shape: {why}; give the shape of a model that it knows")
    return kind


def parts_of(shape: Architecture) -> list[Part]:
    """Return all tensors, in the order in which they are written."""
    d = shape.hidden
    parts = [Part(name="token_embd.weight", shape=(shape.vocab, d), fill="head" if shape.tied else "random")]
    for layer in range(shape.layers):
        block = [*_attention(shape), *(_experts(shape) if shape.experts else _feed_forward(shape))]
        parts += [Part(name=f"blk.{layer}.{part.name}", shape=part.shape, fill=part.fill) for part in block]
    parts += _norm("output_norm", d, bias=shape.norm_bias)
    if not shape.tied:
        parts.append(Part(name="output.weight", shape=(shape.vocab, d), fill="head"))
    return parts


def _attention(shape: Architecture) -> list[Part]:
    d, queries, pairs = shape.hidden, shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    parts = _norm("attn_norm", d, bias=shape.norm_bias)
    for name, width in (("attn_q", queries), ("attn_k", pairs), ("attn_v", pairs)):
        parts += _matrix(name, d, width, bias=shape.attention_bias)
    if shape.qk_norm:
        parts += [*_norm("attn_q_norm", shape.head_dim), *_norm("attn_k_norm", shape.head_dim)]
    return parts + _matrix("attn_output", queries, d, bias=shape.output_bias)


def _feed_forward(shape: Architecture) -> list[Part]:
    parts = _norm("ffn_norm", shape.hidden, bias=shape.norm_bias)
    for name in ("ffn_gate", "ffn_up") if shape.gated else ("ffn_up",):
        parts += _matrix(name, shape.hidden, shape.ffn, bias=shape.ffn_bias)
    return parts + _matrix("ffn_down", shape.ffn, shape.hidden, bias=shape.ffn_bias)


def _experts(shape: Architecture) -> list[Part]:
    d, f, number = shape.hidden, shape.ffn, shape.experts
    parts = [
        *_norm("ffn_norm", d),
        Part(name="ffn_gate_inp.weight", shape=(number, d)),
        Part(name="ffn_gate_exps.weight", shape=(number, f, d)),
        Part(name="ffn_up_exps.weight", shape=(number, f, d)),
        Part(name="ffn_down_exps.weight", shape=(number, d, f)),
    ]
    if shape.shared_ffn:
        for name, inputs, outputs in (
            ("ffn_gate_shexp", d, shape.shared_ffn), ("ffn_up_shexp", d, shape.shared_ffn),
            ("ffn_down_shexp", shape.shared_ffn, d),
        ):  # fmt: skip
            parts += _matrix(name, inputs, outputs)
        parts.append(Part(name="ffn_gate_inp_shexp.weight", shape=(d,)))
    return parts


def _matrix(name: str, inputs: int, outputs: int, *, bias: bool = False) -> list[Part]:
    matrix = Part(name=f"{name}.weight", shape=(outputs, inputs))
    return [matrix, Part(name=f"{name}.bias", shape=(outputs,), fill="zeros")] if bias else [matrix]


def _norm(name: str, width: int, *, bias: bool = False) -> list[Part]:
    norm = Part(name=f"{name}.weight", shape=(width,), fill="ones")
    return [norm, Part(name=f"{name}.bias", shape=(width,), fill="zeros")] if bias else [norm]
