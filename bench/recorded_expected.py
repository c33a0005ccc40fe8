"""What `recorded_scores.toml` says: the figures that judging has to give, and every difference from recorded verdicts.

A figure that is judged is held against it field by field; a difference that stands here has a reason.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

PLACE = Path(__file__).with_suffix("").with_name("recorded_scores.toml")


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file."""


class Failure(Part, frozen=True):
    """A reference solution that does not pass."""

    id: str
    tests: str
    outcome: str
    reason: str


class References(Part, frozen=True):
    """The reference solutions of a benchmark."""

    benchmark: str
    problems: int
    passed: dict[str, int]
    """Passed, by test set."""
    channels: dict[str, int]
    """Problems by channel."""
    failed: list[Failure] = []
    needs_modules: bool = False
    """Whether some problems import modules that a machine may lack: those are not scored, and named."""


class Changed(Part, frozen=True):
    """Answers that extraction saved or broke: what `auto` says where `raw` says otherwise."""

    rules: list[str]
    """The rules that made the program differ."""
    tests: str
    auto: str
    """Outcome under `auto`."""
    raw: str
    """Outcome under `raw`."""
    ids: list[str]


class Differs(Part, frozen=True):
    """Answers on which we and the recorded verdict disagree."""

    extraction: list[str]
    """The policies under which this is so."""
    tests: str
    recorded: str
    ours: str
    ids: list[str]
    reason: str


class Unsteady(Part, frozen=True):
    """An answer whose verdict depends on the speed of the machine; the usual one is counted."""

    tests: str
    id: str
    outcome: str
    """The usual outcome."""
    reason: str


class File(Part, frozen=True):
    """A file of recorded samples."""

    file: str
    model: str
    benchmark: str
    recorded: dict[str, int]
    """Passed as recorded, by test set; `all` is all test sets of a problem together."""
    raw: dict[str, int]
    auto: dict[str, int]
    samples: int
    verdicts: dict[str, str] = {}
    """Key of each row's recorded verdict, by test set; empty where only the number passed was recorded."""
    outcomes: dict[str, int] = {}
    """Some outcomes under `raw`, as recorded."""
    partial: bool = False
    changed: list[Changed] = []
    differs: list[Differs] = []
    unsteady: list[Unsteady] = []


class Reading(Part, frozen=True):
    """The many samples of CodeGen, read in one way."""

    name: Literal["raw", "auto", "cut"]
    """`raw`, `auto`, or `cut`: prompt + sample cut at its first top-level line, which is how they were scored."""
    passed: int
    pass_at: dict[str, float]
    """pass@k in percent, as we find it."""
    note: str
    scored_so: bool = False
    """Whether the recorded figures have to come out when read in this way."""


class Many(Part, frozen=True):
    """The file with many samples for each problem."""

    file: str
    model: str
    benchmark: str
    samples: int
    recorded: dict[str, float]
    """pass@k in percent."""
    within: float
    """Points within which pass@k has to be."""
    passed_within: int
    """Samples by which `passed` may differ: those near a time limit."""
    readings: list[Reading]


class Cost(Part, frozen=True):
    """What judging the file with many samples may cost."""

    peak_mb: int
    """All processes together, in 10^6 bytes."""
    again: int
    """How many times faster the second judging has to be."""
    measured: str
    """A measurement, with its conditions."""


class Expected(Part, frozen=True):
    """All of it."""

    references: list[References]
    files: list[File]
    many: Many
    cost: Cost


def load_expected(path: Path = PLACE) -> Expected:
    """Read the file. Raises msgspec.ValidationError where it is not of this form."""
    return msgspec.toml.decode(path.read_bytes(), type=Expected)
