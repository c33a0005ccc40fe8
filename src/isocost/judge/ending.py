"""Whether a program that does not compile breaks off at its end, as one does whose text was cut at a token limit.

The text is only parsed, never run, and by the bounds of `isocost.judge.syntax`. Not covered: a text that was cut between
two statements, which compiles; and an error by the author in the last line's last word, which looks like a cut.
"""

from __future__ import annotations

import ast
import warnings

from isocost.judge.syntax import MAX_CHARS

# A flag of CPython's own `codeop`: where the parser fails because the text is at its end, the error says so by this name.
_ALLOW_INCOMPLETE_INPUT = 0x4000
_INCOMPLETE = "incomplete input"
_OPEN_TEXT = "unterminated"


def breaks_off(source: str) -> bool:
    r"""Whether it fails to parse at its very end: more text could have made it whole.

    False for a text that parses, that is wrong before its end, or that is too long to be parsed.

    >>> breaks_off("def f(x):\n    return (x +"), breaks_off("def f(x):\n    if x =="), breaks_off('x = "abc')
    (True, True, True)
    >>> breaks_off("def f(x):\n    return x\n```\n"), breaks_off("print((1)\nfor x in y:\n    pass\n")
    (False, False)
    """
    if len(source) > MAX_CHARS:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(
                source, "<completion>", "exec", flags=ast.PyCF_ONLY_AST | _ALLOW_INCOMPLETE_INPUT, dont_inherit=True
            )
    except SyntaxError as error:
        return _INCOMPLETE in error.msg or _at_the_end(source, error)
    except (ValueError, RecursionError, MemoryError, OverflowError):
        return False
    return False


def _at_the_end(source: str, error: SyntaxError) -> bool:
    """Whether the last word of the last line was right, and something was missing behind it."""
    lines = source.rstrip().splitlines()
    if not lines or error.lineno is None or error.lineno < len(lines):
        return False
    return error.msg.startswith(_OPEN_TEXT) or (error.offset or 0) > len(lines[-1].rstrip())
