"""Fixtures that every test may use: where the real data lies, a cache of our own, and lanes that skip by name."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


def _folder_named_by(variable: str, what: str) -> Path:
    value = os.environ.get(variable)
    if not value:
        pytest.skip(f"{variable} is not set (the folder of {what})")
    folder = Path(value).expanduser().resolve()
    if not folder.is_dir():
        pytest.skip(f"{variable} names no folder: {value} (wanted: the folder of {what})")
    return folder


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The folder of benchmark files that ISOCOST_DATA names; the test is skipped, with the reason, without it."""
    return _folder_named_by("ISOCOST_DATA", "benchmark files")


@pytest.fixture(scope="session")
def samples_dir() -> Path:
    """The folder of recorded samples that ISOCOST_SAMPLES names; the test is skipped, with the reason, without it."""
    return _folder_named_by("ISOCOST_SAMPLES", "recorded samples")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Point the user's cache folder to a fresh one: no test reads or fills the cache of who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISOCOST_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@functools.cache
def _why_no_namespaces() -> str | None:
    """Why a user and a network namespace cannot be made here; None if they can."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return "needs user namespaces: no `unshare` program to try them with"
    tried = subprocess.run(
        [unshare, "--user", "--map-root-user", "--net", "true"], capture_output=True, text=True, check=False
    )
    return None if tried.returncode == 0 else f"needs user namespaces: {tried.stderr.strip()}"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip the lanes whose privilege is missing here, naming it."""
    if item.get_closest_marker("root") and os.geteuid() != 0:
        pytest.skip("needs root")
    if item.get_closest_marker("namespaces") and (why := _why_no_namespaces()):
        pytest.skip(why)
