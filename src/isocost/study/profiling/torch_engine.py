"""transformers for a profile: each model in a process of its own, decoding over a static cache, by CUDA graphs on a GPU."""

from __future__ import annotations

import contextlib
import importlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from isocost.backends.local_memory import free_bytes
from isocost.backends.random_tensors import llama_kind
from isocost.cost.memory import mean_weight_bits, weight_format
from isocost.cost.parameters import architecture_of
from isocost.errors import BackendError
from isocost.measure.processes import MemoryRead
from isocost.records import Clock, Conditions, ModelSpec
from isocost.store import host
from isocost.study.profiling.engine import Subject, Trial, Work

DTYPES: Final = ("bf16", "fp16", "fp32")
_KINDS: Final = {"qwen2", "llama", "starcoder2", "qwen3"}


class TorchEngine:
    """Measures models of transformers, or shapes with random weights, on a CPU or on the first GPU.

    TTFT and TPOT are of the same clock: the process's own, or the GPU's events. What a batch reads and writes is exactly
    what was asked for, so tokens are counted by construction.
    """

    clock = Clock.engine

    def __init__(self, *, threads: int, dtype: str, device: str) -> None:
        """Compute in `bf16`, `fp16` or `fp32` on `cpu` or `cuda`."""
        self.threads: int | None = threads if device == "cpu" else None
        self.dtype: str | None = dtype
        self._threads, self._stored, self._device = threads, dtype, device
        self._hello: dict[str, Any] = {}

    @contextlib.contextmanager
    def opened(self, subject: Subject, work: Work, folder: Path) -> Iterator[OpenedTorch]:  # noqa: ARG002 (no file is made)
        """Start a process that holds the model; raises BackendError with its last word where it cannot."""
        with tempfile.TemporaryFile(prefix="isocost-torch-") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "isocost.study.profiling.torch_child"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
            try:
                opened = OpenedTorch(child, log, work, on_gpu=self._device != "cpu")
                self._hello = opened.ask(self._asked(subject, work))
                yield opened
            finally:
                child.kill()
                child.communicate()

    def conditions(self) -> Conditions:
        """Where and how it computes; `cuda_graph` among the capabilities says whether steps were replayed."""
        hello = self._hello
        absent = {} if self.threads else {"threads": "it computes on a GPU"}
        if hello.get("why_no_graph"):
            absent["cuda_graph"] = str(hello["why_no_graph"])
        return Conditions(
            host=host.describe(), backend="transformers", engine="transformers",
            engine_version=f"{hello.get('transformers')}, torch {hello.get('torch')}" if hello else None,
            device=hello.get("device"), dtype=self._stored, threads=self.threads, prompt_cache=False,
            capabilities={"cuda_graph": bool(hello.get("graph")), "static_cache": True}, absent=absent,
        )  # fmt: skip

    def free_bytes(self) -> float | None:
        """Memory of the machine, or of the GPU."""
        if self._device == "cpu":
            return free_bytes()
        torch = importlib.import_module("torch")
        return float(torch.cuda.mem_get_info()[0])

    def stored(self, subject: Subject) -> ModelSpec | None:
        """Return the shape with the bits of this engine's type, which weights are turned into as they are loaded."""
        if subject.spec is None:
            return None
        bits = mean_weight_bits(architecture_of(subject.spec), weight_format(self._stored))
        return msgspec.structs.replace(subject.spec, weight_bits=bits)

    def _asked(self, subject: Subject, work: Work) -> dict[str, Any]:
        kind, shape = None, None
        if subject.where is None and subject.spec is not None:
            shape = architecture_of(subject.spec)
            kind = llama_kind(shape)
            if kind not in _KINDS:
                raise BackendError(
                    f"{subject.name}: random weights of {kind} are not made for transformers, expected a dense model; "
                    "take --engine llamacpp"
                )
        return {
            "path": subject.where, "kind": kind, "shape": None if shape is None else msgspec.structs.asdict(shape),
            "device": self._device, "dtype": self._stored, "threads": self._threads, "prompt": work.prompt_tokens,
            "new": work.new_tokens, "batches": work.batches, "graphs": True,
        }  # fmt: skip


class OpenedTorch:
    """One process."""

    def __init__(self, child: subprocess.Popen[str], log: IO[bytes], work: Work, *, on_gpu: bool) -> None:
        """Talk to this process."""
        self._child, self._log, self._work, self._on_gpu = child, log, work, on_gpu

    @property
    def pids(self) -> tuple[int, ...]:
        """The process."""
        return (self._child.pid,)

    def trial(self, batch: int, seed: int) -> Trial:
        """Compute one batch."""
        told = self.ask({"batch": batch, "seed": seed})
        work = self._work
        return Trial(
            batch=batch, ttft_seconds=told["ttft"],
            tpot_seconds=told["steps"] / (work.new_tokens - 1) if work.new_tokens > 1 else None,
            seconds=told["seconds"], prompt_tokens=work.prompt_tokens, completion_tokens=batch * work.new_tokens,
        )  # fmt: skip

    def memory(self) -> MemoryRead | None:
        """Tensors on the GPU at their peak, after loading; None on a CPU."""
        if not self._on_gpu:
            return None
        return MemoryRead(memory_bytes=int(self.ask({})["allocated"]), scope="GPU, tensors by torch", absent=None)

    def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        """Send a line and read one.

        Raises:
            BackendError: the process ended; the text has its last word.
        """
        try:
            asked, answers = _open(self._child.stdin), _open(self._child.stdout)
            asked.write(json.dumps(message) + "\n")
            asked.flush()
            told: dict[str, Any] = json.loads(answers.readline())
        except (OSError, ValueError):
            raise BackendError(f"transformers could not compute it: {self._last_word()}") from None
        return told

    def _last_word(self) -> str:
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", errors="replace").strip().splitlines()
        word = " ".join(lines[-1].split())[:200] if lines else "the process ended without a word"
        if "No module named" in word:
            return f"{word}; type: pip install 'isocost[hf]'"
        if "out of memory" in word.lower():
            return f"{word}; give a smaller model, fewer in flight, or fewer tokens"
        return f"{word}; give a causal language model, or another --engine"


def _open(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise OSError("the pipe is closed")
    return pipe
