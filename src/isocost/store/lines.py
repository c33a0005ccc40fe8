r"""One record, one line of JSON, whatever its text holds.

Lone surrogates, which a model's text may carry, have no UTF-8 and thus no honest JSON: `\ud800` passes the grammar but
strict readers (DuckDB, jq, msgspec) refuse it or change it, and `\ud83d\ude00` would come back as one character. A
record that holds any is written with U+FFFD in their places, readable for everybody, and one more member, `_exact`: the
whole record once more as JSON in generalised UTF-8 ("surrogatepass"), in base64. Only this module needs to know.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Generic, TypeVar

import msgspec

from isocost.records import Record

R = TypeVar("R", bound=Record)

_SURROGATE = re.compile("[\ud800-\udfff]")
_EXACT = "_exact"
_EXACT_BYTES = f'"{_EXACT}":'.encode()


class NotJsonError(ValueError):
    """The line is not JSON: what a torn write leaves behind."""


class NotRecordError(ValueError):
    """The line is JSON, and not the record that was expected."""


class LineCodec(Generic[R]):
    """Turns records of one type into lines and back, without loss."""

    def __init__(self, type_: type[R]) -> None:
        """`type_` is the only type that this codec reads and writes."""
        self._type = type_
        self._encoder = msgspec.json.Encoder()
        self._decoder = msgspec.json.Decoder(type_)

    def encode(self, record: R) -> bytes:
        """One line, newline included.

        Raises ValueError for a record that would not come back equal: NaN, or a field of the wrong type. That is a bug
        of whoever built it, better met here than when the run is read.
        """
        try:
            line = self._encoder.encode(record)
        except UnicodeEncodeError:
            line = _encode_exactly(record)
        try:
            same = self.decode(line) == record
        except NotRecordError as error:
            message = f"{record!r:.200} cannot be stored: {error}"
            raise ValueError(message) from error
        if not same:
            message = f"{record!r:.200} cannot be stored: it would not come back equal (NaN, or a list for a tuple?)"
            raise ValueError(message)
        return line + b"\n"

    def decode(self, line: bytes) -> R:
        """The record of one line, with or without its newline.

        Raises NotJsonError, or NotRecordError, which says which field is missing, unknown or of another type.
        """
        try:
            return self._decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            if not _is_json(line):
                raise NotJsonError(str(error)) from error
            if _EXACT_BYTES not in line:
                raise NotRecordError(str(error)) from error
        return self._decode_exactly(line)

    def _decode_exactly(self, line: bytes) -> R:
        try:
            members = json.loads(line)
            exact = base64.b64decode(members[_EXACT], validate=True).decode("utf-8", "surrogatepass")
            return msgspec.convert(json.loads(exact), self._type)
        except (msgspec.ValidationError, ValueError, TypeError, KeyError) as error:
            message = f"member {_EXACT} does not hold the record: {error}"
            raise NotRecordError(message) from error


def _encode_exactly(record: Record) -> bytes:
    exact = json.dumps(msgspec.to_builtins(record), ensure_ascii=False, separators=(",", ":"))
    readable = _SURROGATE.sub("\ufffd", exact)
    packed = base64.b64encode(exact.encode("utf-8", "surrogatepass")).decode("ascii")
    return f'{readable[:-1]},"{_EXACT}":"{packed}"}}'.encode()


def _is_json(line: bytes) -> bool:
    try:
        msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True
