"""The panel: tallies and costs of several models on several rungs, joined by the base problems that all of them share.

Everything that compares models or rungs works on a panel, so that it compares them on the same problems and resamples
them together. Joining is by base id; what is not shared by all is left out and counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from isocost.errors import DomainError, RunMismatchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray


class Key(NamedTuple):
    """One model on one rung."""

    model: str
    """The model's name."""
    rung: int
    """The rung."""


class Row(NamedTuple):
    """One model's samples on one problem."""

    base_id: str
    """Id of the rung-0 problem that it descends from."""
    n: int
    """Samples scored, at least 1."""
    c: int
    """Samples that passed."""
    prompt: float | None = None
    """Cost of reading the prompt, in the panel's unit; None where no cost is known."""
    completion: float | None = None
    """Mean cost of writing one sample."""


class Cell:
    """Columns of one model on one rung, in the order of the panel's base ids."""

    def __init__(self, rows: list[Row]) -> None:
        self.n: NDArray[np.int64] = np.array([row.n for row in rows], dtype=np.int64)
        """Samples scored."""
        self.c: NDArray[np.int64] = np.array([row.c for row in rows], dtype=np.int64)
        """Samples that passed."""
        self.prompt: NDArray[np.float64] | None = _column([row.prompt for row in rows])
        """Cost of reading each prompt; None where one has no cost."""
        self.completion: NDArray[np.float64] | None = _column([row.completion for row in rows])
        """Mean cost of writing one sample of each problem; None where one has no cost."""

    @property
    def priced(self) -> bool:
        """Whether every problem has a cost."""
        return self.prompt is not None and self.completion is not None


class Panel:
    """Cells on shared base problems.

    Raises DomainError when nothing is shared, RunMismatchError when a model has a base problem twice on a rung.
    """

    def __init__(self, cells: Mapping[Key, Iterable[Row]]) -> None:
        tables = {key: _by_base(key, rows) for key, rows in cells.items()}
        if not tables:
            raise DomainError("there is no run to analyse; name at least one run folder")
        shared = set.intersection(*(set(table) for table in tables.values()))
        if not shared:
            names = ", ".join(f"{key.model} at rung {key.rung} ({len(table)})" for key, table in tables.items())
            raise DomainError(f"no base problem is shared by all of: {names}; analyse runs of one ladder together")
        self.base_ids: tuple[str, ...] = tuple(sorted(shared))
        """The base problems, in a fixed order."""
        self.strata: tuple[str, ...] = tuple(name.partition("/")[0] for name in self.base_ids)
        """The benchmark that each base problem belongs to."""
        self.left_out: dict[Key, int] = {key: len(table) - len(shared) for key, table in tables.items()}
        """Problems of each cell that not all cells share."""
        self.cells: dict[Key, Cell] = {
            key: Cell([table[name] for name in self.base_ids]) for key, table in tables.items()
        }
        """The columns of each model on each rung."""

    @property
    def problems(self) -> int:
        """Number of base problems."""
        return len(self.base_ids)

    @property
    def rungs(self) -> list[int]:
        """Rungs, the lowest first."""
        return sorted({key.rung for key in self.cells})

    def models(self, rung: int) -> list[str]:
        """Models that have samples on a rung, in the order in which they came."""
        return [key.model for key in self.cells if key.rung == rung]

    def samples(self, key: Key) -> int:
        """Samples scored in one cell."""
        return int(self.cells[key].n.sum())


def _by_base(key: Key, rows: Iterable[Row]) -> dict[str, Row]:
    table: dict[str, Row] = {}
    for row in rows:
        if row.base_id in table:
            raise RunMismatchError(
                f"{key.model} has base problem {row.base_id!r} twice at rung {key.rung}, expected once; "
                "analyse one run of each model and benchmark"
            )
        table[row.base_id] = row
    return table


def _column(values: list[float | None]) -> NDArray[np.float64] | None:
    known = [value for value in values if value is not None]
    return np.array(known) if len(known) == len(values) else None
