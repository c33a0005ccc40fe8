"""What people see: tables on stdout, notes on stderr, and never a control character of somebody else's."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence

import msgspec

from isocost.records import Estimate

MOST_CHARS = 10_000
"""Characters of one text of somebody's that people are shown."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What JSON lets stand as it is and a terminal would obey; inside strings only, where an escape means the same.
_OBEYED = re.compile(f"[\x7f-\x9f\u2028\u2029\ud800-\udfff{''.join(sorted(_BIDI))}]")


def escaped(text: str) -> str:
    r"""Text that cannot move the cursor, ring the bell, or turn the line around: such characters are written out.

    >>> escaped("a\x1b[31mb\n")
    'a\\x1b[31mb\\n'
    """
    return "".join(
        char if (char.isprintable() or char == " ") and char not in _BIDI else char.encode("unicode_escape").decode()
        for char in text
    )


def one_line(text: str) -> str:
    """Text on one line, escaped."""
    return escaped(" ".join(text.split()))


def readable(text: str, *, most: int = MOST_CHARS) -> str:
    r"""Text of several lines that keeps its newlines and tabs, all else escaped; a long one is cut, saying so.

    >>> readable("a\x07\nb", most=3)
    'a\\x07\n\n… 1 more characters; --json gives them all'
    """
    kept = "".join(char if char in "\n\t" else escaped(char) for char in text[:most])
    left_out = len(text) - most
    return kept if left_out <= 0 else f"{kept}\n… {left_out:,} more characters; --json gives them all"


def print_text(title: str, text: str) -> None:
    """Print somebody's text under a title, indented, so that it cannot be taken for ours."""
    print(f"\n{escaped(title)}:")
    for line in readable(text).split("\n"):
        print(f"    {line}".rstrip())


def print_json(value: object) -> None:
    r"""Print one JSON document, and nothing else, on stdout.

    Characters that a terminal obeys are written as `\uXXXX`, and lone surrogates, which have no UTF-8, too.
    """
    text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2)
    print(_OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def print_facts(rows: Sequence[tuple[str, str | None]]) -> None:
    """Print names with their values, one a line; those that are None are left out."""
    kept = [(name, value) for name, value in rows if value is not None]
    width = max((len(name) for name, _ in kept), default=0)
    for name, value in kept:
        print(f"{name:<{width}}  {escaped(value)}".rstrip())


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """Print rows in columns; columns whose index is in `right` are aligned to the right. Cells are escaped."""
    lines = [[escaped(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        cells = [
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  ".join(cells).rstrip())


def percent(estimate: Estimate) -> str:
    """An estimate in percent with its interval, as `33.5% [26.8, 41.1]`."""
    return f"{estimate.value:.1%} [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"


def note(text: str) -> None:
    """Say something beside the result."""
    print(f"note: {one_line(text)}", file=sys.stderr)


def warn(text: str) -> None:
    """Say something that the reader must not miss."""
    print(f"warning: {one_line(text)}", file=sys.stderr)
