"""Rows of a benchmark file: JSON or JSON Lines, gzipped or not, each row knowing the place it came from."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from isocost.errors import BenchmarkError

GZIP_MAGIC = b"\x1f\x8b"

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """One object of a benchmark file."""

    where: str
    """File and line (or item of a JSON list), for messages."""
    fields: dict[str, Any]
    """The object."""

    def text(self, key: str) -> str:
        """Return a field that has to be text.

        Raises
        ------
        BenchmarkError
            If it is missing or is something else; so do the other readers of fields.

        """
        return self._typed(key, str, "text")

    def texts(self, key: str) -> list[str]:
        """Return a field that has to be a list of texts."""
        items = self._typed(key, list, "a list of texts")
        for item in items:
            if not isinstance(item, str):
                raise BenchmarkError(f"{self.where}: {key!r} holds {type(item).__name__}, expected a list of texts")
        return items

    def calls(self, key: str) -> list[list[Any]]:
        """Return a field that has to be a list of argument lists; `{}`, as one published row has it, is an empty one."""
        if self.fields.get(key) == {}:
            return []
        items = self._typed(key, list, "a list of argument lists")
        for item in items:
            if not isinstance(item, list):
                raise BenchmarkError(f"{self.where}: {key!r} holds {type(item).__name__}, expected argument lists")
        return items

    def number(self, key: str) -> float:
        """Return a field that has to be a number that is not negative."""
        value = self.fields.get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0:
            raise BenchmarkError(f"{self.where}: {key!r} is {value!r:.40}, expected a number of at least 0")
        return float(value)

    def id(self, key: str) -> str | int:
        """Return the field that names the problem: text, or a whole number."""
        value = self.fields.get(key)
        if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
            raise BenchmarkError(f"{self.where}: {key!r} is {value!r:.40}, expected an id (text or a whole number)")
        return value

    def _typed(self, key: str, kind: type[T], wanted: str) -> T:
        value = self.fields.get(key)
        if not isinstance(value, kind):
            seen = type(value).__name__ if key in self.fields else "missing"
            raise BenchmarkError(f"{self.where}: {key!r} is {seen}, expected {wanted}")
        return value


def read_rows(data: bytes, path: Path) -> list[Row]:
    """Read the rows of a file's bytes; `path` only names it.

    Raises
    ------
    BenchmarkError
        If the bytes are no UTF-8 JSON of objects, with file and line.

    """
    if data.startswith(GZIP_MAGIC):
        data = unpacked(data, path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BenchmarkError(f"{path}:{line}: not UTF-8 text (byte {error.start}); expected JSON Lines") from None
    if text.lstrip().startswith("["):
        rows = _read_list(text, path)
    else:
        # Not splitlines: a raw U+2028 inside a JSON text would end the line.
        lines = enumerate(text.split("\n"), start=1)
        rows = [_row(_parse(line, f"{path}:{number}"), f"{path}:{number}") for number, line in lines if line.strip()]
    if not rows:
        raise BenchmarkError(f"{path}: no problems in it; expected one JSON object a line")
    return rows


def unpacked(data: bytes, path: Path) -> bytes:
    """Return gzipped bytes unpacked."""
    try:
        return gzip.decompress(data)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise BenchmarkError(f"{path}: broken gzip data ({error}); fetch the file again") from None


def _read_list(text: str, path: Path) -> list[Row]:
    try:
        items = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise BenchmarkError(f"{path}:{line}: not JSON ({error}); expected a list of objects") from None
    return [_row(item, f"{path}, item {number}") for number, item in enumerate(items)]


def _parse(line: str, where: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BenchmarkError(f"{where}: not JSON ({error}); expected one object a line") from None


def _row(item: object, where: str) -> Row:
    if not isinstance(item, dict):
        raise BenchmarkError(f"{where}: a JSON {type(item).__name__}, expected an object")
    return Row(where, item)
