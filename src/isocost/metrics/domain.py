"""What an estimator accepts: whole counts and a level; anything else is refused with the allowed range."""

from __future__ import annotations

import reprlib
from numbers import Integral, Real

from isocost.errors import DomainError


def checked_count(what: str, value: object, low: int, high: int | None = None, *, bound: str = "", hint: str) -> int:
    """`value` as an int, if it is a whole number from `low` to `high` (no upper end where `high` is None).

    A count is an int or a numpy integer. A bool is none, for `True` samples are a slip of the pen and not one sample,
    nor is 3.0. `bound` names the upper end in the message ("n = 10"), `hint` says what to do instead.

    Raises:
        DomainError: `value` is not such a number; the text gives the allowed range.
    """
    if isinstance(value, Integral) and not isinstance(value, bool):
        count = int(value)
        if low <= count and (high is None or count <= high):
            return count
    allowed = f"an integer of at least {low}" if high is None else f"an integer from {low} to {bound or high}"
    raise DomainError(f"{what} is {shown(value)}, expected {allowed}; {hint}")


def checked_level(level: object) -> float:
    """`level` as a float, if it is a number between 0 and 1, both excluded.

    Raises:
        DomainError: it is not.
    """
    if isinstance(level, Real) and 0.0 < float(level) < 1.0:
        return float(level)
    raise DomainError(
        f"level is {shown(level)}, expected a number between 0 and 1, both excluded; for 95% give level=0.95"
    )


def shown(value: object) -> str:
    """`value` as a message of one line shows it: short, and a numpy number as the plain number that it is."""
    if isinstance(value, Integral) and not isinstance(value, bool):
        return str(int(value))
    return " ".join(reprlib.repr(value).split())
