"""The trusted end of the sandbox: starts a zygote, hands it programs, and gives back what happened.

One `ForkServer` serves one program at a time. `begin` may be called while the last program still runs: that ends it,
and its facts are there after. Values that come back are text (`isocost.values`); nothing of the program runs here.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import marshal
import os
import signal
import socket
import struct
import subprocess
from collections import deque
from pathlib import Path

from isocost.errors import SandboxError
from isocost.records import Isolation, LimitHit, LimitPolicy, Limits
from isocost.sandbox import cgroup, interpreter, outer_user
from isocost.sandbox.conversation import MAX_FRAME_BYTES, Conversation, Facts, ProgramEnded
from isocost.sandbox.jail import kernel
from isocost.sandbox.outer_user import OuterUser
from isocost.sandbox.scratch_folder import ScratchFolder

__all__ = ["MAX_FRAME_BYTES", "Conversation", "Facts", "ForkServer", "ProgramEnded"]

_JOB = struct.Struct("<QIIQ")
_REPORT = struct.Struct("<QiQQQBB")
_ENDED_ITSELF, _ENDED_BY_JUDGE, _ENDED_BY_WALL, _ENDED_BY_SCRATCH = range(4)
_START_SECONDS = 20.0
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "LC_ALL": "C.UTF-8",
    "HOME": "/tmp",  # noqa: S108 (inside)
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "1",  # the C library would reserve 64 MiB of the address space for every thread
}
_BOOT = "import sys; sys.path.insert(0, sys.argv[2]); from isocost.sandbox.jail import zygote; zygote.main()"


class ForkServer:
    """A locked-in zygote and the means to talk to it.

    Raises SandboxError when the zygote does not start, or is lost; the caller starts another.
    """

    def __init__(self, isolation: Isolation, policy: LimitPolicy) -> None:
        self._policy = policy
        self._isolation = isolation
        self._next_job = 0
        self._running: Conversation | None = None
        self._unsettled: deque[Conversation] = deque()  # begun and not reported on yet, in order
        self._scratch: ScratchFolder | None = None
        self._cgroup: cgroup.Cgroup | None = None
        self._started: subprocess.Popen[bytes] | None = None
        self._adopted: int | None = None
        self._outputs = [_output_file(), _output_file()]
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control.settimeout(_START_SECONDS)
        try:
            self._start(theirs)
        except BaseException:
            self.close()
            raise
        finally:
            theirs.close()

    # --- one program after another

    def begin(
        self,
        source: str | bytes,
        limits: Limits,
        *,
        ahead: bytes = b"",
        watch: bool = False,
        digest_above: int = 1 << 62,
        tests: str | None = None,
    ) -> Conversation:
        """Start a program; end the one before it, if that still runs.

        `source` is the program's text, or what `Compiler` made of it. `ahead` is marshal of a list of `(name, arguments, keywords)`: calls that it answers without being asked.
        `watch` asks for arguments as they are after each call. Values whose text is longer than `digest_above` come
        as a `values.Digest`; by default they are over the bound of a frame, and count as too much output. `tests` are run inside the program's process.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        if self._running is not None:
            self._running.hang_up()
        job, self._next_job = self._next_job, self._next_job + 1
        while len(self._unsettled) > 1:  # the zygote must not wait for a reader, nor two jobs share an output file
            self._settle_next()
        if self._cgroup is not None:
            self._cgroup.allow(limits.memory_bytes)
        message = _JOB.pack(job, limits.cpu_seconds, int(limits.wall_seconds * 1000), limits.memory_bytes)
        try:
            socket.send_fds(self._control, [message], [theirs.fileno()])
        except OSError as error:
            ours.close()
            raise SandboxError(f"the sandbox is gone: {error}") from None
        finally:
            theirs.close()
        conversation = Conversation(self.facts_of, job, ours, limits)
        self._running = conversation
        self._unsettled.append(conversation)
        conversation.send(marshal.dumps((source, ahead, watch, digest_above, tests)))
        return conversation

    def facts_of(self, conversation: Conversation) -> Facts:
        """See `Conversation.facts`."""
        if self._running is conversation:
            self._running = None
            conversation.hang_up()
            self._say(b"stop")
        while conversation.settled is None:
            self._settle_next()
        return conversation.settled

    def close(self) -> None:
        """End the zygote and all that is in it."""
        if self._running is not None:
            self._running.hang_up()
            self._running = None
        self._control.close()  # the zygote ends by itself when its pipe closes
        if self._adopted is not None:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._adopted, 0)
            self._adopted = None
        if self._started is not None:
            self._started.wait()
        for fd in self._outputs:
            os.close(fd)
        self._outputs = []
        if self._scratch is not None:
            self._scratch.remove()
            self._scratch = None
        if self._cgroup is not None:
            self._cgroup.remove()
            self._cgroup = None

    # --- the zygote

    def _start(self, theirs: socket.socket) -> None:
        python = interpreter.running()
        strong = self._isolation is Isolation.strong
        locked = self._isolation is not Isolation.unsafe
        user = OuterUser(uid=None, reads_past_modes=False, processes=outer_user.THREADS)
        if not strong:
            self._scratch = ScratchFolder()
            user = outer_user.without_namespaces(python.executable, self._scratch.path)
        folder = self._scratch.path if self._scratch else "/tmp"  # noqa: S108 (inside)
        config = {
            "namespaces": strong,
            "landlock": locked,
            "seccomp": locked,
            "binds": python.binds,
            "readable": python.readable,
            "listable": python.listable,
            "extra_paths": python.packages,
            "outputs": self._outputs,
            "scratch": folder,
            "uid": user.uid,
            "reads_past_modes": user.reads_past_modes,
            "scratch_bytes": self._policy.scratch_bytes,
            "processes": user.processes,
        }
        kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1 if strong else 0)
        package_root = str(Path(__file__).resolve().parents[2])
        command = [python.executable, "-s", "-S", "-P", "-c", _BOOT, str(theirs.fileno()), package_root]
        process = subprocess.Popen(
            command,
            env=ENVIRONMENT | {"TMPDIR": folder},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(), *self._outputs),
            start_new_session=True,
        )
        theirs.close()
        self._started = process
        self._bound(process.pid)
        self._say(json.dumps(config).encode())
        answer = self._hear()
        if answer == b"map":
            self._map_ids(process.pid)
            self._say(b"mapped")
            # It hands over to the first process of its namespace, which becomes our child, and tells us its id.
            answer = self._hear()
            process.wait()
            kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 0)
            if answer.startswith(b"pid "):
                self._adopted = int(answer[4:])
                self._say(b"go on")
                answer = self._hear()
        if answer != b"ready":
            raise SandboxError(
                f"the sandbox does not start: {answer.removeprefix(b'failed ').decode('utf-8', 'replace')}"
            )
        self._control.settimeout(None)

    def _bound(self, pid: int) -> None:
        """Put the zygote into a cgroup, if one was handed over, before it forks anything."""
        self._cgroup = cgroup.handed_over()
        if self._cgroup is not None:
            self._cgroup.take_in(pid)
            self._cgroup.allow(self._policy.memory_bytes)

    def _map_ids(self, pid: int) -> None:
        outer = outer_user.spare_id() if os.getuid() == 0 and outer_user.knows_spare_id() else None
        try:
            for what, own in (("uid_map", os.getuid()), ("gid_map", os.getgid())):
                if what == "gid_map" and outer is None:
                    Path(f"/proc/{pid}/setgroups").write_text("deny")
                Path(f"/proc/{pid}/{what}").write_text(f"1000 {outer or own} 1\n")
        except OSError as error:
            raise SandboxError(f"user ids cannot be mapped: {error}") from None

    def _settle_next(self) -> None:
        """Read the next report, and let its conversation know."""
        conversation = self._unsettled.popleft()
        job, *report = _REPORT.unpack(self._hear())
        if job != conversation.job:
            raise SandboxError(f"the sandbox reports on program {job}, where {conversation.job} is due")
        conversation.settled = self._facts(conversation, report)

    def _say(self, message: bytes) -> None:
        try:
            self._control.send(message)
        except OSError as error:
            raise SandboxError(f"the sandbox is gone: {error}") from None

    def _hear(self) -> bytes:
        try:
            message = self._control.recv(4096)
        except OSError as error:
            raise SandboxError(f"the sandbox does not answer: {error}") from None
        if not message:
            raise SandboxError("the sandbox is gone: its pipe is closed")
        return message

    def _facts(self, conversation: Conversation, report: list[int]) -> Facts:
        status, cpu, memory_kib, wall, ended, leftovers = report
        output, written = self._take_output(conversation.job)
        # A process closes its pipe before it is seen to end; our word that we are through may come in between.
        by_itself = ended == _ENDED_ITSELF or (ended == _ENDED_BY_JUDGE and conversation.ended)
        killed_by = os.WTERMSIG(status) if by_itself and os.WIFSIGNALED(status) else None
        cpu_seconds, memory_bytes = cpu / 1e6, memory_kib << 10
        limit = None
        if ended == _ENDED_BY_WALL:
            limit = LimitHit.wall
        elif killed_by == signal.SIGKILL and self._cgroup is not None and self._cgroup.ran_out():
            limit = LimitHit.memory
        elif killed_by == signal.SIGKILL and cpu_seconds > 0.5 * conversation.limits.cpu_seconds:
            # The kernel holds ticks against the limit, and reports time as measured: on a busy machine a fifth less.
            limit = LimitHit.cpu
        elif killed_by == signal.SIGKILL and memory_bytes > 0.9 * conversation.limits.memory_bytes:
            limit = LimitHit.memory
        elif ended == _ENDED_BY_SCRATCH or conversation.overflowed or written >= conversation.limits.scratch_bytes:
            limit = LimitHit.output
        if ended == _ENDED_BY_JUDGE and killed_by == signal.SIGKILL and limit is None:
            killed_by = None  # by us, while it went on with its pipe closed
        return Facts(
            exit_code=os.WEXITSTATUS(status) if by_itself and os.WIFEXITED(status) else None,
            signal=killed_by,
            cpu_seconds=cpu_seconds,
            wall_seconds=wall / 1e6,
            memory_bytes=memory_bytes,
            limit=limit,
            output=output,
            leftovers=leftovers,
        )

    def _take_output(self, job: int) -> tuple[str, int]:
        """Read and empty a job's output; the kept text and how many bytes there were."""
        fd = self._outputs[job % 2]
        _writes_at_end(fd)  # the program shared this open file with us, and may have changed that for the next one
        status = os.fstat(fd)
        size = status.st_size
        if not size and not status.st_blocks:  # an empty file may still hold memory, allocated past its end
            return "", 0
        kept = os.pread(fd, self._policy.output_bytes, 0).decode("utf-8", "replace")
        os.ftruncate(fd, 0)
        if size > self._policy.output_bytes:
            kept += f"\n[{size - self._policy.output_bytes} more bytes were dropped]"
        return kept, size


def _output_file() -> int:
    fd = os.memfd_create("output")
    _writes_at_end(fd)
    return fd


def _writes_at_end(fd: int) -> None:
    fcntl.fcntl(fd, fcntl.F_SETFL, os.O_APPEND)  # every write goes to the end, whoever wrote before
    os.lseek(fd, 0, os.SEEK_SET)  # nor is the place a note for the next program
    fcntl.flock(fd, fcntl.LOCK_UN)  # nor a lock, nor, where the program's user owns it, mode and times
    os.fchmod(fd, 0o600)
    os.utime(fd, (0, 0))
