"""Tiny models of random weights for the tests of engines: two sizes, written once a session."""

from __future__ import annotations

from isocost.backends.backend import Request
from isocost.records import Architecture, Prompt, PromptForm, SamplingParams

TINY = Architecture(
    layers=2, hidden=64, heads=4, kv_heads=2, head_dim=16, ffn=128, vocab=2048, tied=False, attention_bias=True
)
"""About 0.3 million weights: for what does not depend on time."""

SMALL = Architecture(
    layers=6, hidden=512, heads=8, kv_heads=2, head_dim=64, ffn=2048, vocab=16384, tied=True, attention_bias=True
)
"""About 32 million weights: some milliseconds a token, so that clocks have something to measure."""


def request(
    name: str,
    text: str,
    *,
    form: PromptForm = PromptForm.completion,
    logprobs: bool = False,
    temperature: float = 0.0,
    max_tokens: int = 16,
    seed: int = 1,
    stop: tuple[str, ...] = (),
) -> Request:
    """A request for a completion of `text`."""
    return Request(
        id=name,
        prompt=Prompt(id="prompt", problem_id="problem", template="test", text=text, form=form),
        params=SamplingParams(temperature=temperature, top_p=0.95, max_tokens=max_tokens, seed=seed, stop=stop),
        logprobs=logprobs,
    )
