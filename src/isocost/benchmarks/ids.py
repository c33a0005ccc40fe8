"""Ids of problems: the canonical form, the aliases that a benchmark declares, and whose id a foreign one looks like."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from isocost.errors import BenchmarkError

OWNERS = {
    "HumanEval": "humaneval or humaneval-plus",
    "HumanEvalPro": "humaneval-pro",
    "MBPP": "mbpp or mbpp-plus",
    "Mbpp": "mbpp or mbpp-plus",
    "MBPPPro": "mbpp-pro",
    "BigCodeBenchLitePro": "bigcodebench-lite-pro",
    "BigCodeBench": "bigcodebench-lite-pro",
    "Steps": "steps",
    "StepsPro": "steps-pro",
    "StepsDeep": "steps-deep",
}
"""The benchmarks whose ids begin with a word."""


@dataclass(frozen=True)
class Ids:
    """The ids of one benchmark: canonical ones are `prefix` + number, other forms are declared."""

    benchmark: str
    """Name of the benchmark, for messages."""
    prefix: str
    """As `HumanEval/`; empty for a local file, whose ids stand as they are."""
    aliases: tuple[str, ...] = ()
    """Other prefixes that mean the same, as `Mbpp/`."""
    numbers: bool = False
    """Whether a bare number (an int, or its digits) is accepted too."""

    def canonical(self, raw: str | int) -> str:
        """Return the canonical form of an id of this shape; anything else comes back as text, unchanged."""
        text = str(raw)
        for alias in self.aliases:
            if text.startswith(alias):
                return self.prefix + text.removeprefix(alias)
        if self.numbers and text.isascii() and text.isdigit():
            return self.prefix + text
        return text

    def resolve(self, raw: str | int, known: Collection[str]) -> str:
        """Return the one of the `known` ids that `raw` stands for.

        Raises
        ------
        BenchmarkError
            If there is none.

        """
        found = None if isinstance(raw, bool) or not isinstance(raw, (str, int)) else self.canonical(raw)
        if found is not None and found in known:
            return found
        shown = repr(raw) if len(str(raw)) <= 60 else repr(str(raw)[:60]) + "…"
        raise BenchmarkError(
            f"{shown} is no problem of {self.benchmark}: expected {self._shape(known)}{self._hint(raw)}"
        )

    def _shape(self, known: Collection[str]) -> str:
        ids = list(known)
        if not ids:
            return "nothing, for it has no problems"
        shape = f"an id from {ids[0]} to {ids[-1]} ({len(ids)} problems)"
        others = [f"{alias}…" for alias in self.aliases]
        if self.numbers:
            others.append("the bare number")
        return shape + (", also written as " + " or ".join(others) if others else "")

    def _hint(self, raw: object) -> str:
        word, slash, _ = str(raw).partition("/")
        own = {prefix.rstrip("/") for prefix in (self.prefix, *self.aliases)}
        owner = OWNERS.get(word) if slash and word not in own else None
        return f"; it looks like an id of --benchmark {owner}" if owner else ""
