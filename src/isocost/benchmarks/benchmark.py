"""A loaded benchmark: what it is called, its problems by id, and the ids that it accepts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from isocost.benchmarks.ids import Ids
from isocost.records import BenchmarkInfo, Problem


@dataclass(frozen=True, eq=False, repr=False)
class Benchmark:
    """A benchmark and its problems; made by `isocost.benchmarks.load`."""

    info: BenchmarkInfo
    """Name, version, hash, rung and size."""
    problems: Mapping[str, Problem]
    """The problems by canonical id, in the order of the file."""
    ids: Ids
    """The forms of id that it accepts."""

    def resolve(self, raw: str | int) -> str:
        """Return the canonical id that `raw` stands for.

        Raises
        ------
        BenchmarkError
            If no problem has this id; the text shows the ids expected, and whose id it looks like.

        """
        return self.ids.resolve(raw, self.problems)

    def __repr__(self) -> str:
        return f"<Benchmark {self.info.name} {self.info.version}: {self.info.problems} problems>"


class Problems(Mapping[str, Problem]):
    """Problems that are made when first asked for, and kept: reading the code of a whole benchmark takes a while."""

    def __init__(self, makers: dict[str, Callable[[], Problem]]) -> None:
        self._makers = makers
        self._made: dict[str, Problem] = {}

    def __getitem__(self, key: str) -> Problem:
        if key not in self._made:
            self._made[key] = self._makers[key]()
        return self._made[key]

    def __contains__(self, key: object) -> bool:
        return key in self._makers

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)
