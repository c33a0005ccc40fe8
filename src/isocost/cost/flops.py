"""FLOPs of a forward pass, of reading a prompt, of writing a completion, and of a request with several samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from isocost.cost.domain import checked_amount, checked_tokens
from isocost.cost.parameters import head_weights, matmul_parameters

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from isocost.records import Architecture


def causal_pairs(new: ArrayLike, cached: ArrayLike = 0) -> NDArray[np.float64]:
    """S·c + S·(S + 1)/2: pairs of a new token and a token that it may look at, itself among them.

    >>> float(causal_pairs(3)), float(causal_pairs(1, 7))
    (6.0, 8.0)
    """
    s, c = checked_tokens("new tokens", new), checked_tokens("cached tokens", cached)
    return s * c + s * (s + 1.0) / 2.0


def counted_pairs(new: ArrayLike, cached: ArrayLike = 0) -> NDArray[np.float64]:
    """S·(c + S): pairs as FLOP counters see them, the masked half of the prompt's square among them.

    >>> float(counted_pairs(3)), float(counted_pairs(1, 7))
    (9.0, 8.0)
    """
    s, c = checked_tokens("new tokens", new), checked_tokens("cached tokens", cached)
    return s * (c + s)


def forward_flops(
    shape: Architecture, new: ArrayLike, cached: ArrayLike = 0, *, logits: ArrayLike = 1
) -> NDArray[np.float64]:
    """2·L·(A + M)·S + 4·L·H·h·pairs + 2·d·V·logits: one forward pass of one sequence, causal and useful.

    A multiply-add is two operations. The embedding is a look-up and costs none; the head costs 2·d·V for each position
    whose logits are computed, tied or not. Grouped key-value heads save bytes, not FLOPs. Pairs are `causal_pairs`.

    Not covered: norms, activations, rotations and softmax (together below 0.1% of a prefill of the shapes we know);
    windows of attention shorter than the context, of which the pairs counted here are then an upper bound; padding.

    Source: J. Kaplan et al. (2020), arXiv 2001.08361, table 1; A. Chowdhery et al. (2022), arXiv 2204.02311, appendix B.
    Held against `torch.utils.flop_counter` by `bench/flop_counter.py`.

    Args:
        shape: the architecture.
        new: tokens that are computed.
        cached: tokens before them whose keys and values are at hand.
        logits: positions whose logits are computed: 1 where only the last is needed, `new` in a plain forward pass.

    Returns:
        FLOPs in the broadcast shape of the three.

    Raises:
        DomainError: a count is negative or not finite.

    >>> from isocost.cost.architectures import model
    >>> shape = model("Qwen2.5-Coder-0.5B").architecture
    >>> f"{forward_flops(shape, 1, 512) / 1e9:.2f}"  # GFLOP of a token after 512 others
    '1.03'
    """
    return _flops(shape, checked_tokens("new tokens", new), causal_pairs(new, cached), logits)


def counter_flops(
    shape: Architecture, new: ArrayLike, cached: ArrayLike = 0, *, logits: ArrayLike = 1
) -> NDArray[np.float64]:
    """`forward_flops` with `counted_pairs`: what a FLOP counter reports; for comparison only, never as a cost.

    >>> from isocost.cost.architectures import model
    >>> shape = model("CodeLlama-7B").architecture
    >>> f"{counter_flops(shape, 128, logits=128) / 1e12:.2f}"  # TFLOP; arXiv 2404.00725, table 1, has 1.69
    '1.70'
    """
    return _flops(shape, checked_tokens("new tokens", new), counted_pairs(new, cached), logits)


def prefill_flops(shape: Architecture, prompt: ArrayLike, cached: ArrayLike = 0) -> NDArray[np.float64]:
    """Reading `prompt` tokens of which the first `cached` are at hand; the logits of the last give the first new token.

    Raises:
        DomainError: a count is out of range, or more tokens are cached than the prompt has.
    """
    p, c = np.broadcast_arrays(checked_tokens("prompt tokens", prompt), checked_tokens("cached tokens", cached))
    checked_tokens("prompt tokens less cached tokens", p - c)
    return forward_flops(shape, p - c, c)


def decode_flops(shape: Architecture, context: ArrayLike) -> NDArray[np.float64]:
    """Writing one token after `context` others: `forward_flops(shape, 1, context)`."""
    return forward_flops(shape, 1, context)


def completion_flops(shape: Architecture, prompt: ArrayLike, completion: ArrayLike) -> NDArray[np.float64]:
    """n·2·(L·(A + M) + d·V) + 4·L·H·h·(n·P + n·(n + 1)/2) with n = G − 1: writing G tokens after a prompt of P.

    It is the sum of `decode_flops` over contexts P, P + 1, ..., P + G − 2. The first token comes with the prompt's own
    logits and the last is never read, so that there is one step less than tokens; none for G = 0.

    Raises:
        DomainError: a count is negative or not finite.
    """
    p, g = checked_tokens("prompt tokens", prompt), checked_tokens("completion tokens", completion)
    n = np.maximum(g - 1.0, 0.0)
    return _flops(shape, n, n * p + n * (n + 1.0) / 2.0, n)


def request_flops(
    shape: Architecture, prompt: ArrayLike, completion: ArrayLike, *, samples: int = 1, shared_prefix: bool = False
) -> NDArray[np.float64]:
    """`samples` completions of `completion` tokens each for one prompt, which is read once where the prefix is shared.

    Raises:
        DomainError: a count is out of range; `samples` below 1.

    >>> from isocost.cost.architectures import model
    >>> shape = model("Qwen2.5-Coder-7B").architecture
    >>> one, ten = (request_flops(shape, 512, 256, samples=n, shared_prefix=True) / 1e12 for n in (1, 10))
    >>> f"{one:.3f} {ten:.2f}"  # TFLOP
    '10.407 43.45'
    """
    n = checked_amount("samples", samples, least=1, above=False, hint="give the completions per prompt")
    reads = 1.0 if shared_prefix else n
    return reads * prefill_flops(shape, prompt) + n * completion_flops(shape, prompt, completion)


def _flops(
    shape: Architecture, new: NDArray[np.float64], pairs: NDArray[np.float64], logits: ArrayLike
) -> NDArray[np.float64]:
    head = head_weights(shape)
    per_token = 2.0 * (matmul_parameters(shape) - head)
    per_pair = 4.0 * shape.layers * shape.heads * shape.head_dim
    return np.asarray(per_token * new + per_pair * pairs + 2.0 * head * checked_tokens("logits", logits))
