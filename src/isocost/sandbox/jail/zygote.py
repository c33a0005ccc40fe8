"""The zygote: a bare Python, locked in once, that forks a child for every program.

Source of programs, tests and expected values never pass through it: a forked heap is a copy. It gets, over a
sequenced-packet socket, `(job, CPU seconds, wall milliseconds, bytes of memory)` and one end of a fresh socket pair, which the child
serves (`child.py`). A new job, or a stop, ends the one that runs; jobs write their output to two files in turn, so
that the last words of one are never taken for the next one's. For every job it reports once

    job · exit status as of wait(2) · CPU µs · peak resident KiB · wall µs · why it was ended · leftovers

Started by `isocost.sandbox.fork_server`, with its configuration as JSON in the first message.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import stat
import struct
import sys
import time

from isocost.sandbox.jail import child, rlimits, scratch

JOB = struct.Struct("<QIIQ")
REPORT = struct.Struct("<QiQQQBB")
ENDED_ITSELF, ENDED_BY_JUDGE, ENDED_BY_WALL, ENDED_BY_SCRATCH = range(4)
_LOOK_SECONDS = 0.02
_CHANNEL_FD = 3
_ALL_FDS = 0x7FFFFFFF  # the judge may have had so many files open that ours have high numbers
WARM = (
    "bisect", "collections", "copy", "datetime", "functools", "heapq", "itertools", "math", "operator", "random",
    "re", "string", "typing",
)  # fmt: skip
"""Modules that most programs import; loaded once here, forked with every child."""

_COPIES = """
import shutil

def _as_far_as_allowed(copy):
    def copied(*arguments, **keywords):
        try:
            return copy(*arguments, **keywords)
        except PermissionError:
            return None
    return copied

shutil.copymode, shutil.copystat = _as_far_as_allowed(shutil.copymode), _as_far_as_allowed(shutil.copystat)
"""
"""Where mode and times of files are closed, `shutil.copy` and its like would fail on each copy in the scratch folder."""


class _Config:
    """What the judge asks of a zygote; fields as in `isocost.sandbox.fork_server`."""

    namespaces: bool
    landlock: bool
    seccomp: bool
    binds: list[str]
    readable: list[str]
    listable: list[str]
    outputs: list[int]
    extra_paths: list[str]
    scratch: str
    uid: int | None
    reads_past_modes: bool
    scratch_bytes: int
    processes: int | None

    def __init__(self, fields: dict[str, object]) -> None:
        self.__dict__.update(fields)

    @property
    def owns_files_outside(self) -> bool:
        """Whether the program's user may own files outside, whose mode and times only seccomp can close."""
        return not self.namespaces and self.uid is None


def main() -> None:
    """Lock this process in as configured, report `ready`, and serve until the judge hangs up."""
    control = socket.socket(fileno=int(sys.argv[1]))
    config = _Config(json.loads(control.recv(1 << 20)))
    try:
        child_filter = _lock_in(control, config)
    except (OSError, ImportError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        control.send(b"failed " + reason.encode("utf-8", "replace")[:2000])
        os._exit(1)
    control.send(b"ready")
    _Zygote(control, config, child_filter).serve()


def _lock_in(control: socket.socket, config: _Config) -> object | None:
    from isocost.sandbox.jail import kernel, landlock, namespaces, privileges, seccomp

    for path in namespaces.DEVICES:  # a file in its place would hand what one program reads or writes to the next
        if os.path.exists(path) and not stat.S_ISCHR(os.stat(path).st_mode):
            raise OSError(f"{path} is no device on this machine; put it right first")
    folder = config.scratch
    if config.namespaces:
        if os.getuid() == 0:
            with contextlib.suppress(PermissionError):  # a user namespace in which groups cannot be changed
                os.setgroups([])
        kernel.unshare(namespaces.UNSHARE_FLAGS)
        control.send(b"map")  # only a process outside may map our ids
        if control.recv(16) != b"mapped":
            raise OSError("user ids could not be mapped")
        if first := os.fork():
            control.send(b"pid %d" % first)
            os._exit(0)  # the judge adopts the first process of the new namespace
        if control.recv(16) != b"go on":
            raise OSError("the judge is gone")
        sources = namespaces.open_sources(config.binds)  # now: the new id may not be allowed to reach them
        privileges.become(namespaces.INNER_ID, namespaces.INNER_ID)
        namespaces.build_root(sources, config.scratch_bytes)
        folder = namespaces.SCRATCH
    elif config.uid is not None:
        os.setgroups([])
        privileges.become(config.uid, config.uid, keep_rights=config.reads_past_modes)
    config.scratch = folder
    privileges.drop(reads_past_modes=config.reads_past_modes)
    _warm_up(config)
    os.chdir(folder)
    if config.landlock:
        landlock.restrict(config.readable, config.listable, [folder], list(namespaces.DEVICES))
    rlimits.lower(config.scratch_bytes, config.processes)
    if not config.seccomp:
        return None
    child_filter = seccomp.ChildFilter(owners_calls=not config.owns_files_outside)
    seccomp.install(seccomp.common_filter())
    return child_filter


def _warm_up(config: _Config) -> None:
    """Load what programs need, and leave nothing of ours for them to find by name."""
    reseed = os.register_at_fork
    os.register_at_fork = lambda **_: None  # random would reseed: 30 page faults a fork
    for name in WARM:
        __import__(name)
    os.register_at_fork = reseed
    sys.modules["random"].seed(0)
    if config.seccomp and config.owns_files_outside:
        exec(_COPIES, {})  # in a namespace of its own, so that nothing of ours hangs on it
    sys.path[:] = [path for path in sys.path if path not in sys.argv[2:]] + config.extra_paths
    sys.argv[:] = sys.orig_argv[:] = ["program.py"]
    for name in [name for name in sys.modules if name == "isocost" or name.startswith("isocost.")]:
        del sys.modules[name]
    sys.stdin = open(0, encoding="utf-8")  # noqa: SIM115 (lives as long as the process)
    sys.stdout = open(1, "w", encoding="utf-8", errors="surrogateescape", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]


class _Zygote:
    def __init__(self, control: socket.socket, config: _Config, child_filter: object | None) -> None:
        self._control = control
        self._config = config
        self._child_filter = child_filter
        self._poll = select.poll()
        self._poll.register(control.fileno(), select.POLLIN)

    def serve(self) -> None:
        gc.collect()
        gc.disable()
        gc.freeze()
        while True:
            message, ancillary, _flags, _address = self._control.recvmsg(64, 64)
            if not message:
                os._exit(0)
            if not ancillary:
                continue  # a stop that came after the program had ended by itself
            job, cpu_seconds, wall_ms, memory_bytes = JOB.unpack(message)
            fd = struct.unpack("i", ancillary[0][2][:4])[0]
            started = time.monotonic()
            pid = os.fork()
            if pid == 0:
                self._become_child(job, fd, cpu_seconds, memory_bytes)
            os.close(fd)
            self._finish(job, pid, started, wall_ms)

    def _become_child(self, job: int, fd: int, cpu_seconds: int, memory_bytes: int) -> None:
        status = 70  # nothing of the program can bring us back here with another
        try:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # its own: flags of a shared one would be notes to the next
            os.dup2(self._config.outputs[job % 2], 1)
            os.dup2(1, 2)
            os.dup2(fd, _CHANNEL_FD)
            os.closerange(_CHANNEL_FD + 1, _ALL_FDS)
            rlimits.bound(cpu_seconds, memory_bytes)
            if self._child_filter is not None:
                self._child_filter.add()  # type: ignore[attr-defined]
            child.run(_CHANNEL_FD)
            status = 0
        finally:
            os._exit(status)

    def _finish(self, job: int, pid: int, started: float, wall_ms: int) -> None:
        ended = self._wait(pid, started + wall_ms / 1000)
        self._kill_all(pid)
        _pid, status, usage = os.wait4(pid, 0)
        wall = time.monotonic() - started
        leftovers = self._reap()
        cpu = int((usage.ru_utime + usage.ru_stime) * 1e6)
        report = REPORT.pack(job, status, cpu, usage.ru_maxrss, int(wall * 1e6), ended, min(leftovers, 255))
        try:
            scratch.clear(self._config.scratch)
        except OSError:  # a scratch made to resist: a fresh zygote has a fresh one
            self._control.send(report)
            os._exit(1)
        self._control.send(report)

    def _wait(self, pid: int, deadline: float) -> int:
        pidfd = os.pidfd_open(pid)
        self._poll.register(pidfd, select.POLLIN)
        step = None if self._config.namespaces else _LOOK_SECONDS  # no tmpfs of our own bounds the scratch: look at it
        try:
            while True:
                left = deadline - time.monotonic()
                if left <= 0:
                    return ENDED_BY_WALL
                ready = self._poll.poll(1000 * (left if step is None else min(left, step)))
                if any(fd == pidfd for fd, _events in ready):
                    return ENDED_ITSELF
                if ready:
                    return ENDED_BY_JUDGE
                if step is not None:
                    looked = time.monotonic()
                    if scratch.bytes_in(self._config.scratch) > self._config.scratch_bytes:
                        return ENDED_BY_SCRATCH
                    step = max(_LOOK_SECONDS, 20 * (time.monotonic() - looked))
        finally:
            self._poll.unregister(pidfd)
            os.close(pidfd)

    def _kill_all(self, pid: int) -> None:
        # In a process namespace of our own this ends everything that the program left behind.
        os.kill(-1 if self._config.namespaces else pid, signal.SIGKILL)

    def _reap(self) -> int:
        leftovers = 0
        try:
            while os.waitpid(-1, 0)[0]:
                leftovers += 1
        except ChildProcessError:
            return leftovers
        return leftovers
