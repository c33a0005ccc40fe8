"""What is sent: the JSON of one request, in the dialect of its server."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from isocost.backends.backend import Request
from isocost.records import PromptForm, Record

OPTIONAL: Final = ("stream_options", "logprobs", "seed")
"""Fields that some servers refuse; one that the probe saw refused is left out.

None of temperature, nucleus mass and stop strings, without which an answer is drawn otherwise than its sample says.
"""


class Dialect(Record, frozen=True):
    """How a server wants to be asked, as far as the probe found out."""

    limit_field: str = "max_tokens"
    """What it calls the most tokens of a conversation's answer; completions always say `max_tokens`."""
    refused: frozenset[str] = frozenset()
    """Optional fields that it refuses."""
    cache_prompt: bool | None = None
    """Sent to llama.cpp, which can be told for each request whether to use its cache; None is not sent."""


def path_of(form: PromptForm | None) -> str:
    """Where a prompt of this form is sent, below the base address."""
    return "/completions" if form is PromptForm.completion else "/chat/completions"


def body_of(request: Request, model: str, dialect: Dialect) -> bytes:
    """The JSON of one request; always one choice, streamed, with its usage."""
    prompt, params = request.prompt, request.params
    body: dict[str, Any] = {"model": model}
    limit_field = "max_tokens"
    if prompt.form is PromptForm.completion:
        body["prompt"] = prompt.text
    else:
        limit_field = dialect.limit_field
        system = [{"role": "system", "content": prompt.system}] if prompt.system else []
        body["messages"] = [*system, {"role": "user", "content": prompt.text}]
    body |= {"n": 1, "stream": True, "stream_options": {"include_usage": True}}
    chosen = {
        limit_field: params.max_tokens,
        "temperature": params.temperature,
        "top_p": params.top_p,
        "seed": params.seed,
        "stop": list(params.stop) or None,
        "cache_prompt": dialect.cache_prompt,
    }
    body |= {name: value for name, value in chosen.items() if value is not None}
    if request.logprobs and prompt.form is PromptForm.completion:
        body["logprobs"] = 1  # 0 is none at all to llama.cpp
    elif request.logprobs:
        body |= {"logprobs": True, "top_logprobs": 1}  # without a number llama.cpp sends twenty
    for name in dialect.refused:
        body.pop(name, None)
    if "logprobs" in dialect.refused:
        body.pop("top_logprobs", None)
    return msgspec.json.encode(body)
