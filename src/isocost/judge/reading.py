"""Reading: decides how an answer becomes a program: which block, with the stem or alone, repaired or not.

Candidates are tried from the least change to the greatest; the first that compiles and gives the entry point a body
is the program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice

from isocost.judge.fences import Block, Layout
from isocost.judge.names import DEFINITIONS, is_stub, missing, top_level
from isocost.judge.sessions import typed
from isocost.judge.syntax import Code, Parser
from isocost.judge.trimming import trim

__all__ = ["Reader", "Reading", "Stem"]

_LAST_DEF = re.compile(r"^(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)
_CODE = re.compile(
    r"^(?:import[ \t]+\w|from[ \t]+[\w.]+[ \t]+import\b|(?:async[ \t]+)?def[ \t]+\w+[ \t]*\("
    r"|class[ \t]+\w+[ \t]*[(:]|@\w)",
    re.MULTILINE,
)
# Lines that start something else than a body: a definition, an import with more at the margin after it.
_DEFINES = re.compile(r"(?:async[ \t]+)?def\b|class\b|@|(?:import|from)[ \t][^\r\n]*+\s*+(?<=[\r\n])\S")
# Code set off from prose by a blank line, as Markdown wants it.
_SET_OFF = re.compile(r"(?:\n|\r)[ \t]*(?:\r\n|\n|\r)(?=(?: {2}|\t)[ \t]*+\S)")
_INDENTED = re.compile(r"^(?: {2}|\t)[ \t]*+\S", re.MULTILINE)
_MARGIN = re.compile(r"^\S", re.MULTILINE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_MAX_STARTS = 3
_MAX_BLOCKS = 6
_MAX_JOINED = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """A program, and the rules that led to it."""

    source: str
    """The program."""
    rules: tuple[str, ...] = ()
    """Names of the rules, in order."""

    def after(self, rules: tuple[str, ...]) -> Reading:
        """Return the same reading with `rules` before its own."""
        return replace(self, rules=(*rules, *self.rules)) if rules else self


@dataclass(frozen=True, slots=True)
class Stem:
    """What there is to know about the code that completions continue."""

    text: str
    """The stem itself; may be empty."""
    last: str | None
    """Name of its last function, whose body a completion may continue."""
    complete: bool
    """Whether it compiles as it is, so that a whole program may follow it."""
    indent: str
    """Indentation that the first line of the last function's body should have."""
    preamble: str
    """What stands before its last function: imports, helpers, comments."""
    provides: frozenset[str]
    """Names that the preamble defines."""

    @classmethod
    def read(cls, text: str) -> Stem:
        """Take a stem apart. One that does not compile, even with a body added, is only split at its last `def`."""
        parser = Parser()
        last = None
        for last in _LAST_DEF.finditer(text):  # noqa: B007  the last one is wanted
            pass
        preamble = text[: last.start()] if last else ""
        head = parser.parse(preamble)
        lines = text.rstrip().splitlines() or [""]
        tail = lines[-1][: len(lines[-1]) - len(lines[-1].lstrip())]
        guesses = [guess for guess in (tail, "    ", "\t", "  ") if guess]
        body = (guess for guess in guesses if parser.parse(f"{text.rstrip()}\n{guess}pass\n"))
        return cls(
            text=text,
            last=last[1] if last else None,
            complete=parser.parse(text) is not None,
            indent=next(body, "    "),
            preamble=preamble,
            provides=frozenset(top_level(head.tree.body)) if head else frozenset(),
        )

    @property
    def names(self) -> frozenset[str]:
        """All names that it defines."""
        return self.provides | {self.last} if self.last else self.provides


@dataclass(frozen=True, slots=True)
class _Candidate:
    source: str
    own: int
    """Index of the first character that is the answer's."""
    rules: tuple[str, ...] = ()
    alone: bool = False

    @property
    def first_line(self) -> int:
        """Number of the answer's first line."""
        return len(_LINE_END.findall(self.source, 0, self.own)) + 1


class Reader:
    """Reads one answer."""

    def __init__(self, parser: Parser, stem: Stem, entry_point: str) -> None:
        """Read with `parser`, whose attempts bound the work."""
        self._parser = parser
        self._stem = stem
        self._entry_point = entry_point
        name = re.escape(entry_point)
        self._entry = re.compile(rf"^(?:(?:(?:async[ \t]+)?def|class)[ \t]+{name}\b|{name}[ \t]*=)", re.MULTILINE)
        self._typed = re.compile(rf"^[ \t]*+>>> (?:(?:async[ \t]+)?def[ \t]+{name}\b|{name}[ \t]*=)", re.MULTILINE)
        # `def` after words on its line, as in "The solution: def f(x): return x".
        self._in_a_line = re.compile(
            rf"(?<=[^\s\w#\"'])[ \t]*+(?=(?:async[ \t]+)?def[ \t]+{name}[ \t]*\()", re.MULTILINE
        )
        self._entry_inside = re.compile(rf"^[ \t]*(?:async[ \t]+)?def[ \t]+{name}\b", re.MULTILINE)

    def as_it_stands(self, text: str) -> Reading | None:
        """Read an answer that compiles whole, with the stem or alone; None for all others."""
        for candidate in self._unrepaired(text):
            code = self._parser.parse(candidate.source)
            if code is not None and self._solves(code, candidate):
                return self._finish(code, candidate)
        return None

    def plain(self, text: str) -> Reading | None:
        """Read an answer without fences; None where it holds no program."""
        if self._is_plain_body(text):
            return Reading(self._stem.text + text)
        return self._best(self._candidates(text)) or self._attempt(text)

    def fenced(self, text: str, layout: Layout) -> Reading | None:
        """Read an answer with fences; None where neither its blocks nor the text around them hold a program."""
        defining = [block for block in layout.blocks if self._entry_inside.search(block.text)]
        # The last one that defines the entry point: answers repeat the problem first, and correct themselves later.
        # Without any, a block may hold nothing but the body.
        likely = defining[::-1] or [block for block in layout.blocks if block.python]
        blocks = (reading for block in likely[:_MAX_BLOCKS] if (reading := self._block(block, layout)))
        head = (reading for reading in [self._best(self._candidates(layout.head))] if reading)
        # A bare first fence may close what the prompt had opened: then the program stands before it.
        found = next(chain(blocks, head) if layout.tagged else chain(head, blocks), None)
        if found is not None:
            return found.after(("fence",))
        # Fences inside a docstring split a program: first without the outer fences, then with nothing taken for one.
        if len(layout.blocks) > 1 and (found := self._best(self._candidates(layout.widest, alone_first=True))):
            return found.after(("fence",))
        if found := self._best(self._candidates(text)):
            return found
        found = self._attempt(likely[0].text, fenced=True) if likely else None
        return found.after(("fence",)) if found else self._attempt(text)

    def _is_plain_body(self, text: str) -> bool:
        """Whether `text` is the body of the stem's last function and nothing else, so that nothing could be cut."""
        body = text.lstrip("\r\n")
        return (
            self._stem.text.endswith("\n")
            and body.startswith(self._stem.indent)
            and not body[len(self._stem.indent) :][:1].isspace()
            and _MARGIN.search(text) is None
            and self._entry_inside.search(text) is None
        )

    def _unrepaired(self, text: str, *, alone_first: bool = False) -> Iterator[_Candidate]:
        stem = self._stem.text
        joined = _Candidate(stem + text, len(stem))
        if not stem:
            yield joined
        elif self._entry.search(text):
            alone = _Candidate(text, 0, ("stem_left_out",), alone=True)
            yield from (alone, joined) if alone_first else (joined, alone)
        else:
            yield joined

    def _candidates(self, text: str, *, alone_first: bool = False) -> Iterator[_Candidate]:
        """Every way to read `text`, from the least change to the greatest."""
        yield from self._unrepaired(text, alone_first=alone_first)
        stem = self._stem
        blank = len(text) - len(text.lstrip())
        start = max(text.rfind("\n", 0, blank), text.rfind("\r", 0, blank)) + 1
        first = text[start:].lstrip(" \t")
        left_out = ("stem_left_out",) if stem.text else ()
        if stem.last and stem.text.endswith("\n") and text[start:].startswith(body := stem.text.lstrip("\r\n")):
            # The prompt, and after it a body whose first line lost its indentation.
            body = body + stem.indent + text[start + len(body) :].lstrip()
            yield _Candidate(body, len(stem.text.lstrip("\r\n")), (*left_out, "first_line_indented"))
        if stem.last and stem.text.endswith("\n") and not _DEFINES.match(first):
            if start == blank and _MARGIN.search(text, start + 1) and not _CODE.search(text):
                body = re.sub(r"^(?=[^\r\n])", lambda _: stem.indent, text[start:], flags=re.MULTILINE)
                yield _Candidate(stem.text + body, len(stem.text), ("body_indented",))
            yield _Candidate(stem.text + stem.indent + first, len(stem.text), ("first_line_indented",))
        if start < blank and self._entry_inside.search(text):
            yield self._moved(text, start, ("dedented", *left_out))
        rules = ("leading_text_dropped",)
        for place in self._starts(text):
            yield _Candidate(text[place:], 0, (*rules, *left_out), alone=True)
        if start == blank and (break_ := _SET_OFF.search(text)):
            # Only prose may go: no code, and no line that is indented itself.
            talk = text[: break_.end()]
            if self._entry_inside.search(text, break_.end()):
                yield self._moved(text, break_.end(), (*rules, "dedented", *left_out))
            if stem.last and not _CODE.search(talk) and not _INDENTED.search(talk):
                yield _Candidate(stem.text + text[break_.end() :], len(stem.text), rules)
        if self._typed.search(text) and (session := typed(text)):
            yield _Candidate(session, 0, ("session_read", *left_out), alone=True)
        for match in islice(self._in_a_line.finditer(text), _MAX_STARTS):
            yield _Candidate(text[match.end() :], 0, (*rules, *left_out), alone=True)
            quoted = text[match.end() : (text.find("`", match.end()) + 1 or len(text) + 1) - 1]
            yield _Candidate(quoted, 0, (*rules, *left_out), alone=True)

    def _moved(self, text: str, start: int, rules: tuple[str, ...]) -> _Candidate:
        """What stands from `start` on, moved to the left by the indentation of its first line."""
        rest = text[start:]
        margin = rest[: len(rest) - len(rest.lstrip(" \t"))]
        return _Candidate(re.sub(f"^{margin}", "", rest, flags=re.MULTILINE), 0, rules, alone=True)

    def _starts(self, text: str) -> list[int]:
        """Where a program could start after text that is none: the first few statements, and the entry point's own."""
        entry = self._entry.search(text)
        if entry is None:
            return []
        places: list[int] = []
        for match in _CODE.finditer(text, 0, entry.end()):
            if len(places) == _MAX_STARTS or match.start() >= entry.start():
                break
            places.append(match.start())
        return [place for place in (*places, entry.start()) if text[:place].strip()]

    def _best(self, candidates: Iterator[_Candidate]) -> Reading | None:
        """Return the first candidate that solves something."""
        for candidate in candidates:
            code = self._parser.parse_prefix(candidate.source, candidate.own)
            if code is not None and self._solves(code, candidate):
                return self._finish(code, candidate)
        return None

    def _solves(self, code: Code, candidate: _Candidate) -> bool:
        """Whether the answer gives the entry point a body, or binds it in another way."""
        first_line = candidate.first_line
        return any(self._entry_point in top_level([item]) and not is_stub(item, first_line) for item in code.tree.body)

    def _finish(self, code: Code, candidate: _Candidate) -> Reading:
        """Cut what is not needed, and give a whole program the part of the stem that it leans on."""
        rules = list(candidate.rules)
        if code.cut:
            rules.append("tail_cut")
        lacks = missing(code.tree) if candidate.alone else set()
        source, trimmed = trim(code, candidate.first_line, self._entry_point, self._stem.names)
        if lacks & self._stem.provides:
            whole = self._stem.preamble + source
            # `from __future__` in the answer bears nothing before it.
            if self._parser.parse(whole) is not None:
                source = whole
                rules.append("preamble_added")
        return Reading(source, (*rules, *trimmed))

    def _attempt(self, text: str, *, fenced: bool = False) -> Reading | None:
        """Keep what tries to be a program and is none, for the judge to find fault with; None for mere prose."""
        stem = self._stem
        entry = self._entry.search(text)
        if entry and stem.text and not stem.complete:
            return Reading(stem.preamble + text, ("stem_left_out", *(["preamble_added"] if stem.preamble else [])))
        tried = fenced or _CODE.search(text) or self._entry_inside.search(text)
        return Reading(stem.text + text) if tried or (stem.text and _INDENTED.search(text)) else None

    def _block(self, block: Block, layout: Layout) -> Reading | None:
        """Read one fenced block, and add the blocks that define what it lacks."""
        reading = self._best(self._candidates(block.text, alone_first=True))
        if reading is None or len(layout.blocks) == 1:
            return reading
        code = self._parser.parse(reading.source)
        lacks = missing(code.tree) if code else set()
        base = self._stem.last
        if code and base and base != self._entry_point and _is_stub_in(code, base):
            lacks.add(base)
        before: list[str] = []
        place = layout.blocks.index(block)
        for other in layout.blocks[max(0, place - _MAX_JOINED) : place + _MAX_JOINED]:
            if lacks and other is not block and other.python and (code := self._definitions(other, lacks)):
                lacks -= top_level(code.tree.body)
                before.append(code.source.rstrip("\r\n") + "\n\n\n")
        joined = "".join(before) + reading.source
        if not before or self._parser.parse(joined) is None:
            return reading
        return Reading(joined, (*reading.rules, "blocks_joined"))

    def _definitions(self, block: Block, names: set[str]) -> Code | None:
        """Return a block that gives `names` a definition with a body, alone or as a continuation of the stem."""
        for source, own in ((block.text, 0), (self._stem.text + block.text, len(self._stem.text))):
            code = self._parser.parse(source)
            if code is None or not any(top_level([item]) & names and not is_stub(item) for item in code.tree.body):
                continue
            first_line = _Candidate(source, own).first_line
            trimmed, _ = trim(code, first_line, self._entry_point, self._stem.names | names)
            return self._parser.parse(trimmed)
        return None


def _is_stub_in(code: Code, name: str) -> bool:
    found = [item for item in code.tree.body if isinstance(item, DEFINITIONS) and item.name == name]
    return bool(found) and is_stub(found[-1])
