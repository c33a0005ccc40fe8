"""Extraction: reads the program out of a completion, and says by which rules.

The answer is never executed here, only compiled to a syntax tree. The principle is the least change: stem + completion
stands as it is wherever it compiles and has nothing to lose, and each step away from it is a rule with a name. Work is
linear in the length of the completion: one pass for reasoning and fences, and a bounded number of compilations
(`syntax.MAX_ATTEMPTS` for one completion), none for a text beyond `syntax.MAX_CHARS`.

Not covered: programs between other markers than fences, several programs to choose from outside fences, answers in
other languages than Python, imports that a program forgot (adding those would be solving the problem).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from isocost.errors import UsageError
from isocost.judge.fences import FENCE_MARKS, after_reasoning, split_fences
from isocost.judge.reading import Reader, Reading, Stem
from isocost.judge.syntax import Parser
from isocost.records import Program

__all__ = ["RULES", "VERSION", "extract"]

VERSION = 2
"""Raised with every change that can alter a program; manifests carry it."""

RULES: dict[str, str] = {
    "bom": "a byte order mark at the start was dropped",
    "reasoning_dropped": "a <think> span before the answer was dropped",
    "fence": "the program was taken from inside (or before) a fence; fence and surrounding text were dropped",
    "blocks_joined": "further fenced blocks that define names the program needs were put before it",
    "leading_text_dropped": "text before the program, which does not compile, was dropped",
    "first_line_indented": "the first line of the function's body got the indentation it had lost",
    "body_indented": "the whole function body got the indentation it had lost",
    "dedented": "a whole program, indented as one, was moved to the left margin",
    "session_read": "the lines typed in a copied interactive session were taken, without prompts and output",
    "stem_left_out": "the answer is a whole program, so the stem was not put before it",
    "preamble_added": "imports and helpers of the stem, which the program uses and lacks, were put before it",
    "tail_cut": "text after the last complete top-level statement, which does not compile, was dropped",
    "redefinition_dropped": "a second definition of a function that the completion had already written was dropped",
    "tests_dropped": "top-level tests, demonstrations and prints that no definition needs were dropped",
    "unused_dropped": "what nothing uses was dropped: all of it after a continued body, else what would fail",
}
"""Every rule by its name, with its meaning in one line."""


def extract(
    completion: str,
    *,
    stem: str,
    entry_point: str,
    policy: Literal["auto", "raw"] = "auto",
    whole: bool = False,
) -> Program:
    """Read the program out of one completion.

    Args:
        completion: the raw text that a model gave.
        stem: the code that the completion continues; empty where it has to be a whole program.
        entry_point: name of the function that the tests call; it may stand in the stem (as its last function) or,
            for self-invoking problems, in the completion alone.
        policy: `raw` gives stem + completion untouched and always a program; `auto` reads it by the rules of `RULES`.
        whole: the source declares the text to be a whole program, so that there is nothing to read.

    Returns:
        The program, and the names of the rules that made it differ from stem + completion (from the completion alone
        where the stem is empty or `whole` is set), in order. `source` is None when the text holds no program. A text
        that tries to be a program and does not compile stays a program: judging it finds the syntax error.

    Raises:
        UsageError: `policy` is neither `auto` nor `raw`.
    """
    if policy == "raw":
        return Program(source=completion if whole else stem + completion, rules=())
    if policy != "auto":
        msg = f"unknown extraction policy {policy!r}: expected 'auto' or 'raw'; type --extraction auto"
        raise UsageError(msg)
    text = completion.removeprefix("\ufeff")
    rules = ["bom"] if len(text) < len(completion) else []
    if whole:
        return Program(source=text if text.strip() else None, rules=tuple(rules))
    reading = _read(text, _stem(stem), entry_point)
    if reading is None:
        return Program(source=None, rules=())
    return Program(source=reading.source, rules=(*rules, *reading.rules))


def _read(text: str, stem: Stem, entry_point: str) -> Reading | None:
    """Read the answer after its reasoning, fenced or plain; None where there is no program."""
    reader = Reader(Parser(), stem, entry_point)
    answer = after_reasoning(text)
    fenced = any(mark in answer for mark in FENCE_MARKS)
    # A program may hold fences or tags in its strings: where the text compiles as it stands, it stands.
    if (fenced or answer is not text) and (reading := reader.as_it_stands(text)):
        return reading
    if not answer.strip():
        return None
    layout = split_fences(answer) if fenced else None
    reading = reader.fenced(answer, layout) if layout and layout.blocks else reader.plain(answer)
    return reading and reading.after(() if answer is text else ("reasoning_dropped",))


@lru_cache(maxsize=1024)
def _stem(text: str) -> Stem:
    """One stem serves all samples of its problem."""
    return Stem.read(text)
