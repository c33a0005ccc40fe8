"""How the scripted HTTP server behaves: its pace, what it honours, and its faults on demand."""

from __future__ import annotations

import hashlib
from typing import Final

import msgspec

from isocost.errors import UsageError
from isocost.records import Record

FAULTS: Final = {
    "429": "429 Too Many Requests, without Retry-After",
    "429-retry-after": "429 with Retry-After in seconds",
    "429-date": "429 with Retry-After as a date",
    "503": "503 Service Unavailable",
    "500": "500 Internal Server Error, with a page of HTML",
    "expired": "401: the key is no longer valid",
    "refuse": "the connection is closed before anything is answered",
    "reset": "the connection is reset in the middle of the stream",
    "cut": "the stream ends in good order in the middle, without a finish_reason and without [DONE]",
    "stall": "the stream stops in the middle for ever, and the connection stays open",
    "silent": "nothing is ever answered, and the connection stays open",
    "bad-json": "an event in the middle is no JSON",
    "bad-sse": "the stream turns into something that is no event stream",
    "error-event": "an error object in the middle of the stream",
    "two-choices": "two choices where one was asked for",
    "no-choices": "no choice where one was asked for",
    "no-usage": "no usage, though it was asked for",
    "bad-utf8": "bytes that are no UTF-8, and a character cut in two by the transport",
}
"""Faults by name, with what happens."""


class Fault(Record, frozen=True):
    """One fault and when it strikes; completions are numbered from 0 as they arrive, refused ones too."""

    kind: str
    """One of FAULTS."""
    first: int = 0
    """First request it may strike."""
    last: int | None = None
    """Last one; None for no end."""
    share: float = 1.0
    """Share of these that it strikes, chosen by a hash of their number: the same ones each time."""

    def strikes(self, number: int) -> bool:
        """Whether request `number` is struck."""
        if number < self.first or (self.last is not None and number > self.last):
            return False
        if self.share >= 1.0:
            return True
        digest = hashlib.blake2b(f"{self.kind} {number}".encode(), digest_size=4).digest()
        return int.from_bytes(digest) < self.share * 2**32


def parse_fault(text: str) -> Fault:
    """Read `KIND[:FIRST-LAST][:SHARE]`.

    >>> parse_fault("reset:0.25").share
    0.25
    >>> parse_fault("429:10-19")
    Fault(kind='429', first=10, last=19, share=1.0)
    >>> parse_fault("expired:40-").last is None
    True
    """
    kind, *rest = text.split(":")
    first, last, share = 0, None, 1.0
    try:
        for part in rest:
            if "-" in part:
                low, _, high = part.partition("-")
                first, last = int(low or 0), int(high) if high else None
            else:
                share = float(part)
    except ValueError:
        kind = ""
    if kind not in FAULTS:
        known = ", ".join(FAULTS)
        raise UsageError(f"{text[:80]!r} is no fault; expected KIND[:FIRST-LAST][:SHARE], KIND being one of {known}")
    return Fault(kind=kind, first=first, last=last, share=share)


class ServerSettings(Record, frozen=True):
    """What the server is like."""

    model: str = "scripted"
    """Name of its one model."""
    ttft_seconds: float = 0.0
    """From the request read to the first token written."""
    tpot_seconds: float = 0.0
    """From one token to the next."""
    tokens: int = 16
    """Tokens of a made-up answer."""
    at_once: int | None = None
    """Most completions at once; one more is answered by 429. None for no limit."""
    retry_after: str | None = None
    """Value of Retry-After when there are too many; None sends none."""
    loading_seconds: float = 0.0
    """How long it answers 503 `Loading model` after its start."""
    api_key: str | None = None
    """The key that it wants; None wants none."""
    context_tokens: int | None = None
    """Longest prompt and completion together; told in /models, a longer one is answered by 400."""
    script: tuple[ScriptRow, ...] = ()
    """Answers to prompts; the first row that fits is taken."""
    faults: tuple[Fault, ...] = ()
    """Faults; the first that strikes is taken."""
    chat: bool = True
    """Whether it has /chat/completions; a base model has not."""
    honours_n: bool = True
    """Whether it gives as many choices as asked for, or always one."""
    honours_seed: bool = True
    """Whether the same seed gives the same text."""
    honours_logprobs: bool = True
    """Whether it gives log-probabilities, or leaves them out in silence."""
    usage_in_stream: bool = True
    """Whether a stream ends with the usage that was asked for."""
    cached_tokens: bool = True
    """Whether usage tells how many tokens of the prompt came from a cache (never any here)."""
    limit_field: str = "both"
    """Which limit of tokens it knows: `max_tokens`, `max_completion_tokens` (the other is answered by 400), or `both`."""


class ScriptRow(Record, frozen=True):
    """An answer to prompts: to those with that text in it, to that one, or to all."""

    completion: str
    """The answer."""
    contains: str | None = None
    """A text that the prompt has in it."""
    prompt_sha256: str | None = None
    """SHA-256 of the prompt's UTF-8: the last turn of a conversation, or the text to go on with."""
    seed: int | None = None
    """Only for this seed; None for all."""

    def fits(self, prompt: str, digest: str, seed: int | None) -> bool:
        """Whether this is the answer to a prompt."""
        return (
            (self.contains is None or self.contains in prompt)
            and (self.prompt_sha256 is None or self.prompt_sha256 == digest)
            and (self.seed is None or self.seed == seed)
        )


def read_script(lines: bytes) -> tuple[ScriptRow, ...]:
    """Read a script: one JSON object a line.

    Raises UsageError with the number of a line that is none.
    """
    rows = []
    for number, line in enumerate(lines.splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.append(msgspec.json.decode(line, type=ScriptRow))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise UsageError(
                f'line {number} of the script is no row: {error}; expected {{"contains": "...", "completion": "..."}}'
            ) from None
    return tuple(rows)
