"""Syntax: compiles untrusted source to a tree, guarded and a bounded number of times, and cuts tails by it."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

__all__ = ["MAX_ATTEMPTS", "MAX_CHARS", "MAX_TOTAL_CHARS", "Code", "Parser"]

MAX_CHARS = 200_000
"""Longer texts are not compiled. 8,000 tokens of code are about 30,000 characters."""

MAX_ATTEMPTS = 40
"""Compilations allowed for one completion; one or two are usual."""

MAX_TOTAL_CHARS = 1_000_000
"""Characters compiled for one completion, all attempts together."""

_MAX_CUTS = 8
_MARGIN = re.compile(r"^[^\s#)\]}]", re.MULTILINE)
# Lines that go on with a function whose indentation was lost: to cut before them would cut inside its body.
_GOES_ON = re.compile(r"(?:return|yield|elif|else|except|finally|break|continue)\b")
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Code:
    """Source that compiles, with its tree."""

    source: str
    """The source text."""
    tree: ast.Module
    """Its syntax tree."""
    cut: bool = False
    """Whether a tail was cut off to make it compile."""


class Parser:
    """Compiles sources for one completion and counts how often it did."""

    def __init__(self) -> None:
        """Start with all attempts unspent."""
        self.attempts = 0
        self.chars = 0
        self._error_line = 0

    def parse(self, source: str) -> Code | None:
        """Compile `source`; None where it does not compile, is too long, or the attempts are spent."""
        self._error_line = 0
        if len(source) > min(MAX_CHARS, MAX_TOTAL_CHARS - self.chars) or self.attempts >= MAX_ATTEMPTS:
            return None
        self.attempts += 1
        self.chars += len(source)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(source)
                # The tree alone accepts `return` at the margin, a late `from __future__`, and the like.
                compile(tree, "<completion>", "exec", dont_inherit=True)
        except SyntaxError as error:
            self._error_line = error.lineno or 0
            return None
        except (ValueError, RecursionError, MemoryError, OverflowError):
            # NUL bytes and lone surrogates; nesting beyond what the compiler bears.
            return None
        return Code(source, tree)

    def parse_prefix(self, source: str, floor: int) -> Code | None:
        """Compile the longest prefix of `source` that ends before a line at the margin and compiles.

        Args:
            source: the text.
            floor: index of a character; the cut never falls at or before it.

        The compiler names the line of its first error, and what stands before the statement of that line usually
        compiles, so the search needs two or three attempts and not one for each line.
        """
        code = self.parse(source)
        if code is not None:
            return code
        margins = [match.start() for match in _MARGIN.finditer(source, floor + 1)] if self._error_line else []
        starts = [0, *(match.end() for match in _LINE_END.finditer(source))] if margins else []
        for _ in range(_MAX_CUTS):
            if not self._error_line:
                return None
            line_end = starts[self._error_line] if self._error_line < len(starts) else len(source) + 1
            while margins and margins[-1] >= line_end:
                margins.pop()
            if not margins:
                return None
            place = margins.pop()
            if _GOES_ON.match(source, place):
                return None
            kept = source[:place]
            code = self.parse(kept)
            if code is not None:
                return Code(kept, code.tree, cut=True)
        return None
