"""A table as the page shows it: every number keeps the value that `result.json` has, beside the text for people."""

from __future__ import annotations

from typing import NamedTuple

from isocost.records import Estimate, Unit
from isocost.study.answering.answer import amount


class Shown(NamedTuple):
    """A number: as it is, and as it is written."""

    value: float
    """The number of `result.json`, all digits."""
    text: str
    """The same for people."""


Piece = str | Shown
Cell = tuple[Piece, ...]
"""What stands in a cell, one piece after the other; empty where nothing is known."""


class Table(NamedTuple):
    """A table with its caption."""

    name: str
    """Short name: part of its id, and of the file that it is saved as."""
    caption: str
    """What it shows, in a sentence."""
    header: tuple[str, ...]
    """Heads of the columns; the first column holds the heads of the rows."""
    rows: tuple[tuple[Cell, ...], ...]
    """Cells, as many a row as there are heads."""
    left: tuple[int, ...] = (0,)
    """Columns of words; all others are of numbers."""
    notes: tuple[str, ...] = ()
    """Sentences below it."""
    below: str = ""
    """Name of the table that shows the same in the unit of the answer; empty where this one does, or knows no unit."""


def words(text: str) -> Cell:
    """A cell of words."""
    return (text,)


def count(value: int) -> Cell:
    """A cell with a whole number."""
    return (Shown(value, f"{value:,}"),)


def percent(value: float | None, low: float | None = None, high: float | None = None) -> Cell:
    """A share in per cent, with its interval where it has one."""
    if value is None:
        return ()
    ends: Cell = () if low is None or high is None else (
        " [", Shown(low, f"{100 * low:.1f}"), ", ", Shown(high, f"{100 * high:.1f}"), "]",
    )  # fmt: skip
    return (Shown(value, f"{value:.1%}"), *ends)


def chance(value: float | None) -> Cell:
    """A share of draws, in whole per cent."""
    return () if value is None else (Shown(value, f"{value:.0%}"),)


def points(value: float | None, low: float | None, high: float | None) -> Cell:
    """A difference of shares in points, with its interval."""
    if value is None:
        return ()
    ends: Cell = () if low is None or high is None else (
        " [", Shown(low, f"{100 * low:+.1f}"), ", ", Shown(high, f"{100 * high:+.1f}"), "]",
    )  # fmt: skip
    return (Shown(value, f"{100 * value:+.1f}"), *ends)


def share(estimate: Estimate) -> Cell:
    """An estimated share in per cent, with its interval."""
    low, high = (Shown(end, f"{100 * end:.1f}") for end in (estimate.low, estimate.high))
    return (Shown(estimate.value, f"{estimate.value:.1%}"), " [", low, ", ", high, "]")


def number(value: float | None, low: float | None = None, high: float | None = None, *, form: str = ".3f") -> Cell:
    """A number in some form, with its interval where it has one."""
    if value is None:
        return ()
    ends: Cell = () if low is None or high is None else (
        " [", Shown(low, format(low, form)), ", ", Shown(high, format(high, form)), "]",
    )  # fmt: skip
    return (Shown(value, format(value, form)), *ends)


def estimated(estimate: Estimate | None, *, form: str = "+.3f") -> Cell:
    """An estimate in some form, with its interval."""
    return () if estimate is None else number(estimate.value, estimate.low, estimate.high, form=form)


def spent(value: float | None, unit: Unit, low: float | None = None, high: float | None = None) -> Cell:
    """An amount of a unit, with its interval where it has one."""
    if value is None:
        return ()
    told = amount(value, unit)
    if low is None or high is None:
        return (Shown(value, told),)
    ends = (Shown(end, amount(end, unit).partition(" ")[0]) for end in (low, high))
    low_shown, high_shown = ends
    return (Shown(value, told), " [", low_shown, ", ", high_shown, "]")
