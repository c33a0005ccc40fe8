"""Layout: finds reasoning spans and fenced blocks in a completion, in one pass each."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["FENCE_MARKS", "Block", "Layout", "after_reasoning", "split_fences"]

FENCE_MARKS = ("```", "~~~")
"""What opens and closes a fenced block."""

# A fence stands alone on its line; a language tag may follow. Info strings hold no backtick (CommonMark 0.31 §4.5).
# Possessive quantifiers keep a line of a million backticks linear.
_FENCE = re.compile(r"^([ \t]*+)(`{3,}+|~{3,}+)([^`\r\n]*+)\r?$", re.MULTILINE)
# "Here it is: ```python" at the end of a line of prose opens a block too.
_INLINE_OPENER = re.compile(
    r"((?<!`)`{3,}+|(?<!~)~{3,}+)[ \t]*+(?:python3?|py)[ \t]*+\r?$", re.MULTILINE | re.IGNORECASE
)
_OPEN_TAG = re.compile(r"\s*+<(think|thinking|thought|reasoning)>", re.IGNORECASE)
_LONE_CLOSE = re.compile(r"^[^\"'\r\n]*?</(?:think|thinking|thought|reasoning)>", re.IGNORECASE | re.MULTILINE)
_PYTHON = frozenset({"", "python", "python3", "py"})


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block."""

    text: str
    """Its lines, without the fences, and without the indentation that the opening fence has."""
    python: bool
    """Whether its tag is Python's or absent."""
    start: int
    """Index of its first character in the text."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A text as fenced blocks and what stands before them."""

    head: str
    """The text before the first fence."""
    tagged: bool
    """Whether the first fence has a language tag: such a fence can only open a block."""
    blocks: tuple[Block, ...]
    """The blocks that hold anything, in order; the last may lack its closing fence."""
    widest: str
    """From the first opening fence to the last fence line, fences between them included."""


def after_reasoning(text: str) -> str:
    """Return what follows the reasoning spans at the start of `text`; `text` itself where there are none.

    A span that is never closed takes all the rest: the model had not begun to answer. A closing tag alone ends a span
    that the prompt had opened; one on a line that has a quote before it is taken for part of a program.
    """
    place = 0
    while opened := _OPEN_TAG.match(text, place):
        tag = f"</{opened[1]}>"
        closed = text.find(tag, opened.end())
        if closed < 0:
            return ""
        place = closed + len(tag)
    if place == 0:
        lone = _LONE_CLOSE.search(text) if "</" in text else None
        if lone is None:
            return text
        place = lone.end()
    # The line break after the tag goes with it; indentation belongs to the answer.
    return text[place:].lstrip("\r\n")


def split_fences(text: str) -> Layout:
    """Split `text` at its fence lines (backticks or tildes, tagged or bare, indented, unclosed at the end)."""
    blocks: list[Block] = []
    opener: re.Match[str] | None = None
    first: re.Match[str] | None = None
    last_end = len(text)
    for fence in _fences(text):
        if opener is None:
            opener, first = fence, first or fence
        elif _closes(fence, opener):
            blocks.append(_block(text, opener, fence.start()))
            opener, last_end = None, fence.start()
    if opener is not None:
        blocks.append(_block(text, opener, len(text)))
        last_end = len(text)
    if first is None:
        return Layout(text, tagged=False, blocks=(), widest="")
    return Layout(
        head=text[: first.start()],
        tagged=bool(_tag(first)),
        blocks=tuple(block for block in blocks if block.text.strip()),
        widest=text[_next_line(text, first.end()) : last_end],
    )


def _fences(text: str) -> list[re.Match[str]]:
    """Fence lines in order; an opener at the end of a prose line counts where no fence line is the same."""
    lines = list(_FENCE.finditer(text))
    if len(lines) > 0 and lines[0][3].strip():
        return lines
    inline = _INLINE_OPENER.search(text)
    if inline is None or (lines and lines[0].start() <= inline.start()):
        return lines
    return [inline, *lines]


def _closes(fence: re.Match[str], opener: re.Match[str]) -> bool:
    """A closing fence has no tag, and is of the opening fence's sign and at least its length."""
    return fence.re is _FENCE and not fence[3].strip() and _mark(fence).startswith(_mark(opener))


def _mark(fence: re.Match[str]) -> str:
    return fence[2] if fence.re is _FENCE else fence[1]


def _tag(fence: re.Match[str]) -> str:
    """First word of the info string, in lower case, as in `python` of "```python title=x"."""
    if fence.re is not _FENCE:
        return "python"
    words = fence[3].replace("{", " ").replace(".", " ").replace("}", " ").split(None, 1)
    return words[0].lower() if words else ""


def _block(text: str, opener: re.Match[str], end: int) -> Block:
    start = min(_next_line(text, opener.end()), end)
    body = text[start:end]
    if end == len(text) and body.rstrip().endswith(_mark(opener)):
        # "return x```": the closing fence is glued to the last line.
        body = body.rstrip()[: -len(_mark(opener))]
    indent = opener[1] if opener.re is _FENCE else ""
    if indent:
        body = re.sub(f"^{indent}", "", body, flags=re.MULTILINE)
    return Block(text=body, python=_tag(opener) in _PYTHON, start=start)


def _next_line(text: str, place: int) -> int:
    """Index after the line break that `place` stands before."""
    if text.startswith("\r", place):
        place += 1
    return place + text.startswith("\n", place)
