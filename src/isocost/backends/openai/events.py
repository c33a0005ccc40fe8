r"""Server-sent events out of bytes, however the bytes were cut.

>>> reader = EventReader()
>>> reader.feed(b': a comment\r\ndata: {"a":\r\nda')
[]
>>> reader.feed(b"ta: 1}\r\n\r\n")
[b'{"a":\n1}']
"""

from __future__ import annotations

from typing import Final

from isocost.backends.openai.troubles import BrokenReplyError

MOST_BYTES: Final = 16 << 20
"""Bytes of one event; a server that sends more without an end is not trusted with our memory."""
_STARTS_OF_OTHER_THINGS: Final = (b"<", b"{")


class EventReader:
    """Takes bytes, gives the data of whole events. Lines end with LF, CR or CRLF; several `data` lines are joined by LF."""

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Data of the events that became whole.

        Raises BrokenReplyError where the stream holds something that is no event, as a page of HTML.
        """
        if self._goes_on(data):
            self._keep(data)
            return []
        text = b"".join([*self._rest, data]) if self._rest else data
        self._rest, self._size = [], 0
        if b"\r" in text:
            held = text.endswith(b"\r")  # half of a CRLF, perhaps
            text = text[: len(text) - held].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            *blocks, rest = text.split(b"\n\n")
            rest += b"\r" * held
        else:
            *blocks, rest = text.split(b"\n\n")
        if rest:
            self._keep(rest)
        found = []
        for block in blocks:
            if block.startswith(b"data: ") and b"\n" not in block:
                found.append(block[6:])
            elif (event := _data(block)) is not None:
                found.append(event)
        return found

    def _goes_on(self, data: bytes) -> bool:
        """Whether an event that was begun surely does not end in these bytes: a long one is not searched anew each time."""
        if not self._rest:
            return False
        last = self._rest[-1][-1:]
        return last != b"\r" and b"\r" not in data and b"\n\n" not in last + data

    def _keep(self, piece: bytes) -> None:
        self._rest.append(piece)
        self._size += len(piece)
        if self._size > MOST_BYTES:
            raise BrokenReplyError(f"an event of more than {MOST_BYTES >> 20} MiB")


def _data(block: bytes) -> bytes | None:
    """Data of an event with other lines in it; None where it has none, as a comment."""
    lines = []
    for line in block.split(b"\n"):
        name, _, value = line.partition(b":")
        if name in {b"data", b"error"}:  # llama.cpp once sent `error: {...}`
            lines.append(value.removeprefix(b" "))
        elif line.startswith(_STARTS_OF_OTHER_THINGS):
            raise BrokenReplyError(f"{line[:60]!r} in the stream, expected an event")
    return b"\n".join(lines) if lines else None
