"""What every backend does: take requests, in any number, and give back one reply for each, as they come.

A backend knows prompts and parameters. It knows no problem, no run and no file of ours: what is asked, in which order,
when to stop and where it is kept is `isocost.study.generating`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Protocol, Self

import msgspec

from isocost.records import Conditions, Prompt, Record, SamplingParams, Timing, Usage


class Request(Record, frozen=True):
    """One completion that is asked for."""

    id: str
    """Id of the sample that it becomes; the reply carries it."""
    prompt: Prompt
    """What is put before the model, in the form that `prompt.form` says."""
    params: SamplingParams
    """How tokens are drawn; the seed is this request's own."""
    logprobs: bool = False
    """Whether the mean log-probability of the completion's tokens is wanted."""
    draw: int = 0
    """Which of the samples for the same prompt it is, for backends that give out what was recorded."""


class Reply(Record, frozen=True):
    """What came back for one request: text and facts, nothing estimated."""

    id: str
    """Id of the request."""
    completion: str
    """The raw text, whole; bytes that are no UTF-8 are replaced by U+FFFD."""
    finish_reason: str | None
    """Why generation stopped, in the engine's word: `stop`, `length`, …"""
    usage: Usage
    """Tokens, as the engine counted them."""
    timing: Timing
    """Seconds, all of one clock."""
    logprob: float | None = None
    """Mean log-probability of the completion's tokens, in nats."""
    attempts: int = 1
    """How often it was asked for until it came whole."""
    absent: dict[str, str] = msgspec.field(default_factory=dict)
    """Why a field is None, by its path as in a sample: `usage.cached_tokens`, `timing.tpot_seconds`, `logprob`, …"""


class Backend(Protocol):
    """One model that answers. Used as a context manager: entering starts or finds it, leaving stops what was started."""

    def __enter__(self) -> Self:
        """Start or reach the model, and find out what it honours.

        Raises BackendError in one line where there is none, it lacks the model, or the key is refused.
        """
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give up what is in flight, and stop what was started; never raises for an engine that is already gone."""
        ...

    def conditions(self) -> Conditions:
        """Where and how it computes, as far as it tells; `absent` has the reason for each field that is None."""
        ...

    def pids(self) -> tuple[int, ...]:
        """Processes of this machine that hold the model; empty where it runs elsewhere or in our own process."""
        ...

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield one reply for each request, in any order, each as soon as it is whole.

        Requests are taken one by one, as soon as there is room for another: an iterable that ends early ends the asking,
        and what is in flight is still yielded. Closing the iterator gives up what is in flight.

        Raises BackendError where a request can never be answered (a prompt longer than the context, a key that expired,
        a server that is gone for longer than the deadline): replies yielded before stay good.
        """
        ...
