"""Fixtures that every test may use: real data, a cache of our own, parts for other users; lanes that skip by name."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import isocost


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


@pytest.fixture(scope="session")
def packages() -> Iterator[Path]:
    """A copy of isocost, of what its judge imports, and of the attack corpus, that every user may read."""
    folder = Path(tempfile.mkdtemp(prefix="isocost-packages-"))  # pytest's own folders are closed to other users
    if any(place.stat().st_mode & 0o005 != 0o005 for place in folder.parents):
        folder.rmdir()
        pytest.skip("needs a temporary folder that every user may read")
    folder.chmod(0o755)
    ignored = shutil.ignore_patterns("__pycache__", "data")
    shutil.copytree(Path(isocost.__file__).parent, folder / "isocost", ignore=ignored)
    shutil.copytree(Path(msgspec.__file__).parent, folder / "msgspec")
    shutil.copytree(Path(__file__).parent / "attacks", folder / "tests" / "attacks", ignore=ignored)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def python_of_everybody() -> str:
    """An interpreter of the version that runs the tests, which every user may execute."""
    for candidate in (os.path.realpath(sys.executable), shutil.which("python3", path="/usr/bin:/usr/local/bin")):
        if candidate is None or "/root/" in candidate:
            continue
        told = subprocess.run(
            [candidate, "-c", "import sysconfig; print(sysconfig.get_config_var('SOABI'))"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if told.stdout.strip() == sysconfig.get_config_var("SOABI"):
            return candidate
    pytest.skip("needs an interpreter of this version that every user may execute")


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
