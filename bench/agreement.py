"""Whether verdicts with the tests apart (`separate`) are those with the tests in the program's process (`shared`).

    python -m bench.agreement [--part references|samples|many] [--only NAME] [--workers 2]

Both run in the same sandbox, on every reference solution and every recorded sample, each different program once. A
difference is judged again, so that what hangs on the moment is told apart: it is listed as unsteady and is no fault.
Differences that are right stand in `bench/agreement.toml` with their reason; exit 1 for one that does not, or for one
that stands there and is not found. Reads the folders that ISOCOST_DATA and ISOCOST_SAMPLES name; takes some minutes.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
from bench.agreement_form import shared_form
from bench.recorded_expected import Part, load_expected
from bench.recorded_programs import RecordedProgram, judge_all, narrowed, read_recorded, read_references

from isocost.judge import wire
from isocost.judge.pool import Pool
from isocost.records import Channel, LimitPolicy, Outcome
from isocost.sandbox import levels

PARTS = ("references", "samples", "many")
PLACE = Path(__file__).with_suffix(".toml")


class Listed(Part, frozen=True):
    """Differences that are right."""

    separate: str
    """Outcome with the tests apart."""
    shared: str
    """Outcome with the tests in the program's process."""
    reason: str
    places: list[str]
    """The programs, as this bench names them."""


class Listing(Part, frozen=True):
    """The file."""

    differs: tuple[Listed, ...] = ()


class Found(NamedTuple):
    """A program with two verdicts."""

    place: str
    separate: Outcome
    shared: Outcome


def main() -> int:
    """Judge, and print every difference; 1 where one is not listed, 2 if the data is not there."""
    parser = argparse.ArgumentParser(prog="python -m bench.agreement", description="separate against shared")
    parser.add_argument("--part", action="append", choices=PARTS, help="default: all")
    parser.add_argument("--only", action="append", metavar="NAME", help="files or benchmarks whose name holds this")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    given = parser.parse_args()
    folder = os.environ.get("ISOCOST_SAMPLES")
    if not folder or not os.environ.get("ISOCOST_DATA"):
        print("set ISOCOST_DATA and ISOCOST_SAMPLES to the folders of benchmarks and recorded samples", file=sys.stderr)
        return 2
    isolation = levels.choose(LimitPolicy())
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, isolation {isolation}")
    parts = given.part or list(PARTS)
    found: list[Found] = []
    with Pool(isolation, LimitPolicy(), given.workers) as pool:
        for part in parts:
            programs = _programs(part, Path(folder), pool, given.only)
            for name, group in itertools.groupby(programs, key=lambda program: program.place.partition(" ")[0]):
                found += _compare(name, list(group), pool)
    listing = msgspec.toml.decode(PLACE.read_bytes(), type=Listing)
    faults = list(_faults(found, listing, whole=given.only is None and set(parts) == set(PARTS)))
    for fault in faults:
        print(f"FAULT {fault}")
    print(f"{len(found)} differences, {len(faults)} of them not as listed")
    return 1 if faults else 0


def _compare(name: str, programs: list[RecordedProgram], pool: Pool) -> list[Found]:
    first = _both(pool, programs)
    suspects = [program for program, pair in zip(programs, first, strict=True) if not _agree(pair)]
    again = dict(zip((program.place for program in suspects), _both(pool, suspects), strict=True))
    found = []
    for program, pair in zip(programs, first, strict=True):
        if _agree(pair):
            continue
        if _agree(again[program.place]):
            print(f"unsteady: {program.place}: {_told(pair)}, then both {again[program.place][0].outcome}")
            continue
        one, other = again[program.place]
        found.append(Found(program.place, one.outcome, other.outcome))
        print(f"differs: {program.place}: {_told((one, other))}")
    outcomes = Counter(pair[0].outcome.value for pair in first)
    crossing = sum(pair[0].channel is Channel.separate for pair in first)
    print(
        f"{name}: {sum(program.samples for program in programs)} samples and test sets, {len(programs)} different, "
        f"{crossing} with tests apart, {len(found)} differences; {dict(outcomes.most_common())}",
        flush=True,
    )
    return found


def _programs(part: str, folder: Path, pool: Pool, only: list[str] | None) -> Iterator[RecordedProgram]:
    expected = narrowed(load_expected(), only)
    if part == "references":
        return read_references(expected, pool)
    if part == "samples":
        return read_recorded(expected, folder, pool, many=False)
    only_many = msgspec.structs.replace(expected, files=[])
    return read_recorded(only_many, folder, pool, many=True)


def _both(pool: Pool, programs: list[RecordedProgram]) -> list[tuple[wire.Judged, wire.Judged]]:
    """Judge each program in both ways, one right after the other."""
    works = ((suite, program.source) for program in programs for suite in (program.suite, shared_form(program.suite)))
    answers = judge_all(pool, works)
    return list(zip(answers[::2], answers[1::2], strict=True))


def _agree(pair: tuple[wire.Judged, wire.Judged]) -> bool:
    return pair[0].outcome is pair[1].outcome


def _told(pair: tuple[wire.Judged, wire.Judged]) -> str:
    return "; ".join(f"{item.channel} {item.outcome} ({item.detail})" for item in pair)


def _faults(found: list[Found], listing: Listing, *, whole: bool) -> Iterator[str]:
    listed = {(place, item.separate, item.shared) for item in listing.differs for place in item.places}
    seen = {(item.place, item.separate.value, item.shared.value) for item in found}
    for place, separate, shared in sorted(seen - listed):
        yield f"{place}: separate {separate}, shared {shared}; not listed"
    if whole:
        for place, separate, shared in sorted(listed - seen):
            yield f"{place}: separate {separate}, shared {shared}; listed, and not found"


if __name__ == "__main__":
    sys.exit(main())
