"""What every backend has to do, asked of a llama.cpp server that isocost started."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.backends.conformance import Conformance

from isocost.backends.address import parse_address
from isocost.backends.backend import Backend
from isocost.backends.options import BackendOptions
from isocost.backends.registry import open_backend


class TestLlamaCpp(Conformance):
    """The suite, on the tiny model, one request at a time: together, rounding may differ, and with it a drawn token."""

    @pytest.fixture(scope="class")
    @classmethod
    def backend(cls, tiny_gguf: Path) -> Iterator[Backend]:
        """A server of its own."""
        with open_backend(parse_address(str(tiny_gguf)), BackendOptions(context_tokens=256, concurrency=1)) as backend:
            yield backend
