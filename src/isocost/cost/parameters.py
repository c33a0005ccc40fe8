"""Parameters of an architecture: all of them, and those that one token is multiplied with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocost.errors import DomainError

if TYPE_CHECKING:
    from isocost.records import Architecture, ModelSpec

# Letters as in the formulas: L layers, d hidden, H and K query and key-value heads, h head_dim, f ffn, V vocab,
# E experts, k active experts, f_s the shared expert's ffn. m is 3 where the feed-forward block is gated, else 2.


def architecture_of(spec: ModelSpec) -> Architecture:
    """Return a model's shape.

    Raises:
        DomainError: it has none, and nothing can be modelled.
    """
    if spec.architecture is None:
        raise DomainError(
            f"model {spec.name!r} has no architecture, expected one to compute FLOPs and bytes from; "
            "name a known model, or give its config.json or .gguf file"
        )
    return spec.architecture


def attention_weights(shape: Architecture) -> int:
    """d·H·h + 2·d·K·h + H·h·d: the four projections of one layer, biases left out."""
    queries, pairs = shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    return shape.hidden * queries + 2 * shape.hidden * pairs + queries * shape.hidden


def expert_weights(shape: Architecture) -> int:
    """m·d·f: the matrices of one feed-forward block, or of one expert where there are experts."""
    return (3 if shape.gated else 2) * shape.hidden * shape.ffn


def always_weights(shape: Architecture) -> int:
    """d·E + m·d·f_s (+ d): router, shared expert and its gate of one layer; 0 in a dense model."""
    router = shape.hidden * shape.experts
    shared = (3 if shape.gated else 2) * shape.hidden * shape.shared_ffn
    return router + shared + (shape.hidden if shape.shared_gate else 0)


def head_weights(shape: Architecture) -> int:
    """d·V: the output head, which is multiplied with whether or not it is the embedding table."""
    return shape.hidden * shape.vocab


def layer_weights(shape: Architecture, experts: float | None = None) -> float:
    """Matrix weights of one layer with `experts` of its experts; with all that it has where `experts` is None."""
    present = (shape.experts or 1) if experts is None else experts
    return attention_weights(shape) + present * expert_weights(shape) + always_weights(shape)


def matmul_parameters(shape: Architecture) -> int:
    """L·(A + M) + d·V: the weights that one token is multiplied with, the output head among them.

    A is the attention's projections, M the feed-forward block: m·d·f, or with experts k·m·d·f + d·E + m·d·f_s (+ d).
    The embedding table costs nothing to look up in and is not counted, nor are biases and norms.

    Source: J. Kaplan et al. (2020), arXiv 2001.08361, table 1, with the head added and grouped heads kept apart.

    >>> from isocost.cost.architectures import model
    >>> matmul_parameters(model("CodeLlama-7B").architecture)
    6607142912
    """
    active = shape.experts_active if shape.experts else 1
    return shape.layers * int(layer_weights(shape, active)) + head_weights(shape)


def table_parameters(shape: Architecture) -> int:
    """V·d (twice where the head is a table of its own) + learned positions: what most quantised formats keep whole."""
    return head_weights(shape) * (1 if shape.tied else 2) + shape.positions * shape.hidden


def bias_and_norm_parameters(shape: Architecture) -> int:
    """Biases and norms of all layers and the last norm.

    Two norms a layer of d weights each (and as many biases where norms have them), and one at the end; where queries
    and keys are normalised, h weights for each of the two, shared by the heads.
    """
    d, queries, pairs = shape.hidden, shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
    norm = d * (2 if shape.norm_bias else 1)
    layer = 2 * norm
    if shape.attention_bias:
        layer += queries + 2 * pairs
    if shape.output_bias:
        layer += d
    if shape.qk_norm:
        layer += 2 * shape.head_dim
    if shape.ffn_bias:
        blocks = [shape.ffn] * (shape.experts or 1) + ([shape.shared_ffn] if shape.shared_ffn else [])
        layer += sum((2 if shape.gated else 1) * inner + d for inner in blocks)
    return shape.layers * layer + norm


def parameters(shape: Architecture) -> int:
    """All parameters: tables, matrices (every expert), biases and norms; a tied head is counted once.

    Not covered: layers that differ from each other, more than two norms a layer, a router with a bias.

    >>> from isocost.cost.architectures import model
    >>> parameters(model("DeepSeek-Coder-1.3B").architecture)  # as published
    1346471936
    """
    layers = shape.layers * int(layer_weights(shape))
    return table_parameters(shape) + layers + bias_and_norm_parameters(shape)
