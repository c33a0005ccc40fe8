"""One program's life, seen from outside: what is said to it, what it answers, and what happened to it.

Answers are text (`isocost.values`), read within bounds; nothing of the program runs here.
"""

from __future__ import annotations

import marshal
import socket
import struct
from collections.abc import Callable

import msgspec

from isocost import values
from isocost.records import LimitHit, Limits

MAX_FRAME_BYTES = 16 << 20
"""Largest answer that is read; a longer one counts as too much output."""

_HEAD = struct.Struct("<I")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to one program, without judgement."""

    exit_code: int | None
    """Exit status, if it ended by itself."""
    signal: int | None
    """Signal that ended it, if it was not ours."""
    cpu_seconds: float
    """User and system seconds."""
    wall_seconds: float
    """Seconds from fork to end."""
    memory_bytes: int
    """Peak resident memory."""
    limit: LimitHit | None
    """Limit that ended it."""
    output: str
    """Kept stdout and stderr."""
    leftovers: int
    """Processes that it left behind; they were killed."""


class ProgramEnded(Exception):  # noqa: N818 (an event on the pipe, not an error)
    """The program's process is gone, or said something that is no frame."""


class Conversation:
    """One program's life, seen from outside."""

    def __init__(
        self, conclude: Callable[[Conversation], Facts], job: int, channel: socket.socket, limits: Limits
    ) -> None:
        self._conclude = conclude
        self._channel = channel
        self._buffer = bytearray()
        self._overflow = False
        self.ended = False
        """Whether the program closed its end before we closed ours."""
        self.settled: Facts | None = None
        """What happened, once the sandbox has said so."""
        self.job = job
        self.limits = limits

    def receive(self) -> tuple[str, str]:
        """Wait for the next answer: its letter (see `jail/child.py`) and its text. Raises ProgramEnded."""
        (size,) = _HEAD.unpack(self._exactly(4))
        if size > MAX_FRAME_BYTES:
            self._overflow = True
            raise ProgramEnded
        body = self._exactly(size)
        try:
            text = body.decode("ascii" if body[:1] in b"vw" else "utf-8")
        except UnicodeDecodeError:
            raise ProgramEnded from None
        letter, newline, rest = text.partition("\n")
        if not newline or len(letter) != 1:
            raise ProgramEnded
        return letter, rest

    def call(self, name: str, arguments: tuple[object, ...], keywords: dict[str, object]) -> None:
        """Ask for one call; the answer comes by `receive`. Raises ValueError for arguments that cannot cross."""
        try:
            body = marshal.dumps((name, arguments, keywords))  # type: ignore[arg-type]  # it raises for what is not
        except ValueError:  # an iterator, a deque, and whatever else only text can carry
            body = marshal.dumps((name, values.dumps((arguments, keywords)), None))
        self.send(body)

    def send(self, body: bytes) -> None:
        """Send one frame; a program that is gone is noticed when its answer is missed."""
        try:
            self._channel.sendall(_HEAD.pack(len(body)) + body)
        except (BrokenPipeError, ConnectionResetError):
            return

    def facts(self) -> Facts:
        """End the program if it still runs, and tell what happened to it."""
        return self._conclude(self)

    def hang_up(self) -> None:
        """Close the pipe."""
        self._channel.close()

    @property
    def overflowed(self) -> bool:
        """Whether an answer was longer than `MAX_FRAME_BYTES`."""
        return self._overflow

    def _exactly(self, size: int) -> bytes:
        buffer = self._buffer
        while len(buffer) < size:
            try:
                part = self._channel.recv(1 << 16)
            except ConnectionResetError:
                part = b""
            if not part:
                self.ended = True
                raise ProgramEnded
            buffer += part
        taken = bytes(buffer[:size])
        del buffer[:size]
        return taken
