"""What the pool and its workers say to each other: length-prefixed MessagePack over a pair of sockets."""

from __future__ import annotations

import socket
import struct

import msgspec

from isocost.records import Channel, Isolation, LimitPolicy, Limits, Outcome, Record, Tests
from isocost.sandbox.fork_server import Facts

SUITES_KEPT = 512
"""Test sets that a worker remembers: the last ones told. The pool counts along, and tells one again when it is due."""

_HEAD = struct.Struct("<I")


class Setup(Record, frozen=True, tag="setup"):
    """First word to a worker."""

    isolation: Isolation
    policy: LimitPolicy


class Suite(Record, frozen=True, tag="suite"):
    """A test set that tasks will name by its key."""

    key: str
    tests: Tests
    reference: str
    """The reference solution: asked for expected values, and for its own time where a program runs out of it."""


class Task(Record, frozen=True, tag="task"):
    """One program to judge."""

    token: int
    suite: str
    source: bytes
    """UTF-8, where a lone surrogate is allowed."""


class Expect(Record, frozen=True, tag="expect"):
    """Ask for the values that the reference solution gives."""

    token: int
    suite: str


class Batch(Record, frozen=True, tag="batch"):
    """Work, in order."""

    items: list[Suite | Task | Expect]


class Judged(Record, frozen=True, tag="judged"):
    """Answer to a task."""

    token: int
    outcome: Outcome
    detail: str | None
    channel: Channel
    facts: Facts | None
    limits: Limits
    calls: int


class Expected(Record, frozen=True, tag="expected"):
    """Answer to a question for expected values; None with the reason where there is none."""

    token: int
    values: str | None
    reason: str | None


class Done(Record, frozen=True, tag="done"):
    """Answers, in order."""

    answers: list[Judged | Expected]


class Failed(Record, frozen=True, tag="failed"):
    """A worker that could not start its sandbox."""

    reason: str


class Alive(Record, frozen=True, tag="alive"):
    """A worker is at work; see `pulse`."""


ToWorker = Setup | Batch
FromWorker = Done | Failed | Alive

_encode = msgspec.msgpack.Encoder().encode
_decode_to_worker = msgspec.msgpack.Decoder(ToWorker).decode
_decode_from_worker = msgspec.msgpack.Decoder(FromWorker).decode


def framed(message: ToWorker | FromWorker) -> bytes:
    """One message, ready to be sent."""
    body = _encode(message)
    return _HEAD.pack(len(body)) + body


class Reader:
    """Puts messages together from what arrives."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._buffer = bytearray()

    def fill(self, *, wait: bool = True) -> bool:
        """Read what is there, waiting for something unless told not to; False when the other end is gone."""
        try:
            part = self._channel.recv(1 << 18, 0 if wait else socket.MSG_DONTWAIT)
        except BlockingIOError:
            return True
        except ConnectionResetError:
            return False
        self._buffer += part
        return bool(part)

    def next(self) -> bytes | None:
        """The next whole message, if it is there."""
        if len(self._buffer) < _HEAD.size:
            return None
        (size,) = _HEAD.unpack_from(self._buffer)
        end = _HEAD.size + size
        if len(self._buffer) < end:
            return None
        body = bytes(self._buffer[_HEAD.size : end])
        del self._buffer[:end]
        return body


def to_worker(body: bytes) -> ToWorker:
    """Read a message on the worker's side."""
    message: ToWorker = _decode_to_worker(body)
    return message


def from_worker(body: bytes) -> FromWorker:
    """Read a message on the pool's side."""
    message: FromWorker = _decode_from_worker(body)
    return message
