"""Reads a file of recorded samples row by row, in bounded pieces, whatever it holds.

Plain or gzip-compressed (told by its first bytes, not by its name), one JSON object a line, or one JSON array of
objects. What is in a row is the business of `isocost.store.recorded_rows`.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from isocost.errors import SamplesError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

LONGEST_LINE = 32 << 20
"""Bytes that one line may have. A longer one is no sample, and would fill the memory before that could be said."""
LARGEST_ARRAY = 256 << 20
"""Bytes that a JSON array may have: it has to be held whole, unlike lines."""

_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"
_PIECE = 1 << 20
_LONGEST_NAME = 200
_LONGEST_MESSAGE = 700


def fault(path: Path, reason: str, place: str | None = None) -> SamplesError:
    """Make the error that names the file, the place in it and the reason, in one line whatever the parts hold."""
    name = str(path) if len(str(path)) <= _LONGEST_NAME else f"…{str(path)[-_LONGEST_NAME:]}"
    text = f"{name}: {reason}" if place is None else f"{name}, {place}: {reason}"
    line = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text[:_LONGEST_MESSAGE])
    return SamplesError(line if len(text) <= _LONGEST_MESSAGE else f"{line}…")


@contextmanager
def opened(path: Path) -> Iterator[SamplesFile]:
    """Open a file of recorded samples.

    Raises SamplesError if there is no such file, it is a directory, or it may not be read.
    """
    try:
        raw = path.open("rb", buffering=0)
    except FileNotFoundError as error:
        raise fault(path, "no such file; expected the JSONL file that holds the samples: check its path") from error
    except IsADirectoryError as error:
        raise fault(path, "this is a directory; expected a file: name one of the samples files in it") from error
    except OSError as error:
        raise fault(path, f"cannot be opened ({error.strerror}); expected a file that you may read") from error
    with raw:
        yield SamplesFile(path, raw)


class SamplesFile:
    """An open file of samples; its rows can be read once."""

    def __init__(self, path: Path, raw: io.RawIOBase) -> None:
        """Find out what the file holds by its first bytes."""
        self.path = path
        self._hashing = _Hashing(raw)
        plain = io.BufferedReader(self._hashing, _PIECE)
        self._stream: io.BufferedReader[_Hashing] | gzip.GzipFile = plain
        with self._reading(1):
            if plain.peek(2).startswith(_GZIP):
                self._stream = gzip.GzipFile(fileobj=plain)
            head = self._stream.peek(64)
        self._array = head.removeprefix(_BOM).lstrip().startswith(b"[")
        self.container = ("json" if self._array else "jsonl") + (".gz" if self._stream is not plain else "")
        """`jsonl`, `jsonl.gz`, `json` or `json.gz`."""
        self.noun = "item" if self._array else "line"
        """What a row is called in messages; both are counted from 1."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the file's bytes as they lie on disk, 64 hex digits; right only once all rows were read."""
        return self._hashing.digest.hexdigest()

    def rows(self) -> Iterator[tuple[int, bytes]]:
        """Each row's number, from 1, and its JSON; blank lines are counted and left out.

        Raises SamplesError for what ends the reading: a line above `LONGEST_LINE`, an array above `LARGEST_ARRAY` or
        broken, a truncated or broken gzip file, a disk that fails.
        """
        return self._items() if self._array else self._lines()

    def _lines(self) -> Iterator[tuple[int, bytes]]:
        number = 1
        while True:
            with self._reading(number):
                line = self._stream.readline(LONGEST_LINE + 1)
            if not line:
                return
            if len(line) > LONGEST_LINE:
                reason = f"has more than {LONGEST_LINE:,} bytes ({LONGEST_LINE >> 20} MiB); expected one sample's row"
                raise fault(self.path, f"{reason}: leave this line out", f"line {number}")
            if number == 1:
                line = line.removeprefix(_BOM)
            if not line.isspace():
                yield number, line
            number += 1

    def _items(self) -> Iterator[tuple[int, bytes]]:
        pieces: list[bytes] = []
        size = 0
        while size <= LARGEST_ARRAY:
            with self._reading(1):
                piece = self._stream.read(_PIECE)
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
        else:
            reason = f"a JSON array of more than {LARGEST_ARRAY:,} bytes ({LARGEST_ARRAY >> 20} MiB)"
            raise fault(self.path, f"{reason} is not read whole; write it as JSONL: one row a line")
        yield from enumerate(self._split(b"".join(pieces).removeprefix(_BOM)), 1)

    def _split(self, array: bytes) -> Iterator[bytes]:
        """Cut an array into its items; values that only Python's own reader knows (NaN) pass too."""
        try:
            yield from (bytes(item) for item in msgspec.json.decode(array, type=list[msgspec.Raw]))
        except (ValueError, RecursionError) as strict:
            try:
                items = json.loads(array)
            except (ValueError, RecursionError):
                reason = f"begins with '[' and is no JSON array ({strict}); expected an array of rows, or JSONL"
                raise fault(self.path, reason) from strict
            yield from (json.dumps(item).encode() for item in items)

    @contextmanager
    def _reading(self, number: int) -> Iterator[None]:
        """Turn what can go wrong between disk and bytes into one line."""
        try:
            yield
        except EOFError as error:
            reason = "the gzip file ends too early, as if it were cut off; expected a whole one: copy it again"
            raise fault(self.path, reason, f"line {number}") from error
        except (gzip.BadGzipFile, zlib.error) as error:
            reason = f"the gzip file is broken ({error}); expected a whole one: copy it again"
            raise fault(self.path, reason, f"line {number}") from error
        except OSError as error:
            raise fault(self.path, f"cannot be read on ({error.strerror})", f"line {number}") from error


class _Hashing(io.RawIOBase):
    """Hashes the bytes as they are read, so that the hash is of what was read and not of a later state of the file."""

    def __init__(self, raw: io.RawIOBase) -> None:
        self._raw = raw
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        view = memoryview(buffer)
        size = self._raw.readinto(view)
        self.digest.update(view[:size])
        return size
