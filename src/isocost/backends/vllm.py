"""A Hugging Face model by vLLM, in this process, with the engine's own timestamps. Needs the extra `vllm` and a GPU.

Written against vLLM 0.33's own source and not run by us: no GPU was at hand (design/gpu-checks.md has the check).
"""

from __future__ import annotations

import importlib
import time
from typing import TYPE_CHECKING, Any, Final, Self

from isocost.backends.backend import Reply, Request
from isocost.backends.hub import hub_model
from isocost.errors import BackendError
from isocost.records import Clock, Conditions, PromptForm, Timing, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from isocost.backends.address import ModelAddress
    from isocost.backends.options import BackendOptions

MOST_IN_FLIGHT: Final = 64
"""Requests in the engine at once where nobody said how many."""
DTYPES: Final = {"bf16": "bfloat16", "fp16": "float16", "f16": "float16", "fp32": "float32", "f32": "float32"}
"""Types of weights as they are typed, each with vLLM's name; others are handed on as they are."""


def timing_of(*, first_latency: float, first: float, last: float, tokens: int, started: float) -> Timing:
    """Times of a request from vLLM's statistics of it; only times of one clock are subtracted from each other.

    TTFT is `first_token_latency`: from arrival to the first token, the wait in the queue included. `first_token_ts` and
    `last_token_ts` are of the engine core's monotonic clock, and their difference is the decode; `arrival_time` is wall
    clock and is never subtracted from them. Time per output token = decode / (tokens − 1), as in vLLM.

    Source: vllm 0.33, `v1/metrics/stats.py` and `v1/engine/output_processor.py`.

    >>> timing_of(first_latency=0.022, first=100.0, last=100.5, tokens=101, started=0.0).tpot_seconds
    0.005
    """
    decode = last - first
    return Timing(
        clock=Clock.engine, started=started, ttft_seconds=first_latency, total_seconds=first_latency + decode,
        tpot_seconds=decode / (tokens - 1) if tokens > 1 else None,
    )  # fmt: skip


class VllmBackend:
    """One model in vLLM's offline engine; requests are added as others finish, so that it stays full."""

    def __init__(self, address: ModelAddress, options: BackendOptions) -> None:
        self.address = address
        self.options = options
        self._vllm: Any = None
        self._llm: Any = None

    def __enter__(self) -> Self:
        """Load the model; this takes vLLM a minute or so.

        Raises BackendError in one line: the extra is not installed, no such model, a gated one, no GPU, too little memory.
        """
        try:
            self._vllm = importlib.import_module("vllm")
        except ImportError as error:
            why = " ".join(str(error).split())[:160]
            raise BackendError(
                f"vLLM cannot be loaded ({why}); on a machine with a GPU type: pip install 'isocost[vllm]'"
            ) from None
        if self.options.device not in {None, "cuda"}:
            raise BackendError(
                f"vLLM takes the GPU it finds, not {str(self.options.device)[:40]!r}; choose one by CUDA_VISIBLE_DEVICES"
            )
        folder = hub_model(self.address.target, extra="vllm")
        dtype = self.options.dtype or "auto"
        try:
            self._llm = self._vllm.LLM(
                model=str(folder), dtype=DTYPES.get(dtype, dtype), max_model_len=self.options.context_tokens,
                max_num_seqs=self._most(), enable_prefix_caching=self.options.prompt_cache,
                disable_log_stats=False,  # the offline engine keeps no times otherwise
                seed=self.options.seed,
            )  # fmt: skip
        except (RuntimeError, ValueError, OSError, ImportError) as error:
            why = " ".join(str(error).split())[:240] or type(error).__name__
            raise BackendError(
                f"vLLM could not load {self.address.target[:200]} ({why}); give a smaller model or --context-tokens"
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the engine, which ends its processes."""
        self._llm = None

    def conditions(self) -> Conditions:
        """Device, types and versions; `host` is left to who writes the run."""
        llm = self._entered()
        torch = importlib.import_module("torch")
        return Conditions(
            host={}, backend="vllm", engine="vllm", engine_version=str(self._vllm.__version__),
            device=torch.cuda.get_device_name() if torch.cuda.is_available() else None,
            dtype=str(llm.model_config.dtype).removeprefix("torch."), context_tokens=int(llm.model_config.max_model_len),
            prompt_cache=self.options.prompt_cache,
            capabilities={"seed": True, "stop": True, "logprobs": True, "usage": True, "cached_tokens": True},
            absent={"threads": "it computes on a GPU"}
            | ({} if torch.cuda.is_available() else {"device": "torch sees no GPU"}),
        )  # fmt: skip

    def pids(self) -> tuple[int, ...]:
        """None: the memory that vLLM takes in advance says nothing of the model."""
        return ()

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield one reply for each request as it finishes; see `Backend.replies`.

        Raises BackendError: a prompt longer than the context, a conversation for a model without a chat template.
        """
        engine = self._entered().llm_engine
        waiting = iter(requests)
        more = True
        in_flight: dict[str, tuple[Request, float]] = {}
        try:
            while more or in_flight:
                while more and len(in_flight) < self._most():
                    request = next(waiting, None)
                    if request is None:
                        more = False
                        break
                    in_flight[request.id] = (request, time.time())
                    engine.add_request(request.id, {"prompt_token_ids": self._tokens(request)}, self._params(request))
                for output in engine.step() if in_flight else ():
                    if output.finished:
                        yield reply_of(output, *in_flight.pop(output.request_id))
        finally:
            if in_flight:
                engine.abort_request(list(in_flight))

    def _entered(self) -> Any:  # noqa: ANN401 (an engine of a package that is imported late)
        if self._llm is None:
            raise BackendError("the model is not loaded; enter the backend first")
        return self._llm

    def _most(self) -> int:
        return self.options.concurrency or MOST_IN_FLIGHT

    def _tokens(self, request: Request) -> list[int]:
        tokenizer, prompt = self._llm.get_tokenizer(), request.prompt
        if prompt.form is not PromptForm.chat:
            ids = list(tokenizer(prompt.text)["input_ids"])
        elif not tokenizer.chat_template:
            raise BackendError(
                f"{self.address.target[:200]} has no chat template, it is a base model; ask it by a completion prompt"
            )
        else:
            turns = [{"role": "system", "content": prompt.system}] if prompt.system else []
            turns.append({"role": "user", "content": prompt.text})
            text = tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
            ids = list(tokenizer(text, add_special_tokens=False)["input_ids"])
        context = int(self._llm.model_config.max_model_len)
        if len(ids) >= context:
            raise BackendError(
                f"a prompt of {len(ids)} tokens, but the context holds {context} with the answer; "
                "type a larger --context-tokens, or leave the problem out"
            )
        return ids

    def _params(self, request: Request) -> Any:  # noqa: ANN401
        given = request.params
        kinds = importlib.import_module("vllm.sampling_params").RequestOutputKind
        return self._vllm.SamplingParams(
            n=1, temperature=1.0 if given.temperature is None else given.temperature,
            top_p=1.0 if given.top_p is None else given.top_p, max_tokens=given.max_tokens, seed=given.seed,
            stop=list(given.stop) or None, logprobs=0 if request.logprobs else None, output_kind=kinds.FINAL_ONLY,
        )  # fmt: skip


def reply_of(output: Any, request: Request, started: float) -> Reply:  # noqa: ANN401
    """The reply to `request` from vLLM's `RequestOutput`; `started` is when it was added, in seconds since 1970."""
    made, stats = output.outputs[0], output.metrics
    tokens = len(made.token_ids)
    absent: dict[str, str] = {"usage.computed_tokens": "vLLM does not tell"}
    if stats is None:
        timing = Timing(started=started)
        absent |= {
            f"timing.{name}": "vLLM kept no times"
            for name in ("clock", "ttft_seconds", "tpot_seconds", "total_seconds")
        }
    else:
        timing = timing_of(
            first_latency=stats.first_token_latency, first=stats.first_token_ts, last=stats.last_token_ts,
            tokens=tokens, started=started,
        )  # fmt: skip
        if timing.tpot_seconds is None:
            absent["timing.tpot_seconds"] = "one token has no time between tokens"
    if made.cumulative_logprob is None:
        absent["logprob"] = "it was not given" if request.logprobs else "it was not asked for"
    if output.num_cached_tokens is None:
        absent["usage.cached_tokens"] = "vLLM does not tell"
    return Reply(
        id=request.id, completion=made.text, finish_reason=made.finish_reason,
        usage=Usage(
            prompt_tokens=len(output.prompt_token_ids), cached_tokens=output.num_cached_tokens, completion_tokens=tokens
        ),
        timing=timing, absent=absent,
        logprob=None if made.cumulative_logprob is None or not tokens else made.cumulative_logprob / tokens,
    )  # fmt: skip
