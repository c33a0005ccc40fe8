"""Wording: values, exceptions and failing tests in one line for people; whatever the values are, it never fails."""

from __future__ import annotations

import reprlib


class _Short(reprlib.Repr):
    def repr_int(self, x: int, level: int) -> str:
        """An int's digits, where Python is willing to make them."""
        try:
            return super().repr_int(x, level)
        except ValueError:
            return f"an int of {x.bit_length()} bits"


_short = _Short()
_short.maxstring = _short.maxother = _short.maxlong = 120
_short.maxlist = _short.maxtuple = _short.maxset = 12

short = _short.repr
"""The repr of a value, cut short."""


def described(error: BaseException) -> str:
    """Name an exception, with its text."""
    try:
        return f"{type(error).__name__}: {error}"
    except ValueError:  # the text shows an int that is too long to be shown
        return type(error).__name__


def failing_line(error: BaseException, lines: list[str], file_name: str) -> str:
    """Give the line of the tests, compiled as `file_name`, that an exception came from."""
    number = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file_name:
            number = trace.tb_lineno
        trace = trace.tb_next
    return lines[number - 1].strip() if number and number <= len(lines) else "outside the tests"


def one_line(text: str) -> str:
    """Fold a text into one line of at most 500 characters that any file can hold."""
    return " ".join(text.split())[:500].encode("utf-8", "backslashreplace").decode()
