"""Cgroups that were handed over: they bound a worker's programs together, cost no verdict, and leave nothing behind."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from isocost import values
from isocost.errors import SandboxError
from isocost.records import Isolation, LimitHit, LimitPolicy, Limits
from isocost.sandbox import cgroup, levels
from isocost.sandbox.fork_server import ForkServer, ProgramEnded

POLICY = LimitPolicy()
LIMITS = Limits(
    cpu_seconds=10,
    wall_seconds=30.0,
    memory_bytes=POLICY.memory_bytes,
    scratch_bytes=POLICY.scratch_bytes,
    output_bytes=POLICY.output_bytes,
)


def _hierarchies() -> dict[str, Path]:
    """The group that this process is in, by controller, where version 1 has one."""
    found = {}
    for line in Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines():
        _number, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):
            found[controller] = Path("/sys/fs/cgroup", controller) / path.lstrip("/")
    return found


@pytest.fixture(params=["memory", "pids"])
def group(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A group of our own, handed over to isocost; the lane is skipped by name where none can be made."""
    folder = _hierarchies().get(request.param, Path("/nowhere")) / f"tests-of-isocost-{os.getpid()}"
    try:
        folder.mkdir()
    except OSError as error:
        pytest.skip(f"no {request.param} cgroup can be made here: {error.strerror}")
    with subprocess.Popen(["sleep", "60"]) as spare:
        try:
            (folder / "cgroup.procs").write_text(str(spare.pid))
        except OSError as error:
            folder.rmdir()
            pytest.skip(f"no process can be put into a {request.param} cgroup here: {error.strerror}")
        finally:
            spare.kill()
    monkeypatch.setenv(cgroup.VARIABLE, str(folder))
    yield folder
    for _ in range(50):
        with contextlib.suppress(OSError):
            folder.rmdir()
            return
        time.sleep(0.1)
    pytest.fail(f"{folder} is not empty: {[path.name for path in folder.iterdir() if path.is_dir()]}")


def _children(group: Path) -> list[Path]:
    return [path for path in group.iterdir() if path.is_dir()]


def test_a_worker_is_in_a_group_of_its_own_and_takes_it_away(group: Path) -> None:
    """The zygote is in it, programs work as without it, and it is gone when the worker is."""
    server = ForkServer(levels.choose(POLICY), POLICY)
    try:
        (own,) = _children(group)
        assert (own / "cgroup.procs").read_text().split()
        program = server.begin("def f(x):\n    return x + 1\n", LIMITS)
        program.call("f", (1,), {})
        assert values.loads(program.receive()[1]) == 2
        facts = program.facts()
        assert (facts.limit, facts.signal) == (None, None)
    finally:
        server.close()
    assert not _children(group)


def test_memory_beyond_the_group_is_a_memory_limit(group: Path) -> None:
    """A program that fills what its group may have is ended, and its facts say that it was memory."""
    if not (group / "memory.limit_in_bytes").exists() and not (group / "memory.max").exists():
        pytest.skip("this group does not count memory")
    server = ForkServer(levels.choose(POLICY), POLICY)
    try:
        (own,) = _children(group)
        bound = own / ("memory.max" if (own / "memory.max").exists() else "memory.limit_in_bytes")
        assert int(bound.read_text()) == POLICY.memory_bytes + (256 << 20)
        bound.write_text(str(64 << 20))
        program = server.begin("kept = []\nwhile True:\n    kept.append(bytearray(1 << 20))\n", LIMITS)
        with pytest.raises(ProgramEnded):
            program.receive()
        assert program.facts().limit is LimitHit.memory
    finally:
        server.close()


def test_what_a_killed_judge_left_is_swept_and_a_living_ones_is_not(group: Path) -> None:
    """An empty group of a process that is gone is removed by the next start; one of a living process stays."""
    gone, living = group / "isocost-4194304-0", group / f"isocost-{os.getppid()}-0"
    gone.mkdir()
    living.mkdir()
    made = cgroup.handed_over()
    assert made is not None
    made.remove()
    assert not gone.exists()
    living.rmdir()


def test_a_folder_that_is_no_group_is_refused_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox does not start as if it were bounded; without the variable there is no group."""
    monkeypatch.delenv(cgroup.VARIABLE, raising=False)
    assert cgroup.handed_over() is None
    for folder in (tmp_path, tmp_path / "nowhere", tmp_path / ("long" * 100)):
        monkeypatch.setenv(cgroup.VARIABLE, str(folder))
        with pytest.raises(SandboxError, match=f"{cgroup.VARIABLE} names .* where no group can be made"):
            ForkServer(Isolation.unsafe, POLICY)
    assert not list(tmp_path.iterdir())


def test_a_group_that_bounds_nothing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hierarchy without the two controllers would leave out in silence what was asked for."""
    folders = _hierarchies()
    folder = folders.get("cpu", Path("/nowhere")) / f"tests-of-isocost-{os.getpid()}"
    try:
        folder.mkdir()
    except OSError as error:
        pytest.skip(f"no cpu cgroup can be made here: {error.strerror}")
    monkeypatch.setenv(cgroup.VARIABLE, str(folder))
    try:
        with pytest.raises(SandboxError, match="bound neither memory nor processes"):
            cgroup.handed_over()
        assert not _children(folder)
    finally:
        folder.rmdir()
