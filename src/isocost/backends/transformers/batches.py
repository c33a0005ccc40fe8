"""Which requests are computed together, and what the steps of a batch say of each of its rows. Numbers only, no torch."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from isocost.backends.backend import Request
from isocost.cost.memory import kv_bytes_per_token, peak_bytes, weight_bytes
from isocost.errors import BackendError
from isocost.records import Architecture, Clock, Record, Timing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_KEPT_FREE: Final = 0.2
"""Share of the free memory that a batch leaves: allocators round up, and a cache grows by copying."""


class Row(Record, frozen=True):
    """A request as the model sees it."""

    request: Request
    """What was asked."""
    tokens: tuple[int, ...]
    """The prompt's tokens, marks of turns included."""
    limit: int
    """Most tokens of the completion: what was asked for, or what the context leaves."""


def row_of(request: Request, tokens: Sequence[int], context: int) -> Row:
    """Return a request with its tokens, its limit cut to what the context leaves.

    Raises BackendError where the prompt leaves no room for a single token, or is empty.
    """
    if not tokens:
        raise BackendError(f"request {request.id[:40]}: a prompt of no tokens, expected at least one")
    left = context - len(tokens)
    if left < 1:
        raise BackendError(
            f"a prompt of {len(tokens)} tokens, but the model's context holds {context} with the answer; "
            "type a larger --context-tokens, or leave the problem out"
        )
    return Row(request=request, tokens=tuple(tokens), limit=min(left, request.params.max_tokens or left))


def batches(rows: Sequence[Row], most: int) -> Iterator[list[Row]]:
    """Yield rows in batches of at most `most`: same stop strings, then of like limits and like lengths.

    A short prompt beside a long one is computed at the long one's length, and a row that ends early is computed until the
    longest ends; so neighbours by limit and length waste least.
    """
    ordered = sorted(rows, key=lambda row: (row.request.params.stop, row.limit, len(row.tokens)))
    for _, same in groupby(ordered, key=lambda row: row.request.params.stop):
        group = list(same)
        for start in range(0, len(group), most):
            yield group[start : start + most]


def fitting_rows(shape: Architecture | None, prompt: int, completion: int, *, free: int | None, most: int) -> int:
    """How many rows of these lengths fit into `free` bytes beside the weights, by the cost model; at least 1, at most `most`.

    >>> from isocost.cost.architectures import model
    >>> fitting_rows(model("Qwen2.5-Coder-0.5B").architecture, 512, 512, free=1 << 30, most=64)
    27
    """
    if shape is None or free is None:
        return min(most, 8)
    row = float(peak_bytes(shape, prompt, completion)) - weight_bytes(shape)
    row = max(row, kv_bytes_per_token(shape) * (prompt + completion))
    return max(1, min(most, int(free * (1 - _KEPT_FREE) / row)))


def row_timing(steps: Sequence[float], tokens: int, started: float) -> Timing:
    """Times of one row from the times at which the batch's steps ended, both counted from the start of the batch.

    `steps[i]` is when every row had its token number i + 1. The first is the prefill of the whole batch; the row's last
    token is `steps[tokens - 1]`, although the row is given back when the longest of the batch has ended. Formulas:
    TTFT = t₁, total = tₙ, time per output token = (tₙ − t₁)/(n − 1), n tokens of the completion.

    >>> timing = row_timing([0.5, 0.6, 0.7, 0.9], tokens=3, started=0.0)
    >>> round(timing.ttft_seconds, 3), round(timing.tpot_seconds, 3), round(timing.total_seconds, 3)
    (0.5, 0.1, 0.7)
    """
    first, last = steps[0], steps[tokens - 1]
    return Timing(
        clock=Clock.engine, started=started, ttft_seconds=first, total_seconds=last,
        tpot_seconds=(last - first) / (tokens - 1) if tokens > 1 else None,
    )  # fmt: skip


def cut_at_stop(text: str, stop: Sequence[str]) -> str:
    r"""Text up to the first of the stop strings, as a server gives it.

    >>> cut_at_stop("a = 1\nclass B:", ("\nclass", "\ndef"))
    'a = 1'
    """
    ends = [place for mark in stop if mark and (place := text.find(mark)) >= 0]
    return text[: min(ends)] if ends else text
