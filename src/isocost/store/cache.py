"""What was judged before, by content, in the user's cache folder: the same program is not run twice.

A cache may forget, never lie and never stop a run: when the file is broken it is set aside and begun anew, and when
the folder cannot be used the cache is off; `note` says so in one line. It grows without bound; deleting the folder is
always safe. One SQLite file in WAL mode, so that several processes may use it and `kill -9` loses at most the last
`put_many`. Open it after forking: a connection must not cross a fork.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

FILE_NAME = "cache-1.sqlite"
"""The number is the format's; a later format takes another file."""

_CHUNK = 500
_WAIT_SECONDS = 20.0
_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_TABLE = """
CREATE TABLE IF NOT EXISTS entries (
    namespace TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (namespace, key)
)
"""

A = TypeVar("A")
T = TypeVar("T")


class Namespace(StrEnum):
    """What a value is; keys of different namespaces never meet."""

    verdicts = "verdicts"
    """Execution and verdict of a program."""
    expected = "expected"
    """Expected values that a reference solution gave."""
    extraction = "extraction"
    """Program read out of a completion."""


def cache_folder() -> Path:
    """Where the cache lives: ISOCOST_CACHE, else XDG_CACHE_HOME/isocost, else ~/.cache/isocost. Creates nothing.

    Raises RuntimeError when there is no home folder to be found.
    """
    own = os.environ.get("ISOCOST_CACHE")
    if own:
        return Path(own)
    shared = os.environ.get("XDG_CACHE_HOME")
    # The XDG rules say that a relative path there is to be ignored.
    if shared and Path(shared).is_absolute():
        return Path(shared) / "isocost"
    return Path.home() / ".cache" / "isocost"


class VerdictCache:
    """Bytes by key, in namespaces. Keys are ASCII text (hashes); callers encode and decode the values.

    `enabled` is False when the cache is off, by wish or by trouble; then it has nothing and takes nothing. `note` is
    None, or one line on what was wrong with it. Not for several threads.
    """

    def __init__(self, folder: Path | None = None, *, off: bool = False) -> None:
        """Open the cache in `folder` (default: `cache_folder()`), created as needed; a bad place only turns it off."""
        self.note: str | None = None
        self._connection: sqlite3.Connection | None = None
        self._inode: int | None = None
        self._path = Path(FILE_NAME)
        if off:
            return
        try:
            self._path = (cache_folder() if folder is None else folder) / FILE_NAME
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = self._open()
        except (OSError, RuntimeError, sqlite3.DatabaseError) as error:
            self._turn_off(error)

    @classmethod
    def disabled(cls) -> Self:
        """A cache that is off by wish: no file, no note."""
        return cls(off=True)

    @property
    def enabled(self) -> bool:
        """Whether anything can be found or kept."""
        return self._connection is not None

    def get_many(self, keys: Iterable[str], namespace: Namespace = Namespace.verdicts) -> dict[str, bytes]:
        """Return the values of those keys that are there."""
        wanted = iter(dict.fromkeys(keys))
        found: dict[str, bytes] = {}
        while chunk := list(islice(wanted, _CHUNK)):
            found.update(self._guarded(_select, namespace, chunk) or ())
        return found

    def put_many(self, values: Mapping[str, bytes], namespace: Namespace = Namespace.verdicts) -> None:
        """Keep these values, all or (when the cache gives up) none; a key that is there gets the new value."""
        if values:
            self._guarded(_insert, namespace, list(values.items()))

    def close(self) -> None:
        """Close the file; afterwards the cache is off. Closing twice is fine."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        """Return itself; leaving the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _guarded(
        self, work: Callable[[sqlite3.Connection, Namespace, list[A]], T], name: Namespace, on: list[A]
    ) -> T | None:
        """Do `work`, or nothing when the cache is off or turns out to be broken; bugs (a value of a wrong type) pass."""
        if self._connection is None:
            return None
        try:
            return work(self._connection, name, on)
        except sqlite3.DatabaseError as error:
            if _is_corrupt(error):
                self._begin_anew(error)
            elif isinstance(error, sqlite3.OperationalError):
                self._turn_off(error)
            else:
                raise
        return None

    def _open(self) -> sqlite3.Connection:
        # The lock makes openers take turns: SQLite does not wait while another switches the file to WAL, and of two
        # processes that find the file broken only one may set it aside.
        with _taking_turns(self._path.parent):
            if self._inode is not None and self._path.exists() and self._path.stat().st_ino == self._inode:
                self._set_aside()
            try:
                connection = _connect(self._path)
            except sqlite3.DatabaseError as error:
                if not _is_corrupt(error):
                    raise
                self._set_aside(error)
                connection = _connect(self._path)
            self._inode = self._path.stat().st_ino
            return connection

    def _begin_anew(self, error: sqlite3.DatabaseError) -> None:
        first_time = self.note is None
        self.close()
        if not first_time:
            self._turn_off(error)
            return
        self.note = self._broken_note(error)
        try:
            self._connection = self._open()
        except (OSError, sqlite3.DatabaseError) as again:
            self._turn_off(again)

    def _set_aside(self, error: sqlite3.DatabaseError | None = None) -> None:
        if error is not None:
            self.note = self._broken_note(error)
        # The write-ahead log first: left behind, it would be replayed into the new file.
        for suffix in ("-wal", "-shm", ""):
            part = self._path.with_name(self._path.name + suffix)
            if part.exists():
                part.replace(self._path.with_name(f"{self._path.name}.broken{suffix}"))

    def _broken_note(self, error: sqlite3.DatabaseError) -> str:
        return f"cache {str(self._path)!r} is broken ({error}); set aside as {self._path.name}.broken, begun anew"

    def _turn_off(self, error: Exception) -> None:
        self.close()
        self.note = (
            f"cache {str(self._path)!r} cannot be used ({error}); going on without: ISOCOST_CACHE names another folder"
        )


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT_SECONDS, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # After a power loss the last entries may be missing, which a cache can bear, and nothing is broken.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_TABLE)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _select(connection: sqlite3.Connection, namespace: Namespace, keys: list[str]) -> list[tuple[str, bytes]]:
    marks = ",".join("?" * len(keys))
    query = f"SELECT key, value FROM entries WHERE namespace = ? AND key IN ({marks})"  # noqa: S608  only `?` goes in
    return connection.execute(query, [namespace.value, *keys]).fetchall()


def _insert(connection: sqlite3.Connection, namespace: Namespace, items: list[tuple[str, bytes]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany(
            "INSERT OR REPLACE INTO entries VALUES (?, ?, ?)", ((namespace.value, key, value) for key, value in items)
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _is_corrupt(error: sqlite3.DatabaseError) -> bool:
    # The low byte is the plain code; extended codes carry detail above it.
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _CORRUPT


@contextmanager
def _taking_turns(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder / "cache.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
