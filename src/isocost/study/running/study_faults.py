"""What makes no sense in a study: found before anything is asked, for what is asked costs money."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from isocost.benchmarks.ladders import LADDERS
from isocost.study.judge_request import MOST_CPU_SECONDS, MOST_MEMORY_MIB

if TYPE_CHECKING:
    from isocost.study.running.study_file import AnalysisWanted, Caps, JudgingWanted, Study


class Fault(NamedTuple):
    """A field with a value that makes no sense, alone or beside the others."""

    place: tuple[str, ...]
    """Its table, if it is in one, and its name."""
    value: object
    """What it is; None where it is missing."""
    expected: str
    """What was expected."""


def faults(study: Study) -> Iterator[Fault]:
    """Give the faults of a study, one after the other."""
    yield from _of_subject(study)
    yield from _of_sampling(study)
    yield from _of_caps(study.caps, priced=study.analysis.prices is not None)
    yield from _of_judging(study.judging)
    yield from _of_analysis(study.analysis)


def _of_subject(study: Study) -> Iterator[Fault]:
    """Faults of what is asked, and of whom."""
    names = [one.parsed.name for one in study.listed]
    doubled = next((name for name in names if names.count(name) > 1), None)
    if not names:
        yield Fault(("models",), None, 'at least one, as "http://127.0.0.1:8080/v1#MODEL"')
    if doubled is not None:
        yield Fault(("models",), doubled, "a name once; put another one before the address: NAME=ADDRESS")
    if study.ladder is None and not study.benchmarks:
        yield Fault(("ladder",), None, f"one of {', '.join(LADDERS)}, or benchmarks")
    if study.ladder is not None and study.ladder not in LADDERS:
        near = difflib.get_close_matches(study.ladder, LADDERS, n=1)
        meant = f"; did you mean {near[0]!r}?" if near else ""
        yield Fault(("ladder",), study.ladder, f"one of {', '.join(LADDERS)}{meant}")
    if study.name is not None and (study.name.startswith(".") or not study.name.isprintable() or "/" in study.name):
        yield Fault(("name",), study.name, "the name of a folder in runs/; --out puts it elsewhere")


def _of_sampling(study: Study) -> Iterator[Fault]:
    for field in ("samples", "max_tokens", "concurrency", "limit"):
        value = getattr(study, field)
        if value is not None and value < 1:
            yield Fault((field,), value, "a whole number from 1 on")
    if not 0.0 <= study.drawn_at <= 5.0:  # nor NaN
        yield Fault(("temperature",), study.drawn_at, "a number from 0 (greedy) to 5")
    if study.drawn_at == 0.0 and (study.samples > 1 or study.target_width is not None):
        yield Fault(("temperature",), study.drawn_at, "a number above 0, or samples = 1: greedy samples are all alike")
    if study.top_p is not None and not 0.0 < study.top_p <= 1.0:
        yield Fault(("top_p",), study.top_p, "a number above 0, and 1 at most")
    if study.target_width is not None and not 0.0 < study.target_width < 1.0:
        yield Fault(("target_width",), study.target_width, "a share between 0 and 1, as 0.05")
    if not 0 <= study.seed < 1 << 63:
        yield Fault(("seed",), study.seed, f"a whole number from 0 to {(1 << 63) - 1}")


def _of_caps(caps: Caps, *, priced: bool) -> Iterator[Fault]:
    for field in ("tokens", "dollars", "hours"):
        value = getattr(caps, field)
        if value is not None and not 0 < value < math.inf:
            yield Fault(("caps", field), value, "a number above 0")
    if caps.dollars is not None and not priced:
        yield Fault(
            ("caps", "dollars"), caps.dollars, 'prices = "FILE" in [analysis] beside it: dollars follow from it'
        )


def _of_judging(judging: JudgingWanted) -> Iterator[Fault]:
    if not 0 < judging.cpu_seconds <= MOST_CPU_SECONDS:
        yield Fault(
            ("judging", "cpu_seconds"), judging.cpu_seconds, f"a number above 0, and {MOST_CPU_SECONDS} at most"
        )
    if not 1 <= judging.memory_mib <= MOST_MEMORY_MIB:
        yield Fault(("judging", "memory_mib"), judging.memory_mib, f"a whole number from 1 to {MOST_MEMORY_MIB}")
    if judging.workers is not None and judging.workers < 1:
        yield Fault(("judging", "workers"), judging.workers, "a whole number from 1 on")


def _of_analysis(analysis: AnalysisWanted) -> Iterator[Fault]:
    if not 0.0 < analysis.level < 1.0:
        yield Fault(("analysis", "level"), analysis.level, "a number between 0 and 1, both excluded, as 0.95")
        return
    least = math.ceil(2.0 / (1.0 - analysis.level) - 1e-6)  # as the bootstrap wants them
    if analysis.draws < least:
        yield Fault(
            ("analysis", "draws"), analysis.draws, f"a whole number from {least} on: fewer leave the tails empty"
        )
