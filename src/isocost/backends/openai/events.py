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
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Data of the events that became whole.

        Raises BrokenReplyError where the stream holds something that is no event, as a page of HTML.
        """
        text = self._rest + data if self._rest else data
        if b"\r" in text:
            held = text.endswith(b"\r")  # half of a CRLF, perhaps
            text = text[: len(text) - held].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            *blocks, rest = text.split(b"\n\n")
            self._rest = rest + b"\r" if held else rest
        else:
            *blocks, self._rest = text.split(b"\n\n")
        if len(self._rest) > MOST_BYTES:
            raise BrokenReplyError(f"an event of more than {MOST_BYTES >> 20} MiB")
        found = []
        for block in blocks:
            if block.startswith(b"data: ") and b"\n" not in block:
                found.append(block[6:])
            elif (event := _data(block)) is not None:
                found.append(event)
        return found


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
