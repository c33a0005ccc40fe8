"""The scripted backend, in this process: made-up answers, always the same ones, with tokens and seconds by a stated rule.

- Whether an answer is right, and which of several it is, follow from the model's name, the options' seed, the problem and the
  draw's own seed (the draw, where there is none): the same request gets the same reply on every machine.
- A token is four characters, the last one perhaps fewer. What is beyond `max_tokens`, or behind a stop string, is cut off.
- The time to the first token is `ttft` + `read` × tokens of the prompt, each further one takes `tpot`, all of it more or less
  by up to `jitter`. `concurrency` requests (8) are in flight at once, and the one that ends first is given out first. The
  seconds are those of an engine's clock which does not wait, unless `wait` says so.
"""

from __future__ import annotations

import hashlib
import heapq
import time
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Final, NamedTuple, Self

from isocost import __version__
from isocost.backends.address import ModelAddress
from isocost.backends.backend import Reply, Request
from isocost.backends.options import BackendOptions
from isocost.backends.scripted.knobs import read_knobs
from isocost.backends.scripted.script import Script, read_script
from isocost.errors import BackendError
from isocost.records import Clock, Conditions, Timing, Usage

CHARS_PER_TOKEN: Final = 4
IN_FLIGHT: Final = 8
_GARBLE: Final = "\x1b]0;owned\x07\x1b[2J\x00\u202e\ud800\r"


class _Running(NamedTuple):
    """A request in flight; the one that ends first is the smallest."""

    end: float
    order: int
    request: Request
    started: float
    ttft: float
    text: str
    finish_reason: str


class ScriptedBackend:
    """A made-up model; `scripted:SCRIPT?KNOB=VALUE&…` (`isocost.backends.scripted.knobs`)."""

    def __init__(self, address: ModelAddress, options: BackendOptions) -> None:
        """Raises UsageError for a knob that makes no sense; the script is read when it is entered."""
        self._name = address.name
        self._seed = options.seed
        self._in_flight = options.concurrency or IN_FLIGHT
        self._knobs = read_knobs(address.target)
        self._script: Script | None = None
        self._now = 0.0
        self._asked = 0

    def __enter__(self) -> Self:
        """Read the script. Raises SamplesError."""
        self._script = read_script(self._knobs.script)
        self._now = time.time()
        self._asked = 0
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing was started."""
        self._script = None

    def conditions(self) -> Conditions:
        """Nothing is computed, so there is no device."""
        absent = dict.fromkeys(("device", "dtype", "threads", "context_tokens"), "scripted: nothing is computed")
        capabilities = {"seed": True, "logprobs": True, "usage_in_stream": False, "cached_tokens": True, "n": False}
        return Conditions(
            host={}, backend="scripted", engine="scripted", engine_version=__version__, prompt_cache=False,
            capabilities=capabilities, absent=absent,
        )  # fmt: skip

    def pids(self) -> tuple[int, ...]:
        """No process holds a model."""
        return ()

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield the replies, each as soon as it would be whole.

        Raises BackendError for a problem that the script does not have, and where the knob `gone` says so.
        """
        running: list[_Running] = []
        source = iter(requests)
        more = True
        begun, real = self._now, time.monotonic()
        while more or running:
            while more and len(running) < self._in_flight:
                request = next(source, None)
                if request is None:
                    more = False
                else:
                    heapq.heappush(running, self._start(request))
            if running:
                done = heapq.heappop(running)
                self._now = max(self._now, done.end)
                if self._knobs.wait:
                    time.sleep(max(0.0, (self._now - begun) * self._knobs.wait - (time.monotonic() - real)))
                yield self._reply(done)

    def _start(self, request: Request) -> _Running:
        self._asked += 1
        if self._knobs.gone is not None and self._asked >= self._knobs.gone:
            raise BackendError(
                f"scripted: {self._name} is gone at request {self._asked}, as gone={self._knobs.gone} says"
            )
        text, reason = self._text(request)
        knobs = self._knobs
        factor = 1.0 + knobs.jitter * (2.0 * self._chance("jitter", request) - 1.0)
        ttft = factor * (knobs.ttft + knobs.read * tokens(request.prompt.system + request.prompt.text))
        end = self._now + ttft + factor * knobs.tpot * max(0, tokens(text) - 1)
        return _Running(end, self._asked, request, self._now, ttft, text, reason)

    def _text(self, request: Request) -> tuple[str, str]:
        """The completion and why it ended."""
        if self._script is None:
            raise BackendError("scripted: not entered; use it as a context manager")
        problem = request.prompt.problem_id
        pick = int(self._chance("pick", request) * (1 << 32))
        text = self._script.answer(problem, request.prompt.form, right=self._right(request), pick=pick)
        if text is None:
            raise BackendError(
                f"scripted: {self._knobs.script!r} has no answer to {problem[:80]}; expected one for each problem: "
                "give a script FILE.jsonl that has them, or other benchmarks"
            )
        if self._chance("empty", request) < self._knobs.empty:
            text = ""
        elif self._chance("garbled", request) < self._knobs.garbled:
            text = f"{_GARBLE}{text}{_GARBLE}"
        ends = [place for stop in request.params.stop if (place := text.find(stop)) >= 0]
        text = text[: min(ends)] if ends else text
        most = request.params.max_tokens
        if most is not None and tokens(text) > most:
            return text[: most * CHARS_PER_TOKEN], "length"
        return text, "stop"

    def _right(self, request: Request) -> bool:
        """Whether the answer is right: a part of the chance belongs to the problem, the same one for every model."""
        problem = request.prompt.problem_id
        share = self._knobs.share(problem)
        if _uniform("whose", problem, str(self._which(request)), self._name, str(self._seed)) < self._knobs.spread:
            return _uniform("problem", problem) < share
        return self._chance("right", request) < share

    def _chance(self, what: str, request: Request) -> float:
        problem = request.prompt.problem_id
        return _uniform(what, self._name, str(self._seed), problem, str(self._which(request)))

    @staticmethod
    def _which(request: Request) -> int:
        return request.draw if request.params.seed is None else request.params.seed

    def _reply(self, done: _Running) -> Reply:
        request, written = done.request, tokens(done.text)
        absent: dict[str, str] = {}
        total = done.end - done.started
        tpot = (total - done.ttft) / (written - 1) if written > 1 else None
        if tpot is None:
            absent["timing.tpot_seconds"] = "fewer than two tokens"
        ttft = done.ttft if written else None
        if ttft is None:
            absent["timing.ttft_seconds"] = "no content came"
        logprob = None
        if request.logprobs and written:
            logprob = -0.1 - 0.4 * self._chance("logprob", request) - (0.0 if self._right(request) else 0.2)
        else:
            absent["logprob"] = "no content came" if request.logprobs else "not asked for"
        return Reply(
            id=request.id,
            completion=done.text,
            finish_reason=done.finish_reason,
            usage=Usage(
                prompt_tokens=tokens(request.prompt.system + request.prompt.text), cached_tokens=0,
                completion_tokens=written, computed_tokens=written,
            ),
            timing=Timing(
                clock=Clock.engine, started=done.started, ttft_seconds=ttft, tpot_seconds=tpot, total_seconds=total
            ),
            logprob=logprob,
            absent=absent,
        )  # fmt: skip


def tokens(text: str) -> int:
    """Tokens of a text, by this backend's rule.

    >>> tokens(""), tokens("abcd"), tokens("abcde")
    (0, 1, 2)
    """
    return -(-len(text) // CHARS_PER_TOKEN)


def _uniform(*words: str) -> float:
    """A number from 0 to 1, without 1, that follows from the words alone."""
    digest = hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:6], "big") / (1 << 48)
