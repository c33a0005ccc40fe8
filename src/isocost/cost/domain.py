"""What the cost model accepts: counts of tokens as finite numbers, and positive amounts; anything else is refused."""

from __future__ import annotations

import math
import reprlib
from typing import TYPE_CHECKING

import numpy as np

from isocost.errors import DomainError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def checked_tokens(what: str, values: ArrayLike, least: float = 0.0) -> NDArray[np.float64]:
    """`values` as floats, if each is a finite number of at least `least`; a mean of token counts need not be whole.

    Raises:
        DomainError: one is not; the text names its index, unless `values` is a single number.

    >>> checked_tokens("prompt", [3, 4.5]).tolist()
    [3.0, 4.5]
    >>> checked_tokens("prompt", [3, -1])
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: prompt[1] is -1, expected a finite number of at least 0; ...
    """
    array = np.asarray(values)
    if array.size and array.dtype.kind not in "iuf":
        raise DomainError(
            f"{what} is {shown(values)}, expected finite numbers of at least {least:g}; "
            "give token counts as ints or floats, and leave out samples that have none"
        )
    fine = np.isfinite(array) & (array >= least)
    if not fine.all():
        index = tuple(int(i) for i in np.argwhere(~fine)[0])
        place = f"[{', '.join(map(str, index))}]" if index else ""
        raise DomainError(
            f"{what}{place} is {shown(array[index].item())}, expected a finite number of at least {least:g}; "
            "leave out samples whose token counts are not known"
        )
    return array.astype(np.float64)


def checked_amount(what: str, value: object, *, least: float = 0.0, above: bool = True, hint: str) -> float:
    """`value` as a float, if it is a finite number above `least` (or equal to it, where `above` is false).

    Raises:
        DomainError: it is not.

    >>> checked_amount("batch", 0, least=1, above=False, hint="give the samples in flight")
    Traceback (most recent call last):
        ...
    isocost.errors.DomainError: batch is 0, expected a finite number of at least 1; give the samples in flight
    """
    if not isinstance(value, bool) and isinstance(value, int | float | np.number) and math.isfinite(value):
        amount = float(value)
        if amount > least or (amount == least and not above):
            return amount
    allowed = f"above {least:g}" if above else f"of at least {least:g}"
    raise DomainError(f"{what} is {shown(value)}, expected a finite number {allowed}; {hint}")


def shown(value: object) -> str:
    """`value` as a message of one line shows it: short, and without line breaks."""
    return " ".join(reprlib.repr(value).split())
