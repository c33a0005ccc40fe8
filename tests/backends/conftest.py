"""Models that several tests of engines share, written once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.backends.tiny_models import SMALL, TINY

from isocost.backends.random_gguf import write_random_gguf


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GGUF file of 0.3 million random weights."""
    return write_random_gguf(tmp_path_factory.mktemp("gguf") / "tiny.gguf", TINY, context_tokens=1024)


@pytest.fixture(scope="session")
def small_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GGUF file of 32 million random weights."""
    return write_random_gguf(tmp_path_factory.mktemp("gguf") / "small.gguf", SMALL, stored="q8_0", context_tokens=4096)
