"""Events into one completion: its text, tokens, log-probabilities and times, and why what is missing is missing."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

import msgspec

from isocost.backends.backend import Reply, Request
from isocost.backends.openai.events import EventReader
from isocost.backends.openai.troubles import BrokenReplyError, error_in_stream
from isocost.records import Clock, Timing, Usage

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NO_BYTE: Final = re.compile("[\ud800-\udc7f\udd00-\udfff]")


class TokenLogprob(msgspec.Struct):
    """One token of a conversation's logprobs."""

    logprob: float | None = None


class Logprobs(msgspec.Struct):
    """Log-probabilities, in the shape of conversations or of completions."""

    content: list[TokenLogprob] | None = None
    token_logprobs: list[float | None] | None = None


class Piece(msgspec.Struct):
    """The text of one event, or of a whole message."""

    content: str | None = None
    reasoning_content: str | None = None
    reasoning: str | None = None


class Choice(msgspec.Struct):
    """One choice of an event."""

    index: int = 0
    delta: Piece | None = None
    message: Piece | None = None
    text: str | None = None
    finish_reason: str | None = None
    logprobs: Logprobs | None = None


class PromptDetails(msgspec.Struct):
    """Details of a prompt's tokens."""

    cached_tokens: float | int | None = None


class Tokens(msgspec.Struct):
    """The server's count of tokens, as it stands; `_count` says which are counts."""

    prompt_tokens: float | int | None = None
    completion_tokens: float | int | None = None
    prompt_tokens_details: PromptDetails | None = None


class Timings(msgspec.Struct):
    """llama.cpp's own account; only its counts are used, its times are of another clock."""

    cache_n: float | int | None = None


class Event(msgspec.Struct):
    """One event, or one whole document."""

    choices: list[Choice] | None = None
    usage: Tokens | None = None
    timings: Timings | None = None
    error: Any = None
    object: str | None = None
    message: str | None = None
    code: int | str | None = None


_decoder = msgspec.json.Decoder(Event)
_MOST_TOKENS: Final = 1 << 53
"""Counts from here on are none: other readers of JSON would not keep them exact."""


def decoded(data: bytes) -> Event:
    """Read one event; bytes that are no UTF-8 are kept as surrogates, since the next event may have the rest of a character.

    Raises BrokenReplyError for what is no JSON or has other types than the protocol's.
    """
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return msgspec.convert(json.loads(data.decode("utf-8", "surrogateescape")), Event, strict=False)
    except (ValueError, msgspec.ValidationError, RecursionError):
        raise BrokenReplyError("an event that is no JSON of the protocol") from None


class Collecting:
    """One completion, as it comes. Times are of `time.perf_counter`."""

    def __init__(self, key: str | None = None) -> None:
        self._reader = EventReader()
        self._key = key
        self._parts: list[str] = []
        self._logprobs: list[float] = []
        self.finish_reason: str | None = None
        self.usage: Tokens | None = None
        self.cached_tokens: int | None = None
        self.first: float | None = None
        """When the first non-empty text came."""
        self.last: float | None = None
        """When the last one came."""
        self.events = 0
        """Events with text; not tokens."""
        self.done = False
        """Whether [DONE] came."""
        self.streamed = True
        """Whether the text came as it was written; else nobody knows when its first token was there."""

    def feed(self, data: bytes, now: float) -> None:
        """Take bytes that were read at `now`.

        Raises TroubleError where the stream is broken or holds an error, RefusedError where that error is ours.
        """
        for event in self._reader.feed(data):
            if event == b"[DONE]":
                self.done = True
            elif not self.done:
                self.take(decoded(event), now)

    def take(self, event: Event, now: float) -> None:
        """Take one event."""
        if event.error is not None:
            raise error_in_stream(event.error, self._key)
        if event.object == "error":
            raise error_in_stream({"message": event.message, "code": event.code}, self._key)
        if event.usage is not None:
            self._take_usage(event.usage)
        if event.timings is not None and self.cached_tokens is None:
            self.cached_tokens = _count(event.timings.cache_n)
        if not event.choices:
            return
        choice = event.choices[0]
        if len(event.choices) > 1 or choice.index != 0:
            raise BrokenReplyError("more than one choice, expected the one that was asked for")
        piece = choice.delta or choice.message
        text = choice.text if piece is None else piece.content
        if text:
            self._parts.append(text)
        # What a model thinks aloud is written token by token too: it is in the clocks, as it is in the usage.
        if text or (piece is not None and (piece.reasoning_content or piece.reasoning)):
            self.events += 1
            self.last = now
            if self.first is None:
                self.first = now
        if choice.finish_reason is not None:
            self.finish_reason = choice.finish_reason
        if choice.logprobs is not None:
            self._take_logprobs(choice.logprobs)

    def _take_usage(self, usage: Tokens) -> None:
        self.usage = usage
        if usage.prompt_tokens_details is not None:
            self.cached_tokens = _count(usage.prompt_tokens_details.cached_tokens)

    def _take_logprobs(self, given: Logprobs) -> None:
        values = [token.logprob for token in given.content or ()] + list(given.token_logprobs or ())
        self._logprobs += [value for value in values if value is not None and math.isfinite(value)]

    def check_whole(self) -> None:
        """Raise BrokenReplyError unless the completion came to its end."""
        if self.finish_reason is not None:
            return
        if not self.done:
            raise BrokenReplyError("the stream ended before the completion did")
        if self.first is None:
            raise BrokenReplyError("no choice and no text, expected the one choice that was asked for")

    @property
    def text(self) -> str:
        """The text, whole; halves of characters are joined, and bytes that are no UTF-8 replaced by U+FFFD."""
        text = "".join(self._parts)
        if _SURROGATE.search(text) is None:
            return text
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")  # joins pairs
        return _NO_BYTE.sub("\ufffd", text).encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    @property
    def logprob(self) -> float | None:
        """Mean log-probability of the tokens; None where there are none."""
        return sum(self._logprobs) / len(self._logprobs) if self._logprobs else None

    def reply(self, request: Request, *, written: float, started: float, attempts: int) -> Reply:
        """The reply: what came, and why what did not come did not."""
        usage = self.usage or Tokens()
        prompt, tokens, tpot = _count(usage.prompt_tokens), _count(usage.completion_tokens), None
        ttft = self.first - written if self.first is not None and self.streamed else None
        cached = self.cached_tokens if prompt is None or (self.cached_tokens or 0) <= prompt else None
        if (
            self.first is not None
            and self.last is not None
            and self.last > self.first
            and tokens is not None
            and tokens > 1
        ):
            tpot = (self.last - self.first) / (tokens - 1)
        reply = Reply(
            id=request.id,
            completion=self.text,
            finish_reason=self.finish_reason,
            usage=Usage(prompt_tokens=prompt, cached_tokens=cached, completion_tokens=tokens),
            timing=Timing(
                clock=Clock.client,
                started=started,
                ttft_seconds=ttft,
                tpot_seconds=tpot,
                total_seconds=None if self.last is None else self.last - written,
            ),
            logprob=self.logprob if request.logprobs else None,
            attempts=attempts,
        )
        no_usage = (
            "the server reported no usage"
            if self.usage is None
            else "it is not in the usage that the server reported, or is no number of tokens there"
        )
        reasons = {
            "finish_reason": (reply.finish_reason, "the server gave none"),
            "usage.prompt_tokens": (prompt, no_usage),
            "usage.cached_tokens": (cached, no_usage),
            "usage.completion_tokens": (tokens, no_usage),
            "usage.computed_tokens": (None, "a server does not tell what its device computed"),
            "timing.ttft_seconds": (ttft, "no text came" if self.first is None else "the server does not stream"),
            "timing.tpot_seconds": (tpot, self._why_no_tpot(tokens)),
            "timing.total_seconds": (self.last, "no text came"),
            "logprob": (reply.logprob, "the server gave none" if request.logprobs else "it was not asked for"),
        }
        absent = {path: why for path, (value, why) in reasons.items() if value is None}
        return msgspec.structs.replace(reply, absent=absent)

    def _why_no_tpot(self, tokens: int | None) -> str:
        if tokens is None:
            return "the server did not report how many tokens it wrote, and events are not tokens"
        if self.first is None:
            return "no text came"
        return "there was only one token" if tokens < 2 else "all the text came at once"


def _count(value: float | None) -> int | None:
    """A number of tokens; None for what is none, as one below 0, half a token, or more than any machine writes.

    >>> _count(3.0), _count(-5), _count(2.5), _count(float("nan"))
    (3, None, None, None)
    """
    return int(value) if value is not None and 0 <= value < _MOST_TOKENS and value == int(value) else None
