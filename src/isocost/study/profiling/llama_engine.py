"""llama.cpp for a profile: each model in a server of its own, asked for exact numbers of tokens, timed by its own clock."""

from __future__ import annotations

import contextlib
import json
import statistics
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import msgspec

from isocost.backends.llamacpp.server import LlamaCppServer, Settings
from isocost.backends.llamacpp.weights import find_weights
from isocost.backends.local_memory import free_bytes
from isocost.backends.random_gguf import write_random_gguf
from isocost.cost.headers import read_model
from isocost.cost.memory import mean_weight_bits, weight_format
from isocost.cost.parameters import architecture_of
from isocost.errors import BackendError
from isocost.measure.processes import MemoryRead
from isocost.records import Clock, Conditions, ModelSpec
from isocost.store import host
from isocost.study.profiling.engine import Subject, Trial, Work
from isocost.study.profiling.prompts import token_ids

_FORMATS: Final = {"f32": "fp32", "f16": "fp16", "bf16": "bf16", "q8_0": "q8_0", "q4_0": "q4_0"}
"""Names of GGUF's types in the cost model."""
_ANSWER_SECONDS: Final = 600.0
_SPARE_TOKENS: Final = 8


class LlamaEngine:
    """Measures GGUF files, given or of random weights, on the CPU.

    TTFT is the server's `prompt_ms`, from a request taken up to its first token drawn: its queue is not in it. TPOT is its
    `predicted_ms` over the tokens after the first.
    """

    clock = Clock.engine

    def __init__(self, *, threads: int, dtype: str = "f16") -> None:
        """Compute with so many threads, random weights stored as `dtype`."""
        self.threads: int | None = threads
        self.dtype: str | None = dtype
        self._threads = threads
        self._stored = dtype
        self._version: str | None = None
        self._context: int | None = None
        self._given: set[str | None] = set()

    @contextlib.contextmanager
    def opened(self, subject: Subject, work: Work, folder: Path) -> Iterator[OpenedLlama]:
        """Start a server for one model; a file of random weights lives as long as it does."""
        with contextlib.ExitStack() as stack:
            if subject.where is None:
                path = folder / f"{subject.name}.gguf"
                stack.callback(path.unlink, missing_ok=True)
                shape = architecture_of(_spec(subject))
                write_random_gguf(path, shape, stored=self._stored)
            else:
                path = Path(subject.where)
                shape = architecture_of(read_model(path))
                self._given.add(find_weights(subject.where).dtype)
            server = stack.enter_context(LlamaCppServer())
            self._version = server.version
            self._context = work.prompt_tokens + work.new_tokens + _SPARE_TOKENS
            server.load(
                Settings(
                    path=str(path), alias="profiled", context_tokens=self._context, slots=work.most,
                    threads=self._threads, gpu_layers=0, prompt_cache=False,
                ),
                seconds=_ANSWER_SECONDS,
            )  # fmt: skip
            pool = stack.enter_context(ThreadPoolExecutor(work.most))  # as many as can be in flight
            yield OpenedLlama(server, pool, work, shape.vocab)

    def conditions(self) -> Conditions:
        """Where and how it computes; files of several types have no one dtype."""
        dtypes = self._given or {self._stored}
        dtype = next(iter(dtypes)) if len(dtypes) == 1 else None
        return Conditions(
            host=host.describe(), backend="llamacpp", engine="llama.cpp",
            engine_version=None if self._version is None else f"xllamacpp {self._version}", device="cpu",
            dtype=dtype, threads=self._threads, context_tokens=self._context, prompt_cache=False,
            absent={} if dtype else {"dtype": "the files are of several types, or of one that is not known"},
        )  # fmt: skip

    def free_bytes(self) -> float | None:
        """Memory that this machine can still give."""
        return free_bytes()

    def stored(self, subject: Subject) -> ModelSpec | None:
        """Return the shape with the bits of a file, or of the type that random weights are stored in."""
        if subject.spec is None or subject.where is not None:
            return subject.spec
        bits = mean_weight_bits(architecture_of(subject.spec), weight_format(_FORMATS[self._stored]))
        return msgspec.structs.replace(subject.spec, weight_bits=bits)


class OpenedLlama:
    """One server."""

    def __init__(self, server: LlamaCppServer, pool: ThreadPoolExecutor, work: Work, vocab: int) -> None:
        """Ask this server, which has loaded its model."""
        self._server = server
        self._work = work
        self._vocab = vocab
        self._pool = pool

    @property
    def pids(self) -> tuple[int, ...]:
        """The server's process."""
        return (self._server.pid,)

    def memory(self) -> MemoryRead | None:
        """None: the process's peak is the model's."""
        return None

    def trial(self, batch: int, seed: int) -> Trial:
        """Send `batch` requests at once and wait for all."""
        bodies = [
            json.dumps({
                "prompt": token_ids(self._vocab, self._work.prompt_tokens, seed * 1009 + number),
                "n_predict": self._work.new_tokens, "temperature": 0.0, "ignore_eos": True, "cache_prompt": False,
                "timings_per_token": False,
            }).encode()
            for number in range(batch)
        ]  # fmt: skip
        started = time.perf_counter()
        answers = [self._ask(bodies[0])] if batch == 1 else list(self._pool.map(self._ask, bodies))
        seconds = time.perf_counter() - started
        return Trial(
            batch=batch,
            ttft_seconds=statistics.median(answer["prompt_ms"] for answer in answers) / 1e3,
            tpot_seconds=statistics.median(
                answer["predicted_ms"] / max(1, answer["predicted_n"] - 1) for answer in answers
            ) / 1e3,
            seconds=seconds,
            prompt_tokens=int(answers[0]["prompt_n"]),
            completion_tokens=sum(int(answer["predicted_n"]) for answer in answers),
        )  # fmt: skip

    def _ask(self, body: bytes) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 (our own server on 127.0.0.1)
            f"{self._server.url}/completion", body, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=_ANSWER_SECONDS) as answer:  # noqa: S310
                told: dict[str, Any] = json.load(answer)["timings"]
        except (OSError, ValueError, KeyError) as error:
            words = self._server.last_words() or str(error)[:120]
            raise BackendError(
                f"llama.cpp gave no timings for {self._work.prompt_tokens} tokens read and {self._work.new_tokens} written "
                f"({type(error).__name__}: {words}); type it again, or give fewer tokens"
            ) from None
        return told


def _spec(subject: Subject) -> ModelSpec:
    if subject.spec is None:
        raise BackendError(f"{subject.name}: no shape is known to make random weights of; name one with --shape")
    return subject.spec
