"""One batch through `transformers.generate`: a clock for each step, and each row drawn by its own parameters and seed.

Rows are padded on the left: padded on the right, a causal model gives other tokens than it gives a row alone.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isocost.backends.transformers.batches import Row


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch became."""

    rows: list[list[int]]
    """Tokens of each completion, an end mark included."""
    stopped: list[bool]
    """Whether a row ended by itself, not by its limit."""
    steps: list[float]
    """When each step ended, in seconds from the start."""
    logprobs: list[float] | None
    """Mean log-probability of each row's tokens, in nats; None where nobody asked."""
    started: float
    """Start, in seconds since 1970."""
    padded: int
    """Length of the longest prompt, which all are computed at."""


def generate(model: Any, rows: Sequence[Row], *, pad: int, ends: Sequence[int], tokenizer: Any) -> Written:  # noqa: ANN401
    """Compute one batch; the stop strings of all rows are those of the first.

    Args:
        model: a causal model of `transformers`, on its device.
        rows: prompts with their limits and parameters.
        pad: id that stands on the left of short prompts; it is masked.
        ends: ids that end a text.
        tokenizer: of the model; stop strings are looked for by it.
    """
    import torch
    import transformers

    device = model.device
    longest = max(len(row.tokens) for row in rows)
    ids = torch.full((len(rows), longest), pad, dtype=torch.long)
    mask = torch.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, longest - len(row.tokens) :] = torch.tensor(row.tokens)
        mask[i, longest - len(row.tokens) :] = 1
    choice, clock = Choice(rows, device), StepClock(rows, ends, tokenizer, device)
    config = transformers.GenerationConfig(
        do_sample=False, max_new_tokens=max(row.limit for row in rows), pad_token_id=pad,
        eos_token_id=list(ends) or None, use_cache=True,
    )  # fmt: skip
    started = time.time()
    clock.start()
    with torch.inference_mode():
        output = model.generate(
            input_ids=ids.to(device), attention_mask=mask.to(device), generation_config=config,
            logits_processor=transformers.LogitsProcessorList([choice]),
            stopping_criteria=transformers.StoppingCriteriaList([clock]),
        )  # fmt: skip
    steps = clock.seconds()
    counts, stopped = clock.ended.tolist(), clock.stopped.tolist()
    written = output[:, longest:].tolist()
    return Written(
        rows=[tokens[:count] for tokens, count in zip(written, counts, strict=True)],
        stopped=stopped, steps=steps, started=started, padded=longest, logprobs=choice.means(counts),
    )  # fmt: skip


class Choice:
    """Chooses the next token of each row, by its own temperature, nucleus and seed, whatever stands beside it.

    Each row has its own series of random numbers, drawn ahead from its seed on the CPU; a token is the place where the
    cumulated probabilities reach the number. So a row's draws depend on its seed and its logits alone; those differ in the
    last bits between batches of different sizes.
    """

    def __init__(self, rows: Sequence[Row], device: Any) -> None:  # noqa: ANN401
        import torch

        temperatures = [_temperature(row) for row in rows]
        self.sampled = any(temperatures)
        self.nucleus = self.sampled and any((row.request.params.top_p or 1.0) < 1 for row in rows)
        self.greedy = torch.tensor([not hot for hot in temperatures], device=device)
        self.temperature = torch.tensor([hot or 1.0 for hot in temperatures], device=device).unsqueeze(1)
        self.top_p = torch.tensor([row.request.params.top_p or 1.0 for row in rows], device=device).unsqueeze(1)
        self.uniform = torch.zeros(max(row.limit for row in rows), len(rows), 1, dtype=torch.float64)
        for i, row in enumerate(rows):
            if temperatures[i]:
                self.uniform[: row.limit, i, 0] = _numbers(row)
        self.uniform = self.uniform.to(device)
        self.asked = any(row.request.logprobs for row in rows)
        self.logprobs: list[Any] = []
        self.step = 0

    def __call__(self, input_ids: Any, scores: Any) -> Any:  # noqa: ANN401, ARG002 (as transformers calls it)
        """Return scores whose largest is the chosen token's."""
        import torch

        if not (self.sampled or self.asked):
            return scores
        logits = scores.float()
        chosen = logits.argmax(-1, keepdim=True)
        if self.sampled:
            chosen = torch.where(self.greedy.unsqueeze(1), chosen, self._drawn(logits))
        if self.asked:
            self.logprobs.append(logits.log_softmax(-1).gather(1, chosen))
        self.step += 1
        return torch.full_like(scores, float("-inf")).scatter_(1, chosen, 0.0)

    def means(self, counts: Sequence[int]) -> list[float] | None:
        """Mean log-probability of the first `counts[i]` tokens of each row."""
        import torch

        if not self.asked:
            return None
        table = torch.cat(self.logprobs, 1).double().cpu()
        return [float(table[i, :count].mean()) for i, count in enumerate(counts)]

    def _drawn(self, logits: Any) -> Any:  # noqa: ANN401
        import torch

        shares = (logits / self.temperature).softmax(-1).double()
        place = None
        if self.nucleus:
            shares, place = shares.sort(-1, descending=True)
            shares = shares.masked_fill(shares.cumsum(-1) - shares >= self.top_p, 0.0)  # the first is always kept
        sums = shares.cumsum(-1)
        drawn = torch.searchsorted(sums, self.uniform[self.step] * sums[:, -1:], right=True)
        drawn = drawn.clamp_max(logits.shape[-1] - 1)
        return drawn if place is None else place.gather(1, drawn)


class StepClock:
    """Called once a step for the whole batch: reads the clock, and says which rows have ended.

    On CUDA it records an event for each step and reads them all at the end, so that no step waits for the clock.
    """

    def __init__(self, rows: Sequence[Row], ends: Sequence[int], tokenizer: Any, device: Any) -> None:  # noqa: ANN401
        import torch
        import transformers

        stop = rows[0].request.params.stop
        self.strings = transformers.StopStringCriteria(tokenizer, list(stop)) if stop else None
        self.ends = torch.tensor(list(ends), device=device, dtype=torch.long)
        self.limits = torch.tensor([row.limit for row in rows], device=device)
        self.ended = torch.zeros_like(self.limits)
        self.stopped = torch.zeros_like(self.limits, dtype=torch.bool)
        self.cuda = device.type == "cuda"
        self.marks: list[Any] = []

    def start(self) -> None:
        """Read the clock once before the first step."""
        self.marks.append(self._now())

    def __call__(self, input_ids: Any, scores: Any, **_: Any) -> Any:  # noqa: ANN401
        """Return, for each row, whether it has ended."""
        import torch

        self.marks.append(self._now())
        step = len(self.marks) - 1
        stopped = torch.isin(input_ids[:, -1], self.ends)
        if self.strings is not None:
            stopped |= self.strings(input_ids, scores)
        now = (self.ended == 0) & (stopped | (self.limits <= step))
        self.stopped |= now & stopped
        self.ended = torch.where(now, step, self.ended)
        return self.ended > 0

    def seconds(self) -> list[float]:
        """When each step ended, counted from the start."""
        first, *others = self.marks
        if not self.cuda:
            return [mark - first for mark in others]
        others[-1].synchronize()
        return [first.elapsed_time(mark) / 1000.0 for mark in others]

    def _now(self) -> Any:  # noqa: ANN401
        if not self.cuda:
            return time.perf_counter()
        import torch

        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event


def _temperature(row: Row) -> float:
    """None means what engines take it to mean: 1."""
    given = row.request.params.temperature
    return 1.0 if given is None else given


def _numbers(row: Row) -> Any:  # noqa: ANN401
    import torch

    source = torch.Generator()
    if row.request.params.seed is None:
        source.seed()
    else:
        source.manual_seed(row.request.params.seed)
    return torch.rand(row.limit, generator=source, dtype=torch.float64)
