"""Audits a printed table of PER: which of its values can no rounding of the printed inputs explain?

A printed number stands for every number that rounds to it: 0.58 for 0.575 to 0.585. So each row's PER is not one number
but an interval, and a printed PER that lies outside it, by more than its own rounding, is a misprint of the PER or of
an input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np

from isocost.analysis.axes import Axis
from isocost.analysis.per import paper_per
from isocost.errors import DomainError
from isocost.metrics.domain import shown

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHIFTS: Final = (Decimal(10), Decimal("0.1"))
"""Factors by which an input is moved to see whether its decimal point is misplaced."""

_AXES: Final = (Axis.accuracy, Axis.throughput, Axis.memory, Axis.latency)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedRow:
    """One row of a table as it was printed; a `Decimal` keeps how many digits there were."""

    model: str
    """Name of the model."""
    accuracy: Decimal
    """In any unit; at least 0."""
    throughput: Decimal
    """In any unit; above 0."""
    memory: Decimal
    """In any unit; above 0."""
    latency: Decimal
    """In any unit; above 0."""
    per: Decimal
    """PER; at least 0."""

    def value(self, axis: Axis) -> Decimal:
        """The printed input of one axis."""
        return {
            Axis.accuracy: self.accuracy,
            Axis.throughput: self.throughput,
            Axis.memory: self.memory,
            Axis.latency: self.latency,
        }[axis]

    def moved(self, axis: Axis, value: Decimal) -> PrintedRow:
        """The same row with another input on one axis."""
        return replace(
            self,
            accuracy=value if axis is Axis.accuracy else self.accuracy,
            throughput=value if axis is Axis.throughput else self.throughput,
            memory=value if axis is Axis.memory else self.memory,
            latency=value if axis is Axis.latency else self.latency,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A misplaced decimal point that would explain a row."""

    axis: Axis
    """The input moved."""
    printed: Decimal
    """As it was printed."""
    value: Decimal
    """As it would be."""
    recomputed: float
    """PER from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedRow:
    """What the audit found about one row."""

    model: str
    """The model."""
    printed: Decimal
    """PER as printed."""
    recomputed: float | None
    """PER from the inputs as printed; None where a normalisation is 0/0."""
    low: float
    """Least PER that some rounding of the inputs gives."""
    high: float
    """Largest PER that some rounding of the inputs gives."""
    explained: bool
    """Whether a PER between the two rounds to the printed one."""
    shifts: tuple[Shift, ...]
    """For a row not explained: single inputs whose decimal point may be misplaced; none that would put another row
    of the table, explained as it stands, out of its bounds."""


def audit_per(rows: Sequence[PrintedRow]) -> tuple[AuditedRow, ...]:
    """Recompute the paper's PER of each row of a table, with the bounds that the rounding of all inputs leaves.

    Each input lies within half of its last printed digit, 10^(−d)/2 for d decimals, and so do those of the other rows,
    which move minimum and maximum of an axis. On one axis a row's normalised value grows with its own input and falls
    with every other row's; so it is least with its own input at the low end and all others at the high end, largest the
    other way round, and takes all values between. The axes being independent, PER's bounds are the products of the
    axes' bounds: exact, not merely safe.

    A printed PER has its own rounding. Where the zeros at the end were dropped ("0" for 0.0000), d is that of the PER
    with most decimals in the table. Inputs are taken as printed, "2.9" as 2.85 to 2.95, which is the mild reading.

    Not covered: whether *one* choice of all inputs explains all rows together. Each row is asked by itself, so what is
    flagged is certain, and what is not flagged may still be wrong.

    Args:
        rows: a whole table, all models that were normalised together; at least 1.

    Returns:
        One finding for each row, in order.

    Raises:
        DomainError: no rows, a model twice, or an input out of range.

    >>> table = [
    ...     PrintedRow(
    ...         model=m,
    ...         accuracy=Decimal(a),
    ...         throughput=Decimal(t),
    ...         memory=Decimal(b),
    ...         latency=Decimal(s),
    ...         per=Decimal(p),
    ...     )
    ...     for m, a, t, b, s, p in [
    ...         ("small", "0.38", "7927", "1024", "0.15", "0"),
    ...         ("middle", "0.53", "3907", "7168", "1.53", "0.2749"),  # from 390.7
    ...         ("large", "0.92", "29", "18432", "4.65", "0"),
    ...     ]
    ... ]
    >>> for row in audit_per(table):
    ...     print(
    ...         row.model,
    ...         row.printed,
    ...         f"{row.low:.4f} to {row.high:.4f}",
    ...         row.explained,
    ...         *(s.value for s in row.shifts),
    ...     )
    small 0 0.0000 to 0.0000 True
    middle 0.2749 0.4884 to 0.5059 False 390.7
    large 0 0.0000 to 0.0000 True
    """
    _check(rows)
    decimals = max(_decimals(row.per) for row in rows)
    bounds = _bounds(rows)
    recomputed = _recomputed(rows)
    explained = _explained(rows, bounds, decimals)
    return tuple(
        AuditedRow(
            model=row.model,
            printed=row.per,
            recomputed=recomputed[i],
            low=float(bounds[0, i]),
            high=float(bounds[1, i]),
            explained=explained[i],
            shifts=() if explained[i] else _shifts(rows, i, explained, decimals),
        )
        for i, row in enumerate(rows)
    )


def _check(rows: Sequence[PrintedRow]) -> None:
    """Refuse an empty table, a model named twice, and values that are no numbers above their range."""
    if not rows:
        raise DomainError("rows holds 0 rows, expected at least 1; give a whole table, one row for each model")
    seen: set[str] = set()
    for row in rows:
        if row.model in seen:
            raise DomainError(
                f"rows holds model {shown(row.model)} twice, expected once; audit each task's table alone"
            )
        seen.add(row.model)
        for name, value in (*((str(axis), row.value(axis)) for axis in _AXES), ("per", row.per)):
            least_open = name not in {"accuracy", "per"}
            if not value.is_finite() or value < 0 or (least_open and value == 0):
                allowed = "above 0" if least_open else "of at least 0"
                raise DomainError(
                    f"{name} of {shown(row.model)} is {value}, expected a finite number {allowed}; correct the row"
                )


def _decimals(value: Decimal) -> int:
    """Digits printed after the point."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _half(value: Decimal) -> float:
    """Half of the last printed digit; a value such as 7E+3 was printed to its thousands."""
    exponent = value.as_tuple().exponent
    return 0.5 * 10.0**exponent if isinstance(exponent, int) else 0.0


def _bounds(rows: Sequence[PrintedRow]) -> NDArray[np.float64]:
    """Least and largest PER of each row, shape (2, rows)."""
    ends = np.ones((2, len(rows)))
    for axis in _AXES:
        printed = [row.value(axis) for row in rows]
        sign = 1.0 if axis.more_is_better else -1.0  # so that more is better on each axis
        values, halves = sign * np.array([float(v) for v in printed]), np.array([_half(v) for v in printed])
        low, high = values - halves, values + halves
        for i in range(len(rows)):
            others = np.arange(len(rows)) != i
            ends[0, i] *= _normalised(low[i], high[others], zero_over_zero=0.0)
            ends[1, i] *= _normalised(high[i], low[others], zero_over_zero=1.0)
    return ends**0.25


def _normalised(mine: float, others: NDArray[np.float64], *, zero_over_zero: float) -> float:
    """(x − min) / (max − min) over one row's input and the others'; where all are equal any value is near at hand."""
    low, high = min(mine, others.min(initial=mine)), max(mine, others.max(initial=mine))
    return zero_over_zero if high == low else float((mine - low) / (high - low))


def _recomputed(rows: Sequence[PrintedRow]) -> list[float | None]:
    """PER of each row from its inputs as printed."""
    columns = {axis.value: [float(row.value(axis)) for row in rows] for axis in _AXES}
    values: list[float | None] = paper_per(**columns).tolist()
    return values


def _explained(rows: Sequence[PrintedRow], bounds: NDArray[np.float64], decimals: int) -> list[bool]:
    """Whether the interval of each row meets the numbers that round to its printed PER."""
    found = []
    for i, row in enumerate(rows):
        half = 0.5 * 10.0**-decimals if row.per == 0 else _half(row.per)
        slack = 1e-12  # the rounding of floats, not of the table
        printed = float(row.per)
        found.append(bool(bounds[0, i] <= printed + half + slack and bounds[1, i] >= printed - half - slack))
    return found


def _shifts(rows: Sequence[PrintedRow], i: int, explained: list[bool], decimals: int) -> tuple[Shift, ...]:
    """Single inputs of row i that explain its PER when their decimal point moves, and unexplain no other row."""
    found = []
    for axis in _AXES:
        for factor in SHIFTS:
            printed = rows[i].value(axis)
            value = printed.scaleb(1 if factor > 1 else -1)
            moved = [*rows[:i], rows[i].moved(axis, value), *rows[i + 1 :]]
            after = _explained(moved, _bounds(moved), decimals)
            broken = any(was and not now for was, now in zip(explained, after, strict=True))
            recomputed = _recomputed(moved)[i]
            if after[i] and not broken and recomputed is not None:
                found.append(Shift(axis=axis, printed=printed, value=value, recomputed=recomputed))
    return tuple(found)
