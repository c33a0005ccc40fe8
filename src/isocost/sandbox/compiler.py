"""Compiling programs in one warm, locked-in process, so that each program's own process need not.

A freshly forked Python spends most of a short program's time on its compilation, two thirds of it on page faults.
Here one process compiles one text after another; it is a program in a sandbox of its own, with no tests and no other
secrets, and what it gives back is loaded in the program's process and nowhere else. A text that it cannot compile, or
that ends it, goes uncompiled to the program's process, where the error is found again and belongs to that program.
"""

from __future__ import annotations

from isocost import values
from isocost.records import Isolation, LimitPolicy, Limits
from isocost.sandbox.conversation import Conversation, ProgramEnded
from isocost.sandbox.fork_server import ForkServer
from isocost.sandbox.jail.child import PROGRAM_NAME

MAX_CHARS = 1 << 16
"""Longer texts are left to the program's own process."""
_TEXTS_PER_PROCESS = 500
_CPU_SECONDS = 10
_SOURCE = f"""
import marshal

def compiled(text):
    try:
        code = compile(text.removeprefix("\\ufeff"), {PROGRAM_NAME!r}, "exec", dont_inherit=True)
    except Exception:
        return None
    return marshal.dumps(code)
"""


class Compiler:
    """Compiles texts in the order in which they are submitted; at most one may wait for its result.

    Raises SandboxError when its sandbox does not start, or is lost.
    """

    def __init__(self, isolation: Isolation, policy: LimitPolicy) -> None:
        self._server = ForkServer(isolation, policy)
        self._limits = Limits(
            cpu_seconds=_CPU_SECONDS,
            wall_seconds=3600.0,
            memory_bytes=policy.memory_bytes,
            scratch_bytes=policy.scratch_bytes,
            output_bytes=policy.output_bytes,
        )
        self._process: Conversation | None = None
        self._texts = 0
        self._waiting = False

    def submit(self, text: str) -> None:
        """Ask for a text to be compiled."""
        self._waiting = False
        if len(text) > MAX_CHARS:
            return
        if self._process is None or self._texts == _TEXTS_PER_PROCESS:
            self._process, self._texts = self._server.begin(_SOURCE, self._limits), 0
        self._texts += 1
        self._process.call("compiled", (text,), {})
        self._waiting = True

    def result(self) -> bytes | None:
        """Marshalled code of the text submitted last; None where its own process has to compile it."""
        if not self._waiting or self._process is None:
            return None
        self._waiting = False
        try:
            letter, text = self._process.receive()
            code = values.loads(text) if letter == "v" else None
        except (ProgramEnded, ValueError):
            code = None
            self._process = None  # the next text gets a fresh one
        return code if isinstance(code, bytes) else None

    def close(self) -> None:
        """End it; a text that waits is left to its own process."""
        self._server.close()
        self._process, self._waiting = None, False
