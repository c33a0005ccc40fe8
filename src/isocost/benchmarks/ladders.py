"""Ladders: benchmarks of rising rung that share base problems, by the name that a study gives them."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Final

from isocost.benchmarks.catalogue import ENTRIES
from isocost.benchmarks.source import look
from isocost.errors import UsageError

LADDERS: Final = {
    "humaneval": (("humaneval-plus", "humaneval"), ("humaneval-pro",)),
    "mbpp": (("mbpp-plus", "mbpp"), ("mbpp-pro",)),
    "steps": (("steps",), ("steps-pro",), ("steps-deep",)),
}
"""Ladders by name, from the lowest rung up. Of several benchmarks in one place the first that is at hand is taken: the
stronger tests of rung 1 judge the samples of rung 0 again, so that one benchmark gives both."""


def ladder(name: str, data_dir: Path | None = None) -> tuple[str, ...]:
    """Return the benchmarks of a ladder, those at hand preferred; nothing is downloaded.

    Raises UsageError for a name that is none, with the nearest that is.

    >>> ladder("steps")
    ('steps', 'steps-pro', 'steps-deep')
    """
    if name not in LADDERS:
        near = difflib.get_close_matches(name, LADDERS, n=1)
        meant = f"; did you mean {near[0]!r}? Expected" if near else "; expected"
        raise UsageError(f"no ladder is called {name[:60]!r}{meant} one of {', '.join(LADDERS)}")
    return tuple(next((one for one in rung if _at_hand(one, data_dir)), rung[-1]) for rung in LADDERS[name])


def _at_hand(benchmark: str, data_dir: Path | None) -> bool:
    entry = ENTRIES[benchmark]
    return bool(entry.shipped) or look(entry.pins, data_dir) is not None
