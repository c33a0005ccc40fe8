"""A Hugging Face model in this process: requests in batches by length, with a clock for every step.

The clock is the engine's: what a batch waits before it begins is in no row's time. Needs the extra `hf` (torch, transformers).
"""

from __future__ import annotations

import importlib
import os
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Self

from isocost.backends.backend import Reply, Request
from isocost.backends.hub import hub_model
from isocost.backends.local_memory import GIB, free_bytes
from isocost.backends.transformers.batches import Row, batches, cut_at_stop, fitting_rows, row_of, row_timing
from isocost.backends.transformers.generating import Written, generate
from isocost.cost.headers import read_architecture
from isocost.errors import BackendError, InputError
from isocost.records import Architecture, Conditions, PromptForm, Record, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from types import TracebackType

    from isocost.backends.address import ModelAddress
    from isocost.backends.options import BackendOptions

DTYPES: Final = {
    "fp32": "float32", "f32": "float32", "float32": "float32", "fp16": "float16", "f16": "float16",
    "float16": "float16", "bf16": "bfloat16", "bfloat16": "bfloat16",
}  # fmt: skip
"""Types of weights as they are typed, each with its name in torch."""

_SHORT: Final = {"torch.float32": "fp32", "torch.float16": "fp16", "torch.bfloat16": "bf16"}
_MOST_ROWS_CPU, _MOST_ROWS_GPU = 16, 128
_READ_AHEAD: Final = 4
"""Requests are taken for this many batches at once, so that those of like length can go together."""


class TorchMemory(Record, frozen=True):
    """Peak memory of torch on a GPU."""

    allocated_bytes: int
    """Of tensors: weights, keys and values, activations."""
    reserved_bytes: int
    """Of what torch took from the device for them."""


class TransformersBackend:
    """One model, loaded into this process."""

    def __init__(self, address: ModelAddress, options: BackendOptions) -> None:
        self.address = address
        self.options = options
        self._torch: Any = None
        self._model: Any = None
        self._tokenizer: Any = None
        self._shape: Architecture | None = None
        self._context = 0
        self._ends: tuple[int, ...] = ()
        self._pad = 0
        self._threads_before = 0

    def __enter__(self) -> Self:
        """Find the model, here or on the Hub, and load it.

        Raises BackendError in one line: the extra is not installed, no such model, a gated one, too little memory, a type
        of model that this `transformers` does not know, no such device.
        """
        torch, transformers = _library("torch"), _library("transformers")
        device = self._device(torch)
        dtype = self._dtype(torch)
        folder = hub_model(self.address.target, extra="hf")
        with suppress(
            InputError
        ):  # the cost model does not know every type of model; a batch is then of 8 rows at most
            self._shape = read_architecture(folder)
        if device == "cpu":
            _refuse_what_does_not_fit(folder)
        self._threads_before = torch.get_num_threads()
        torch.set_num_threads(self._threads())
        transformers.utils.logging.set_verbosity_error()
        transformers.utils.logging.disable_progress_bar()
        try:
            tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
            model = transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, local_files_only=True)
            model = model.to(device).eval()
        except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
            torch.set_num_threads(self._threads_before)
            raise BackendError(
                f"{self.address.target[:200]}: transformers {transformers.__version__} cannot load it "
                f"({_plain(error)}); give a causal language model in the Hugging Face format, or update transformers"
            ) from None
        self._take(torch, transformers, model, tokenizer)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the model and its memory."""
        self._model = self._tokenizer = None
        if self._torch is not None:
            self._torch.set_num_threads(self._threads_before)
            if self._torch.cuda.is_available():
                self._torch.cuda.empty_cache()

    def conditions(self) -> Conditions:
        """Device, types and versions; `host` is left to who writes the run."""
        torch, transformers = self._torch, _library("transformers")
        model = self._entered()
        cuda = model.device.type == "cuda"
        dtype = str(model.dtype)
        return Conditions(
            host={}, backend="transformers", engine="transformers",
            engine_version=f"{transformers.__version__}, torch {torch.__version__}",
            device=torch.cuda.get_device_name(model.device) if cuda else "cpu", dtype=_SHORT.get(dtype, dtype),
            threads=None if cuda else torch.get_num_threads(), context_tokens=self._context, prompt_cache=False,
            capabilities={"seed": True, "stop": True, "logprobs": True, "usage": True, "cached_tokens": True},
            absent={"threads": "it computes on a GPU"} if cuda else {},
        )  # fmt: skip

    def pids(self) -> tuple[int, ...]:
        """None: the model is in our own process, and its memory is not ours alone. See `memory_bytes`."""
        return ()

    def memory_bytes(self) -> TorchMemory | None:
        """Peak memory of torch on the GPU since the model was loaded; None on a CPU, where torch counts nothing."""
        model = self._entered()
        if model.device.type != "cuda":
            return None
        cuda = self._torch.cuda
        return TorchMemory(
            allocated_bytes=cuda.max_memory_allocated(model.device),
            reserved_bytes=cuda.max_memory_reserved(model.device),
        )

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield one reply for each request, batch by batch; see `Backend.replies`.

        Requests for four batches are taken at once, so that those of like length are computed together.

        Raises BackendError: a prompt longer than the context, a conversation for a model without a chat template, or a
        single row that does not fit into the GPU.
        """
        self._entered()
        most = self.options.concurrency or self._most_rows()
        waiting = iter(requests)
        while taken := list(islice(waiting, most * _READ_AHEAD)):
            rows = [row_of(request, self._tokens(request), self._context) for request in taken]
            for batch in batches(rows, most):
                fitting = self.options.concurrency or self._fitting(batch)
                for start in range(0, len(batch), fitting):
                    yield from self._answered(batch[start : start + fitting])

    def _answered(self, rows: Sequence[Row]) -> Iterator[Reply]:
        """Compute rows together; by halves where the GPU's memory is too small for them."""
        try:
            written = generate(self._model, rows, pad=self._pad, ends=self._ends, tokenizer=self._tokenizer)
        except self._torch.cuda.OutOfMemoryError:
            written = None
        if written is None:
            self._torch.cuda.empty_cache()
            if len(rows) == 1:
                raise BackendError(
                    f"the GPU's memory is too small for one request of {len(rows[0].tokens)} + {rows[0].limit} tokens; "
                    "give fewer tokens, a smaller dtype or a smaller model"
                )
            half = len(rows) // 2
            yield from self._answered(rows[:half])
            yield from self._answered(rows[half:])
            return
        for i, row in enumerate(rows):
            yield self._reply(row, written, i)

    def _reply(self, row: Row, written: Written, i: int) -> Reply:
        tokens, request = written.rows[i], row.request
        timing = row_timing(written.steps, len(tokens), written.started)
        text = self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        absent: dict[str, str] = {}
        if timing.tpot_seconds is None:
            absent["timing.tpot_seconds"] = "one token has no time between tokens"
        if not request.logprobs:
            absent["logprob"] = "it was not asked for"
        return Reply(
            id=request.id,
            completion=cut_at_stop(text, request.params.stop),
            finish_reason="stop" if written.stopped[i] else "length",
            usage=Usage(
                prompt_tokens=len(row.tokens), cached_tokens=0, completion_tokens=len(tokens),
                computed_tokens=written.padded + len(written.steps),
            ),
            timing=timing,
            logprob=written.logprobs[i] if request.logprobs and written.logprobs else None,
            absent=absent,
        )  # fmt: skip

    def _entered(self) -> Any:  # noqa: ANN401 (a model of a package that is imported late)
        if self._model is None:
            raise BackendError("the model is not loaded; enter the backend first")
        return self._model

    def _tokens(self, request: Request) -> list[int]:
        prompt = request.prompt
        if prompt.form is not PromptForm.chat:
            return list(self._tokenizer(prompt.text)["input_ids"])
        if not self._tokenizer.chat_template:
            raise BackendError(
                f"{self.address.target[:200]} has no chat template, it is a base model; ask it by a completion prompt"
            )
        turns = [{"role": "system", "content": prompt.system}] if prompt.system else []
        turns.append({"role": "user", "content": prompt.text})
        text = self._tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True)
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])  # the template has written them

    def _take(self, torch: Any, transformers: Any, model: Any, tokenizer: Any) -> None:  # noqa: ANN401
        """Keep what is loaded; what its authors recommend for drawing (penalties, top-k) is put aside: requests say how."""
        own = model.generation_config.eos_token_id
        ends = [own] if isinstance(own, int) else list(own or [])
        ends += [tokenizer.eos_token_id] if tokenizer.eos_token_id is not None else []
        self._ends = tuple(dict.fromkeys(ends))
        self._pad = next((i for i in (tokenizer.pad_token_id, *self._ends) if i is not None), 0)
        model.generation_config = transformers.GenerationConfig()
        made_for = getattr(model.config, "max_position_embeddings", None) or 4096
        self._context = min(self.options.context_tokens or made_for, made_for)
        self._torch, self._model, self._tokenizer = torch, model, tokenizer
        if model.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats(model.device)

    def _device(self, torch: Any) -> str:  # noqa: ANN401
        wanted = self.options.device
        if wanted is None:
            return "cuda" if torch.cuda.is_available() else "cpu"
        kind, _, number = wanted.partition(":")
        fine = kind == "cpu" or (kind == "cuda" and int(number or 0) < torch.cuda.device_count())
        if not fine:
            here = "cpu" + "".join(f", cuda:{i}" for i in range(torch.cuda.device_count()))
            raise BackendError(
                f"torch has no device {wanted[:40]!r} here, it has {here}; leave --device out, or take one of these"
            )
        return wanted

    def _dtype(self, torch: Any) -> Any:  # noqa: ANN401
        wanted = self.options.dtype
        if wanted is None:
            return "auto"
        if wanted not in DTYPES:
            raise BackendError(f"weights of type {wanted[:40]!r}, expected one of fp32, fp16 and bf16")
        return getattr(torch, DTYPES[wanted])

    def _threads(self) -> int:
        return self.options.threads or max(1, len(os.sched_getaffinity(0)) - 1)

    def _most_rows(self) -> int:
        return _MOST_ROWS_GPU if self._model.device.type == "cuda" else _MOST_ROWS_CPU

    def _fitting(self, rows: Sequence[Row]) -> int:
        free = free_bytes()
        if self._model.device.type == "cuda":
            cuda, device = self._torch.cuda, self._model.device
            free = cuda.mem_get_info(device)[0] + cuda.memory_reserved(device) - cuda.memory_allocated(device)
        longest = max(len(row.tokens) for row in rows)
        return fitting_rows(self._shape, longest, max(row.limit for row in rows), free=free, most=len(rows))


def _library(name: str) -> Any:  # noqa: ANN401 (a module)
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise BackendError(
            f"the backend transformers needs {error.name!r}, which is not installed; type: pip install 'isocost[hf]'"
        ) from None


def _refuse_what_does_not_fit(folder: Path) -> None:
    weights = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    free = free_bytes()
    if free is not None and weights > free:
        raise BackendError(
            f"{folder.name} has {weights / GIB:.1f} GiB of weights, but this machine has {free / GIB:.1f} GiB free; "
            "give a smaller model"
        )


def _plain(error: Exception) -> str:
    line = " ".join(str(error).split())[:200] or type(error).__name__
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in line)
