"""From an address to a backend; one line for each, and entry points of other packages under `isocost.backends`."""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Final, cast

from isocost.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from isocost.backends.address import ModelAddress
    from isocost.backends.backend import Backend
    from isocost.backends.options import BackendOptions

BACKENDS: Final = {
    "openai": "isocost.backends.openai.server:OpenAIBackend",
    "llamacpp": "isocost.backends.llamacpp:LlamaCppBackend",
    "transformers": "isocost.backends.transformers:TransformersBackend",
    "vllm": "isocost.backends.vllm:VllmBackend",
    "replay": "isocost.backends.replay:ReplayBackend",
    "scripted": "isocost.backends.scripted.backend:ScriptedBackend",
}
"""Backends by name, each as `module:attribute`; called with a `ModelAddress` and `BackendOptions`."""


def open_backend(address: ModelAddress, options: BackendOptions) -> Backend:
    """Make the backend of an address; nothing is started or reached before it is entered.

    Raises UsageError where no backend has that name; BackendError where its extra is not installed.
    """
    place = BACKENDS.get(address.backend)
    if place is None:
        others = {point.name: point for point in entry_points(group="isocost.backends")}
        if address.backend not in others:
            known = ", ".join((*BACKENDS, *others))
            raise UsageError(f"no backend is called {address.backend[:60]!r}; expected one of {known}")
        make = cast("Callable[[ModelAddress, BackendOptions], Backend]", others[address.backend].load())
        return make(address, options)
    module, _, attribute = place.partition(":")
    make = cast(
        "Callable[[ModelAddress, BackendOptions], Backend]", getattr(importlib.import_module(module), attribute)
    )
    return make(address, options)
