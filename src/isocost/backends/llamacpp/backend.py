"""A GGUF file that answers: a llama.cpp server of our own, asked as any other server is.

What a server can be asked, and what it says of it, is the `openai` backend's; this one starts the server, says where and
how it computes, and stops it. Times are therefore the client's clock.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final, Self

import msgspec

from isocost.backends.llamacpp.server import Device, LlamaCppServer, Settings
from isocost.backends.llamacpp.weights import Weights, find_weights, fitting_context
from isocost.backends.local_memory import free_bytes
from isocost.backends.openai.server import OpenAIBackend
from isocost.errors import BackendError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    from isocost.backends.address import ModelAddress
    from isocost.backends.backend import Reply, Request
    from isocost.backends.options import BackendOptions
    from isocost.records import Conditions

SLOTS_ON_CPU: Final = 4
"""Requests computed at once where nobody said how many: a CPU gains little from more."""
SLOTS_ON_GPU: Final = 16
_ALL_LAYERS: Final = 1 << 10


class LlamaCppBackend:
    """One GGUF file, served on this machine."""

    def __init__(self, address: ModelAddress, options: BackendOptions) -> None:
        self.address = address
        self.options = options
        self._stack = ExitStack()
        self._client: OpenAIBackend | None = None
        self._server = LlamaCppServer()
        self._settings: Settings | None = None
        self._weights: Weights | None = None
        self._device = ""

    def __enter__(self) -> Self:
        """Find the file, see that there is room for it, start the server and wait until it answers.

        Raises:
            BackendError: no such file, here or on the Hub; the extra is not installed; too little memory; a model that
                llama.cpp cannot load. One line each.
            InputError: it is no GGUF file.
        """
        weights = self._weights = find_weights(self.address.target)
        if self.options.dtype and self.options.dtype != weights.dtype:
            raise UsageError(
                f"{weights.path.name} holds weights of {weights.dtype}, and a GGUF file's weights stay as they are; "
                f"give a file of {self.options.dtype[:20]}, or leave --dtype out"
            )
        with ExitStack() as stack:
            server = stack.enter_context(self._server)
            device = self._chosen(server.devices)
            self._device = device.description if device.gpu else "cpu"
            self._settings = self._set(weights, device)
            server.load(self._settings, seconds=max(60.0, self.options.deadline_seconds))
            self._client = stack.enter_context(self._asking(self._settings))
            server.watch(self._client.abandon)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give up what is in flight and end the server."""
        self._client = None
        self._stack.__exit__(kind, error, trace)

    def conditions(self) -> Conditions:
        """What the server is, and how it runs; `host` is left to who writes the run."""
        assert self._settings is not None  # noqa: S101 (entered)
        assert self._weights is not None  # noqa: S101 (entered)
        asked = self._entered().conditions()
        told = {
            "backend": "llamacpp", "engine": "llama.cpp", "engine_version": f"xllamacpp {self._server.version}",
            "device": self._device, "devices": 1, "dtype": self._weights.dtype, "threads": self._settings.threads,
            "context_tokens": self._settings.context_tokens, "prompt_cache": self._settings.prompt_cache,
        }  # fmt: skip
        absent = {name: why for name, why in asked.absent.items() if told.get(name) is None}
        if self._weights.dtype is None:
            absent["dtype"] = "the header of the file names no type that is known"
        return msgspec.structs.replace(asked, **told, absent=absent)

    @property
    def url(self) -> str:
        """Where the server listens, on this machine."""
        return self._server.url

    def log(self) -> str:
        """What the server wrote so far, its own times of each request among it; untrusted text."""
        return self._server.log()

    def pids(self) -> tuple[int, ...]:
        """The server's process: its memory is the model's alone."""
        return (self._server.pid,)

    def replies(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Yield one reply for each request, as soon as it is whole; see `Backend.replies`.

        Raises BackendError with the server's last words where it died.
        """
        return self._entered().replies(requests)

    def _entered(self) -> OpenAIBackend:
        if self._client is None:
            raise BackendError("llama.cpp is not running; enter the backend first")
        return self._client

    def _chosen(self, devices: tuple[Device, ...]) -> Device:
        """The device that was asked for, else the first GPU, else the CPU."""
        wanted = (self.options.device or "").lower()
        gpus = [device for device in devices if device.gpu]
        cpu = Device(name="CPU", description="cpu", free=0, gpu=False)
        if wanted == "cpu" or (not wanted and not gpus):
            return cpu
        for device in gpus:
            if not wanted or wanted in {"gpu", "cuda"} or device.name.lower() == wanted.replace(":", ""):
                return device
        names = ", ".join(device.name for device in (*gpus, cpu))
        raise BackendError(
            f"llama.cpp has no device {wanted[:40]!r} here, it has {names[:120]}; leave --device out, or install a build "
            "of xllamacpp for your GPU (its page says from where)"
        )

    def _set(self, weights: Weights, device: Device) -> Settings:
        slots = self.options.concurrency or (SLOTS_ON_GPU if device.gpu else SLOTS_ON_CPU)
        free, where = (device.free, device.description) if device.gpu else (free_bytes(), "this machine")
        return Settings(
            path=str(weights.path),
            alias=self.address.name,
            context_tokens=fitting_context(weights, slots, asked=self.options.context_tokens, free=free, where=where),
            slots=slots,
            threads=self.options.threads or max(1, len(os.sched_getaffinity(0)) - 1),
            gpu_layers=_ALL_LAYERS if device.gpu else 0,
            prompt_cache=self.options.prompt_cache,
        )

    def _asking(self, settings: Settings) -> OpenAIBackend:
        there = msgspec.structs.replace(
            self.address, backend="openai", target=settings.alias, base_urls=(f"{self._server.url}/v1",)
        )
        # A key that is meant for somebody else is not shown to this server.
        options = msgspec.structs.replace(self.options, concurrency=settings.slots, api_key_env="ISOCOST_NO_KEY")
        return OpenAIBackend(there, options)
