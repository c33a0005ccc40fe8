"""Fixtures of the judge's tests: the strongest isolation that holds here, a fork server and a pool at it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.judge.judge_parts import POLICY

from isocost.errors import SandboxUnavailableError
from isocost.judge.pool import Pool
from isocost.records import Isolation
from isocost.sandbox import levels
from isocost.sandbox.fork_server import ForkServer


@pytest.fixture(scope="session")
def level() -> Isolation:
    """The strongest level that holds here; tests that need one are skipped, with the reason, where none does."""
    try:
        return levels.choose(POLICY)
    except SandboxUnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def server(level: Isolation) -> Iterator[ForkServer]:
    """A fork server, shared by the tests of a module: one program must not change what the next one meets."""
    started = ForkServer(level, POLICY)
    yield started
    started.close()


@pytest.fixture
def pool(level: Isolation) -> Iterator[Pool]:
    """A pool of two workers."""
    with Pool(level, POLICY, 2) as opened:
        yield opened
