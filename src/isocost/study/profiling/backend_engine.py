"""Any backend for a profile: a server that is asked over HTTP, as it stands; times are those that its replies tell."""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from isocost.backends.address import parse_address
from isocost.backends.backend import Backend, Reply, Request
from isocost.backends.options import BackendOptions
from isocost.backends.registry import open_backend
from isocost.errors import BackendError
from isocost.measure.processes import MemoryRead
from isocost.records import Clock, Conditions, ModelSpec, Prompt, PromptForm, SamplingParams
from isocost.store import host
from isocost.store.hashing import prompt_id
from isocost.study.model_specs import kind_of
from isocost.study.profiling.engine import Subject, Trial, Work
from isocost.study.profiling.prompts import words


class BackendEngine:
    """Measures models of a backend by requests of random words; tokens are those that the replies count."""

    clock = Clock.client
    dtype: str | None = None
    threads: int | None = None

    def __init__(self, options: BackendOptions) -> None:
        """Ask by these options; the concurrency is the profile's."""
        self._options = options
        self._conditions: Conditions | None = None

    @contextlib.contextmanager
    def opened(self, subject: Subject, work: Work, folder: Path) -> Iterator[OpenedBackend]:  # noqa: ARG002 (no file is made)
        """Reach the model, and find out how many words make a prompt of the wanted length."""
        address = parse_address(subject.where or "")
        form = PromptForm.chat if kind_of(address) == "instruct" else PromptForm.completion
        options = msgspec.structs.replace(self._options, concurrency=work.most)
        with open_backend(address, options) as backend:
            self._conditions = backend.conditions()
            opened = OpenedBackend(backend, work, form)
            opened.find_length()
            yield opened

    def conditions(self) -> Conditions:
        """What the backend told."""
        told = self._conditions or Conditions(host={}, backend="unknown")
        return msgspec.structs.replace(told, host=told.host or host.describe())

    def free_bytes(self) -> float | None:
        """None: the model is elsewhere, or loaded by its own server."""
        return None

    def stored(self, subject: Subject) -> ModelSpec | None:
        """Return the shape as it is: a server's weights are its own."""
        return subject.spec


class OpenedBackend:
    """One backend, entered."""

    def __init__(self, backend: Backend, work: Work, form: PromptForm) -> None:
        """Ask this backend."""
        self._backend, self._work, self._form = backend, work, form
        self._words = max(1, work.prompt_tokens // 2)

    @property
    def pids(self) -> tuple[int, ...]:
        """Processes that the backend started."""
        return self._backend.pids()

    def memory(self) -> MemoryRead | None:
        """None: the processes tell, if there are any."""
        return None

    def find_length(self) -> None:
        """Set the number of words from what two prompts cost, the turns' marks left to the second."""
        few, many = (self._prompt_tokens(count, seed=-count) for count in (self._words // 2 or 1, self._words))
        per_word = (many - few) / max(1, self._words - (self._words // 2 or 1))
        if per_word > 0:
            self._words = max(1, round(self._words + (self._work.prompt_tokens - many) / per_word))

    def trial(self, batch: int, seed: int) -> Trial:
        """Ask for `batch` completions at once."""
        started = time.perf_counter()
        replies = list(self._backend.replies(self._request(self._words, seed * 1009 + i) for i in range(batch)))
        seconds = time.perf_counter() - started
        prompts = [reply.usage.prompt_tokens for reply in replies if reply.usage.prompt_tokens is not None]
        written = [reply.usage.completion_tokens for reply in replies if reply.usage.completion_tokens is not None]
        if len(prompts) < batch or len(written) < batch or not all(written):
            raise self._untold(replies)
        return Trial(
            batch=batch, ttft_seconds=_median([reply.timing.ttft_seconds for reply in replies]),
            tpot_seconds=_median([reply.timing.tpot_seconds for reply in replies]), seconds=seconds,
            prompt_tokens=prompts[0], completion_tokens=sum(written),
        )  # fmt: skip

    def _prompt_tokens(self, count: int, seed: int) -> int:
        replies = list(self._backend.replies([self._request(count, seed)]))
        tokens = replies[0].usage.prompt_tokens if replies else None
        if tokens is None:
            raise self._untold(replies)
        return tokens

    def _request(self, count: int, seed: int) -> Request:
        text = words(count, seed)
        name = prompt_id("profile", "profile", text)
        return Request(
            id=name,
            prompt=Prompt(id=name, problem_id="profile", template="profile", text=text, form=self._form),
            params=SamplingParams(temperature=0.0, max_tokens=self._work.new_tokens, seed=abs(seed)),
        )

    def _untold(self, replies: list[Reply]) -> BackendError:
        told = f"{len(replies)} replies, the first with {replies[0].usage}" if replies else "no reply"
        return BackendError(
            f"the engine wrote nothing or counts no tokens ({told[:160]}), expected counts of both prompt and completion; "
            "profile a server that reports usage"
        )


def _median(values: list[float | None]) -> float | None:
    told = [value for value in values if value is not None]
    return statistics.median(told) if told else None
