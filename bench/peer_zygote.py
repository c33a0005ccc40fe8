"""A contender of the judging race: a warm zygote for each worker, which forks for every program and locks nothing in.

It is what isocost's own zygote would be with nothing around it: exec'ed clean, warmed by the same modules, given each
program's text over a socket, with the tests in the program's process and its exit status for the verdict.
"""

from __future__ import annotations

import socket
import struct
import subprocess
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from bench.peers import Passed, Program

from isocost.sandbox import interpreter
from isocost.sandbox.jail import zygote

_HEAD = struct.Struct("<I")
_AHEAD = 2  # programs that a zygote is handed at once, so that it never waits

_ZYGOTE = f"""
import gc, os, sys
sys.path += sys.argv[2:]
for name in {zygote.WARM!r}:
    __import__(name)

def exactly(size):
    data = b""
    while len(data) < size:
        part = os.read(channel, size - len(data))
        if not part:
            os._exit(0)
        data += part
    return data

channel = int(sys.argv[1])
gc.collect()
gc.disable()
gc.freeze()
while True:
    text = exactly(int.from_bytes(exactly(4), "little"))
    pid = os.fork()
    if pid == 0:
        gc.enable()
        try:
            exec(compile(text, "<program>", "exec"), {{"__name__": "__main__"}})
        except BaseException:
            os._exit(1)
        os._exit(0)
    os.write(channel, b"\\1" if os.waitpid(pid, 0)[1] == 0 else b"\\0")
"""


class BareZygotes:
    """(e) A bare zygote for each worker, started once."""

    def __init__(self, workers: int) -> None:
        self._zygotes = [_Zygote() for _ in range(workers)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for started in self._zygotes:
            started.close()

    def __call__(self, programs: Sequence[Program], workers: int) -> Passed:  # noqa: ARG002 (as many as were started)
        """Run every program once."""
        waiting = iter(programs)  # CPython's own lock makes `next` of it safe between threads
        with ThreadPoolExecutor(len(self._zygotes)) as threads:
            parts = list(threads.map(lambda started: started.serve(waiting), self._zygotes))
        return {program_id: passed for part in parts for program_id, passed in part.items()}


class _Zygote:
    def __init__(self) -> None:
        self._channel, theirs = socket.socketpair()
        python = interpreter.running()
        self._process = subprocess.Popen(
            [python.executable, "-s", "-S", "-P", "-c", _ZYGOTE, str(theirs.fileno()), *python.packages],
            env={"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
        )
        theirs.close()

    def serve(self, waiting: Iterator[Program]) -> Passed:
        passed: Passed = {}
        handed: deque[Program] = deque()
        while True:
            while len(handed) < _AHEAD and (program := next(waiting, None)) is not None:
                text = program.with_tests.encode()
                self._channel.sendall(_HEAD.pack(len(text)) + text)
                handed.append(program)
            if not handed:
                return passed
            answer = self._channel.recv(1)
            if not answer:
                raise ConnectionError("the bare zygote is gone")
            passed[handed.popleft().id] = answer == b"\1"

    def close(self) -> None:
        self._channel.close()
        self._process.wait()
