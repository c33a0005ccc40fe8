"""An append-only file of records of one type, one JSON object a line, each under its own key.

The newline commits a line: what follows the last newline was cut short by a crash and does not count. A single batch
in flight can be lost to `kill -9`, never a batch that `commit` returned from, and no key can stand twice.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Hashable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Generic, TypeVar

from isocost.errors import OwnFaultError, RunMismatchError, UsageError
from isocost.records import Record
from isocost.store.disk import disk_error, replace_file, sync_folder, write_whole
from isocost.store.lines import LineCodec, NotJsonError, NotRecordError

R = TypeVar("R", bound=Record)


class Journal(Generic[R]):
    """One journal file. Not for several threads; the one writer is ensured by the run folder's lock.

    `repaired` is None, or one line about a torn tail that opening for writing cut off.
    """

    def __init__(self, path: Path, type_: type[R], key: Callable[[R], Hashable], *, writable: bool = False) -> None:
        """Open the journal at `path`, which need not exist yet: an absent file is an empty journal.

        A writable journal is read through at once and a torn tail is cut off the file. One that only reads leaves the
        file as it is, passes over a torn tail, and looks at the file when first asked; keys are then remembered.

        Raises RunMismatchError when the file has a broken line or a key twice (a reader: when it gets there),
        UsageError when it cannot be read, OSError when it cannot be repaired.
        """
        self.path = path
        self.repaired: str | None = None
        self._codec: LineCodec[R] = LineCodec(type_)
        self._key = key
        self._writable = writable
        self._known: set[Hashable] | None = None
        self._pending: list[bytes] = []
        self._descriptor = -1
        self._size = 0
        self._broken: OwnFaultError | None = None
        if writable:
            self._known = set()
            for line, record in self._scan():
                self._known.add(self._key(record))
                self._size += len(line)
            self._cut_torn_tail()

    def __len__(self) -> int:
        """Number of records, those appended and not yet committed included."""
        return len(self._keys())

    def __contains__(self, key: object) -> bool:
        """Whether a record with this key is here, committed or not."""
        return key in self._keys()

    def keys(self) -> set[Hashable]:
        """A copy of the set of keys, those appended and not yet committed included."""
        return set(self._keys())

    def read(self) -> Iterator[R]:
        """Yield the committed records in the order they were written, one at a time in memory.

        Raises RunMismatchError naming file and line for a broken line or a key that stands twice.
        """
        for _, record in self._scan():
            yield record

    def append(self, record: R) -> None:
        """Take a record into the batch in flight; `commit` writes it.

        Raises ValueError for a key that is already here or a record that cannot be stored: both are bugs of the caller.
        """
        self._check_writable()
        key = self._key(record)
        known = self._keys()
        if key in known:
            message = f"key {key!r} is already in {self.path.name}: a resumed run must pass over the keys it has"
            raise ValueError(message)
        self._pending.append(self._codec.encode(record))
        known.add(key)

    def commit(self) -> None:
        """Write the batch in flight and wait until the disk has it.

        Raises OwnFaultError when the disk is full or fails. The file then ends where the last commit ended, and this
        journal takes nothing more: open the run again.
        """
        self._check_writable()
        if not self._pending:
            return
        batch = b"".join(self._pending)
        try:
            if self._descriptor < 0:
                self._open_for_append()
            end = self._size + len(batch)
            write_whole(self._descriptor, batch)
        except OSError as error:
            raise self._give_up(error) from error
        except BaseException:
            # Interrupted: the batch is still pending, so that a later commit may write it, and only once.
            self._rewind()
            raise
        # No call between these two: a signal handler cannot come in and leave a batch written and pending.
        self._size = end
        self._pending = []

    def drop(self, keys: Collection[Hashable]) -> int:
        """Take the records with these keys out, atomically, and return how many there were.

        For what has to be done again; commits first. Raises OwnFaultError as `commit` does, and changes nothing then.
        """
        self.commit()
        unwanted = self._keys() & set(keys)
        if not unwanted:
            return 0
        # Closed first: an interrupt after the exchange must not leave us writing into the file that was put away.
        self._close_descriptor()
        kept = (line for line, record in self._scan() if self._key(record) not in unwanted)
        try:
            replace_file(self.path, kept)
        except OSError as error:
            raise self._give_up(error) from error
        self._keys().difference_update(unwanted)
        return len(unwanted)

    def close(self) -> None:
        """Close the file; an uncommitted batch is forgotten. Closing twice is fine."""
        self._pending.clear()
        self._writable = False
        self._close_descriptor()

    def _keys(self) -> set[Hashable]:
        if self._known is None:
            self._known = {self._key(record) for _, record in self._scan()}
        return self._known

    def _scan(self) -> Iterator[tuple[bytes, R]]:
        """Yield each whole line with its record; stop where a torn tail begins."""
        seen: set[Hashable] = set()
        try:
            file = self.path.open("rb")
        except FileNotFoundError:
            return
        except OSError as error:
            message = f"cannot read {str(self.path)!r}: {error.strerror}; expected a run folder that you may read"
            raise UsageError(message) from error
        with file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    return
                try:
                    record = self._codec.decode(line)
                except NotJsonError as error:
                    if self._only_wreckage(line, file):
                        return
                    raise self._complaint(number, f"is not JSON ({error})") from error
                except NotRecordError as error:
                    raise self._complaint(number, f"is not the record expected here ({error})") from error
                key = self._key(record)
                if key in seen:
                    raise self._complaint(number, f"repeats the key {key!r}, expected once")
                seen.add(key)
                yield line, record

    def _only_wreckage(self, line: bytes, rest: Iterator[bytes]) -> bool:
        """True if a line that is not JSON, and all after it, can be what a crash left of one batch.

        That is a single last line; or, after a power loss, blocks of NUL bytes that were never filled, in which case
        nothing readable may follow.
        """
        after = next(rest, None)
        if after is None:
            return True
        if b"\0" not in line:
            return False
        while after is not None:
            try:
                self._codec.decode(after)
            except NotJsonError:
                after = next(rest, None)
            except NotRecordError:
                return False
            else:
                return False
        return True

    def _cut_torn_tail(self) -> None:
        try:
            torn = self.path.stat().st_size - self._size
        except FileNotFoundError:
            return
        if torn:
            os.truncate(self.path, self._size)
            self.repaired = f"{self.path.name}: dropped a torn tail of {torn} bytes after record {len(self)}"

    def _open_for_append(self) -> None:
        is_new = not self.path.exists()
        self._descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o644)
        self._size = os.fstat(self._descriptor).st_size
        if is_new:
            sync_folder(self.path.parent)

    def _check_writable(self) -> None:
        if self._broken is not None:
            raise self._broken
        if not self._writable:
            message = f"{self.path.name} is open for reading, or closed; open the run for writing first"
            raise ValueError(message)

    def _give_up(self, error: OSError) -> OwnFaultError:
        """Leave the file as the last commit left it, and refuse all further writing."""
        self._rewind()
        self._close_descriptor()
        self._pending.clear()
        told = disk_error(self.path, error)
        self._broken = told if isinstance(told, OwnFaultError) else OwnFaultError(str(told))
        return self._broken

    def _rewind(self) -> None:
        """Cut off what a failed commit wrote. Where that fails too, the next opening finds a torn tail and cuts it."""
        if self._descriptor >= 0:
            with suppress(OSError):
                os.ftruncate(self._descriptor, self._size)

    def _close_descriptor(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _complaint(self, number: int, what: str) -> RunMismatchError:
        return RunMismatchError(
            f"{str(self.path)!r} line {number} {what}; expected lines as isocost wrote them: "
            f"delete the file from line {number} on to resume from there, or give another --out"
        )
