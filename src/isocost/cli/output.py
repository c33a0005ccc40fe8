"""What people see: tables on stdout, notes on stderr, and never a control character of somebody else's.

A text or a table is given in one of the forms of `Form`; each is escaped as that form needs it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from isocost.cli.markup import latex_table, latex_text, markdown_table, markdown_text
from isocost.errors import UsageError
from isocost.records import Estimate

MOST_CHARS = 10_000
"""Characters of one text of somebody's that people are shown."""

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What JSON lets stand as it is and a terminal would obey; inside strings only, where an escape means the same.
_OBEYED = re.compile(f"[\x7f-\x9f\u2028\u2029\ud800-\udfff{''.join(sorted(_BIDI))}]")


class Form(StrEnum):
    """How what is printed is written."""

    table = "table"
    """For a terminal."""
    markdown = "markdown"
    """For a page."""
    latex = "latex"
    """For a paper: `tabular`, without packages."""
    json = "json"
    """One JSON document with everything."""


def form_of(named: str | None, *, json: bool) -> Form:
    """The form that `--format` and `--json` ask for; a table without either.

    Raises UsageError where the two disagree.
    """
    if json and named not in {None, "json"}:
        raise UsageError(f"--json and --format {named} ask for two forms, expected one; leave one of them out")
    return Form.json if json else Form(named or "table")


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


def print_text(title: str, text: str, form: Form = Form.table) -> None:
    """Print somebody's text under a title, indented, so that it cannot be taken for ours."""
    print()
    print_line(f"{title}:", form)
    if form is not Form.latex:  # four spaces are a block of code in Markdown, too
        for line in readable(text).split("\n"):
            print(f"    {line}".rstrip())
        if form is Form.markdown:
            print()
        return
    print(r"\begin{flushleft}\ttfamily")
    for line in readable(text).split("\n"):
        print(latex_text(line.expandtabs(4)).replace(" ", "~") + r"\mbox{}\\")
    print(r"\end{flushleft}")


def print_line(text: str, form: Form = Form.table) -> None:
    """Print a line of text, escaped; in Markdown and LaTeX it is a paragraph."""
    match form:
        case Form.markdown:
            print(f"{markdown_text(escaped(text).strip())}\n")
        case Form.latex:
            print(f"{latex_text(escaped(text))}\n")
        case _:
            print(escaped(text))


def print_items(items: Sequence[str], form: Form = Form.table, *, mark: str = "• ") -> None:
    """Print lines as items of a list; `mark` stands before each on a terminal."""
    if not items:
        return
    match form:
        case Form.markdown:
            print(*(f"- {markdown_text(escaped(item).strip())}" for item in items), sep="\n", end="\n\n")
        case Form.latex:
            lines = (rf"\item {latex_text(escaped(item))}" for item in items)
            print(r"\begin{itemize}", *lines, r"\end{itemize}", sep="\n", end="\n\n")
        case _:
            print(*(f"{mark}{escaped(item)}" for item in items), sep="\n")


def print_json(value: object) -> None:
    r"""Print one JSON document, and nothing else, on stdout.

    Characters that a terminal obeys are written as `\uXXXX`, and lone surrogates, which have no UTF-8, too.
    """
    text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2)
    print(_OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def print_facts(rows: Sequence[tuple[str, str | None]], form: Form = Form.table) -> None:
    """Print names with their values, one a line; those that are None are left out."""
    kept = [(name, value) for name, value in rows if value is not None]
    if form is not Form.table:
        print_table(["", "value"], kept, form=form)
        print()
        return
    width = max((len(name) for name, _ in kept), default=0)
    for name, value in kept:
        print(f"{name:<{width}}  {escaped(value)}".rstrip())


def print_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), form: Form = Form.table
) -> None:
    """Print rows in columns; columns whose index is in `right` are aligned to the right. Cells are escaped.

    The one place where a table is printed, in whatever form.
    """
    lines = [[escaped(cell) for cell in row] for row in (header, *rows)]
    match form:
        case Form.markdown:
            print(*markdown_table(lines[0], lines[1:], right), sep="\n")
        case Form.latex:
            print(*latex_table(lines[0], lines[1:], right), sep="\n")
        case _:
            _print_columns(lines, right)


def _print_columns(lines: Sequence[Sequence[str]], right: Sequence[int]) -> None:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
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
