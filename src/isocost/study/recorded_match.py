"""Finds the problem that a recorded prompt states, for rows that carry no id.

By the signature of the prompt's last function and the opening of its docstring; where several problems share both, by
the rest of the text. Recorded prompts are often shortened (CodeT's lack the examples of the docstrings), so a prompt
fits a problem when its lines stand in the problem's text, in order. A guess is never made: two that fit are an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from isocost.errors import SamplesError
from isocost.records import Problem
from isocost.store.recorded_rows import shown

_DEF = re.compile(r"^(?:async +)?def +\w+", re.MULTILINE)
_QUOTES = re.compile(r"""^[rRuU]?(?:\"{3}|'{3}|"|')""")
_LONGEST_SIGNATURE = 4_000


class PromptMatcher:
    """Looks problems up by their prompts."""

    def __init__(self, benchmark: str, problems: Iterable[Problem]) -> None:
        """Index the problems by the two texts that a model can have been shown: the whole prompt, and the stem."""
        self._benchmark = benchmark
        self._lines: dict[str, list[list[str]]] = {}
        self._by_opening: dict[tuple[str, str], list[str]] = {}
        self._by_signature: dict[str, list[str]] = {}
        for problem in problems:
            for text in dict.fromkeys((problem.prompt, problem.stem)):
                if text.strip():
                    self._add(problem.id, text)

    def find(self, prompt: str) -> str:
        """Find the id of the one problem that `prompt` states.

        Raises SamplesError, with the candidates, where none or several fit.
        """
        signature, opening = _signature_and_opening(prompt)
        found = self._by_opening.get((signature, opening), [])
        if not found:
            raise SamplesError(self._unknown(signature, opening))
        if len(found) > 1:
            found = self._by_whole_text(prompt, found)
        if len(found) > 1:
            raise SamplesError(
                f"its prompt ({shown(signature or opening)}) fits {', '.join(found[:5])} alike; "
                "expected a prompt that states one problem: add a `task_id` to the row"
            )
        return found[0]

    def _add(self, problem_id: str, text: str) -> None:
        signature, opening = _signature_and_opening(text)
        self._lines.setdefault(problem_id, []).append(_lines(text))
        for ids in (
            self._by_opening.setdefault((signature, opening), []),
            self._by_signature.setdefault(signature, []),
        ):
            if problem_id not in ids:
                ids.append(problem_id)

    def _by_whole_text(self, prompt: str, candidates: list[str]) -> list[str]:
        """Narrow candidates down to those that say the same, else to those that hold every line; else keep all."""
        lines = _lines(prompt)
        same = [id_ for id_ in candidates if lines in self._lines[id_]]
        holding = [id_ for id_ in candidates if any(_stand_in(lines, text) for text in self._lines[id_])]
        return same or holding or candidates

    def _unknown(self, signature: str, opening: str) -> str:
        alike = self._by_signature.get(signature, []) if signature else []
        if alike:
            reason = f"its prompt has the signature of {', '.join(alike[:5])}, {shown(signature)},"
            return f"{reason} but another docstring ({shown(opening)}); add a `task_id` to the row"
        what = f"signature {shown(signature)}" if signature else f"opening {shown(opening)}"
        return f"no prompt of {self._benchmark} has the {what}; is this the right benchmark? If so, add a `task_id`"


def _signature_and_opening(text: str) -> tuple[str, str]:
    """The last top-level function's signature ("" if there is none), and the first line of words after it."""
    start = end = 0
    for found in _DEF.finditer(text):
        start = found.start()
    if _DEF.match(text, start):
        end = _signature_end(text, start)
    opening = ""
    for line in text[end:].splitlines():
        opening = " ".join(_QUOTES.sub("", line.strip()).split())
        if opening:
            break
    return " ".join(text[start:end].split()), opening


def _signature_end(text: str, start: int) -> int:
    """Where the signature that begins at `start` ends: after the first colon outside brackets."""
    depth = 0
    stop = min(len(text), start + _LONGEST_SIGNATURE)
    for position in range(start, stop):
        char = text[position]
        if char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
        elif char == ":" and depth == 0:
            return position + 1
    return stop


def _lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def _stand_in(lines: list[str], text: list[str]) -> bool:
    """Whether all of `lines` stand in `text`, in order, with anything between them."""
    rest = iter(text)
    return all(line in rest for line in lines)
