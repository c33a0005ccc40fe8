"""How often a 95% interval holds the truth: simulated studies whose true figures are known.

    python -m bench.interval_coverage [--studies 3000] [--problems 164 378] [--samples 1 10] [--workers 2]

An interval that results give should hold the truth in 93 to 97% of the studies; exit 1 where one does not. Methods that
were turned down stand beside those taken. Crossings count only the studies in which there is an interval, as they are
reported conditional on existence. A study's seed is its number, so that every run prints the same table. With 1,000
studies a coverage of 95% is known to ±0.7 points (one standard deviation), with 3,000 to ±0.4.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from bench.simulated_studies import Interval, intervals_of, truth_of

LOW, HIGH = 0.93, 0.97


@dataclass
class Record:
    """What became of one method's intervals of one figure."""

    reported: bool
    """Whether results give this one."""
    held: list[bool] = field(default_factory=list)
    """For each interval, whether it holds the truth."""
    above: list[bool] = field(default_factory=list)
    """For each interval, whether the truth lies above it."""
    width: list[float] = field(default_factory=list)
    """Width of each."""

    @property
    def covered(self) -> float:
        """Share of the intervals that hold the truth."""
        return float(np.mean(self.held)) if self.held else 0.0

    @property
    def misses(self) -> bool:
        """Whether it is reported and outside the bar."""
        return self.reported and not LOW <= self.covered <= HIGH


def coverage_of(
    problems: int, samples: int, studies: range, truth: dict[str, float], workers: int = 1
) -> dict[tuple[str, str], Record]:
    """Simulate the studies of these numbers and record each method of each figure: by figure and method."""
    records: dict[tuple[str, str], Record] = {}
    for intervals in _simulated(problems, samples, studies, workers):
        for seen in intervals:
            record = records.setdefault((seen.figure, seen.method), Record(seen.reported))
            if seen.low is not None and seen.high is not None:
                record.held.append(seen.low <= truth[seen.figure] <= seen.high)
                record.above.append(truth[seen.figure] > seen.high)
                record.width.append(seen.high - seen.low)
    return records


def _study(problems: int, samples: int, study: int) -> list[Interval]:
    return list(intervals_of(problems, samples, study))


def _simulated(problems: int, samples: int, studies: range, workers: int) -> Iterator[list[Interval]]:
    one = partial(_study, problems, samples)
    if workers == 1:
        yield from map(one, studies)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(one, studies, chunksize=20)


def rows(
    problems: int, samples: int, studies: range, truth: dict[str, float], workers: int
) -> Iterator[tuple[str, bool]]:
    """A line of the table for each method of each figure, and whether it misses the bar."""
    for (figure, method), record in coverage_of(problems, samples, studies, truth, workers).items():
        below = 1.0 - record.covered - float(np.mean(record.above))
        taken = ("**misses**" if record.misses else "yes") if record.reported else "no"
        line = (
            f"| {problems} | {samples} | {figure} | {truth[figure]:.3f} | {method} | {taken} | {len(record.held)} | "
            f"{record.covered:.1%} | {below:.1%} | {np.mean(record.above):.1%} | {np.mean(record.width):.3f} |"
        )
        yield line, record.misses


def main() -> int:
    """Simulate, print a row for each method of each figure, and tell by the exit status whether all reported cover."""
    parser = argparse.ArgumentParser(prog="python -m bench.interval_coverage", description="coverage of intervals")
    parser.add_argument("--studies", type=int, default=3000)
    parser.add_argument("--first", type=int, default=0, help="number of the first study, which is its seed")
    parser.add_argument("--problems", type=int, nargs="+", default=[164, 378])
    parser.add_argument("--samples", type=int, nargs="+", default=[1, 10])
    parser.add_argument("--workers", type=int, default=2, help="processes; the table does not depend on it")
    given = parser.parse_args()
    misses = 0
    print("| problems | samples | figure | truth | method | reported | studies | held | below | above | mean width |")
    print("|---:|---:|---|---:|---|---|---:|---:|---:|---:|---:|")
    studies = range(given.first, given.first + given.studies)
    for samples in given.samples:
        truth = truth_of(samples)
        for problems in given.problems:
            begun = time.perf_counter()
            for line, missed in rows(problems, samples, studies, truth, given.workers):
                misses += missed
                print(line, flush=True)
            print(f"{time.perf_counter() - begun:.0f} s", file=sys.stderr)
    return 1 if misses else 0


if __name__ == "__main__":
    sys.exit(main())
