"""Finding what a file says of a problem, though it may write the problem's id in another way than benchmarks do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

V = TypeVar("V")


class ByProblem(Generic[V]):
    """Values by the ids of a file: as they stand, else without regard to case, else by their number alone.

    >>> texts = ByProblem({"Mbpp/11": "a", 12: "b"})
    >>> texts.find("MBPP/11"), texts.find("MBPP/12"), texts.find("MBPP/13")
    ('a', 'b', None)
    """

    def __init__(self, values: Mapping[str | int, V]) -> None:
        self._exact = dict(values)
        self._folded = {str(name).casefold(): value for name, value in values.items()}

    def find(self, problem_id: str) -> V | None:
        """Return the value of a problem, or None; a bare number stands for any problem whose id ends with /number."""
        if problem_id in self._exact:
            return self._exact[problem_id]
        folded = problem_id.casefold()
        return self._folded.get(folded, self._folded.get(folded.rpartition("/")[2]))

    def __len__(self) -> int:
        return len(self._exact)
