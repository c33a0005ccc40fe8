"""What the scripted HTTP server answers: by its script, else words made up from the prompt and the seed."""

from __future__ import annotations

import hashlib
import random
import re
from typing import Any

from isocost.backends.scripted.http_settings import ServerSettings
from isocost.records import Record

_TOKEN = re.compile(r"\s*\w+|\s*[^\w\s]+|\s+")
_WORDS = ("list", "count", "of", "the", "sum", "return", "naïve", "x", "= 1", "for", "every", "λ", "key", "and", "→")


class Asked(Record, frozen=True):
    """One completion request, read from its JSON."""

    chat: bool
    """Whether it came as a conversation."""
    prompt: str
    """The last turn of the conversation, or the text to go on with."""
    prompt_tokens: int
    """Tokens of the whole prompt."""
    model: str
    """Name of the model asked for."""
    stream: bool
    """Whether the answer is wanted in pieces."""
    usage: bool
    """Whether a stream is to end with its usage."""
    n: int
    """Choices asked for."""
    seed: int | None
    """Seed, if any."""
    limit: int | None
    """Most tokens."""
    logprobs: bool
    """Whether log-probabilities are wanted."""
    stop: tuple[str, ...]
    """Strings that end an answer."""


class Answer(Record, frozen=True):
    """What is answered."""

    tokens: tuple[str, ...]
    """The text, token by token."""
    logprobs: tuple[float, ...]
    """One for each token, in nats."""
    finish_reason: str
    """`stop`, or `length` where it was cut."""


def tokens_of(text: str) -> list[str]:
    """A text in tokens of this server's kind: words and marks, each with the space before it; joined, they are the text."""
    return _TOKEN.findall(text)


def read_request(body: dict[str, Any], *, chat: bool) -> Asked:
    """Read a request; raises KeyError, TypeError or ValueError for one that is none."""
    if chat:
        turns = [str(turn["content"]) for turn in body["messages"]]
        prompt, whole = turns[-1], "\n".join(turns)
    else:
        prompt = whole = body["prompt"] if isinstance(body["prompt"], str) else body["prompt"][0]
    limit = body.get("max_completion_tokens", body.get("max_tokens"))
    stop = body.get("stop") or ()
    greedy = body.get("temperature") == 0
    return Asked(
        chat=chat,
        prompt=prompt,
        prompt_tokens=len(tokens_of(whole)),
        model=str(body.get("model", "")),
        stream=bool(body.get("stream", False)),
        usage=bool((body.get("stream_options") or {}).get("include_usage", False)),
        n=int(body.get("n") or 1),
        seed=0 if greedy else body.get("seed"),
        limit=None if limit is None else int(limit),
        # Chat asks with true, completions with how many alternatives are wanted: 0 is a wish, false is none.
        logprobs=body.get("logprobs") is not None and body["logprobs"] is not False,
        stop=(stop,) if isinstance(stop, str) else tuple(stop),
    )


class Answering:
    """Finds the answer to a request; the same prompt and seed have the same answer, on every machine."""

    def __init__(self, settings: ServerSettings) -> None:
        self._settings = settings
        self._unseeded = 0

    def answer(self, asked: Asked, choice: int = 0) -> Answer:
        """The answer to one request; `choice` counts those of one request."""
        settings, seed = self._settings, asked.seed
        if seed is None or not settings.honours_seed:
            self._unseeded += 1
            seed = -self._unseeded
        digest = hashlib.sha256(asked.prompt.encode("utf-8", "surrogatepass")).hexdigest()
        rng = random.Random(f"{digest} {seed} {choice}")
        scripted = next((row for row in settings.script if row.fits(asked.prompt, digest, asked.seed)), None)
        text = scripted.completion if scripted else self._made_up(rng)
        for stop in asked.stop:
            text = text.partition(stop)[0] if stop else text
        tokens = tokens_of(text)
        cut = asked.limit is not None and len(tokens) > asked.limit
        tokens = tokens[: asked.limit]
        logprobs = tuple(round(-rng.random(), 4) for _ in tokens)
        return Answer(tokens=tuple(tokens), logprobs=logprobs, finish_reason="length" if cut else "stop")

    def _made_up(self, rng: random.Random) -> str:
        text = " ".join(rng.choices(_WORDS, k=self._settings.tokens))
        return "".join(tokens_of(text)[: self._settings.tokens])
