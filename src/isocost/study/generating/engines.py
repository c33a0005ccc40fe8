"""Models that are started: those behind a server all at once, those that fill this machine's memory one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, NamedTuple, Self

from isocost.backends.address import ModelAddress
from isocost.backends.backend import Backend
from isocost.backends.options import BackendOptions
from isocost.backends.registry import open_backend

LIGHT: Final = frozenset({"openai", "replay", "scripted"})
"""Backends that hold no model in this machine's memory on our account, and can all stay open."""


class Started(NamedTuple):
    """A model that can be asked."""

    backend: Backend
    """It."""
    seconds: float
    """How long it took to start."""


class Engines:
    """Starts models and stops them; a context manager."""

    def __init__(
        self,
        options: BackendOptions,
        opener: Callable[[ModelAddress, BackendOptions], Backend] = open_backend,
    ) -> None:
        self._options = options
        self._opener = opener
        self._open: dict[ModelAddress, Started] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop all."""
        self.stop()

    def started(self, address: ModelAddress) -> Started:
        """Give the model, started if it was not; another one that fills the memory is stopped first.

        Raises what the backend raises where it cannot be started.
        """
        if address not in self._open:
            backend = self._opener(address, self._options)
            if address.backend not in LIGHT:
                for other in [other for other in self._open if other.backend not in LIGHT]:
                    self._stop(other)
            begun = time.monotonic()
            backend.__enter__()
            self._open[address] = Started(backend, time.monotonic() - begun)
        return self._open[address]

    def stop(self) -> None:
        """Stop all that were started, the last one first; one that fails to stop does not keep the others running."""
        failed: BaseException | None = None
        for address in reversed(list(self._open)):
            try:
                self._stop(address)
            except BaseException as error:  # noqa: BLE001 (told once all are stopped)
                failed = failed or error
        if failed is not None:
            raise failed

    def _stop(self, address: ModelAddress) -> None:
        self._open.pop(address).backend.__exit__(None, None, None)
